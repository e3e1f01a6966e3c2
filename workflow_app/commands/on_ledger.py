"""Moving units: every act on them goes through here, in the transaction of the command under way.

docs/domain.md §3 (holding block) and §5. Each locks its accounts, picks holdings (oldest vintage first,
lowest number first), and enters one posting; asked again under the same key it answers with the earlier
one. Who may act is the commands' to check, when is the diagram's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow_app.commands.book import (
    Accounts,
    Act,
    Carried,
    carry,
    ensure_buyer,
    ensure_funds,
    ensure_owner,
    system_account,
)
from workflow_app.commands.picking import FREE, LIVE, Units, pick
from workflow_app.commands.run import Run
from workflow_app.domain.ledger import operations
from workflow_app.domain.ledger.accounts import AccountKind, Bucket, MoneyBucket, Right, ensure_may
from workflow_app.domain.ledger.entries import Posting
from workflow_app.domain.ledger.holdings import Hold, HoldKind, ensure_quantity
from workflow_app.domain.ledger.minting import MintOrder
from workflow_app.domain.ledger.minting import mint as mint_posting
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.domain.ledger.payments import Payment
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables


@dataclass(frozen=True, slots=True)
class Sale:
    """A trade to be settled.

    :param order_id: the order whose frozen units are sold; ``None`` sells what is available.
    :param external_id: the exchange's own number of a trade it only reports; then no money moves here.
    :param paid_from: the buyer's bucket the money comes from.
    :param at: when it was made, where that is not now.
    """

    units: Units
    buyer_account: str
    price_cents: int
    fee_cents: int
    confirmation_number: str
    order_id: str | None = None
    external_id: str | None = None
    paid_from: MoneyBucket = MoneyBucket.RESERVED
    trade_id: str = field(default_factory=new_id)
    at: datetime | None = None


def mint(run: Run, act: Act, order: MintOrder, owner_account: str) -> Carried:
    """Bring a batch's units into being on the owner's account."""
    issuance = system_account(run, AccountKind.ISSUANCE)

    def decide(_: Accounts) -> Posting:
        return mint_posting(order, issuance_account=issuance, owner_account=owner_account)

    return carry(run, act, PostingKind.MINT, (issuance, owner_account), decide, project_id=order.project_id)


def freeze(run: Run, act: Act, units: Units, order_id: str) -> Carried:
    """Set units aside for an order of their owner.

    :raises Refused: ``resale_forbidden``: the account is not that of the project's owner.
    """

    def decide(accounts: Accounts) -> Posting:
        ensure_owner(run, accounts[units.account_id], units.project_id)
        ensure_may(accounts[units.account_id]["state"], Right.SELL)
        return operations.freeze(act.key, pick(run, units, Bucket.AVAILABLE), Hold(HoldKind.ORDER, order_id))

    return _carry(run, act, PostingKind.FREEZE, units, decide)


def release(run: Run, act: Act, units: Units, order_id: str) -> Carried:
    """Give what an order still holds, or a part of it, back for sale."""

    def decide(_: Accounts) -> Posting:
        return operations.release(act.key, pick(run, units, Bucket.FROZEN, Hold(HoldKind.ORDER, order_id)))

    return _carry(run, act, PostingKind.RELEASE, units, decide)


def transfer(run: Run, act: Act, sale: Sale) -> Carried:
    """Settle a trade: units against money in one posting, with its trade record (I7).

    :raises Refused: ``resale_forbidden``, ``account_not_normal``, ``insufficient_units``,
        ``insufficient_funds``.
    """
    units = sale.units
    ensure_quantity(units.quantity or 0)
    amount = (units.quantity or 0) * sale.price_cents
    fee_account = system_account(run, AccountKind.FEE) if sale.fee_cents and not sale.external_id else ""

    def decide(accounts: Accounts) -> Posting:
        ensure_owner(run, accounts[units.account_id], units.project_id)
        ensure_may(accounts[units.account_id]["state"], Right.SELL)
        ensure_buyer(accounts[sale.buyer_account])
        payment = None
        if sale.external_id is None:
            payment = Payment(amount, sale.fee_cents, fee_account, sale.paid_from)
            ensure_funds(run, sale.buyer_account, sale.paid_from, amount)
        hold = Hold(HoldKind.ORDER, sale.order_id) if sale.order_id else None
        parts = pick(run, units, Bucket.FROZEN if hold else Bucket.AVAILABLE, hold)
        return operations.transfer(act.key, parts, sale.buyer_account, payment)

    def trade(posting_id: str) -> None:
        run.uow.programme.add(tables.trade, _trade_row(run, sale, amount, posting_id))

    touched = [units.account_id, sale.buyer_account, *([fee_account] if fee_account else [])]
    return carry(run, act, PostingKind.TRANSFER, touched, decide, trade, project_id=units.project_id)


def hold_cancellation(run: Run, act: Act, units: Units, cancellation_id: str) -> Carried:
    """Lock units their holder applies to cancel."""

    def decide(accounts: Accounts) -> Posting:
        ensure_may(accounts[units.account_id]["state"], Right.CANCEL)
        hold = Hold(HoldKind.CANCELLATION, cancellation_id)
        return operations.hold_cancellation(act.key, pick(run, units, FREE), hold)

    return _carry(run, act, PostingKind.HOLD_CANCELLATION, units, decide)


def cancel(run: Run, act: Act, units: Units, cancellation_id: str) -> Carried:
    """Cancel the units a cancellation holds, for ever."""

    def decide(_: Accounts) -> Posting:
        hold = Hold(HoldKind.CANCELLATION, cancellation_id)
        return operations.cancel(act.key, pick(run, units, Bucket.PENDING, hold))

    return _carry(run, act, PostingKind.CANCEL, units, decide)


def return_cancellation(run: Run, act: Act, units: Units, cancellation_id: str) -> Carried:
    """Give the units of a returned cancellation back to their holder."""

    def decide(accounts: Accounts) -> Posting:
        parts = pick(run, units, Bucket.PENDING, Hold(HoldKind.CANCELLATION, cancellation_id))
        return operations.return_cancellation(act.key, parts, AccountKind(accounts[units.account_id]["kind"]))

    return _carry(run, act, PostingKind.RETURN_CANCELLATION, units, decide)


def dispute(run: Run, act: Act, units: Units, hold: Hold, buckets: Sequence[Bucket] = LIVE) -> Carried:
    """Lock live units while a complaint or a finding is looked into, wherever in the account they lie.

    :param buckets: where only some of them are to be locked.
    """

    def decide(_: Accounts) -> Posting:
        return operations.dispute(act.key, pick(run, units, buckets), hold)

    return _carry(run, act, PostingKind.DISPUTE, units, decide)


def undispute(run: Run, act: Act, units: Units, hold: Hold) -> Carried:
    """Lift a lock; units return to where they were."""

    def decide(_: Accounts) -> Posting:
        return operations.undispute(act.key, pick(run, units, Bucket.DISPUTED, hold))

    return _carry(run, act, PostingKind.UNDISPUTE, units, decide)


def reverse(run: Run, act: Act, units: Units, hold: Hold | None = None) -> Carried:
    """Take units out that ought not to have been issued, lowest vintage first.

    :param hold: the lock they are under; without one, the owner's available units.
    """

    def decide(_: Accounts) -> Posting:
        bucket = Bucket.DISPUTED if hold else Bucket.AVAILABLE
        return operations.reverse(act.key, pick(run, units, bucket, hold))

    return _carry(run, act, PostingKind.REVERSE, units, decide)


def succession(run: Run, act: Act, units: Units, to: str, order_id: str) -> Carried:
    """Move units that nothing binds to another account, by the department's order of succession."""

    def decide(accounts: Accounts) -> Posting:
        kind = AccountKind(accounts[to]["kind"])
        return operations.succession(act.key, pick(run, units, FREE), to, kind, order_id)

    return carry(
        run, act, PostingKind.SUCCESSION, (units.account_id, to), decide, project_id=units.project_id
    )


def _carry(
    run: Run, act: Act, kind: PostingKind, units: Units, decide: Callable[[Accounts], Posting]
) -> Carried:
    return carry(run, act, kind, (units.account_id,), decide, project_id=units.project_id)


def _trade_row(run: Run, sale: Sale, amount: int, posting_id: str) -> dict[str, Any]:
    return {
        "id": sale.trade_id,
        "order_id": sale.order_id,
        "confirmation_number": sale.confirmation_number,
        "channel": "market" if sale.external_id is None else "reported",
        "external_id": sale.external_id,
        "posting_id": posting_id,
        "seller_account": sale.units.account_id,
        "buyer_account": sale.buyer_account,
        "project_id": sale.units.project_id,
        "quantity": sale.units.quantity,
        "price_cents": sale.price_cents,
        "amount_cents": amount,
        "fee_cents": sale.fee_cents,
        "at": sale.at or run.at,
    }
