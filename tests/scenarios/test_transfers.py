"""Scenario 11: transfers (附件二（二）). P1's three trades with the figures of docs/domain.md §7."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from tests.scenarios.market import Market
from workflow_app.kernel.errors import Forbidden, Refused
from workflow_app.store.refusals import translate


def test_11_p1_sells_by_listing_by_agreement_and_by_auction(market_on_both: Market) -> None:
    """W P1's three trades run. T blocks split, balances as §7, payment atomic."""
    market = market_on_both
    listing = market.offered("listing", 2_000, "45.00")
    assert market.units("owner") == {"available": 42_100, "frozen": 2_000}
    done = market.takes("乙", listing, 2_000).values
    assert done["amount_cents"] == 9_000_000
    assert done["serials"] == ["JX-JCER-01-00001-01-2021-000000001-000002000-7"]
    assert (market.order(listing)["state"], market.outcome(listing)) == ("completed", "completed")

    agreement = market.agreed("甲", 10_000, "38.50")
    assert market.money("甲") == {"cash": 1_500_000, "reserved": 38_500_000}
    assert market.units("甲") == {}
    market.reviewed(agreement)
    assert market.blocks("甲") == [(2021, 2_001, 12_000)]
    assert (market.order(agreement)["state"], market.outcome(agreement)) == ("completed", "completed")

    auction = market.offered("auction", 5_000, "40.00")
    market.bids("丙", auction, 5_000, "41.20")
    assert market.money("丙") == {"cash": 4_400_000, "reserved": 20_600_000}
    market.bidding_closes(auction)
    assert market.trades(auction) == [(5_000, 4_120, 20_600_000)]
    assert market.blocks("丙") == [(2021, 12_001, 14_500), (2022, 14_501, 17_000)]
    assert (market.order(auction)["state"], market.outcome(auction)) == ("completed", "completed")

    assert market.units("owner") == {"available": 27_100}
    assert [market.units(name) for name in ("甲", "乙", "丙")] == [
        {"held": 10_000},
        {"held": 2_000},
        {"held": 5_000},
    ]
    assert market.money("owner") == {"cash": 9_000_000 + 38_500_000 + 20_600_000}
    assert [market.money(name) for name in ("甲", "乙", "丙")] == [
        {"cash": 1_500_000},
        {"cash": 1_000_000},
        {"cash": 4_400_000},
    ]


def test_11_a_buyer_cannot_sell_again(market_on_both: Market) -> None:
    """W 甲 lists 1 t. T refused with 「不得二次转让」 by command and by direct SQL."""
    market = market_on_both
    market.reviewed(market.agreed("甲", 10_000, "38.50"))
    with pytest.raises(Refused, match="resale_forbidden") as refused:
        market.started("listing", "甲")
    assert "不得二次转让" in refused.value.message
    order = market.order(market.offered("listing", 1, "45.00"))
    forged = {"id": "f" * 32, "number": "GP-X", "seller_account": market.accounts["甲"], "remaining": 1}
    with market.programme.app.store.unit_of_work() as uow, pytest.raises(DBAPIError) as by_database:
        uow.trading.add_order({**order, **forged})
    told = translate(by_database.value)
    assert isinstance(told, Refused)
    assert "不得二次转让" in told.message


def test_a_listing_is_taken_in_parts_and_what_is_left_is_withdrawn(market: Market) -> None:
    """挂牌: partial fills; 撤牌 of the unfilled part."""
    order = market.offered("listing", 100, "45.00")
    market.takes("乙", order, 30)
    market.takes("甲", order, 20)
    assert market.order(order)["remaining"] == 50
    market.withdrawn(order)
    assert (market.order(order)["state"], market.outcome(order)) == ("withdrawn", "withdrawn")
    assert market.units("owner") == {"available": 44_050}
    with pytest.raises(Refused, match="listing_over"):
        market.takes("乙", order, 1)
    assert market.trades(order) == [(30, 4_500, 135_000), (20, 4_500, 90_000)]


def test_a_listing_expires_on_its_day(market: Market) -> None:
    """挂牌: validity; what is not sold is free again, and nobody is faster than the deadline."""
    order = market.offered("listing", 100, "45.00")
    market.takes("乙", order, 30)
    market.programme.clock.set(market.order(order)["closes_at"])
    with pytest.raises(Refused, match="listing_over"):
        market.takes("乙", order, 1)
    assert (market.order(order)["state"], market.outcome(order)) == ("expired", "expired")
    assert market.units("owner") == {"available": 44_070}


def test_a_negotiated_transfer_its_buyer_declines(market: Market) -> None:
    """协议: 拒绝; units are free again."""
    order = market.offered("negotiated", 10_000, "38.50", buyer_account=market.numbers["甲"])
    case_id = market.order(order)["case_id"]
    market.programme.hand_in(
        "confirm_transfer", "甲", case_id=case_id, action="decline", confirmation_reason="价格偏高"
    )
    assert (market.order(order)["state"], market.outcome(order)) == ("rejected", "declined")
    assert market.order(order)["end_reason"] == "价格偏高"
    assert market.units("owner") == {"available": 44_100}


def test_a_negotiated_transfer_the_exchange_rejects(market: Market) -> None:
    """协议: X审核; units and money are free again."""
    order = market.agreed("甲", 10_000, "38.50")
    market.reviewed(order, action="reject", review_opinion="价格没有依据")
    assert (market.order(order)["state"], market.outcome(order)) == ("rejected", "rejected")
    assert market.units("owner") == {"available": 44_100}
    assert market.money("甲") == {"cash": 40_000_000}


def test_a_negotiated_transfer_nobody_confirms_expires(market: Market) -> None:
    """协议: SD 5wd."""
    order = market.offered("negotiated", 10_000, "38.50", buyer_account=market.numbers["甲"])
    market.programme.clock.set(market.order(order)["closes_at"])
    market.programme.app.tick()
    assert (market.order(order)["state"], market.outcome(order)) == ("expired", "expired")
    assert market.units("owner") == {"available": 44_100}


def test_a_negotiated_transfer_is_withdrawn_before_it_is_agreed(market: Market) -> None:
    """协议: the owner takes it back; once agreed it may not."""
    order = market.offered("negotiated", 100, "38.50", buyer_account=market.numbers["甲"])
    market.withdrawn(order)
    assert market.outcome(order) == "withdrawn"
    with pytest.raises(Refused, match="order_step"):
        market.withdrawn(market.agreed("甲", 100, "38.50"))


def test_a_natural_person_confirms_in_their_own_name(market: Market) -> None:
    """R40: 自然人; nobody else may confirm."""
    market.given_person("丁", "1000")
    order = market.offered("negotiated", 5, "45.00", buyer_account=market.numbers["丁"])
    case_id = market.order(order)["case_id"]
    with pytest.raises(Forbidden, match="not_your_task"):
        market.programme.hand_in("confirm_transfer", "甲", case_id=case_id)
    market.programme.hand_in("confirm_transfer", "丁", case_id=case_id)
    market.reviewed(order)
    assert market.units("丁") == {"held": 5}


def test_a_price_far_from_the_market_is_sent_back(market: Market) -> None:
    """R19: price band by decision table; the owner is asked for another price."""
    market.takes("乙", market.offered("listing", 100, "45.00"), 100)
    case_id = market.started("listing")
    market.programme.hand_in("offer_units", "owner", case_id=case_id, offer_tonnes=100, offer_price="70.00")
    assert market.units("owner") == {"available": 44_000}
    market.programme.hand_in("offer_units", "owner", case_id=case_id, offer_tonnes=100, offer_price="60.00")
    assert market.order_of(case_id)["price_cents"] == 6_000


def test_an_owner_gives_up(market: Market) -> None:
    """Nothing was set aside."""
    case_id = market.started("listing")
    market.programme.hand_in(
        "offer_units",
        "owner",
        case_id=case_id,
        action="give_up",
        offer_tonnes=None,
        offer_price=None,
        no_resale=None,
    )
    with market.programme.app.store.reading() as uow:
        assert uow.cases.get(case_id).outcome == "given_up"
        assert uow.trading.order_of_case(case_id) is None
