"""摘牌: a buyer takes tonnes of a listing; money and units change hands at once, or nothing happens.

R38, I7. Two buyers of the last tonnes meet at the order: one has them, the other is told what is left.
"""

from __future__ import annotations

from typing import Final

from workflow_app.commands.market.orders import held
from workflow_app.commands.market.requests import TakeListing
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.commands.trading import settlement, traders
from workflow_app.commands.trading.funds import BookFunds
from workflow_app.commands.trading.settlement import Deal
from workflow_app.domain.ledger.holdings import ensure_quantity
from workflow_app.domain.trading.orders import ARTICLE, Mode, OrderState
from workflow_app.kernel.errors import Refused
from workflow_app.kernel.identifiers import new_id

SOLD_OUT: Final = "sold_out"
"""The message that ends a listing nothing is left of."""


def take(run: Run, request: TakeListing) -> Result:
    """Buy tonnes of a listing.

    :raises Refused: ``insufficient_units``, ``units_locked``, ``insufficient_funds``, ``listing_over``,
        ``hold_limit``, ``account_not_normal``; nothing has changed.
    :raises Forbidden: no buyer's account, or an insider.
    """
    ensure_quantity(request.quantity)
    account = traders.buyer_account(run, request.account_id)
    order, case = held(run, request.order_id)
    rules = case.parameters.flags
    traders.ensure_no_insider(run.actor, rules)
    if order["mode"] != Mode.LISTING or order["state"] != OrderState.OPEN:
        raise Refused("listing_over", "该挂牌已经成交、撤回或者到期，不能摘牌", article=ARTICLE)
    traders.ensure_tradable(run, case)
    traders.ensure_not_own(run, order, account)
    traders.ensure_below_limit(run, account["id"], request.quantity, rules)
    settlement.ensure_offered(run, order, request.quantity)
    deal = Deal(account["id"], request.quantity, order["price_cents"], f"take:{new_id()}")
    funds = BookFunds(run, case.id, f"{order['number']} 摘牌")
    run.tools.payments.reserve(funds, deal.key, account["id"], deal.amount)
    run.tools.payments.capture(funds, deal.key, account["id"], deal.amount)
    done = settlement.deliver(run, order, deal, rules)
    text = f"{order['number']}成交{done.quantity:,}吨，成交确认书{done.confirmation_number}"
    settlement.tell(run, order, "减排量成交", text, account["id"])
    facts = {"confirmation_number": done.confirmation_number, "quantity": done.quantity}
    if order["remaining"] == 0:
        settlement.end(run, order, OrderState.COMPLETED)
        run.post(run, case.id, SOLD_OUT, {})
        run.drain()
    run.uow.history.record(
        "listing_taken", f"order:{order['id']}", who(run.actor, "buyer"), run.at, facts=facts
    )
    return Result(
        {
            "trade_id": done.trade_id,
            "confirmation_number": done.confirmation_number,
            "quantity": done.quantity,
            "amount_cents": done.amount_cents,
            "serials": list(done.serials),
            "remaining": order["remaining"],
        }
    )
