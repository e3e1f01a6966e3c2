"""Effects on orders: placed, paid for, settled, ended, as a transfer's case comes to them.

R38, R39, I7; docs/domain.md §3: 「结算失败 → freezes reversed → 失败 | same day」. How a settlement came out
is told to the case by a message, once this act is saved.
"""

from __future__ import annotations

from typing import Any, Final

from handlers import effects as asked
from workflow_app.commands import deadlines, on_ledger
from workflow_app.commands.book import Act
from workflow_app.commands.picking import Units
from workflow_app.commands.run import OpenCase, Run
from workflow_app.commands.trading import settlement, traders
from workflow_app.commands.trading.funds import BookFunds
from workflow_app.commands.trading.settle_auction import settle as settle_auction
from workflow_app.commands.trading.settlement import Deal
from workflow_app.domain.ledger.accounts import AccountKind, Right, ensure_may
from workflow_app.domain.trading.orders import (
    ARTICLE,
    Mode,
    OrderState,
    ensure_offer,
    ensure_step,
)
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Refused

SETTLED: Final = "order_settled"
"""The message that tells a case how its order's settlement came out."""
LIMITS: Final = {
    Mode.LISTING: "listing_validity",
    Mode.NEGOTIATED: "transfer_confirmation",
    Mode.AUCTION: "auction_bidding",
}
"""How long an order of each mode stands."""


def place(run: Run, case: OpenCase, effect: asked.PlaceOrder, key: str) -> None:
    """Enter an order and set its units aside.

    :raises Refused: ``resale_forbidden``, ``insufficient_units``, a bad quantity or price, no such buyer, no
        such batch, a project or an exchange that may not trade.
    """
    ensure_offer(effect.quantity, effect.cents)
    traders.ensure_tradable(run, case)
    project = run.uow.programme.project(str(case.row.project_id))
    seller = run.uow.programme.account(case.row.owner_org, AccountKind.OWNER) if project else None
    if project is None or seller is None:
        raise Refused("no_owner_account", "项目业主尚未注册账户", article=ARTICLE)
    if buyer := run.uow.trading.account(effect.buyer_account or ""):
        traders.ensure_not_own(run, {"seller_account": seller["id"]}, buyer)
    mode = Mode(effect.mode)
    limit = deadlines.ensure(run, case, LIMITS[mode], effect.opens_at.isoformat(), None, "")
    number = f"{_PREFIX[mode]}-{legal_date(run.at).year}-{run.uow.settings.next('trade_order'):05d}"
    run.uow.trading.add_order(
        {
            "id": effect.order_id,
            "number": number,
            "mode": mode.value,
            "project_id": project["id"],
            "batch_id": _batch(run, project["id"], effect.batch_sequence),
            "seller_account": seller["id"],
            "buyer_account": effect.buyer_account,
            "quantity": effect.quantity,
            "remaining": effect.quantity,
            "price_cents": None if mode is Mode.AUCTION else effect.cents,
            "reserve_cents": effect.cents if mode is Mode.AUCTION else None,
            "opens_at": effect.opens_at,
            "closes_at": limit.due_at,
            "state": (OrderState.PENDING if mode is Mode.NEGOTIATED else OrderState.OPEN).value,
            "case_id": case.id,
            "created_at": run.at,
        }
    )
    order = run.uow.trading.order(effect.order_id)
    units = Units(seller["id"], project["id"], effect.quantity, order["batch_id"])
    on_ledger.freeze(
        run, Act(f"order:{effect.order_id}:freeze", case.id, f"{number} 挂单"), units, effect.order_id
    )
    accounts = (effect.buyer_account,) if effect.buyer_account else ()
    settlement.tell(run, order, mode.label, f"{number}：{effect.quantity:,}吨", *accounts)


def reserve(run: Run, case: OpenCase, effect: asked.ReservePayment, key: str) -> None:
    """The buyer of a negotiated order agrees: its money is set aside.

    :raises Refused: ``insufficient_funds``, ``hold_limit``, ``account_not_normal``.
    :raises Forbidden: an insider.
    """
    order = run.uow.trading.order(effect.order_id, lock=True)
    traders.ensure_no_insider(run.actor, case.parameters.flags)
    traders.ensure_tradable(run, case)
    traders.ensure_below_limit(run, order["buyer_account"], order["quantity"], case.parameters.flags)
    ensure_step(order["state"], OrderState.MATCHED)
    funds = BookFunds(run, case.id, f"{order['number']} 协议交易")
    amount = order["quantity"] * order["price_cents"]
    run.tools.payments.reserve(funds, _key(order), order["buyer_account"], amount)
    run.uow.trading.change_order(order["id"], {"state": OrderState.MATCHED.value})


def end(run: Run, case: OpenCase, effect: asked.EndOrder, key: str) -> None:
    """End an order that is not settled: units, and money set aside for it, are free again."""
    order = run.uow.trading.order(effect.order_id, lock=True)
    if order["state"] == OrderState.MATCHED:
        _give_back(run, case, order)
    settlement.end(run, order, OrderState(effect.state), effect.reason)
    text = f"{order['number']}{OrderState(effect.state).label}"
    accounts = (order["buyer_account"],) if order["buyer_account"] else ()
    settlement.tell(run, order, "转让委托结束", text, *accounts)


def settle(run: Run, case: OpenCase, effect: asked.SettleOrder, key: str) -> None:
    """Settle a negotiated order the exchange passed, or an auction that has closed.

    :raises Refused: ``units_locked``: a dispute keeps a negotiated order's units; it waits, or is rejected.
    """
    order = run.uow.trading.order(effect.order_id, lock=True)
    how = settle_auction(run, case, order) if order["mode"] == Mode.AUCTION else _negotiated(run, case, order)
    run.later(lambda: run.post(run, case.id, SETTLED, {"settlement_result": how.value}))


def _negotiated(run: Run, case: OpenCase, order: dict[str, Any]) -> OrderState:
    deal = Deal(order["buyer_account"], order["quantity"], order["price_cents"], _key(order))
    funds = BookFunds(run, case.id, f"{order['number']} 协议交易")
    settlement.ensure_offered(run, order, deal.quantity)
    try:
        traders.ensure_tradable(run, case)
        for account_id, right in ((order["seller_account"], Right.SELL), (deal.buyer_account, Right.BUY)):
            ensure_may((run.uow.trading.account(account_id) or {})["state"], right)
        run.tools.payments.capture(funds, deal.key, deal.buyer_account, deal.amount)
    except Refused as refusal:
        _give_back(run, case, order)
        settlement.end(run, order, OrderState.FAILED, refusal.message)
        settlement.tell(run, order, "结算失败", f"{order['number']}：{refusal.message}", deal.buyer_account)
        return OrderState.FAILED
    done = settlement.deliver(run, order, deal, case.parameters.flags)
    settlement.end(run, order, OrderState.COMPLETED)
    text = f"{order['number']}成交{done.quantity:,}吨，成交确认书{done.confirmation_number}"
    settlement.tell(run, order, "减排量成交", text, deal.buyer_account)
    return OrderState.COMPLETED


def _give_back(run: Run, case: OpenCase, order: dict[str, Any]) -> None:
    funds = BookFunds(run, case.id, f"{order['number']} 退还冻结资金")
    amount = order["quantity"] * order["price_cents"]
    run.tools.payments.release(funds, _key(order), order["buyer_account"], amount)


def _batch(run: Run, project_id: str, sequence: int | None) -> str | None:
    if sequence is None:
        return None
    for batch in run.uow.programme.batches(project_id):
        if batch["sequence"] == sequence and batch["state"] in {"issued", "corrected"}:
            return str(batch["id"])
    raise Refused("no_such_batch", f"项目没有已登记的第{sequence}期减排量", article=ARTICLE)


def _key(order: dict[str, Any]) -> str:
    return f"order:{order['id']}"


_PREFIX: Final = {Mode.LISTING: "GP", Mode.NEGOTIATED: "XY", Mode.AUCTION: "JJ"}
"""How orders of each mode are numbered: 挂牌, 协议, 竞价."""
