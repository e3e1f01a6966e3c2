"""Which kinds of posting there are, and which moves each may make: one table a reader can see.

docs/domain.md §3 (holding block), I3 and I4. The database holds the same table in its rules. Must never
know: cases, storage.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from workflow_app.domain.ledger.accounts import Bucket, MoneyBucket


class PostingKind(StrEnum):
    """Why units or money move."""

    MINT = "mint"
    FREEZE = "freeze"
    RELEASE = "release"
    TRANSFER = "transfer"
    HOLD_CANCELLATION = "hold_cancellation"
    CANCEL = "cancel"
    RETURN_CANCELLATION = "return_cancellation"
    DISPUTE = "dispute"
    UNDISPUTE = "undispute"
    REVERSE = "reverse"
    SUCCESSION = "succession"
    DEPOSIT = "deposit"
    PAYOUT = "payout"
    RESERVE = "reserve"
    UNRESERVE = "unreserve"
    FEE = "fee"

    @property
    def label(self) -> str:
        """The Chinese name, as a statement shows it."""
        return _LABELS[self]


_LABELS: Final[Mapping[PostingKind, str]] = {
    PostingKind.MINT: "登记签发",
    PostingKind.FREEZE: "挂单冻结",
    PostingKind.RELEASE: "撤单解冻",
    PostingKind.TRANSFER: "转让",
    PostingKind.HOLD_CANCELLATION: "注销申请锁定",
    PostingKind.CANCEL: "注销",
    PostingKind.RETURN_CANCELLATION: "注销申请退回",
    PostingKind.DISPUTE: "争议锁定",
    PostingKind.UNDISPUTE: "解除争议锁定",
    PostingKind.REVERSE: "核减",
    PostingKind.SUCCESSION: "非交易过户",
    PostingKind.DEPOSIT: "资金存入",
    PostingKind.PAYOUT: "资金提取",
    PostingKind.RESERVE: "资金冻结",
    PostingKind.UNRESERVE: "资金解冻",
    PostingKind.FEE: "手续费",
}

_LIVE: Final = (Bucket.AVAILABLE, Bucket.FROZEN, Bucket.HELD, Bucket.PENDING)

UNIT_MOVES: Final[Mapping[PostingKind, frozenset[tuple[Bucket, Bucket]]]] = {
    PostingKind.MINT: frozenset({(Bucket.ISSUED, Bucket.AVAILABLE)}),
    PostingKind.FREEZE: frozenset({(Bucket.AVAILABLE, Bucket.FROZEN)}),
    PostingKind.RELEASE: frozenset({(Bucket.FROZEN, Bucket.AVAILABLE)}),
    PostingKind.TRANSFER: frozenset({(Bucket.AVAILABLE, Bucket.HELD), (Bucket.FROZEN, Bucket.HELD)}),
    PostingKind.HOLD_CANCELLATION: frozenset(
        {(Bucket.AVAILABLE, Bucket.PENDING), (Bucket.HELD, Bucket.PENDING)}
    ),
    PostingKind.CANCEL: frozenset({(Bucket.PENDING, Bucket.CANCELLED)}),
    PostingKind.RETURN_CANCELLATION: frozenset(
        {(Bucket.PENDING, Bucket.AVAILABLE), (Bucket.PENDING, Bucket.HELD)}
    ),
    PostingKind.DISPUTE: frozenset((bucket, Bucket.DISPUTED) for bucket in _LIVE),
    PostingKind.UNDISPUTE: frozenset((Bucket.DISPUTED, bucket) for bucket in _LIVE),
    PostingKind.REVERSE: frozenset(
        (bucket, Bucket.REVERSED) for bucket in (Bucket.AVAILABLE, Bucket.FROZEN, Bucket.DISPUTED)
    ),
    PostingKind.SUCCESSION: frozenset(
        (given, received)
        for given in (Bucket.AVAILABLE, Bucket.HELD)
        for received in (Bucket.AVAILABLE, Bucket.HELD)
    ),
}
"""From which bucket to which units may go; sold units are reversed only out of a dispute lock."""

CROSSING: Final = frozenset({PostingKind.MINT, PostingKind.TRANSFER, PostingKind.SUCCESSION})
"""The kinds that carry units from one account to another; the rest leave each account what it has."""

MONEY_KINDS: Final = frozenset(
    {
        PostingKind.DEPOSIT,
        PostingKind.PAYOUT,
        PostingKind.RESERVE,
        PostingKind.UNRESERVE,
        PostingKind.FEE,
    }
)
"""The kinds that move money alone; a transfer moves both."""

MONEY_MOVES: Final[Mapping[PostingKind, tuple[MoneyBucket, MoneyBucket]]] = {
    PostingKind.DEPOSIT: (MoneyBucket.CASH, MoneyBucket.CASH),
    PostingKind.PAYOUT: (MoneyBucket.CASH, MoneyBucket.CASH),
    PostingKind.RESERVE: (MoneyBucket.CASH, MoneyBucket.RESERVED),
    PostingKind.UNRESERVE: (MoneyBucket.RESERVED, MoneyBucket.CASH),
    PostingKind.FEE: (MoneyBucket.CASH, MoneyBucket.CASH),
}
"""From which bucket to which money goes where it moves alone."""
