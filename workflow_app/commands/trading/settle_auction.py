"""竞价撮合: bidding has closed, the seals are opened, and everything is settled or nothing is.

docs/domain.md §3: 「截止→撮合 price, then time→结算→完成; 流拍」; I7. All winners' payments are captured
before the first unit moves: where one fails, all units and all money are free again and the auction failed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflow_app.commands.run import OpenCase, Run
from workflow_app.commands.trading import settlement, traders
from workflow_app.commands.trading.funds import BookFunds
from workflow_app.commands.trading.settlement import Deal, bid_key
from workflow_app.domain.ledger.accounts import Right, ensure_may
from workflow_app.domain.trading.auction import Award, Offer, match
from workflow_app.domain.trading.orders import BidState, OrderState
from workflow_app.kernel.errors import Refused


def settle(run: Run, case: OpenCase, order: dict[str, Any]) -> OrderState:
    """Match and settle an auction; what a dispute keeps locked is not sold.

    :param order: its row, held by the caller.
    :returns: ``COMPLETED``, ``UNSOLD``, or ``FAILED`` where a payment or a party did not hold.
    """
    offers = [_opened(run, row) for row in run.uow.trading.bids(order["id"], BidState.PLACED)]
    funds = BookFunds(run, case.id, f"{order['number']} 竞价结算")
    free = order["quantity"] - run.uow.trading.locked(order["id"])
    if not free:
        _return_all(run, funds, offers)
        return _over(run, order, OrderState.FAILED, offers, "减排量因争议锁定")
    awards = match(_allowed(run, case, offers), free, order["reserve_cents"])
    try:
        if awards:
            _ensure_parties(run, case, order)
        for award in awards:
            _capture(run, funds, award)
    except Refused as refusal:
        _return_all(run, funds, offers)
        return _over(run, order, OrderState.FAILED, offers, refusal.message)
    won = {award.offer.bid_id: award for award in awards}
    for award in awards:
        offer = award.offer
        deal = Deal(offer.buyer_account, award.quantity, offer.cents, bid_key(offer.bid_id))
        settlement.deliver(run, order, deal, case.parameters.flags)
    _close_bids(run, funds, offers, won)
    return _over(run, order, OrderState.COMPLETED if awards else OrderState.UNSOLD, offers)


def _opened(run: Run, row: Mapping[str, Any]) -> Offer:
    cents = run.uow.trading.open_price(row)
    return Offer(row["id"], row["buyer_account"], row["quantity"], cents, row["placed_at"])


def _allowed(run: Run, case: OpenCase, offers: Sequence[Offer]) -> list[Offer]:
    """Leave out who may not buy any more: a restricted or frozen account, one at its limit."""
    found = []
    for offer in offers:
        try:
            ensure_may((run.uow.trading.account(offer.buyer_account) or {})["state"], Right.BUY)
            traders.ensure_below_limit(run, offer.buyer_account, offer.quantity, case.parameters.flags)
        except Refused:
            continue
        found.append(offer)
    return found


def _ensure_parties(run: Run, case: OpenCase, order: Mapping[str, Any]) -> None:
    traders.ensure_tradable(run, case)
    ensure_may((run.uow.trading.account(order["seller_account"]) or {})["state"], Right.SELL)


def _capture(run: Run, funds: BookFunds, award: Award) -> None:
    offer = award.offer
    run.tools.payments.capture(funds, bid_key(offer.bid_id), offer.buyer_account, award.amount)


def _close_bids(run: Run, funds: BookFunds, offers: Sequence[Offer], won: Mapping[str, Award]) -> None:
    """Open every bid; what it did not pay is given back."""
    for offer in offers:
        award = won.get(offer.bid_id)
        paid = award.amount if award else 0
        rest = offer.quantity * offer.cents - paid
        run.tools.payments.release(funds, bid_key(offer.bid_id), offer.buyer_account, rest)
        values = {
            "state": (BidState.WON if award else BidState.LOST).value,
            "won": award.quantity if award else 0,
            "price_cents": offer.cents,
        }
        run.uow.trading.change_bid(offer.bid_id, values)


def _return_all(run: Run, funds: BookFunds, offers: Sequence[Offer]) -> None:
    for offer in offers:
        amount = offer.quantity * offer.cents
        run.tools.payments.release(funds, bid_key(offer.bid_id), offer.buyer_account, amount)
        values = {"state": BidState.RETURNED.value, "price_cents": offer.cents}
        run.uow.trading.change_bid(offer.bid_id, values)


def _over(
    run: Run, order: dict[str, Any], state: OrderState, offers: Sequence[Offer], reason: str = ""
) -> OrderState:
    settlement.end(run, order, state, reason)
    sold = order["quantity"] - order["remaining"]
    text = (
        f"{order['number']}{state.label}"
        + (f"，成交{sold:,}吨" if sold else "")
        + (f"：{reason}" if reason else "")
    )
    settlement.tell(run, order, "竞价结果", text, *(offer.buyer_account for offer in offers))
    return state
