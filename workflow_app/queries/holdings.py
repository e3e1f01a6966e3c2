"""What is in a registry account: units by project and bucket, money, orders, what was paid in and out.

docs/domain.md §5. Totals are the running totals the nightly proof compares with the lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from workflow_app.domain.ledger.accounts import Bucket, MoneyBucket
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    account_order,
    cash_entry,
    money_balance,
    project,
    registration,
    unit_balance,
    user_account,
)


@dataclass(frozen=True, slots=True)
class ProjectUnits:
    """An account's units of one project, tCO2e by bucket."""

    project_id: str
    number: str
    name: str
    units: Mapping[Bucket, int]


@dataclass(frozen=True, slots=True)
class Money:
    """An account's money, cents."""

    cash: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Order:
    """A written order of the department on an account."""

    id: str
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
        Order(row.id, row.number, row.kind, row.reason, row.document, row.ordered_at)
        for row in reading.execute(newest)
    )


def account_of_order(reading: Reading, order_id: str) -> str | None:
    """Return the account an order is on."""
    query = select(account_order.c.account_id).where(account_order.c.id == order_id)
    return reading.execute(query).scalar_one_or_none()


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
