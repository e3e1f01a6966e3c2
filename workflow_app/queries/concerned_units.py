"""Which units a correction is about, and where the whole of what was issued with them lies now.

docs/domain.md §4. What it locked, reversed or moved stands in the lines of its own postings; the way of any
range through its holders is told by ``queries.trace``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.queries.corrections import Correction
from workflow_app.queries.holders import holders_of
from workflow_app.queries.reading import Reading
from workflow_app.queries.trace import LONGEST, Movement, movements
from workflow_app.store.tables import holding, ledger_line, ledger_posting

MOST_RANGES: Final = 20
"""Ranges whose way is followed; a lock cut finer than that is read range by range over the API."""


@dataclass(frozen=True, slots=True)
class Range:
    """Units side by side."""

    first: int
    last: int

    @property
    def quantity(self) -> int:
        """Tonnes."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Lying:
    """How much of what was issued lies with a holder in one state."""

    holder: str
    account_id: str
    account_number: str
    bucket: str
    bucket_label: str
    quantity: int


def ranges_of(reading: Reading, found: Correction) -> tuple[Range, ...]:
    """Return the units a correction locked, reversed or moved, side by side where they lie so."""
    line, posting = ledger_line.c, ledger_posting.c
    query = select(line.first_unit, line.last_unit).join(ledger_posting, posting.id == line.posting_id)
    query = query.where(line.quantity > 0, _moved_by(found)).order_by(line.first_unit, line.last_unit)
    merged: list[Range] = []
    for row in reading.execute(query):
        if merged and row.first_unit <= merged[-1].last + 1:
            merged[-1] = Range(merged[-1].first, max(merged[-1].last, row.last_unit))
        else:
            merged.append(Range(row.first_unit, row.last_unit))
    return tuple(merged)


def way_of(reading: Reading, project_id: str, ranges: tuple[Range, ...]) -> tuple[Movement, ...]:
    """Return every movement of these units from their issue on, the oldest first."""
    found = [
        movement
        for one in ranges[:MOST_RANGES]
        for movement in movements(reading, project_id, one.first, one.last)
    ]
    return tuple(sorted(found, key=lambda movement: (movement.at, movement.first))[:LONGEST])


def lying(reading: Reading, found: Correction) -> tuple[Lying, ...]:
    """Return where everything issued with a correction's batch, or project, lies now, by holder and state."""
    query = (
        select(
            holding.c.account_id,
            holding.c.bucket,
            func.sum(holding.c.last_unit - holding.c.first_unit + 1).label("tonnes"),
        )
        .where(holding.c.project_id == found.project_id)
        .group_by(holding.c.account_id, holding.c.bucket)
    )
    if found.batch_id is not None:
        query = query.where(holding.c.batch_id == found.batch_id)
    rows = reading.execute(query).all()
    names = holders_of(reading, [row.account_id for row in rows])
    order = list(Bucket)
    listed = [
        Lying(
            names[row.account_id].name,
            row.account_id,
            names[row.account_id].number,
            row.bucket,
            Bucket(row.bucket).label,
            int(row.tonnes),
        )
        for row in rows
    ]
    listed.sort(
        key=lambda one: (names[one.account_id].kind != "owner", one.holder, order.index(Bucket(one.bucket)))
    )
    return tuple(listed)


def _moved_by(found: Correction) -> ColumnElement[bool]:
    if found.order_id is not None:
        return and_(
            ledger_posting.c.order_id == found.order_id, ledger_line.c.account_id == found.to_account_id
        )
    return and_(
        ledger_posting.c.case_id == found.case_id,
        ledger_posting.c.kind.in_(("dispute", "reverse")),
        ledger_line.c.bucket.in_(("disputed", "reversed")),
    )
