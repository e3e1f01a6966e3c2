"""Transfers gone wrong (scenario 11; R19, R39, R45): payments that fail, accounts that may not, races."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tests.scenarios.market import Market
from workflow_app.adapters.payments import BookPayments
from workflow_app.commands.market.requests import (
    ReviewAlert,
    StartTransfer,
    TakeListing,
    WithdrawBid,
)
from workflow_app.kernel.errors import Forbidden, InvalidForm, JcerError, Refused
from workflow_app.kernel.ports import Funds


class BankThatFails(BookPayments):
    """A settlement account that refuses to pay the second of what is asked of it."""

    def __init__(self) -> None:
        self.left = 1

    def capture(self, funds: Funds, key: str, account_id: str, cents: int) -> None:
        if self.left == 0:
            raise Refused("payment_failed", "支付未成功：银行拒付")
        self.left -= 1
        super().capture(funds, key, account_id, cents)


def with_payments(market: Market, payments: BookPayments) -> None:
    executor = market.programme.app.executor
    executor.tools = replace(executor.tools, payments=payments)


def test_11_payment_fails_in_the_auction_and_all_is_free_again(market_on_both: Market) -> None:
    """T payment failure in the auction restores all freezes: units, and the money of every bidder."""
    market = market_on_both
    auction = market.offered("auction", 5_000, "40.00")
    market.bids("丙", auction, 3_000, "42.00")
    market.bids("甲", auction, 3_000, "41.00")
    market.bids("乙", auction, 100, "40.00")
    with_payments(market, BankThatFails())
    market.bidding_closes(auction)
    order = market.order(auction)
    assert (order["state"], order["remaining"], market.outcome(auction)) == ("failed", 5_000, "failed")
    assert "银行拒付" in order["end_reason"]
    assert market.units("owner") == {"available": 44_100}
    assert [market.units(name) for name in ("甲", "乙", "丙")] == [{}, {}, {}]
    assert [market.money(name) for name in ("甲", "乙", "丙")] == [
        {"cash": 40_000_000},
        {"cash": 10_000_000},
        {"cash": 25_000_000},
    ]
    assert market.trades(auction) == []


def test_payment_fails_for_a_negotiated_transfer(market: Market) -> None:
    """结算失败 → freezes reversed → 失败, the same day."""
    order = market.agreed("甲", 10_000, "38.50")
    bank = BankThatFails()
    bank.left = 0
    with_payments(market, bank)
    market.reviewed(order)
    assert (market.order(order)["state"], market.outcome(order)) == ("failed", "failed")
    assert market.units("owner") == {"available": 44_100}
    assert market.money("甲") == {"cash": 40_000_000}


def test_payment_fails_for_a_listing_and_the_listing_stands(market: Market) -> None:
    """A take that is not paid changes nothing."""
    order = market.offered("listing", 100, "45.00")
    bank = BankThatFails()
    bank.left = 0
    with_payments(market, bank)
    with pytest.raises(Refused, match="payment_failed"):
        market.takes("乙", order, 100)
    assert market.order(order)["remaining"] == 100
    assert market.money("乙") == {"cash": 10_000_000}


def test_an_auction_goes_by_price_then_by_time(market: Market) -> None:
    """撮合 price, then time; the last takes what is left and pays for that; the rest is given back."""
    auction = market.offered("auction", 1_000, "40.00")
    market.bids("乙", auction, 600, "41.00")
    market.bids("甲", auction, 600, "41.00")
    market.bids("丙", auction, 300, "43.00")
    market.bidding_closes(auction)
    assert [market.units(name) for name in ("丙", "乙", "甲")] == [
        {"held": 300},
        {"held": 600},
        {"held": 100},
    ]
    assert market.money("甲") == {"cash": 40_000_000 - 410_000}
    with market.programme.app.store.reading() as uow:
        states = {(row["state"], row["won"], row["price_cents"]) for row in uow.trading.bids(auction)}
    assert states == {("won", 600, 4_100), ("won", 100, 4_100), ("won", 300, 4_300)}


def test_an_auction_nobody_bids_for_fails(market: Market) -> None:
    """流拍."""
    auction = market.offered("auction", 1_000, "40.00")
    market.bidding_closes(auction)
    assert (market.order(auction)["state"], market.outcome(auction)) == ("unsold", "unsold")
    assert market.units("owner") == {"available": 44_100}


def test_an_auction_with_bids_is_not_taken_back(market: Market) -> None:
    """Without bids it may be; a bid taken back gives its money free."""
    auction = market.offered("auction", 1_000, "40.00")
    bid = market.bids("乙", auction, 100, "41.00")
    with pytest.raises(Refused, match="bids_placed"):
        market.withdrawn(auction)
    with pytest.raises(Refused, match="already_bid"):
        market.bids("乙", auction, 100, "42.00")
    with pytest.raises(Forbidden):
        market.programme.do("甲", WithdrawBid(bid))
    market.programme.do("乙", WithdrawBid(bid))
    assert market.money("乙") == {"cash": 10_000_000}
    with pytest.raises(Refused, match="bidding_closed"):
        market.programme.do("乙", WithdrawBid(bid))
    market.withdrawn(auction)
    assert market.outcome(auction) == "withdrawn"


def test_a_bid_is_sealed_until_bidding_closes(market: Market) -> None:
    """No row and no event tells a price before the close."""
    auction = market.offered("auction", 1_000, "40.00")
    market.bids("乙", auction, 100, "77.77")
    with market.programme.app.store.reading() as uow:
        row = uow.trading.bids(auction)[0]
        assert row["price_cents"] is None
        assert "7777" not in str(row["sealed"])
        assert uow.trading.open_price(row) == 7_777


@pytest.mark.parametrize(
    ("bid", "code"),
    [
        ((100, "39.99"), "below_reserve"),
        ((1_001, "41.00"), "insufficient_units"),
        ((900, "400"), "insufficient_funds"),
    ],
)
def test_a_bid_that_cannot_stand(market: Market, bid: tuple[int, str], code: str) -> None:
    auction = market.offered("auction", 1_000, "40.00")
    with pytest.raises(Refused, match=code):
        market.bids("乙", auction, *bid)
    assert market.money("乙") == {"cash": 10_000_000}


def test_bidding_that_has_not_begun(market: Market) -> None:
    """公告: 起止; before the day it opens nobody bids."""
    auction = market.offered("auction", 1_000, "40.00", opens_on="2025-08-20")
    with pytest.raises(Refused, match="bidding_closed"):
        market.bids("乙", auction, 100, "41.00")
    market.programme.on("2025-08-20")
    market.bids("乙", auction, 100, "41.00")


def test_11_two_buyers_race_for_the_last_100(market_on_both: Market) -> None:
    """W two buyers race for the last 100 t. T exactly one wins; the other is told."""
    market = market_on_both
    order = market.offered("listing", 100, "45.00")

    def attempt(who: str) -> str:
        try:
            market.takes(who, order, 100)
        except JcerError as error:
            return error.code
        return "bought"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(attempt, ("乙", "丙")))
    assert answers[0] == "bought"
    assert answers[1] in {"insufficient_units", "listing_over"}
    held = [market.units(name).get("held", 0) for name in ("乙", "丙")]
    assert sorted(held) == [0, 100]
    assert market.order(order)["state"] == "completed"


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        (0, "bad_quantity"),
        (-1, "bad_quantity"),
        (10**12, "bad_quantity"),
        (101, "insufficient_units"),
        (1.5, "bad_quantity"),
    ],
)
def test_a_quantity_that_is_none(market: Market, quantity: Any, code: str) -> None:
    order = market.offered("listing", 100, "45.00")
    with pytest.raises(Refused, match=code):
        market.takes("乙", order, quantity)
    assert market.order(order)["remaining"] == 100


@pytest.mark.parametrize(
    "changes",
    [
        {"offer_tonnes": 0},
        {"offer_tonnes": "1.5"},
        {"offer_tonnes": 10**12},
        {"offer_price": "0"},
        {"offer_price": "45.001"},
        {"offer_price": "-1"},
    ],
)
def test_an_offer_that_does_not_hold(market: Market, changes: dict[str, Any]) -> None:
    case_id = market.started("listing")
    with pytest.raises(InvalidForm):
        market.programme.hand_in("offer_units", "owner", case_id=case_id, **changes)


def test_an_offer_of_more_than_there_is(market: Market) -> None:
    with pytest.raises(Refused, match="insufficient_units"):
        market.offered("listing", 44_101, "45.00")
    assert market.units("owner") == {"available": 44_100}


def test_a_retried_take_is_one(market: Market) -> None:
    """The same key, the same request: one effect."""
    order = market.offered("listing", 100, "45.00")
    first = market.programme.do("乙", TakeListing(order, 30), key="k1")
    again = market.programme.do("乙", TakeListing(order, 30), key="k1")
    assert (again.replayed, again.values["trade_id"]) == (True, first.values["trade_id"])
    assert market.units("乙") == {"held": 30}


@pytest.mark.parametrize("state", ["restricted", "frozen"])
def test_an_account_that_may_not_trade(market: Market, state: str) -> None:
    """A restricted account neither buys nor sells; in a frozen one nothing moves."""
    order = market.offered("listing", 100, "45.00")
    market.given_state("乙", state)
    with pytest.raises(Refused, match="account_not_normal"):
        market.takes("乙", order, 1)
    market.given_state("owner", state)
    with pytest.raises(Refused, match="account_not_normal"):
        market.takes("甲", order, 1)
    with pytest.raises(Refused, match="account_not_normal"):
        market.started("listing")


def test_a_bidder_whose_account_was_frozen_wins_nothing(market: Market) -> None:
    """The next one does, and the frozen one's money is free in its account."""
    auction = market.offered("auction", 1_000, "40.00")
    market.bids("乙", auction, 1_000, "50.00")
    market.bids("丙", auction, 1_000, "41.00")
    market.given_state("乙", "frozen")
    market.bidding_closes(auction)
    assert market.units("丙") == {"held": 1_000}
    assert market.money("乙") == {"cash": 10_000_000}


def test_an_exchange_whose_qualification_has_run_out_trades_nothing(market: Market) -> None:
    """R45."""
    order = market.offered("listing", 100, "45.00")
    market.programme.exchange_qualified_until("2025-08-01")
    with pytest.raises(Refused, match="qualif"):
        market.takes("乙", order, 1)
    with pytest.raises(Refused, match="qualif"):
        market.started("listing")


@pytest.mark.parametrize("who", ["clerk", "maker", "expert_one"])
def test_insiders_do_not_trade(market: Market, who: str) -> None:
    """31号令第三十七条 by analogy."""
    order = market.offered("listing", 100, "45.00")
    with pytest.raises(Forbidden):
        market.takes(who, order, 1)
    with pytest.raises(Forbidden):
        market.programme.do(who, StartTransfer(market.programme.project_id, "listing"))


def test_what_stands_out_is_shown_and_looked_into(market: Market) -> None:
    """R19: a price far from the last ones, a third of a project in a day, five trades of the same two."""
    order = market.offered("listing", 100, "45.00")
    for _ in range(5):
        market.takes("乙", order, 1)
    assert kinds(market) == ["repeated_pair"]
    auction = market.offered("auction", 15_000, "12.00")
    market.bids("丙", auction, 15_000, "15.00")
    market.bidding_closes(auction)
    assert kinds(market) == ["large_share", "price_far", "repeated_pair"]
    with market.programme.app.store.reading() as uow:
        alert = uow.trading.alerts("open")[0]
    said = ReviewAlert(alert["id"], "cleared", "报价公开，未见操纵")
    market.programme.do("checker", said)
    with pytest.raises(Refused, match="alert_reviewed"):
        market.programme.do("checker", said)


def kinds(market: Market) -> list[str]:
    with market.programme.app.store.reading() as uow:
        return sorted(row["kind"] for row in uow.trading.alerts())
