"""竞价: sealed bids are placed and taken back while an auction is open; no price is read before it closes.

R38; docs/domain.md §3: 「报价 [funds frozen]」. A bid's whole amount is set aside with it.
"""

from __future__ import annotations

from workflow_app.commands.market.orders import held
from workflow_app.commands.market.requests import PlaceBid, WithdrawBid
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.commands.trading import settlement, traders
from workflow_app.commands.trading.funds import BookFunds
from workflow_app.domain.trading.orders import (
    ARTICLE,
    BidState,
    Mode,
    OrderState,
    cents_of,
    ensure_offer,
    yuan,
)
from workflow_app.kernel.errors import Refused
from workflow_app.kernel.identifiers import new_id


def place(run: Run, request: PlaceBid) -> Result:
    """Bid for tonnes of an auction.

    :raises Refused: ``bidding_closed``, ``below_reserve``, ``insufficient_funds``, ``already_bid``, a bad
        quantity or price, or the account does not allow it.
    :raises Forbidden: no buyer's account, or an insider.
    """
    cents = cents_of(request.price)
    ensure_offer(request.quantity, cents)
    account = traders.buyer_account(run, request.account_id)
    order, case = held(run, request.order_id)
    rules = case.parameters.flags
    traders.ensure_no_insider(run.actor, rules)
    if order["mode"] != Mode.AUCTION or order["state"] != OrderState.OPEN or run.at < order["opens_at"]:
        raise Refused("bidding_closed", "竞价未开始或者已经截止", article=ARTICLE)
    traders.ensure_tradable(run, case)
    traders.ensure_not_own(run, order, account)
    if cents < order["reserve_cents"]:
        raise Refused("below_reserve", f"报价不得低于底价{yuan(order['reserve_cents'])}元", article=ARTICLE)
    settlement.ensure_offered(run, order, request.quantity)
    if any(
        one["buyer_account"] == account["id"] for one in run.uow.trading.bids(order["id"], BidState.PLACED)
    ):
        raise Refused("already_bid", "您已报价，可以先撤回再重新报价", article=ARTICLE)
    traders.ensure_below_limit(run, account["id"], request.quantity, rules)
    bid_id = new_id()
    funds = BookFunds(run, case.id, f"{order['number']} 竞价报价")
    run.tools.payments.reserve(funds, settlement.bid_key(bid_id), account["id"], request.quantity * cents)
    run.uow.trading.add_bid(
        {
            "id": bid_id,
            "order_id": order["id"],
            "buyer_account": account["id"],
            "quantity": request.quantity,
            "sealed": run.uow.trading.seal_price(bid_id, cents),
            "won": 0,
            "placed_at": run.at,
            "state": BidState.PLACED.value,
        }
    )
    run.uow.history.record("bid_placed", f"order:{order['id']}", who(run.actor, "buyer"), run.at)
    return Result({"bid_id": bid_id, "order_id": order["id"], "quantity": request.quantity})


def withdraw(run: Run, request: WithdrawBid) -> Result:
    """Take a bid back while bidding is open; its money is free again.

    :raises Refused: bidding has closed, or it was taken back before.
    :raises Forbidden: somebody else's.
    """
    found = run.uow.trading.bid(request.bid_id)
    account = traders.buyer_account(run, found["buyer_account"])
    order, case = held(run, found["order_id"])
    row = run.uow.trading.bid(request.bid_id)
    if order["state"] != OrderState.OPEN or row["state"] != BidState.PLACED:
        raise Refused("bidding_closed", "竞价已经截止或者报价已经撤回", article=ARTICLE)
    amount = row["quantity"] * run.uow.trading.open_price(row)
    funds = BookFunds(run, case.id, f"{order['number']} 撤回报价")
    run.tools.payments.release(funds, settlement.bid_key(row["id"]), account["id"], amount)
    run.uow.trading.change_bid(row["id"], {"state": BidState.WITHDRAWN.value})
    run.uow.history.record("bid_withdrawn", f"order:{order['id']}", who(run.actor, "buyer"), run.at)
    return Result({"bid_id": row["id"], "state": BidState.WITHDRAWN.value})
