"""Holdings: the blocks an account has, and taking an exact quantity out of them.

docs/domain.md §3 (holding block), I2: a split conserves its range. A holding is never changed: an act gives
the whole of it and receives its parts. Must never know: cases, storage, money.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workflow_app.domain.ledger.accounts import AccountKind, Bucket
from workflow_app.domain.ledger.serial import Serial
from workflow_app.kernel.errors import Refused

MAX_QUANTITY: Final = 999_999_999
"""The largest number a unit can have; nobody can mean more."""


class HoldKind(StrEnum):
    """What a holding is set aside for."""

    ORDER = "order"
    CANCELLATION = "cancellation"
    CORRECTION = "correction"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True)
class Hold:
    """The order, cancellation, correction or dispute a holding is set aside for."""

    kind: HoldKind
    id: str


@dataclass(frozen=True, slots=True)
class Prior:
    """Where disputed units were before, and return to when the lock is lifted."""

    bucket: Bucket
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A block of units lying in one bucket of one account.

    :param transfer_count: 0 until sold once, then 1 for ever (I3).
    """

    id: str
    project_id: str
    batch_id: str
    account_id: str
    bucket: Bucket
    block: Serial
    transfer_count: int = 0
    hold: Hold | None = None
    prior: Prior | None = None

    @property
    def quantity(self) -> int:
        """How many units it holds, tCO2e."""
        return self.block.quantity


@dataclass(frozen=True, slots=True)
class Part:
    """What is taken of a holding: ``block``, and what is left of it (``rest``), if anything."""

    holding: Holding
    block: Serial
    rest: Serial | None = None


def ensure_quantity(quantity: int) -> None:
    """Refuse what is no quantity of units.

    :raises Refused: ``bad_quantity``: not a whole number from 1 to 999,999,999.
    """
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= MAX_QUANTITY:
        raise Refused("bad_quantity", "数量须为1至999,999,999的整数吨", article="31号令第二十二条")


def take(holdings: Iterable[Holding], quantity: int) -> tuple[Part, ...]:
    """Take exactly ``quantity`` units in the order given, lowest numbers first; only the last is split.

    :raises Refused: ``bad_quantity``, or ``insufficient_units`` where the holdings hold less.
    """
    ensure_quantity(quantity)
    parts: list[Part] = []
    missing = quantity
    for holding in holdings:
        if missing == 0:
            break
        if holding.quantity <= missing:
            parts.append(Part(holding, holding.block))
            missing -= holding.quantity
        else:
            parts.append(Part(holding, *holding.block.split(missing)))
            missing = 0
    if missing:
        raise Refused(
            "insufficient_units",
            f"可用数量不足：需要{quantity:,}吨，仅有{quantity - missing:,}吨",
            article="355号附件二（二）",
        )
    return tuple(parts)


def whole(holdings: Iterable[Holding]) -> tuple[Part, ...]:
    """Take holdings as they are."""
    return tuple(Part(holding, holding.block) for holding in holdings)


def home(kind: AccountKind, transfer_count: int) -> Bucket:
    """Return the bucket in which units that nothing binds lie: only an owner's unsold ones are for sale."""
    return Bucket.AVAILABLE if kind is AccountKind.OWNER and transfer_count == 0 else Bucket.HELD
