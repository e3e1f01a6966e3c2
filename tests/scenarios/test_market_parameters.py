"""The market's parameters as data: the exchange's fee and the limit on holdings (服务规则)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.deploying import deploy
from tests.scenarios.market import Market
from tests.scenarios.units import rows, when_cancelled
from workflow_app.commands.versions import shipped
from workflow_app.kernel.errors import Refused
from workflow_app.store import tables


def given(market: Market, parameter: str, value: int) -> None:
    """A version with this parameter is deployed; transfers begun from now on have it."""
    text = shipped()["parameters.yaml"].decode()
    changed = text.replace(f"\n  {parameter}: 0\n", f"\n  {parameter}: {value}\n")
    assert changed != text
    deploy(market.programme, {"parameters.yaml": changed.encode()}, "调整市场参数")


def fees(market: Market) -> int:
    """What the exchange's fee account has earned, cents."""
    (account,) = rows(market.programme, tables.account, kind="fee")
    with market.programme.app.store.reading() as uow:
        return sum(uow.ledger.money(account["id"]).values())


def test_the_fee_is_taken_from_the_seller_in_every_mode_and_money_balances(market_on_both: Market) -> None:
    """W the fee is 35 in ten thousand. T the buyer pays the price, the seller gets the rest, rounded down."""
    market = market_on_both
    given(market, "trade_fee_rate", 35)
    listing = market.offered("listing", 100, "33.33")
    market.takes("乙", listing, 1)  # 33.33: a fee of 11.6655 cents, 11 are taken
    assert (fees(market), market.money("owner")) == (11, {"cash": 3_322})
    market.takes("乙", listing, 99)  # 3,299.67: 1,154.8845
    negotiated = market.agreed("甲", 1_000, "38.50")
    market.reviewed(negotiated)  # 38,500.00: 13,475
    auction = market.offered("auction", 500, "40.00")
    market.bids("丙", auction, 500, "41.20")
    market.bidding_closes(auction)  # 20,600.00: 7,210
    assert fees(market) == 11 + 1_154 + 13_475 + 7_210
    paid = 333_300 + 3_850_000 + 2_060_000
    assert market.money("owner") == {"cash": paid - fees(market)}
    assert market.money("乙") == {"cash": 10_000_000 - 333_300}
    assert market.money("甲") == {"cash": 40_000_000 - 3_850_000}
    assert market.money("丙") == {"cash": 25_000_000 - 2_060_000}
    charged = [(trade["amount_cents"], trade["fee_cents"]) for trade in rows(market.programme, tables.trade)]
    assert sorted(charged) == [(3_333, 11), (329_967, 1_154), (2_060_000, 7_210), (3_850_000, 13_475)]


def test_a_fee_is_that_of_the_version_the_transfer_began_on(market: Market) -> None:
    before = market.offered("listing", 10, "45.00")
    given(market, "trade_fee_rate", 100)
    market.takes("乙", before, 10)
    after = market.offered("listing", 10, "45.00")
    market.takes("乙", after, 10)
    charged = {trade["order_id"]: trade["fee_cents"] for trade in rows(market.programme, tables.trade)}
    assert charged == {before: 0, after: 450}


def test_a_whole_amount_may_be_the_fee(market: Market) -> None:
    given(market, "trade_fee_rate", 10_000)
    market.takes("乙", market.offered("listing", 10, "45.00"), 10)
    assert (fees(market), market.money("owner")) == (45_000, {})


def over_the_limit() -> Any:
    return pytest.raises(Refused, match="hold_limit")


def test_nobody_holds_more_than_the_limit_whatever_the_mode(market_on_both: Market) -> None:
    """W the limit is 1,000 t. T 600 and 400 are bought, the 1,001st is refused with what there is."""
    market = market_on_both
    given(market, "buyer_hold_limit", 1_000)
    listing = market.offered("listing", 2_000, "45.00")
    market.takes("乙", listing, 600)
    with over_the_limit() as refused:
        market.takes("乙", listing, 401)
    assert refused.value.message == "持有量上限为1,000吨，现持有600吨，不能再购买401吨"
    assert refused.value.article == "服务规则：持有量上限"
    auction = market.offered("auction", 2_000, "40.00")
    with over_the_limit():
        market.bids("乙", auction, 401, "41.00")
    with over_the_limit():
        market.agreed("乙", 401, "38.50")
    market.takes("乙", listing, 400)
    assert market.units("乙") == {"held": 1_000}
    assert market.money("乙") == {"cash": 10_000_000 - 4_500_000}


def test_what_is_cancelled_makes_room_and_what_is_pending_does_not(market: Market) -> None:
    given(market, "buyer_hold_limit", 1_000)
    listing = market.offered("listing", 2_000, "45.00")
    market.takes("乙", listing, 1_000)
    with over_the_limit():
        market.takes("乙", listing, 1)
    when_cancelled(market.programme, "乙", market.accounts["乙"], 300)
    market.takes("乙", listing, 300)
    assert market.units("乙") == {"held": 1_000, "cancelled": 300}


def test_a_bidder_who_reached_the_limit_meanwhile_wins_nothing(market: Market) -> None:
    """G a bid for 800 within the limit, then 300 taken of a listing. T the next bidder has them."""
    given(market, "buyer_hold_limit", 1_000)
    auction = market.offered("auction", 800, "40.00")
    market.bids("乙", auction, 800, "50.00")
    market.bids("丙", auction, 800, "41.00")
    market.takes("乙", market.offered("listing", 300, "45.00"), 300)
    market.bidding_closes(auction)
    assert (market.units("乙"), market.units("丙")) == ({"held": 300}, {"held": 800})
    assert market.money("乙") == {"cash": 10_000_000 - 1_350_000}
