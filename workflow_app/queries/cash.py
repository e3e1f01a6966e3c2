"""出入金登记 over all accounts: what waits for its second person first to be found.

docs/domain.md §5 (settlement). What an account's own page shows of them is in ``queries.holdings``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from workflow_app.queries.holders import holders_of, people_of
from workflow_app.queries.reading import Reading
from workflow_app.store.schema.accounts import CASH_STATES
from workflow_app.store.tables import cash_entry

STATES = CASH_STATES


@dataclass(frozen=True, slots=True)
class CashLine:
    """Money entered for an account; whole cents.

    :param entered_by_id: who may not check it.
    """

    id: str
    kind: str
    account_id: str
    account_number: str
    holder: str
    cents: int
    reference: str
    state: str
    entered_by_id: str
    entered_by: str
    entered_at: datetime
    checked_by: str
    checked_at: datetime | None
    reason: str


def entries(
    reading: Reading, *, state: str = "", kind: str = "", after: str = "", size: int = 50
) -> tuple[tuple[CashLine, ...], str]:
    """Return entries, the newest first, and the id to go on after."""
    query = select(cash_entry).order_by(cash_entry.c.id.desc()).limit(size + 1)
    for column, value in ((cash_entry.c.state, state), (cash_entry.c.kind, kind)):
        if value:
            query = query.where(column == value)
    if after:
        query = query.where(cash_entry.c.id < after)
    rows = reading.execute(query).all()
    names = holders_of(reading, [row.account_id for row in rows])
    people = people_of(reading, [each for row in rows for each in (row.entered_by, row.checked_by)])
    found = tuple(
        CashLine(
            row.id,
            row.kind,
            row.account_id,
            names[row.account_id].number,
            names[row.account_id].name,
            int(row.cents),
            row.reference,
            row.state,
            row.entered_by,
            people.get(row.entered_by, ""),
            row.entered_at,
            people.get(row.checked_by, ""),
            row.checked_at,
            row.reason or "",
        )
        for row in rows[:size]
    )
    return found, found[-1].id if len(rows) > size else ""


def waiting(reading: Reading) -> int:
    """Return how many entries wait for their second person."""
    query = select(func.count()).where(cash_entry.c.state == "entered")
    return int(reading.execute(query).scalar_one())
