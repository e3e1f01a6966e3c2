"""Moving money in the book: brought in, paid out, set aside, given free, charged.

I7 and docs/domain.md §5 (settlement). The exchange's bank stands behind the payment port; here is only what
an account has. Each act is once for its key, in the transaction of the command under way.
"""

from __future__ import annotations

from workflow_app.commands.book import Accounts, Act, Carried, carry, ensure_funds, system_account
from workflow_app.commands.run import Run
from workflow_app.domain.ledger import payments
from workflow_app.domain.ledger.accounts import AccountKind, MoneyBucket, Right, ensure_may
from workflow_app.domain.ledger.entries import Posting
from workflow_app.domain.ledger.moves import PostingKind


def deposit(run: Run, act: Act, account_id: str, cents: int) -> Carried:
    """Enter money a holder has brought to the exchange; whole cents."""
    outside = system_account(run, AccountKind.OUTSIDE)

    def decide(accounts: Accounts) -> Posting:
        ensure_may(accounts[account_id]["state"], Right.PAY_IN)
        return payments.deposit(act.key, account_id, outside, cents)

    return carry(run, act, PostingKind.DEPOSIT, (account_id, outside), decide)


def payout(run: Run, act: Act, account_id: str, cents: int) -> Carried:
    """Pay an account's free money out.

    :raises Refused: ``insufficient_funds``, ``account_not_normal``, ``bad_amount``.
    """
    outside = system_account(run, AccountKind.OUTSIDE)

    def decide(accounts: Accounts) -> Posting:
        ensure_may(accounts[account_id]["state"], Right.PAY_OUT)
        posting = payments.payout(act.key, account_id, outside, cents)
        ensure_funds(run, account_id, MoneyBucket.CASH, cents)
        return posting

    return carry(run, act, PostingKind.PAYOUT, (account_id, outside), decide)


def reserve(run: Run, act: Act, account_id: str, cents: int) -> Carried:
    """Set a buyer's money aside for a bid or an order.

    :raises Refused: ``insufficient_funds``, ``account_not_normal``, ``bad_amount``.
    """

    def decide(accounts: Accounts) -> Posting:
        ensure_may(accounts[account_id]["state"], Right.BUY)
        posting = payments.reserve(act.key, account_id, cents)
        ensure_funds(run, account_id, MoneyBucket.CASH, cents)
        return posting

    return carry(run, act, PostingKind.RESERVE, (account_id,), decide)


def unreserve(run: Run, act: Act, account_id: str, cents: int) -> Carried:
    """Give money set aside free again, in whatever state the account is."""

    def decide(_: Accounts) -> Posting:
        posting = payments.unreserve(act.key, account_id, cents)
        ensure_funds(run, account_id, MoneyBucket.RESERVED, cents)
        return posting

    return carry(run, act, PostingKind.UNRESERVE, (account_id,), decide)


def fee(run: Run, act: Act, account_id: str, cents: int) -> Carried:
    """Charge a fee that no transfer carries."""
    earned = system_account(run, AccountKind.FEE)

    def decide(_: Accounts) -> Posting:
        posting = payments.fee(act.key, account_id, earned, cents)
        ensure_funds(run, account_id, MoneyBucket.CASH, cents)
        return posting

    return carry(run, act, PostingKind.FEE, (account_id, earned), decide)
