"""Corrections of what was issued: over-issuance, revocation for false data, disputes (docs/domain.md §4).

Honest over-issuance: the owner's remaining units are locked and reversed, lowest vintage first; what is
missing comes from the next batch or from a replacement; certificates of buyers stand. False data: trading
is suspended, an equal quantity is taken from the owner, who is barred for three years (31号令第四十三条, by
analogy). Always contra-entries (I4). Must never know: storage, cases, diagrams.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from workflow_app.domain.findings import Finding
from workflow_app.domain.ledger.holdings import HoldKind

ARTICLE: Final = "参照31号令第四十三条"


class CorrectionKind(StrEnum):
    """Why units are locked, taken out or moved other than by their holder's will."""

    OVER_ISSUANCE = "over_issuance"
    REVOCATION = "revocation"
    DISPUTE = "dispute"
    SUCCESSION = "succession"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _KINDS[self]

    @property
    def hold(self) -> HoldKind:
        """For what its lock says the units are set aside."""
        return HoldKind.DISPUTE if self is CorrectionKind.DISPUTE else HoldKind.CORRECTION

    @property
    def makes_good(self) -> bool:
        """Whether the owner owes what the lock does not yield."""
        return self in {CorrectionKind.OVER_ISSUANCE, CorrectionKind.REVOCATION}


class CorrectionState(StrEnum):
    """State of a correction; ``CONFIRMED`` while something is still to be made good."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    SETTLED = "settled"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _STATES[self]


_KINDS: Final[Mapping[CorrectionKind, str]] = {
    CorrectionKind.OVER_ISSUANCE: "多计更正",
    CorrectionKind.REVOCATION: "造假撤销",
    CorrectionKind.DISPUTE: "争议处理",
    CorrectionKind.SUCCESSION: "非交易过户",
}
_STATES: Final[Mapping[CorrectionState, str]] = {
    CorrectionState.OPEN: "核查中",
    CorrectionState.CONFIRMED: "待补足",
    CorrectionState.DISMISSED: "不成立",
    CorrectionState.SETTLED: "已更正",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What was found.

    :param tonnes: how many units are said to be wrong.
    :param issued: of the batch, or of the project where no batch is named.
    """

    kind: CorrectionKind
    tonnes: int
    issued: int


def check_finding(found: Complaint) -> tuple[Finding, ...]:
    """Judge what a finding asks for."""
    if not 1 <= found.tonnes <= found.issued:
        message = f"涉及数量须为1至{found.issued:,}吨（已登记的减排量）"
        return (Finding("correction_quantity", message, ARTICLE, "correction_tonnes"),)
    return ()


def check_decision(kind: CorrectionKind, confirmed: int, issued: int, locked: int) -> tuple[Finding, ...]:
    """Judge the quantity a decision confirms: a dispute takes no more than it locked."""
    if not 1 <= confirmed <= issued:
        message = f"核定数量须为1至{issued:,}吨（已登记的减排量）"
        return (Finding("correction_quantity", message, ARTICLE, "confirmed_tonnes"),)
    if not kind.makes_good and confirmed > locked:
        message = f"核定数量不得大于已锁定的{locked:,}吨"
        return (Finding("correction_quantity", message, ARTICLE, "confirmed_tonnes"),)
    return ()


@dataclass(frozen=True, slots=True)
class Split:
    """How a confirmed quantity is met: out of the lock, out of what is free, and what stays owed."""

    from_lock: int
    from_free: int
    outstanding: int


def split(confirmed: int, locked: int, free: int) -> Split:
    """Return how ``confirmed`` tonnes are met from what is locked and what is free."""
    from_lock = min(confirmed, locked)
    from_free = min(confirmed - from_lock, free)
    return Split(from_lock, from_free, confirmed - from_lock - from_free)


def barred_until(decided: date, years: int) -> date:
    """Return the last day on which whoever handed in false data may not apply.

    >>> barred_until(date(2024, 2, 29), 3)
    datetime.date(2027, 2, 28)
    """
    year = decided.year + years
    leap = decided.month == 2 and decided.day == 29  # noqa: PLR2004 - the one day not every year has
    return date(year, 2, 28) if leap else decided.replace(year=year)
