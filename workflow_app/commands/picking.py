"""Picking the holdings an act on the book takes: oldest vintage first, lowest number first, to the unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workflow_app.commands.run import Run
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.holdings import Hold, Part, ensure_quantity, take, whole
from workflow_app.kernel.errors import Refused

FREE: Final = (Bucket.AVAILABLE, Bucket.HELD)
"""Where units lie that nothing binds."""
LIVE: Final = (Bucket.AVAILABLE, Bucket.HELD, Bucket.FROZEN, Bucket.PENDING)
"""Where units lie that a dispute may lock."""


@dataclass(frozen=True, slots=True)
class Units:
    """Which units of an account an act is about.

    :param quantity: tonnes; ``None``: all there are.
    :param batch_id: of one batch only.
    """

    account_id: str
    project_id: str
    quantity: int | None = None
    batch_id: str | None = None


def pick(
    run: Run, units: Units, buckets: Bucket | Sequence[Bucket], hold: Hold | None = None
) -> tuple[Part, ...]:
    """Return the parts of an account's holdings in these buckets, and under this hold, that an act takes.

    :raises Refused: ``bad_quantity``, ``insufficient_units``.
    """
    if units.quantity is not None:
        ensure_quantity(units.quantity)
    found = run.uow.ledger.pick(
        units.account_id,
        buckets,
        units.quantity,
        project_id=units.project_id,
        batch_id=units.batch_id,
        hold=hold,
    )
    if units.quantity is not None:
        return take(found, units.quantity)
    if not found:
        raise Refused("insufficient_units", "没有可办理的减排量", article="355号附件二（二）")
    return whole(found)
