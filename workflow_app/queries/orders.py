"""转让委托 as the two sides of a transfer, the exchange and the department read them.

355号附件二（二）; docs/domain.md §3. Natural persons are masked for everybody but themselves and the
exchange. Lists go on by key, newest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, or_, select

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.trading.orders import Mode, OrderState, standing
from workflow_app.kernel.codes import mask_name
from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import EXCHANGE
from workflow_app.store.repositories.trading import locked_of
from workflow_app.store.tables import (
    account,
    batch,
    holding,
    inbox_task,
    organisation,
    project,
    trade_order,
    user_account,
)

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Order:
    """A transfer order; quantities tCO2e.

    :param cents: price of a tonne, of an auction its reserve price; hundredths of a yuan.
    :param available: of what is not sold, what no dispute keeps locked.
    :param vintages: years of what is still for sale.
    """

    id: str
    number: str
    mode: str
    mode_label: str
    state: str
    state_label: str
    project_id: str
    project_number: str
    project: str
    batch: int | None
    vintages: tuple[int, ...]
    seller_account: str
    seller: str
    buyer_account: str | None
    buyer: str
    quantity: int
    remaining: int
    available: int
    cents: int
    opens_at: datetime
    closes_at: datetime
    created_at: datetime
    ended_at: datetime | None
    end_reason: str
    case_id: str

    @property
    def sold(self) -> int:
        """Tonnes sold so far."""
        return self.quantity - self.remaining

    @property
    def standing(self) -> bool:
        """Whether it is not over."""
        return self.state not in OrderState.over()


def order_of(reading: Reading, order_id: str) -> Order | None:
    """Return one order."""
    found = reading.execute(all_orders().where(trade_order.c.id == order_id)).all()
    return _told(reading, found)[0] if found else None


def orders(
    reading: Reading,
    *,
    account_ids: Sequence[str] | None = None,
    states: Sequence[str] = (),
    mode: str = "",
    after: str = "",
    size: int = PAGE,
) -> tuple[tuple[Order, ...], str]:
    """Return orders, the newest first, and the id to go on after.

    :param account_ids: on either side of them; ``None`` of anybody.
    """
    query = all_orders()
    if account_ids is not None:
        sides = (trade_order.c.seller_account, trade_order.c.buyer_account)
        query = query.where(or_(*(side.in_(account_ids) for side in sides)))
    if states:
        query = query.where(trade_order.c.state.in_(states))
    if mode:
        query = query.where(trade_order.c.mode == mode)
    return page(reading, query, after, size)


def page(reading: Reading, query: Select[Any], after: str, size: int) -> tuple[tuple[Order, ...], str]:
    """Return a page of a query of orders, the newest first, and the id to go on after."""
    if after:
        query = query.where(trade_order.c.id < after)
    rows = reading.execute(query.order_by(trade_order.c.id.desc()).limit(size + 1)).all()
    return _told(reading, rows[:size]), rows[size - 1].id if len(rows) > size else ""


def of_case(reading: Reading, case_id: str) -> str | None:
    """Return the id of the order a case placed, if it has."""
    found: str | None = reading.execute(
        select(trade_order.c.id).where(trade_order.c.case_id == case_id)
    ).scalar()
    return found


def tasks_on(reading: Reading, case_ids: Sequence[str], element: str) -> Mapping[str, str]:
    """Return the open task of one step of these cases, by case."""
    query = select(inbox_task.c.case_id, inbox_task.c.id).where(
        inbox_task.c.case_id.in_(case_ids), inbox_task.c.element_id == element
    )
    return {row.case_id: row.id for row in reading.execute(query)} if case_ids else {}


def holder_name(reading: Reading, name: str | None, person: str | None, person_id: str | None) -> str:
    """Return an account's holder as whoever looks may read it: organisations whole, persons masked."""
    if name or not person:
        return name or ""
    viewer = reading.viewer
    known = viewer is None or viewer.holds(EXCHANGE) or viewer.user_id == person_id
    return person if known else mask_name(person)


def all_orders() -> Select[Any]:
    """Return the query of every order, to be narrowed."""
    seller, buyer = holders("seller"), holders("buyer")
    query = (
        select(
            trade_order,
            project.c.number.label("project_number"),
            project.c.name.label("project_name"),
            batch.c.sequence,
            seller["organisation"].c.name.label("seller_name"),
            buyer["organisation"].c.name.label("buyer_name"),
            buyer["person"].c.name.label("buyer_person"),
            buyer["account"].c.person_id.label("buyer_person_id"),
        )
        .join(project, project.c.id == trade_order.c.project_id)
        .outerjoin(batch, batch.c.id == trade_order.c.batch_id)
    )
    return joined(joined(query, seller, trade_order.c.seller_account), buyer, trade_order.c.buyer_account)


def holders(side: str) -> dict[str, Any]:
    """Return the tables an account's holder is read from, under names of their own."""
    return {
        "account": account.alias(f"{side}_account_of"),
        "organisation": organisation.alias(f"{side}_organisation"),
        "person": user_account.alias(f"{side}_person"),
    }


def joined(query: Select[Any], named: Mapping[str, Any], column: Any) -> Select[Any]:
    """Join the holder of the account a column names."""
    held, body, person = named["account"], named["organisation"], named["person"]
    return (
        query.outerjoin(held, held.c.id == column)
        .outerjoin(body, body.c.id == held.c.organisation_id)
        .outerjoin(person, person.c.id == held.c.person_id)
    )


def _told(reading: Reading, rows: Sequence[Any]) -> tuple[Order, ...]:
    ids = [row.id for row in rows if row.state not in OrderState.over()]
    years, locked = (_years(reading, ids), locked_of(reading, ids)) if ids else ({}, {})
    return tuple(_order(reading, row, years.get(row.id, ()), locked.get(row.id, 0)) for row in rows)


def _years(reading: Reading, order_ids: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the years of what is set aside for orders."""
    query = (
        select(holding.c.hold_id, holding.c.vintage)
        .where(holding.c.hold_id.in_(order_ids), holding.c.bucket == Bucket.FROZEN.value)
        .distinct()
        .order_by(holding.c.vintage)
    )
    found: dict[str, tuple[int, ...]] = {}
    for row in reading.execute(query):
        found[row.hold_id] = (*found.get(row.hold_id, ()), row.vintage)
    return found


def _order(reading: Reading, row: Any, years: tuple[int, ...], locked: int) -> Order:
    return Order(
        id=row.id,
        number=row.number,
        mode=row.mode,
        mode_label=Mode(row.mode).label,
        state=row.state,
        state_label=standing(row.state, int(row.remaining), locked),
        project_id=row.project_id,
        project_number=row.project_number,
        project=row.project_name,
        batch=row.sequence,
        vintages=years,
        seller_account=row.seller_account,
        seller=row.seller_name or "",
        buyer_account=row.buyer_account,
        buyer=holder_name(reading, row.buyer_name, row.buyer_person, row.buyer_person_id),
        quantity=int(row.quantity),
        remaining=int(row.remaining),
        available=max(int(row.remaining) - locked, 0),
        cents=int(row.price_cents or row.reserve_cents),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        created_at=row.created_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason or "",
        case_id=row.case_id,
    )
