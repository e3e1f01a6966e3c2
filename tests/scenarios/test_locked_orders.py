"""Disputes over units that are offered: what can be taken, what the order says, where units return to.

docs/domain.md §4 (dispute lock), R38: a lock takes units off the market, its end puts them back.
"""

from __future__ import annotations

import pytest

from tests.scenarios.market import Market
from tests.scenarios.units import when_found
from workflow_app.domain.trading.orders import standing
from workflow_app.kernel.errors import Refused


def locked(market: Market, tonnes: int) -> str:
    """A dispute over so many of the owner's tonnes; what is free is locked first."""
    return when_found(
        market.programme,
        correction_kind="dispute",
        correction_batch=None,
        correction_account=market.accounts["owner"],
        correction_tonnes=tonnes,
    )


def lifted(market: Market, case_id: str) -> None:
    market.programme.hand_in(
        "decide_correction", "leader", case_id=case_id, action="dismissed", correction_reasons="权属清楚"
    )


def said(market: Market, order_id: str) -> str:
    """An order's state, as pages say it."""
    order = market.order(order_id)
    with market.programme.app.store.reading() as uow:
        return standing(order["state"], order["remaining"], uow.trading.locked(order_id))


def test_units_locked_under_an_order_that_ends_meanwhile_are_for_sale_again(market_on_both: Market) -> None:
    """G 1,000 t listed, all locked. W the owner takes the listing back, the lock is lifted. T available."""
    market = market_on_both
    order = market.offered("listing", 1_000, "45.00")
    dispute = locked(market, 44_100)
    assert market.units("owner") == {"disputed": 44_100}
    market.withdrawn(order)
    lifted(market, dispute)
    assert market.units("owner") == {"available": 44_100}


def test_units_locked_under_an_order_that_stands_return_to_it(market: Market) -> None:
    """One listing ended, one did not: each unit returns to where it belongs now."""
    ended, stands = market.offered("listing", 1_000, "45.00"), market.offered("listing", 700, "45.00")
    dispute = locked(market, 44_100)
    market.withdrawn(ended)
    lifted(market, dispute)
    assert market.units("owner") == {"available": 43_400, "frozen": 700}
    market.takes("乙", stands, 700)
    assert market.units("乙") == {"held": 700}


def test_what_a_reversal_leaves_of_an_ended_order_is_for_sale_again(market: Market) -> None:
    order = market.offered("listing", 44_100, "45.00")
    dispute = locked(market, 44_100)
    market.withdrawn(order)
    market.programme.hand_in("decide_correction", "leader", case_id=dispute, confirmed_tonnes=100)
    market.programme.hand_in("execute_correction", "checker", case_id=dispute)
    assert market.units("owner") == {"available": 44_000, "reversed": 100}


def test_a_listing_offers_only_what_is_not_locked(market_on_both: Market) -> None:
    """W 300 of 1,000 t are locked. T 700 can be taken, and the order says so."""
    market = market_on_both
    order = market.offered("listing", 1_000, "45.00")
    assert said(market, order) == "交易中"
    dispute = locked(market, 43_100 + 300)
    assert said(market, order) == "交易中（300吨争议锁定）"
    with pytest.raises(Refused) as refused:
        market.takes("乙", order, 701)
    assert refused.value.code == "units_locked"
    assert "现可成交700吨" in refused.value.message
    with pytest.raises(Refused, match="insufficient_units"):
        market.takes("乙", order, 1_001)
    market.takes("乙", order, 700)
    assert said(market, order) == "争议锁定，暂停交易"
    lifted(market, dispute)
    assert said(market, order) == "交易中"
    market.takes("乙", order, 300)
    assert market.order(order)["state"] == "completed"
    assert market.units("owner") == {"available": 43_100}


def test_a_negotiated_transfer_of_locked_units_waits_or_is_rejected(market: Market) -> None:
    order = market.agreed("甲", 10_000, "38.50")
    dispute = locked(market, 44_100)
    with pytest.raises(Refused, match="units_locked"):
        market.reviewed(order)
    assert market.order(order)["state"] == "matched"
    lifted(market, dispute)
    market.reviewed(order)
    assert market.units("甲") == {"held": 10_000}


def test_an_auction_sells_what_is_not_locked_and_the_rest_returns(market: Market) -> None:
    """G 5,000 t in auction, bids for all of it. W 2,000 are locked at the close. T 3,000 are sold."""
    auction = market.offered("auction", 5_000, "40.00")
    market.bids("丙", auction, 5_000, "41.20")
    dispute = locked(market, 39_100 + 2_000)
    with pytest.raises(Refused, match="units_locked"):
        market.bids("甲", auction, 3_001, "41.00")
    market.bidding_closes(auction)
    assert market.trades(auction) == [(3_000, 4_120, 12_360_000)]
    assert market.money("丙") == {"cash": 25_000_000 - 12_360_000}
    lifted(market, dispute)
    assert market.units("owner") == {"available": 41_100}


def test_an_auction_all_of_which_is_locked_fails_and_money_is_free(market: Market) -> None:
    auction = market.offered("auction", 5_000, "40.00")
    market.bids("丙", auction, 5_000, "41.20")
    dispute = locked(market, 44_100)
    market.bidding_closes(auction)
    order = market.order(auction)
    assert (order["state"], order["end_reason"]) == ("failed", "减排量因争议锁定")
    assert market.money("丙") == {"cash": 25_000_000}
    lifted(market, dispute)
    assert market.units("owner") == {"available": 44_100}
