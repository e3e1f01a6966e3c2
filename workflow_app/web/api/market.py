"""The market as it is read over HTTP: what stands open, orders, bids, trades, certificates of one's own.

附件二（二）（三）. Whoever trades reads their own and what stands on the market; the exchange, the department
and the auditor read all. A bid's price is its bidder's alone until bidding has closed.
"""

from __future__ import annotations

from typing import Any, Final

from marshmallow import fields

from workflow_app.domain.trading.orders import Mode, OrderState, cents_of
from workflow_app.queries import bids, held_certificates, market, orders, trades
from workflow_app.queries.bids import Bid
from workflow_app.queries.held_certificates import HeldCertificate
from workflow_app.queries.market import Sought
from workflow_app.queries.orders import Order
from workflow_app.queries.trades import Trade
from workflow_app.web import trader
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, members, named, shape
from workflow_app.web.api.wire import Choice, Taken, Text, Whole
from workflow_app.web.desk import now, reading, require
from workflow_app.web.trader import LOOKERS, TRADERS, Trader

section = Section("market", "减排量市场")

ORDER: Final = shape(Order, name="TradeOrder")
BID: Final = shape(Bid)
TRADE: Final = shape(Trade)
WHOLE_ORDER: Final = named("WholeTradeOrder", {**members(ORDER), "bids": many(BID), "trades": many(TRADE)})
WHOLE_TRADE: Final = named("WholeTrade", {**members(TRADE), "serials": fields.List(fields.String())})


class OffersSought(Taken):
    """Which of what stands open; ``price`` in yuan, the highest one of interest."""

    q = Text(100, load_default="")
    mode = Choice("", *market.PUBLIC_MODES, load_default="")
    vintage = Whole(1900, 2200, load_default=None)
    price = Text(20, load_default="")
    after = Text(32, load_default="")


class OrdersSought(Taken):
    """Which orders."""

    state = Choice("", *(state.value for state in OrderState), load_default="")
    mode = Choice("", *(mode.value for mode in Mode), load_default="")
    after = Text(32, load_default="")


class After(Taken):
    """Where the last page ended."""

    after = Text(32, load_default="")


@section.read("/market/orders", listing(ORDER), query=OffersSought)
def offers(query: dict[str, Any]) -> dict[str, Any]:
    """正在交易的挂牌和竞价，新的在前"""
    require(*LOOKERS)
    cents = cents_of(query["price"]) if query["price"] else None
    sought = Sought(query["q"], query["mode"], query["vintage"], cents)
    found, after = market.offers(reading(), sought, now(), after=query["after"])
    return {"items": found, "next": after or None}


@section.read("/orders", listing(ORDER), query=OrdersSought)
def listed(query: dict[str, str]) -> dict[str, Any]:
    """转让委托，新的在前；买卖双方只见自己的"""
    states = (query["state"],) if query["state"] else ()
    found, after = orders.orders(
        reading(), account_ids=_own(), states=states, mode=query["mode"], after=query["after"]
    )
    return {"items": found, "next": after or None}


@section.read("/orders/<order_id>", WHOLE_ORDER)
def order(order_id: str) -> dict[str, Any]:
    """一笔转让委托，及本人可见的报价和成交"""
    require(*LOOKERS)
    who = trader.trader()
    found = trader.seen_order(order_id, who)
    return {
        **{name: getattr(found, name) for name in members(ORDER)},
        "bids": trader.opened_bids(found, who) or trader.own_bids(found, who),
        "trades": trader.trades_on(found, who),
    }


@section.read("/my/bids", listing(BID), query=After)
def own_bids(query: dict[str, str]) -> dict[str, Any]:
    """本人（本单位）的报价，新的在前"""
    require(*TRADERS)
    found, after = bids.bids(reading(), account_ids=trader.trader().ids, after=query["after"])
    return {"items": found, "next": after or None}


@section.read("/trades", listing(TRADE), query=After)
def made(query: dict[str, str]) -> dict[str, Any]:
    """成交，新的在前；买卖双方只见自己的"""
    found, after = trades.trades(reading(), account_ids=_own(), after=query["after"])
    return {"items": found, "next": after or None}


@section.read("/trades/<trade_id>", WHOLE_TRADE)
def trade(trade_id: str) -> dict[str, Any]:
    """一笔成交及其交割的序列号"""
    require(*LOOKERS)
    found = trader.seen_trade(trade_id, trader.trader())
    told = {name: getattr(found, name) for name in members(TRADE)}
    return told | {"serials": trades.serials(reading(), trade_id)}


@section.read("/my/certificates", listing(shape(HeldCertificate)), query=After)
def certificates(query: dict[str, str]) -> dict[str, Any]:
    """本人（本单位）账户的注销凭证，新的在前"""
    require(*TRADERS)
    found, after = held_certificates.certificates(reading(), trader.trader().ids, after=query["after"])
    return {"items": found, "next": after or None}


def _own() -> tuple[str, ...] | None:
    """Return the accounts whose orders the caller reads; ``None`` where it is all of them."""
    require(*LOOKERS)
    who: Trader = trader.trader()
    return None if who.office else who.ids
