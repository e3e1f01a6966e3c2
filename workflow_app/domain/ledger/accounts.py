"""Registry accounts, the buckets units and money lie in, and what an account's state allows.

附件二（一）: the exchange opens an account for the project's owner; R40: buyers have theirs. A bucket says
in which state of the holding units are (I1). ``FEE`` and ``OUTSIDE`` are the book's own accounts: fees
earned, and the world money comes from and goes to. Must never know: cases, storage.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from workflow_app.kernel.errors import Refused

ARTICLE = "355号附件二（一）"


class AccountKind(StrEnum):
    """Whose account it is. ``ISSUANCE`` is the source all units are minted from."""

    OWNER = "owner"
    BUYER = "buyer"
    ISSUANCE = "issuance"
    FEE = "fee"
    OUTSIDE = "outside"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _KINDS[self]

    @property
    def system(self) -> bool:
        """Nobody holds it: it is the book's own."""
        return self in SYSTEM_KINDS


class Bucket(StrEnum):
    """Where units lie within an account (I1)."""

    ISSUED = "issued"
    AVAILABLE = "available"
    FROZEN = "frozen"
    DISPUTED = "disputed"
    HELD = "held"
    PENDING = "pending"
    CANCELLED = "cancelled"
    REVERSED = "reversed"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _BUCKETS[self]

    @property
    def terminal(self) -> bool:
        """I4: nothing leaves it again."""
        return self in {Bucket.CANCELLED, Bucket.REVERSED}


class MoneyBucket(StrEnum):
    """Where money lies within an account: free, or set aside for a bid or an order."""

    CASH = "cash"
    RESERVED = "reserved"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return "可用资金" if self is MoneyBucket.CASH else "冻结资金"


SYSTEM_KINDS: Final = frozenset({AccountKind.ISSUANCE, AccountKind.FEE, AccountKind.OUTSIDE})
SYSTEM_NUMBERS: Final[Mapping[AccountKind, str]] = {
    AccountKind.ISSUANCE: "JX-ISSUANCE",
    AccountKind.FEE: "JX-FEE",
    AccountKind.OUTSIDE: "JX-OUTSIDE",
}
"""The numbers of the book's own accounts; there is one of each."""

_KINDS: Final[Mapping[AccountKind, str]] = {
    AccountKind.OWNER: "业主户",
    AccountKind.BUYER: "购买户",
    AccountKind.ISSUANCE: "签发户",
    AccountKind.FEE: "手续费户",
    AccountKind.OUTSIDE: "场外资金户",
}
_BUCKETS: Final[Mapping[Bucket, str]] = {
    Bucket.ISSUED: "已签发",
    Bucket.AVAILABLE: "可用",
    Bucket.FROZEN: "冻结",
    Bucket.DISPUTED: "争议锁定",
    Bucket.HELD: "已售持有",
    Bucket.PENDING: "待注销",
    Bucket.CANCELLED: "已注销",
    Bucket.REVERSED: "核减",
}
ACCOUNT_STATES: Mapping[str, str] = {
    "applied": "申请中",
    "returned": "已退回",
    "normal": "正常",
    "restricted": "限制",
    "frozen": "冻结",
    "closed": "已关闭",
}
TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        ("applied", "normal"),
        ("applied", "returned"),
        ("returned", "applied"),
        ("normal", "restricted"),
        ("restricted", "normal"),
        ("normal", "frozen"),
        ("restricted", "frozen"),
        ("frozen", "normal"),
        ("normal", "closed"),
    }
)


class Right(StrEnum):
    """What a holder may want to do with an account."""

    RECEIVE = "receive"
    SELL = "sell"
    BUY = "buy"
    CANCEL = "cancel"
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"

    @property
    def label(self) -> str:
        """The Chinese name, as a refusal says it."""
        return _RIGHTS[self]


_RIGHTS: Final[Mapping[Right, str]] = {
    Right.RECEIVE: "登记减排量",
    Right.SELL: "转让减排量",
    Right.BUY: "购买减排量",
    Right.CANCEL: "申请注销",
    Right.PAY_IN: "存入资金",
    Right.PAY_OUT: "提取资金",
}
_ALLOWED: Final[Mapping[str, frozenset[Right]]] = {
    "normal": frozenset(Right),
    "restricted": frozenset({Right.CANCEL, Right.PAY_IN, Right.PAY_OUT}),
}
"""A restricted account neither sells nor buys; in a frozen one nothing moves at its holder's will."""


def ensure_may(state: str, right: Right) -> None:
    """Refuse what an account's state does not allow its holder.

    :raises Refused: ``account_not_normal``, with the state and the act in Chinese.
    """
    if right not in _ALLOWED.get(state, frozenset()):
        raise Refused(
            "account_not_normal", f"账户为“{ACCOUNT_STATES[state]}”，不能{right.label}", article=ARTICLE
        )


def ensure_step(state: str, following: str, *, balance: int = 0) -> None:
    """Refuse a change an account does not know; only an empty one is closed.

    :param balance: live units on the account, tCO2e.
    :raises Refused: with both states in Chinese, or the balance.
    """
    here, there = ACCOUNT_STATES[state], ACCOUNT_STATES[following]
    if (state, following) not in TRANSITIONS:
        raise Refused("account_step", f"账户为“{here}”，不能转为“{there}”", article=ARTICLE)
    if following == "closed" and balance:
        raise Refused("account_not_empty", f"账户尚有{balance:,}吨减排量，不能关闭", article=ARTICLE)
