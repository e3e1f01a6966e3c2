"""The heartbeat of every process: due timers are fired, the outbox is emptied, the book is proven nightly.

APScheduler holds interval jobs in memory and no legal date; what is due
stands in the ``timer`` table and is claimed there, so that several processes on one database fire
each timer once and a killed one loses nothing. The outbox has a job and a thread of its own: a slow
mail relay holds no time limit up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC
from typing import Any, Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from workflow_app.bootstrap import App
from workflow_app.commands.calendar_requests import RecomputeDeadlines
from workflow_app.commands.requests import SYSTEM

PROOF_SECONDS: Final = 60.0
"""Host seconds after which it is asked whether the day's proof of the book was made."""

FORGET_SECONDS: Final = 3_600.0
"""Host seconds between two looks for answers kept long enough."""

PAPER_SECONDS: Final = 20.0
"""Host seconds between two papers that are typeset ahead of being asked for."""

MOVE_SECONDS: Final = 2.0
"""Host seconds between two looks for running cases that are to be moved to another version."""

MOVES: Final = 20
"""How many are moved before it is looked whether the heart is to stop."""

LOG = logging.getLogger(__name__)
TIMERS: Final = 50
MESSAGES: Final = 20
"""How many of each before it is looked whether the heart is to stop."""
OUTBOX_SECONDS: Final = 1.0
JOBS: Final = logging.getLogger(f"{__name__}.jobs")
JOBS.setLevel(logging.ERROR)  # that a beat took longer than the time between two is no news


class Heartbeat:
    """Ticks one application until it is stopped.

    :param seconds: between two looks at the timers, in host time.
    """

    def __init__(self, app: App, seconds: float | None = None) -> None:
        self._app = app
        self._stopping = False
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            daemon=True,
            logger=JOBS,
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        self._every(seconds if seconds is not None else app.config.tick_seconds, self.fire)
        self._every(OUTBOX_SECONDS, self.send)
        self._every(PROOF_SECONDS, self.prove)
        self._every(PAPER_SECONDS, self.keep)
        self._every(FORGET_SECONDS, self.forget)
        self._every(MOVE_SECONDS, self.move)

    def _every(self, seconds: float, beat: Callable[[], None]) -> None:
        self._scheduler.add_job(beat, "interval", seconds=seconds, id=beat.__name__)

    def fire(self) -> None:
        """Fire timers until none is due; a failure is logged, and the next beat tries again."""
        try:
            more = True
            while more and not self._stopping:
                done: Any = self._app.tick(TIMERS).values
                more = done["fired"] + done["failed"] >= TIMERS
        except Exception:  # a beat that fails must not stop the heart
            LOG.exception("timers not fired")

    def send(self) -> None:
        """Send what waits in the outbox; a failure is logged, and the next beat tries again."""
        try:
            while not self._stopping and self._app.send_outbox(MESSAGES) >= MESSAGES:
                pass
        except Exception:  # a beat that fails must not stop the heart
            LOG.exception("outbox not sent")

    def keep(self) -> None:
        """Make the file of one official paper that has none; a failure is logged."""
        try:
            self._app.keep_documents(1)
        except Exception:  # a template that fails is the administrator's; the papers themselves stand
            LOG.exception("official paper not typeset")

    def forget(self) -> None:
        """Drop answers no retry will ask for any more; a failure is logged."""
        try:
            self._app.forget_answers()
        except Exception:  # what stays today goes an hour later
            LOG.exception("kept answers not dropped")

    def move(self) -> None:
        """Move cases of approved migrations until none is left; a failure is logged."""
        try:
            more = True
            while more and not self._stopping:
                done: Any = self._app.advance_migrations(MOVES).values
                more = done["tried"] >= MOVES
        except Exception:  # what stays where it is now is tried at the next beat
            LOG.exception("running cases not moved")

    def prove(self) -> None:
        """Prove the book of emission reductions once on each legal day; a breach is logged and kept."""
        try:
            proof = self._app.prove_nightly()
        except Exception:  # what fails to read tonight is tried again a minute later
            LOG.exception("proving the book failed")
            return
        if proof is not None and proof.breaches:
            LOG.error("the book does not hold: %d breaches; see jcer ledger verify", len(proof.breaches))
        if proof is not None:
            self.recompute()

    def recompute(self) -> None:
        """Put right, once a day, what began on the old calendar while a holiday notice was put in force."""
        try:
            said: Any = self._app.execute(RecomputeDeadlines(), SYSTEM).values
        except Exception:  # tomorrow again; nothing was written
            LOG.exception("open limits not recomputed")
            return
        if said["deadlines"]:
            LOG.warning("%d open limits followed the calendar only now", len(said["deadlines"]))

    def start(self) -> None:
        """Begin to tick in threads of this process."""
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the beats under way and stop."""
        self._stopping = True
        self._scheduler.shutdown(wait=True)
