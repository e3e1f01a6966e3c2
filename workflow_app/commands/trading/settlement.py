"""One trade settled: units against money in one posting, its confirmation, what follows from it.

I7; docs/domain.md §5: 「match → confirmation no. → atomic split + unit posting + payment + fee → notify」.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflow_app.commands import on_documents, on_ledger
from workflow_app.commands.book import Act
from workflow_app.commands.on_documents import Addressee, Paper
from workflow_app.commands.on_ledger import Sale
from workflow_app.commands.picking import Units
from workflow_app.commands.requests import Json
from workflow_app.commands.run import Run
from workflow_app.commands.trading import alerts
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.holdings import Hold, HoldKind
from workflow_app.domain.trading.orders import OrderState, ensure_step, ensure_takeable, fee_of
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.identifiers import new_id

CONFIRMATION: Final = "trade_confirmation"
"""The paper a settled trade is confirmed by; its number is the trade's."""


@dataclass(frozen=True, slots=True)
class Deal:
    """What a buyer takes of an order.

    :param cents: price of a tonne.
    :param key: what the payment was set aside under; one key, one trade.
    """

    buyer_account: str
    quantity: int
    cents: int
    key: str

    @property
    def amount(self) -> int:
        """What it costs, cents."""
        return self.quantity * self.cents


@dataclass(frozen=True, slots=True)
class Settled:
    """A trade as it stands.

    :param serials: the blocks delivered, as printed.
    """

    trade_id: str
    confirmation_number: str
    quantity: int
    amount_cents: int
    serials: tuple[str, ...]


def bid_key(bid_id: str) -> str:
    """Return what the money of a bid is set aside under."""
    return f"bid:{bid_id}"


def reported_number(run: Run) -> str:
    """Take the next number of a trade that was settled elsewhere and is only entered here."""
    return f"CJ-{legal_date(run.at).year}-{run.uow.settings.next('trade_confirmation'):06d}"


def ensure_offered(run: Run, order: Mapping[str, Any], quantity: int) -> None:
    """Refuse what an order cannot deliver now; to be asked before any money moves.

    :raises Refused: ``insufficient_units``, ``units_locked``.
    """
    ensure_takeable(quantity, order["remaining"], run.uow.trading.locked(order["id"]))


def deliver(run: Run, order: dict[str, Any], deal: Deal, rules: Mapping[str, Json]) -> Settled:
    """Settle a deal whose payment is captured; the order, locked by the caller, has so much less to sell.

    :raises Refused: units, money or an account does not allow it.
    """
    ensure_takeable(deal.quantity, order["remaining"], 0)
    rate = rules.get("trade_fee_rate", 0)
    fee = fee_of(deal.amount, rate if isinstance(rate, int) else 0)
    case = run.case(order["case_id"])
    trade_id, number = new_id(), on_documents.next_number(run, case, CONFIRMATION)
    sale = Sale(
        Units(order["seller_account"], order["project_id"], deal.quantity, order["batch_id"]),
        deal.buyer_account,
        deal.cents,
        fee,
        number,
        order_id=order["id"],
        trade_id=trade_id,
    )
    act = Act(f"{deal.key}:trade", case.id, f"{number} 成交")
    done = on_ledger.transfer(run, act, sale)
    order["remaining"] -= deal.quantity
    run.uow.trading.change_order(order["id"], {"remaining": order["remaining"]})
    alerts.judge(run, trade_id, sale)
    said = {
        "order": dict(order),
        "buyer_account": deal.buyer_account,
        "quantity": deal.quantity,
        "price_cents": deal.cents,
        "amount_cents": deal.amount,
        "fee_cents": fee,
        "posting": act.key,
    }
    to = Addressee("交易双方", principals=_holders(run, order["seller_account"], deal.buyer_account))
    on_documents.issue(run, case, Paper(CONFIRMATION, said, trade_id, to, number))
    return Settled(trade_id, number, done.quantity, deal.amount, done.serials)


def end(run: Run, order: dict[str, Any], state: OrderState, reason: str = "") -> None:
    """End an order; what it did not sell is for sale again.

    :raises Refused: its state has no such step.
    """
    ensure_step(order["state"], state)
    hold = Hold(HoldKind.ORDER, order["id"])
    if run.uow.ledger.holdings(order["seller_account"], Bucket.FROZEN, hold=hold, limit=1):
        units = Units(order["seller_account"], order["project_id"])
        act = Act(f"order:{order['id']}:units_free", order["case_id"], f"{order['number']} {state.label}")
        on_ledger.release(run, act, units, order["id"])
    order |= {"state": state.value, "ended_at": run.at}
    changes = {"state": state.value, "ended_at": run.at, "end_reason": reason or None}
    run.uow.trading.change_order(order["id"], changes)


def tell(run: Run, order: Mapping[str, Any], subject: str, text: str, *accounts: str) -> None:
    """Tell the holders of accounts, the project's exchange among them, what became of an order."""
    principals = _holders(run, order["seller_account"], *accounts)
    run.uow.outbox.notify(principals, subject, text, order["case_id"], run.at)


def _holders(run: Run, *accounts: str) -> tuple[str, ...]:
    """Return whom the holders of accounts are told through."""
    principals = []
    for account_id in accounts:
        account = run.uow.trading.account(account_id)
        if account is None:
            continue
        holder = account["organisation_id"]
        role = "owner" if account["kind"] == "owner" else "buyer"
        principals.append(f"role:{role}:{holder}" if holder else f"user:{account['person_id']}")
    return tuple(dict.fromkeys(principals))
