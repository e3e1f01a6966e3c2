"""Orders, bids, trades, and what stood out among them.

Rows are mappings of columns. Whoever settles an order has locked it first (:meth:`TradingRepository.order`),
so that two buyers of the last tonnes meet there. Must never know who may act.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import Connection, CursorResult, Executable, Select, func, select

from workflow_app.kernel.errors import NotFound
from workflow_app.store.driver import Driver, Query
from workflow_app.store.live import Live
from workflow_app.store.sealing import PersonalValues
from workflow_app.store.tables import (
    account,
    bid,
    holding,
    trade,
    trade_alert,
    trade_order,
)

Record = dict[str, Any]


class Reads(Protocol):
    """What runs a query: a connection, or a page's reading."""

    def execute(self, statement: Executable, /) -> CursorResult[Any]:
        """Run one query."""


@dataclass(frozen=True, slots=True)
class Traded:
    """Sums over trades: tonnes, cents, and how many."""

    quantity: int
    amount_cents: int
    count: int

    @property
    def average_cents(self) -> int | None:
        """What a tonne cost on average, ``None`` where nothing was traded."""
        return self.amount_cents // self.quantity if self.quantity else None


def locked_of(reads: Reads, order_ids: Collection[str]) -> dict[str, int]:
    """Return the tonnes under a dispute lock by order, those without left out; for lists of orders too."""
    query = (
        select(
            holding.c.prior_hold_id, func.sum(holding.c.last_unit - holding.c.first_unit + 1).label("tonnes")
        )
        .where(holding.c.prior_hold_kind == "order", holding.c.prior_hold_id.in_(order_ids))
        .group_by(holding.c.prior_hold_id)
    )
    return {row.prior_hold_id: int(row.tonnes) for row in reads.execute(query)}


class TradingRepository:
    """Trading in one unit of work."""

    def __init__(self, connection: Connection, driver: Driver, live: Live, personal: PersonalValues) -> None:
        self._connection = connection
        self._driver = driver
        self._live = live
        self._personal = personal
        self._locks = connection.dialect.name == "postgresql"

    def order(self, order_id: str, *, lock: bool = False) -> Record:
        """Return an order.

        :param lock: hold it till the end of the transaction (PostgreSQL; SQLite holds all).
        :raises NotFound: there is none.
        """
        query = _ORDER_LOCKED if lock and self._locks else _ORDER
        row = next(iter(query.records(self._driver, key=order_id)), None)
        if row is None:
            raise NotFound("no_such_order", "没有这笔转让委托")
        return row

    def locked(self, order_id: str) -> int:
        """Return how many tonnes of an order a dispute keeps from being sold."""
        return locked_of(self._connection, (order_id,)).get(order_id, 0)

    def order_of_case(self, case_id: str) -> Record | None:
        """Return the order a case carries."""
        return self._first(select(trade_order).where(trade_order.c.case_id == case_id))

    def bid(self, bid_id: str) -> Record:
        """Return a bid.

        :raises NotFound: there is none.
        """
        row = self._first(select(bid).where(bid.c.id == bid_id))
        if row is None:
            raise NotFound("no_such_bid", "没有这笔报价")
        return row

    def bids(self, order_id: str, *states: str) -> tuple[Record, ...]:
        """Return an order's bids in these states (or all), the earliest first."""
        query = select(bid).where(bid.c.order_id == order_id).order_by(bid.c.placed_at, bid.c.id)
        return self._all(query.where(bid.c.state.in_(states)) if states else query)

    def seal_price(self, bid_id: str, cents: int) -> Mapping[str, str]:
        """Return a bid's price as ciphertext."""
        return self._personal.seal(f"bid:{bid_id}", cents)

    def open_price(self, row: Mapping[str, Any]) -> int:
        """Return a bid's price, cents: only once bidding has closed, or for its bidder."""
        return int(self._personal.open(row["sealed"]))

    def account_by_number(self, number: str) -> Record | None:
        """Return the account with this number."""
        return self._first(select(account).where(account.c.number == number))

    def account_of_person(self, user_id: str) -> Record | None:
        """Return a natural person's buyer's account."""
        return self._first(select(account).where(account.c.person_id == user_id))

    def account(self, account_id: str) -> Record | None:
        """Return an account."""
        return self._first(select(account).where(account.c.id == account_id))

    def trade_by_external_id(self, external_id: str) -> Record | None:
        """Return the trade the exchange reported under its own number."""
        return self._first(select(trade).where(trade.c.external_id == external_id))

    def trades_of(self, order_id: str) -> tuple[Record, ...]:
        """Return an order's trades, the earliest first."""
        return self._all(select(trade).where(trade.c.order_id == order_id).order_by(trade.c.at, trade.c.id))

    def reported(self, start: datetime, end: datetime) -> tuple[Record, ...]:
        """Return the trades reported by the exchange whose time lies in [start, end), by its numbers."""
        within = (trade.c.channel == "reported", trade.c.at >= start, trade.c.at < end)
        return self._all(select(trade).where(*within).order_by(trade.c.external_id))

    def traded(
        self,
        start: datetime,
        end: datetime,
        *,
        project_id: str | None = None,
        seller_account: str | None = None,
        buyer_account: str | None = None,
        but: str = "",
    ) -> Traded:
        """Sum the trades of [start, end), of these parties where they are named.

        :param but: id of a trade to leave out.
        """
        query = select(
            func.coalesce(func.sum(trade.c.quantity), 0),
            func.coalesce(func.sum(trade.c.amount_cents), 0),
            func.count(),
        ).where(trade.c.at >= start, trade.c.at < end, trade.c.id != but)
        for column, value in (
            (trade.c.project_id, project_id),
            (trade.c.seller_account, seller_account),
            (trade.c.buyer_account, buyer_account),
        ):
            if value is not None:
                query = query.where(column == value)
        quantity, amount, count = self._connection.execute(query).one()
        return Traded(int(quantity), int(amount), int(count))

    def alert(self, alert_id: str) -> Record | None:
        """Return an alert."""
        return self._first(select(trade_alert).where(trade_alert.c.id == alert_id))

    def alerts(self, *states: str) -> tuple[Record, ...]:
        """Return alerts in these states (or all), the newest first."""
        query = select(trade_alert).order_by(trade_alert.c.at.desc(), trade_alert.c.id.desc())
        return self._all(query.where(trade_alert.c.state.in_(states)) if states else query)

    def add_order(self, row: Mapping[str, Any]) -> None:
        """Enter an order."""
        self._live.insert(trade_order, row)

    def change_order(self, order_id: str, values: Mapping[str, Any]) -> None:
        """Change an order that stands."""
        self._live.update(trade_order, {"id": order_id}, values)

    def add_bid(self, row: Mapping[str, Any]) -> None:
        """Enter a bid."""
        self._live.insert(bid, row)

    def change_bid(self, bid_id: str, values: Mapping[str, Any]) -> None:
        """Change a bid that is placed."""
        self._live.update(bid, {"id": bid_id}, values)

    def add_alert(self, row: Mapping[str, Any]) -> None:
        """Enter an alert."""
        self._live.insert(trade_alert, row)

    def change_alert(self, alert_id: str, values: Mapping[str, Any]) -> None:
        """Say what was found out about an alert."""
        self._live.update(trade_alert, {"id": alert_id}, values)

    def _first(self, query: Select[Any]) -> Record | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else dict(row)

    def _all(self, query: Select[Any]) -> tuple[Record, ...]:
        return tuple(dict(row) for row in self._connection.execute(query).mappings())


_ORDER: Final = Query(trade_order.c, 'WHERE "id" = {key}')
_ORDER_LOCKED: Final = Query(trade_order.c, 'WHERE "id" = {key} FOR UPDATE')
