"""对账单: what moved on an account, the newest first, of all time or of a period, with its balances.

docs/domain.md §5. A page is read down the index by keys and never counted. A period is of legal dates; the
balances at its ends come from the totals now, less what was posted since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, select

from workflow_app.domain.ledger.accounts import Bucket, MoneyBucket
from workflow_app.kernel.clock import day_start
from workflow_app.queries.reading import Reading
from workflow_app.store.prepared import Prepared
from workflow_app.store.repositories.ledger_statement import Entry, read_statement
from workflow_app.store.tables import (
    ledger_line,
    ledger_money,
    ledger_posting,
    money_balance,
    registration,
    unit_balance,
)

CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Period:
    """Legal dates, both included; an open end is ``None``."""

    first: date | None = None
    last: date | None = None

    @property
    def bounded(self) -> bool:
        """Whether it leaves anything out."""
        return self.first is not None or self.last is not None


ALWAYS: Final = Period()


@dataclass(frozen=True, slots=True)
class StatementLine:
    """An entry of a statement, with the project's number in place of its id."""

    entry: Entry
    project: str


@dataclass(frozen=True, slots=True)
class Balances:
    """Tonnes and cents by bucket, nought left out."""

    units: Mapping[Bucket, int]
    money: Mapping[MoneyBucket, int]


def statement(
    reading: Reading, account_id: str, *, before: str = "", size: int = 20, period: Period = ALWAYS
) -> tuple[tuple[StatementLine, ...], str]:
    """Return an account's entries of a period, the newest first, and the id to go on before."""
    oldest, beyond = _ends(reading, period)
    if beyond and (not before or before > beyond):
        before = beyond
    entries = read_statement(reading.driver, account_id, before or None, size + 1)
    if oldest is not None:
        entries = tuple(entry for entry in entries if entry.posting_id >= oldest)
    wanted = {entry.project_id for entry in entries if entry.project_id}
    query = select(registration.c.project_id, registration.c.number)
    rows = reading.execute(query.where(registration.c.project_id.in_(wanted))) if wanted else ()
    numbers = {row.project_id: row.number for row in rows}
    lines = tuple(
        StatementLine(entry, numbers.get(entry.project_id, "") if entry.project_id else "")
        for entry in entries[:size]
    )
    return lines, entries[size - 1].posting_id if len(entries) > size else ""


def whole_statement(
    reading: Reading, account_id: str, *, most: int, period: Period = ALWAYS
) -> Iterator[StatementLine]:
    """Yield an account's entries of a period, the newest first, at most ``most``."""
    before, told = "", 0
    while told < most:
        size = min(CHUNK, most - told)
        lines, before = statement(reading, account_id, before=before, size=size, period=period)
        yield from lines
        told += len(lines)
        if not before:
            return


def balances(reading: Reading, account_id: str, period: Period) -> tuple[Balances, Balances]:
    """Return what an account held before a period and at its end."""
    oldest, beyond = _ends(reading, period)
    now = _now(reading, account_id)
    closing = _less(now, _since(reading, account_id, beyond)) if beyond else now
    nothing = Balances({}, {})
    opening = nothing if period.first is None else _less(now, _since(reading, account_id, oldest))
    return opening, closing


def _ends(reading: Reading, period: Period) -> tuple[str | None, str | None]:
    """Return the first posting of a period, and the first after it; ``None`` where there is none.

    Ids grow with time, so that two ids stand for the period whatever is asked of it.
    """
    oldest = beyond = None
    if period.first is not None:
        oldest = _first_at(reading, period.first) or _AFTER_ALL
    if period.last is not None:
        beyond = _first_at(reading, period.last + timedelta(days=1))
    return oldest, beyond


def _first_at(reading: Reading, day: date) -> str | None:
    """Return the first posting of a day or later.

    Ids begin with the millisecond they were made in and grow with time: the place is bisected, so that no
    posting pays for an index only statements would use.
    """
    start = day_start(day)
    ids = ledger_posting.c.id
    ends = reading.execute(select(func.min(ids).label("first"), func.max(ids).label("last"))).one()
    if ends.first is None:
        return None
    low, high = int(ends.first[:_STAMP], 16), int(ends.last[:_STAMP], 16) + 1
    while low < high:
        middle = (low + high) // 2
        found = reading.first(_FROM, {"id": f"{middle:0{_STAMP}x}"})
        if found is None or found.at >= start:
            high = middle
        else:
            low = max(middle, int(found.id[:_STAMP], 16)) + 1
    near = f"{max(low - 1, 0):0{_STAMP}x}"
    query = select(func.min(ledger_posting.c.id)).where(
        ledger_posting.c.id >= near, ledger_posting.c.at >= start
    )
    return reading.execute(query).scalar()


def _now(reading: Reading, account_id: str) -> Balances:
    units = select(unit_balance.c.bucket, func.sum(unit_balance.c.quantity).label("total"))
    units = units.where(unit_balance.c.account_id == account_id).group_by(unit_balance.c.bucket)
    money = select(money_balance.c.bucket, money_balance.c.cents.label("total")).where(
        money_balance.c.account_id == account_id
    )
    return _balances(reading, units, money)


def _since(reading: Reading, account_id: str, posting_id: str | None) -> Balances:
    """Sum what was posted to an account from one posting on."""
    first = posting_id or ""
    units = _sum(ledger_line.c, ledger_line.c.quantity, account_id, first)
    money = _sum(ledger_money.c, ledger_money.c.cents, account_id, first)
    return _balances(reading, units.where(ledger_line.c.bucket != "issued"), money)


def _sum(columns: Any, amount: ColumnElement[int], account_id: str, first: str) -> Any:
    return (
        select(columns.bucket, func.sum(amount).label("total"))
        .where(columns.account_id == account_id, columns.posting_id >= first)
        .group_by(columns.bucket)
    )


def _balances(reading: Reading, units: Any, money: Any) -> Balances:
    return Balances(
        {Bucket(row.bucket): int(row.total) for row in reading.execute(units) if row.total},
        {MoneyBucket(row.bucket): int(row.total) for row in reading.execute(money) if row.total},
    )


def _less(now: Balances, since: Balances) -> Balances:
    units = {bucket: now.units.get(bucket, 0) - since.units.get(bucket, 0) for bucket in Bucket}
    money = {bucket: now.money.get(bucket, 0) - since.money.get(bucket, 0) for bucket in MoneyBucket}
    return Balances(
        {bucket: tonnes for bucket, tonnes in units.items() if tonnes},
        {bucket: cents for bucket, cents in money.items() if cents},
    )


_AFTER_ALL: Final = "g"
"""Greater than every identifier, which is hexadecimal."""
_STAMP: Final = 12
"""Hexadecimal digits of an id that are its millisecond."""
_FROM: Final = Prepared(
    select(ledger_posting.c.id, ledger_posting.c.at)
    .where(ledger_posting.c.id >= bindparam("id"))
    .order_by(ledger_posting.c.id)
    .limit(1)
)
