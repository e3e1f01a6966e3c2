"""转让委托 as the exchange oversees them: what is offered, what waits for it, how each offer ended.

R38, docs/domain.md §3 (transfer order). A bid's price stays sealed until bidding has closed: nothing here
opens it. An exchange reads the orders of its own projects, the department and the auditor all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select

from workflow_app.domain.trading.orders import BidState, Mode, OrderState
from workflow_app.queries.holders import Holder, accounts_called, holders_of, traded_for
from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import Viewer
from workflow_app.store.tables import (
    account,
    bid,
    inbox_task,
    incident,
    project,
    trade_order,
)

VIEWS: Final[Mapping[str, tuple[OrderState, ...]]] = {
    "standing": (OrderState.OPEN, OrderState.PENDING, OrderState.MATCHED),
    "review": (OrderState.MATCHED,),
    "sold": (OrderState.COMPLETED,),
    "failed": (OrderState.FAILED, OrderState.UNSOLD, OrderState.REJECTED),
    "ended": (OrderState.WITHDRAWN, OrderState.EXPIRED),
}
"""What the board shows under each heading; ``all`` beside them."""


@dataclass(frozen=True, slots=True)
class BoardOrder:
    """An order on the board.

    :param quantity: tonnes offered; ``remaining``: what is not sold.
    :param price_cents: a listing's or an agreement's price of a tonne; an auction's reserve price.
    :param bids: how many bids stand, of an auction.
    """

    id: str
    number: str
    mode: str
    mode_label: str
    state: str
    state_label: str
    project_id: str
    project: str
    project_number: str
    seller: str
    seller_account: str
    buyer: str
    buyer_account: str | None
    quantity: int
    remaining: int
    price_cents: int
    bids: int
    opens_at: datetime
    closes_at: datetime
    end_reason: str
    ended_at: datetime | None
    created_at: datetime
    case_id: str


@dataclass(frozen=True, slots=True)
class BoardBid:
    """A bid; ``price_cents`` is told once bidding has closed."""

    id: str
    buyer: str
    account_number: str
    quantity: int
    price_cents: int | None
    won: int
    placed_at: datetime
    state: str
    state_label: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An act on the order's case that failed and was rolled back."""

    id: str
    error: str
    attempts: int
    last_at: datetime


def orders(
    reading: Reading,
    *,
    view: str = "standing",
    mode: str = "",
    text: str = "",
    after: str = "",
    size: int = 50,
) -> tuple[tuple[BoardOrder, ...], str]:
    """Return orders, the newest first, and the id to go on after.

    :param view: a key of :data:`VIEWS`; anything else shows all.
    :param text: an order's, project's or account's number, or part of a project's or organisation's name.
    """
    query = _orders(reading.viewer).order_by(trade_order.c.id.desc()).limit(size + 1)
    if view in VIEWS:
        query = query.where(trade_order.c.state.in_([state.value for state in VIEWS[view]]))
    if mode:
        query = query.where(trade_order.c.mode == mode)
    if text:
        query = query.where(_named(text))
    if after:
        query = query.where(trade_order.c.id < after)
    rows = reading.execute(query).all()
    return _shown(reading, rows[:size]), rows[size - 1].id if len(rows) > size else ""


def order_of(reading: Reading, order_id: str) -> BoardOrder | None:
    """Return one order whoever looks may read."""
    rows = reading.execute(_orders(reading.viewer).where(trade_order.c.id == order_id)).all()
    return next(iter(_shown(reading, rows)), None)


def counts(reading: Reading) -> dict[str, int]:
    """Return how many orders stand, and how many of them wait for the exchange."""
    number = func.count().label("number")
    query = _orders(reading.viewer).with_only_columns(trade_order.c.state, number)
    standing = [state.value for state in VIEWS["standing"]]
    rows = reading.execute(query.where(trade_order.c.state.in_(standing)).group_by(trade_order.c.state))
    found = {row.state: int(row.number) for row in rows}
    return {"standing": sum(found.values()), "review": found.get(OrderState.MATCHED.value, 0)}


def bids_of(reading: Reading, order_id: str) -> tuple[BoardBid, ...]:
    """Return an auction's bids: by time while they are sealed, by price once they are open."""
    query = select(bid).where(bid.c.order_id == order_id)
    rows = reading.execute(query.order_by(bid.c.price_cents.desc(), bid.c.placed_at, bid.c.id)).all()
    names = holders_of(reading, [row.buyer_account for row in rows])
    return tuple(
        BoardBid(
            row.id,
            names[row.buyer_account].name,
            names[row.buyer_account].number,
            row.quantity,
            row.price_cents,
            row.won,
            row.placed_at,
            row.state,
            BidState(row.state).label,
        )
        for row in rows
    )


def review_task(reading: Reading, case_id: str) -> str | None:
    """Return the task in which a negotiated transfer waits for the exchange."""
    query = select(inbox_task.c.id).where(
        inbox_task.c.case_id == case_id, inbox_task.c.element_id == "review_transfer"
    )
    return reading.execute(query).scalar()


def failures_of(reading: Reading, case_id: str) -> tuple[Failure, ...]:
    """Return the open failures of an order's case: what failed and can be done again."""
    query = select(incident).where(incident.c.case_id == case_id, incident.c.state == "open")
    rows = reading.execute(query.order_by(incident.c.opened_at.desc())).all()
    return tuple(Failure(row.id, row.error, row.attempts, row.last_at) for row in rows)


def _orders(viewer: Viewer | None) -> Select[Any]:
    standing = select(func.count()).where(bid.c.order_id == trade_order.c.id, bid.c.state == "placed")
    query = select(
        trade_order,
        project.c.name.label("project_name"),
        project.c.number.label("project_number"),
        standing.scalar_subquery().label("bids"),
    ).join(project, project.c.id == trade_order.c.project_id)
    condition = traded_for(viewer) if viewer is not None else None
    return query if condition is None else query.where(condition)


def _named(text: str) -> ColumnElement[bool]:
    accounts = select(account.c.id).where(accounts_called(text))
    return or_(
        trade_order.c.number == text.upper(),
        project.c.number == text.upper(),
        project.c.name.contains(text, autoescape=True),
        trade_order.c.seller_account.in_(accounts),
        trade_order.c.buyer_account.in_(accounts),
    )


def _shown(reading: Reading, rows: Sequence[Any]) -> tuple[BoardOrder, ...]:
    names = holders_of(reading, [each for row in rows for each in (row.seller_account, row.buyer_account)])
    nobody = Holder("", "", "", "")
    return tuple(
        BoardOrder(
            id=row.id,
            number=row.number,
            mode=row.mode,
            mode_label=Mode(row.mode).label,
            state=row.state,
            state_label=OrderState(row.state).label,
            project_id=row.project_id,
            project=row.project_name,
            project_number=row.project_number or "",
            seller=names[row.seller_account].name,
            seller_account=row.seller_account,
            buyer=names.get(row.buyer_account, nobody).name,
            buyer_account=row.buyer_account,
            quantity=row.quantity,
            remaining=row.remaining,
            price_cents=int(row.price_cents if row.price_cents is not None else row.reserve_cents),
            bids=int(row.bids),
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            end_reason=row.end_reason or "",
            ended_at=row.ended_at,
            created_at=row.created_at,
            case_id=row.case_id,
        )
        for row in rows
    )
