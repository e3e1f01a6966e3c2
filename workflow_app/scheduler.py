"""The heartbeat of every process: due timers are fired, the outbox is emptied, the book is proven nightly.

APScheduler holds one interval job in memory and no legal date; what is due
stands in the ``timer`` table and is claimed there, so that several processes on one database fire
each timer once and a killed one loses nothing.
"""

from __future__ import annotations

import logging
from datetime import UTC
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from workflow_app.bootstrap import App

PROOF_SECONDS: Final = 60.0
"""Host seconds after which it is asked whether the day's proof of the book was made."""

LOG = logging.getLogger(__name__)


class Heartbeat:
    """Ticks one application until it is stopped.

    :param seconds: between two ticks, in host time.
    """

    def __init__(self, app: App, seconds: float | None = None) -> None:
        self._app = app
        self._scheduler = BackgroundScheduler(timezone=UTC, daemon=True)
        self._scheduler.add_job(
            self.beat,
            "interval",
            seconds=seconds if seconds is not None else app.config.tick_seconds,
            id="heartbeat",
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._scheduler.add_job(
            self.prove,
            "interval",
            seconds=PROOF_SECONDS,
            id="proof",
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def beat(self) -> None:
        """Fire what is due and send what waits; a failure is logged, and the next beat tries again."""
        try:
            self._app.tick()
            self._app.send_outbox()
        except Exception:  # a beat that fails must not stop the heart
            LOG.exception("heartbeat failed")

    def prove(self) -> None:
        """Prove the book of emission reductions once on each legal day; a breach is logged and kept."""
        try:
            proof = self._app.prove_nightly()
        except Exception:  # what fails to read tonight is tried again a minute later
            LOG.exception("proving the book failed")
            return
        if proof is not None and proof.breaches:
            LOG.error("the book does not hold: %d breaches; see jcer ledger verify", len(proof.breaches))

    def start(self) -> None:
        """Begin to tick in a thread of this process."""
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the beat under way and stop."""
        self._scheduler.shutdown(wait=True)
