"""Orders and bids: their modes, their states, and what an offer must hold before it may stand.

R38: 「挂牌定价转让、协议交易、竞价及其他符合规定的方式」; docs/domain.md §3. A mode more is a member of
:class:`Mode`, a diagram and its handler. Must never know: cases, storage, people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from workflow_app.domain.ledger.holdings import ensure_quantity
from workflow_app.kernel.errors import Refused

ARTICLE: Final = "355号附件二（二）"
MAX_PRICE_CENTS: Final = 100_000_000
"""A million yuan a tonne: nobody can mean more, and quantity × price stays within 64 bits."""


class Mode(StrEnum):
    """How units are transferred (R38)."""

    LISTING = "listing"
    NEGOTIATED = "negotiated"
    AUCTION = "auction"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _MODES[self]

    @property
    def process(self) -> str:
        """The diagram that carries an order of this mode."""
        return f"transfer_{self.value}"


class OrderState(StrEnum):
    """Where an order stands; a negotiated one is ``pending`` until its buyer agrees, then ``matched``."""

    OPEN = "open"
    PENDING = "pending"
    MATCHED = "matched"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REJECTED = "rejected"
    UNSOLD = "unsold"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _STATES[self]

    @classmethod
    def over(cls) -> tuple[OrderState, ...]:
        """Return the states nothing follows."""
        return tuple(state for state in cls if not STEPS[state])


class BidState(StrEnum):
    """Where a bid stands."""

    PLACED = "placed"
    WITHDRAWN = "withdrawn"
    WON = "won"
    LOST = "lost"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _BIDS[self]


_ENDINGS: Final = frozenset(
    {
        OrderState.COMPLETED,
        OrderState.WITHDRAWN,
        OrderState.EXPIRED,
        OrderState.REJECTED,
        OrderState.UNSOLD,
        OrderState.FAILED,
    }
)
STEPS: Final[Mapping[OrderState, frozenset[OrderState]]] = {
    OrderState.OPEN: _ENDINGS - {OrderState.REJECTED},
    OrderState.PENDING: frozenset(
        {OrderState.MATCHED, OrderState.REJECTED, OrderState.EXPIRED, OrderState.WITHDRAWN}
    ),
    OrderState.MATCHED: frozenset({OrderState.COMPLETED, OrderState.REJECTED, OrderState.FAILED}),
    **dict.fromkeys(_ENDINGS, frozenset[OrderState]()),
}
"""What may follow what."""
_MODES: Final[Mapping[Mode, str]] = {
    Mode.LISTING: "挂牌定价转让",
    Mode.NEGOTIATED: "协议交易",
    Mode.AUCTION: "竞价",
}
_STATES: Final[Mapping[OrderState, str]] = {
    OrderState.OPEN: "交易中",
    OrderState.PENDING: "待购买方确认",
    OrderState.MATCHED: "待交易机构审核",
    OrderState.COMPLETED: "已成交",
    OrderState.WITHDRAWN: "已撤回",
    OrderState.EXPIRED: "已到期",
    OrderState.REJECTED: "未通过",
    OrderState.UNSOLD: "流拍",
    OrderState.FAILED: "结算失败",
}
_BIDS: Final[Mapping[BidState, str]] = {
    BidState.PLACED: "已报价",
    BidState.WITHDRAWN: "已撤回",
    BidState.WON: "已成交",
    BidState.LOST: "未成交",
    BidState.RETURNED: "已退回",
}


def ensure_step(state: str, following: OrderState) -> None:
    """Refuse a change an order does not know.

    :raises Refused: ``order_step``, with both states in Chinese.
    """
    here = OrderState(state)
    if following not in STEPS[here]:
        raise Refused("order_step", f"转让委托为“{here.label}”，不能转为“{following.label}”", article=ARTICLE)


def standing(state: str, remaining: int, locked: int) -> str:
    """Return where an order stands in words: an open one also tells what a dispute keeps from being sold.

    :param remaining: tonnes not sold yet; :param locked: those of them under a dispute lock.
    """
    here = OrderState(state)
    if STEPS[here] and locked:
        if locked >= remaining:
            return "争议锁定，暂停交易"
        return f"{here.label}（{locked:,}吨争议锁定）"
    return here.label


def ensure_takeable(quantity: int, remaining: int, locked: int) -> None:
    """Refuse more than an order has left to sell.

    :param remaining: tonnes not sold yet; :param locked: those of them under a dispute lock.
    :raises Refused: ``insufficient_units``, or ``units_locked`` where only a lock keeps them from being sold.
    """
    if quantity > remaining:
        raise Refused(
            "insufficient_units",
            f"可成交数量不足：申请{quantity:,}吨，剩余{remaining:,}吨",
            article=ARTICLE,
        )
    if quantity > remaining - locked:
        raise Refused(
            "units_locked",
            f"剩余{remaining:,}吨中有{locked:,}吨因争议锁定，现可成交{remaining - locked:,}吨",
            article="参照31号令第四十三条",
        )


def ensure_price(cents: int) -> None:
    """Refuse what is no price of a tonne.

    :param cents: hundredths of a yuan; the step of a price is a cent.
    :raises Refused: ``bad_price``.
    """
    if isinstance(cents, bool) or not isinstance(cents, int) or not 1 <= cents <= MAX_PRICE_CENTS:
        raise Refused("bad_price", "单价须为0.01至1,000,000.00元，精确到分", article=ARTICLE)


def ensure_offer(quantity: int, cents: int) -> None:
    """Refuse an offer or a bid whose quantity or price does not hold.

    :raises Refused: ``bad_quantity``, ``bad_price``.
    """
    ensure_quantity(quantity)
    ensure_price(cents)


def cents_of(yuan: object) -> int:
    """Return an amount in yuan, as a form or the API writes it, as whole cents.

    :raises Refused: ``bad_price``: no number, or finer than a cent.
    """
    found = re.fullmatch(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?", str(yuan).strip(), re.ASCII)
    if found is None or not isinstance(yuan, str | int) or isinstance(yuan, bool):
        raise Refused("bad_price", "金额须大于零，以元为单位，精确到分", article=ARTICLE)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def yuan(cents: int) -> str:
    """Return cents as people read them: ``1,234.50``."""
    return f"{cents // 100:,}.{cents % 100:02d}"


def fee_of(amount: int, hundredths_of_percent: int) -> int:
    """Return the exchange's fee on an amount, rounded down to whole cents; both in cents.

    :param hundredths_of_percent: the fee's rate, 10000 being the whole amount.
    """
    return amount * hundredths_of_percent // 10_000


def deviation(cents: int, reference: int | None) -> int:
    """Return by how many percent a price stands from its reference, signed, rounded towards nought.

    :param reference: cents; ``None`` where nothing was traded to compare with: then 0.
    """
    if not reference:
        return 0
    return int((cents - reference) * 100 / reference)
