"""The market over HTTP: transfers begun and withdrawn, listings taken, bids, the exchange's reports.

附件二（二）; R38-R40. The exchange's own system reports its trades here, each once for its ``external_id``,
and sends the day's whole list when the day is over. Prices are yuan as decimal text, quantities whole tonnes.
"""

from __future__ import annotations

from typing import Any, Final

from marshmallow import fields, validate

from workflow_app.commands.market.reported import MOST
from workflow_app.commands.market.requests import (
    LoadTradeFile,
    PlaceBid,
    ReconcileTrades,
    ReportTrades,
    ReviewAlert,
    StartTransfer,
    TakeListing,
    WithdrawBid,
    WithdrawOrder,
)
from workflow_app.domain.trading.orders import Mode
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import named
from workflow_app.web.api.wire import Choice, Taken, Text, Whole

section = Section("trading", "减排量转让")
LARGEST_FILE: Final = 5_000_000

STARTED = named(
    "TransferStarted", {"case_id": fields.String(), "number": fields.String(), "mode": fields.String()}
)
WITHDRAWN = named(
    "OrderWithdrawn", {"order_id": fields.String(), "case_id": fields.String(), "state": fields.String()}
)
TRADED = named(
    "Traded",
    {
        "trade_id": fields.String(),
        "confirmation_number": fields.String(),
        "quantity": fields.Integer(),
        "amount_cents": fields.Integer(),
        "serials": fields.List(fields.String()),
        "remaining": fields.Integer(),
    },
)
BID = named(
    "BidPlaced", {"bid_id": fields.String(), "order_id": fields.String(), "quantity": fields.Integer()}
)
BID_TAKEN_BACK = named("BidWithdrawn", {"bid_id": fields.String(), "state": fields.String()})
REVIEWED = named("AlertReviewed", {"alert_id": fields.String(), "state": fields.String()})
REPORTED = named("TradesReported", {"trades": fields.List(fields.Dict())})
RECONCILED = named(
    "DayReconciled",
    {
        "report_id": fields.String(),
        "differences": fields.Integer(),
        "found": fields.List(fields.Dict()),
        "trades": fields.List(fields.Dict()),
    },
)


class TransferBegun(Taken):
    """How units are to be transferred."""

    mode = Choice(*(mode.value for mode in Mode), required=True)


class OrderReason(Taken):
    """Why."""

    reason = Text(1000, required=True)


class UnitsWanted(Taken):
    """How many tonnes, and with which account where there are several."""

    quantity = Whole(1, 999_999_999, required=True, strict=True)
    account_id = Text(32, load_default=None, allow_none=True)


class BidWanted(UnitsWanted):
    """And at what price a tonne, yuan."""

    price = Text(20, required=True)


class AlertFinding(Taken):
    """What was found out."""

    state = Choice("cleared", "reported", required=True)
    finding = Text(2000, required=True)


class TradesTold(Taken):
    """Trades of the exchange's own system."""

    trades = fields.List(fields.Dict(), required=True, validate=validate.Length(1, MOST))


class DayTold(Taken):
    """The whole list of a legal day."""

    day = Text(10, required=True)
    trades = fields.List(fields.Dict(), required=True)


class SignedDay(Taken):
    """A signed daily file, as it stands."""

    document = Text(LARGEST_FILE, required=True)


@section.write("/projects/<project_id>/transfers", STARTED, body=TransferBegun, status=201)
def start(body: dict[str, str], project_id: str) -> Any:
    """发起转让：挂牌、协议或者竞价"""
    return act(StartTransfer(project_id, body["mode"])).values


@section.write("/orders/<order_id>/withdraw", WITHDRAWN, body=OrderReason)
def withdraw(body: dict[str, str], order_id: str) -> Any:
    """撤回未成交的转让委托"""
    return act(WithdrawOrder(order_id, body["reason"])).values


@section.write("/orders/<order_id>/take", TRADED, body=UnitsWanted)
def take(body: dict[str, Any], order_id: str) -> Any:
    """摘牌：按挂牌单价购买，减排量与价款同时交割"""
    return act(TakeListing(order_id, body["quantity"], body["account_id"])).values


@section.write("/orders/<order_id>/bids", BID, body=BidWanted, status=201)
def bid(body: dict[str, Any], order_id: str) -> Any:
    """竞价报价：密封至截止，全额冻结资金"""
    return act(PlaceBid(order_id, body["quantity"], body["price"], body["account_id"])).values


@section.write("/bids/<bid_id>/withdraw", BID_TAKEN_BACK)
def withdraw_bid(bid_id: str) -> Any:
    """撤回报价（截止前）"""
    return act(WithdrawBid(bid_id)).values


@section.write("/trade-alerts/<alert_id>/review", REVIEWED, body=AlertFinding)
def review(body: dict[str, str], alert_id: str) -> Any:
    """核查异常交易提示"""
    return act(ReviewAlert(alert_id, body["state"], body["finding"])).values


@section.write("/exchange/trades", REPORTED, body=TradesTold)
def report(body: dict[str, Any]) -> Any:
    """交易机构报送成交，按成交编号各生效一次"""
    return act(ReportTrades(body["trades"])).values


@section.write("/exchange/reconciliations", RECONCILED, body=DayTold)
def reconcile(body: dict[str, Any]) -> Any:
    """日终对账：全日成交清单与台账逐笔核对"""
    return act(ReconcileTrades(body["day"], body["trades"])).values


@section.write("/exchange/trade-files", RECONCILED, body=SignedDay)
def load_file(body: dict[str, str]) -> Any:
    """交易机构签名的日终文件：先入账，再对账"""
    return act(LoadTradeFile(body["document"])).values
