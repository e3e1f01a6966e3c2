"""Money in the book: whole cents, between accounts, never made and never lost.

I7: delivery versus payment in one posting; Σ given = Σ received. ``outside`` is the world money comes from
and goes to, ``fee`` what the exchange earns. Must never know: cases, storage, banks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workflow_app.domain.ledger.accounts import MoneyBucket
from workflow_app.domain.ledger.entries import MoneyLine, Posting
from workflow_app.domain.ledger.moves import MONEY_MOVES, PostingKind
from workflow_app.kernel.errors import Refused

MAX_CENTS: Final = 10**17
"""A thousand million million yuan: more than there is, well within 64 bits even when summed."""


@dataclass(frozen=True, slots=True)
class Payment:
    """What a buyer pays, and what the seller is charged of it; cents.

    :param bucket: of the buyer: ``RESERVED`` where the money was set aside before.
    :raises Refused: ``bad_amount``: nothing, more than there is, or a fee above the amount.
    """

    amount: int
    fee: int
    fee_account: str
    bucket: MoneyBucket = MoneyBucket.RESERVED

    def __post_init__(self) -> None:
        ensure_cents(self.amount)
        if not 0 <= self.fee <= self.amount:
            raise Refused("bad_amount", "手续费须不小于零且不大于成交金额", article="355号附件二（二）")


def ensure_cents(cents: int) -> None:
    """Refuse what is no amount of money.

    :raises Refused: ``bad_amount``: not a whole number of cents from 1 up.
    """
    if isinstance(cents, bool) or not isinstance(cents, int) or not 1 <= cents <= MAX_CENTS:
        raise Refused("bad_amount", "金额须大于零，精确到分", article="355号附件二（二）")


def payment_lines(payment: Payment, seller_account: str, buyer_account: str) -> tuple[MoneyLine, ...]:
    """Return the lines by which a buyer pays a seller and the seller the fee."""
    lines = [
        MoneyLine(buyer_account, payment.bucket, -payment.amount),
        MoneyLine(seller_account, MoneyBucket.CASH, payment.amount - payment.fee),
        MoneyLine(payment.fee_account, MoneyBucket.CASH, payment.fee),
    ]
    return tuple(line for line in lines if line.cents)


def deposit(key: str, account_id: str, outside: str, cents: int) -> Posting:
    """Enter money a holder has brought to the exchange."""
    return _moved(key, PostingKind.DEPOSIT, outside, account_id, cents)


def payout(key: str, account_id: str, outside: str, cents: int) -> Posting:
    """Pay money out to its holder."""
    return _moved(key, PostingKind.PAYOUT, account_id, outside, cents)


def reserve(key: str, account_id: str, cents: int) -> Posting:
    """Set a buyer's money aside for a bid or an order."""
    return _moved(key, PostingKind.RESERVE, account_id, account_id, cents)


def unreserve(key: str, account_id: str, cents: int) -> Posting:
    """Give a buyer's money free again."""
    return _moved(key, PostingKind.UNRESERVE, account_id, account_id, cents)


def fee(key: str, account_id: str, fee_account: str, cents: int) -> Posting:
    """Charge a fee that no transfer carries."""
    return _moved(key, PostingKind.FEE, account_id, fee_account, cents)


def _moved(key: str, kind: PostingKind, giver: str, receiver: str, cents: int) -> Posting:
    ensure_cents(cents)
    given, received = MONEY_MOVES[kind]
    money = (MoneyLine(giver, given, -cents), MoneyLine(receiver, received, cents))
    return Posting(key, kind, None, None, (), money)
