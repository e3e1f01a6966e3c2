"""What is in a registry account: units by project and bucket, merged blocks, money, orders, the statement.

docs/domain.md §5. Totals are the running totals the nightly proof compares with the lines; a block is shown
whole however often it was cut, as long as its parts lie side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from workflow_app.domain.ledger.accounts import Bucket, MoneyBucket
from workflow_app.domain.ledger.serial import Serial
from workflow_app.domain.methodology import MethodologyField
from workflow_app.queries.reading import Reading
from workflow_app.store.repositories.ledger_statement import Entry, read_statement
from workflow_app.store.tables import (
    account_order,
    batch,
    cash_entry,
    holding,
    money_balance,
    project,
    registration,
    unit_balance,
    user_account,
)

MOST_BLOCKS: Final = 200
"""Blocks a page shows; a holding cut finer than that is read from the statement."""


@dataclass(frozen=True, slots=True)
class ProjectUnits:
    """An account's units of one project, tCO2e by bucket."""

    project_id: str
    number: str
    name: str
    units: Mapping[Bucket, int]


@dataclass(frozen=True, slots=True)
class Block:
    """Units side by side in one bucket of an account.

    :param serial: as it would be printed for the whole of them.
    """

    project_number: str
    batch: int
    vintage: int
    bucket: Bucket
    quantity: int
    serial: str


@dataclass(frozen=True, slots=True)
class Money:
    """An account's money, cents."""

    cash: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Order:
    """A written order of the department on an account."""

    number: str
    kind: str
    reason: str
    document: str
    ordered_at: datetime


@dataclass(frozen=True, slots=True)
class CashEntry:
    """Money entered at the counter.

    :param cents: whole cents.
    """

    id: str
    kind: str
    cents: int
    reference: str
    state: str
    entered_by: str
    entered_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """An entry of a statement, with the project's number in place of its id."""

    entry: Entry
    project: str


def units_of(reading: Reading, account_id: str) -> tuple[ProjectUnits, ...]:
    """Return an account's units by project and bucket."""
    query = (
        select(
            project.c.id,
            project.c.name,
            registration.c.number,
            unit_balance.c.bucket,
            unit_balance.c.quantity,
        )
        .join(project, project.c.id == unit_balance.c.project_id)
        .join(registration, registration.c.project_id == project.c.id)
        .where(unit_balance.c.account_id == account_id, unit_balance.c.quantity > 0)
        .order_by(registration.c.number)
    )
    found: dict[str, ProjectUnits] = {}
    for row in reading.execute(query):
        known = found.get(row.id) or ProjectUnits(row.id, row.number, row.name, {})
        found[row.id] = replace(known, units={**known.units, Bucket(row.bucket): int(row.quantity)})
    return tuple(found.values())


def blocks_of(reading: Reading, account_id: str) -> tuple[tuple[Block, ...], bool]:
    """Return the blocks of an account, oldest vintage first, and whether there are more than are shown."""
    size = holding.c.last_unit - holding.c.first_unit + 1
    group = (holding.c.batch_id, holding.c.vintage, holding.c.bucket)
    before = func.sum(size).over(partition_by=group, order_by=holding.c.first_unit)
    runs = (
        select(
            holding.c.project_id,
            *group,
            holding.c.first_unit,
            holding.c.last_unit,
            (holding.c.last_unit - before).label("run"),  # alike for blocks that lie side by side
        )
        .where(holding.c.account_id == account_id)
        .subquery()
    )
    keys = (runs.c.project_id, runs.c.batch_id, runs.c.vintage, runs.c.bucket)
    merged = (
        select(*keys, func.min(runs.c.first_unit).label("first"), func.max(runs.c.last_unit).label("last"))
        .group_by(*keys, runs.c.run)
        .subquery()
    )
    query = (
        select(merged, registration.c.number, batch.c.sequence)
        .join(registration, registration.c.project_id == merged.c.project_id)
        .join(batch, batch.c.id == merged.c.batch_id)
        .order_by(merged.c.vintage, registration.c.number, merged.c.first)
        .limit(MOST_BLOCKS + 1)
    )
    rows = reading.execute(query).all()
    blocks = tuple(
        Block(
            row.number,
            row.sequence,
            row.vintage,
            Bucket(row.bucket),
            row.last - row.first + 1,
            _serial(row),
        )
        for row in rows[:MOST_BLOCKS]
    )
    return blocks, len(rows) > MOST_BLOCKS


def money_of(reading: Reading, account_id: str) -> Money:
    """Return an account's money."""
    query = select(money_balance.c.bucket, money_balance.c.cents).where(
        money_balance.c.account_id == account_id
    )
    held = {row.bucket: int(row.cents) for row in reading.execute(query)}
    return Money(held.get(MoneyBucket.CASH.value, 0), held.get(MoneyBucket.RESERVED.value, 0))


def orders_of(reading: Reading, account_id: str) -> tuple[Order, ...]:
    """Return the department's orders on an account, the newest first."""
    query = select(account_order).where(account_order.c.account_id == account_id)
    newest = query.order_by(account_order.c.ordered_at.desc(), account_order.c.id.desc())
    return tuple(
        Order(row.number, row.kind, row.reason, row.document, row.ordered_at)
        for row in reading.execute(newest)
    )


def cash_of(reading: Reading, account_id: str, *, size: int = 20) -> tuple[CashEntry, ...]:
    """Return money entered for an account: what waits first, then the newest."""
    query = (
        select(cash_entry, user_account.c.name)
        .outerjoin(user_account, user_account.c.id == cash_entry.c.entered_by)
        .where(cash_entry.c.account_id == account_id)
        .order_by(cash_entry.c.state != "entered", cash_entry.c.id.desc())
        .limit(size)
    )
    return tuple(
        CashEntry(
            row.id,
            row.kind,
            int(row.cents),
            row.reference,
            row.state,
            row.name or "",
            row.entered_at,
            row.reason or "",
        )
        for row in reading.execute(query)
    )


def statement(
    reading: Reading, account_id: str, *, before: str = "", size: int = 20
) -> tuple[tuple[StatementLine, ...], str]:
    """Return an account's entries, the newest first, and the id to go on before."""
    entries = read_statement(reading, account_id, before or None, size + 1)
    wanted = {entry.project_id for entry in entries if entry.project_id}
    query = select(registration.c.project_id, registration.c.number)
    rows = reading.execute(query.where(registration.c.project_id.in_(wanted))) if wanted else ()
    numbers = {row.project_id: row.number for row in rows}
    lines = tuple(
        StatementLine(entry, numbers.get(entry.project_id, "") if entry.project_id else "")
        for entry in entries[:size]
    )
    return lines, entries[size - 1].posting_id if len(entries) > size else ""


def whole_statement(reading: Reading, account_id: str, *, most: int) -> Iterator[StatementLine]:
    """Yield an account's entries, the newest first, at most ``most``."""
    before, told = "", 0
    while told < most:
        lines, before = statement(reading, account_id, before=before, size=min(500, most - told))
        yield from lines
        told += len(lines)
        if not before:
            return


def _serial(row: Any) -> str:
    _, _, field, number = row.number.split("-")
    return str(Serial(MethodologyField(field), int(number), row.sequence, row.vintage, row.first, row.last))
