"""What a person or the exchange's own system may ask for in the market: one frozen request a use case.

Prices are yuan a tonne as typed (``"45.00"``), quantities whole tonnes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from workflow_app.commands.requests import Json, Request


@dataclass(frozen=True, slots=True)
class StartTransfer(Request):
    """项目业主发起转让: opens a case in which the offer is made.

    :param mode: ``listing``, ``negotiated`` or ``auction`` (R38).
    """

    project_id: str
    mode: str


@dataclass(frozen=True, slots=True)
class WithdrawOrder(Request):
    """撤牌, 撤回: what of an order is not sold goes back to its owner."""

    order_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class TakeListing(Request):
    """摘牌: buy tonnes of a listing at its price.

    :param account_id: which of the actor's buyer's accounts; may be left out where there is one.
    """

    order_id: str
    quantity: int
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceBid(Request):
    """竞价报价: sealed until bidding closes; its whole amount is set aside."""

    order_id: str
    quantity: int
    price: str
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawBid(Request):
    """撤回报价, while bidding is open."""

    bid_id: str


@dataclass(frozen=True, slots=True)
class ReviewAlert(Request):
    """异常交易核查: what the exchange found out.

    :param state: ``cleared``, or ``reported`` to the department.
    """

    alert_id: str
    state: str
    finding: str


@dataclass(frozen=True, slots=True)
class ReportTrades(Request):
    """交易机构报送成交: trades of its own system, each once for its ``external_id``.

    :param trades: mappings with ``external_id``, ``project_number``, ``seller_account`` and ``buyer_account``
        (by number), ``quantity``, ``price`` and ``at`` (ISO instant).
    """

    trades: Sequence[Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class ReconcileTrades(Request):
    """日终对账: the exchange's whole list of a legal day, compared with the book.

    :param day: ISO date in Asia/Shanghai.
    :param trades: as in :class:`ReportTrades`.
    """

    day: str
    trades: Sequence[Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class SettleDifference(Request):
    """对账差异处理: how a difference was put right, said by a second person of the exchange.

    :param line: its place in the list.
    :param remedy: a member of :class:`~workflow_app.domain.trading.reports.Remedy`.
    """

    report_id: str
    line: int
    remedy: str
    note: str


@dataclass(frozen=True, slots=True)
class EnterQualification(Request):
    """登记交易资质 (R45): what says until when an exchange may publish, register and trade.

    :param number: of the paper; ``issuer``: who gave it.
    :param valid_until: its last day, a legal date in Asia/Shanghai.
    """

    organisation_id: str
    number: str
    issuer: str
    valid_from: date
    valid_until: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class LoadTradeFile(Request):
    """Take a signed daily file: its trades are reported, then its day is reconciled.

    :param document: the file's text.
    """

    document: str
