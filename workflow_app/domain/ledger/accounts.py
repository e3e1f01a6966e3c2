"""Registry accounts and the buckets units lie in.

附件二（一）: the exchange opens an account for the project's owner; R40: buyers have theirs. A bucket says
in which state of the holding units are; balances are derived from postings, never stored (I1). Must never
know: cases, storage, money.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from workflow_app.kernel.errors import Refused

ARTICLE = "355号附件二（一）"


class AccountKind(StrEnum):
    """Whose account it is. ``ISSUANCE`` is the source all units are minted from."""

    OWNER = "owner"
    BUYER = "buyer"
    ISSUANCE = "issuance"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return {"owner": "业主户", "buyer": "购买户", "issuance": "签发户"}[self.value]


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


_BUCKETS = {
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
    "normal": "正常",
    "restricted": "限制",
    "frozen": "冻结",
    "closed": "已关闭",
}
TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        ("normal", "restricted"),
        ("restricted", "normal"),
        ("normal", "frozen"),
        ("restricted", "frozen"),
        ("frozen", "normal"),
        ("normal", "closed"),
    }
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
