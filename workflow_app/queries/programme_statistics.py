"""How far the programme has come, for the department's statistics (355号二, R2-R4).

Tonnes come from the postings of the book, so that what was registered, sold, cancelled and reversed adds up
the same by field, by county and by month, and to I1. Nothing here puts anything into words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, func, literal_column, select, type_coerce

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import ledger_posting, methodology, project

KINDS: Final = {"mint": "registered", "transfer": "sold", "cancel": "cancelled", "reverse": "reversed"}
"""Postings that count, and what they count as."""
_EPOCH: Final = date(1970, 1, 1)
_SHANGHAI: Final = literal_column("28800000000", BigInteger)
_DAY: Final = literal_column("86400000000", BigInteger)


@dataclass(frozen=True, slots=True)
class Tonnes:
    """Tonnes moved so far, tCO2e. What was sold is a flow: it may be cancelled later and counts in both."""

    registered: int = 0
    sold: int = 0
    cancelled: int = 0
    reversed: int = 0

    @property
    def net(self) -> int:
        """Registered less what was reversed."""
        return self.registered - self.reversed

    def __add__(self, other: Tonnes) -> Tonnes:
        return Tonnes(
            self.registered + other.registered,
            self.sold + other.sold,
            self.cancelled + other.cancelled,
            self.reversed + other.reversed,
        )


@dataclass(frozen=True, slots=True)
class Flow:
    """What was moved on one day (Asia/Shanghai) in the projects of one field and county."""

    day: date
    field: str
    division: str
    tonnes: Tonnes

    @property
    def month(self) -> str:
        """``2026-11``."""
        return f"{self.day:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Projects handed in, of one state, field and county.

    :param annual: yearly reductions they expect, tCO2e.
    """

    state: str
    field: str
    division: str
    projects: int
    annual: Decimal


def flows(reading: Reading) -> tuple[Flow, ...]:
    """Return what was moved, the oldest first; the one query all tonnes of the statistics come from."""
    day = ((type_coerce(ledger_posting.c.at, BigInteger) + _SHANGHAI) // _DAY).label("day")
    columns = (day, project.c.field, project.c.division, ledger_posting.c.kind)
    rows = reading.execute(
        select(*columns, func.sum(ledger_posting.c.quantity).label("tonnes"))
        .select_from(ledger_posting.join(project, project.c.id == ledger_posting.c.project_id))
        .where(ledger_posting.c.kind.in_(tuple(KINDS)))
        .group_by(*columns)
        .order_by(day)
    )
    return tuple(
        Flow(
            _EPOCH + timedelta(days=int(row.day)),
            row.field or "",
            row.division,
            Tonnes(**{KINDS[row.kind]: int(row.tonnes)}),
        )
        for row in rows
    )


def summed(found: Iterable[Flow], by: Callable[[Flow], str]) -> dict[str, Tonnes]:
    """Return the tonnes of flows by what ``by`` says of each."""
    totals: dict[str, Tonnes] = {}
    for flow in found:
        totals[by(flow)] = totals.get(by(flow), Tonnes()) + flow.tonnes
    return totals


def standings(reading: Reading) -> tuple[Standing, ...]:
    """Return the projects handed in, counted."""
    columns: tuple[Any, ...] = (project.c.state, project.c.field, project.c.division)
    rows = reading.execute(
        select(*columns, func.count().label("projects"), func.sum(project.c.annual_tonnes).label("annual"))
        .where(project.c.received_at.is_not(None))
        .group_by(*columns)
    )
    return tuple(
        Standing(row.state, row.field or "", row.division, int(row.projects), Decimal(row.annual or 0))
        for row in rows
    )


def methodologies(reading: Reading) -> dict[str, int]:
    """Return how many methodologies of the programme's own each field has (R3)."""
    query = select(methodology.c.field, func.count().label("number")).where(methodology.c.kind == "jcer")
    rows = reading.execute(query.group_by(methodology.c.field))
    return {row.field: int(row.number) for row in rows}
