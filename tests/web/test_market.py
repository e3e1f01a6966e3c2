"""减排量市场 on its pages: found, taken, bid for, taken back; refusals where they are met (附件二（二）)."""

from __future__ import annotations

import re

import pytest

from tests.scenarios.market import Market
from tests.web.conftest import Office, Visitor
from tests.web.trading import Trading
from workflow_app.web.app import create_app


@pytest.fixture
def trading(market: Market) -> Trading:
    """P1's market, served."""
    return Trading(market, Office(market.programme, create_app(market.programme.app)))


def took(buyer: Visitor, order: str, quantity: str, **said: str) -> str:
    """Buy of a listing as the pages lead: what it comes to, then the act; returns the page that follows."""
    asked = buyer.post(f"/market/{order}/take", {"quantity": quantity, **said})
    assert asked.status_code == 200, asked.text
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    return buyer.post(f"/market/{order}/take", kept, follow_redirects=True).text


def test_a_listing_is_found_and_taken_in_part(trading: Trading) -> None:
    order = trading.market.offered("listing", 2_000, "45.00")
    buyer = trading.signed_in("乙")
    listed = buyer.get("/market").text
    assert "遂川县森林经营碳汇" in listed or trading.market.order(order)["number"] in listed
    assert "100,000.00" in listed  # what there is to spend
    asked = buyer.post(f"/market/{order}/take", {"quantity": "1,500"}).text
    assert "购买 1,500 t，应付 67,500.00 元" in asked
    assert "不得二次转让" in asked
    assert trading.market.order(order)["remaining"] == 2_000  # nothing yet
    page = took(buyer, order, "1500")
    assert "已成交 1,500 吨，价款 67,500.00 元" in page
    assert "JX-JCER-01-00001-01-2021-000000001-000001500" in page
    assert trading.market.money("乙") == {"cash": 3_250_000}
    assert trading.market.units("乙") == {"held": 1_500}
    assert "500" in buyer.get(f"/market/{order}").text


def test_the_same_purchase_sent_twice_takes_effect_once(trading: Trading) -> None:
    order = trading.market.offered("listing", 100, "45.00")
    buyer = trading.signed_in("乙")
    asked = buyer.post(f"/market/{order}/take", {"quantity": "10"})
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    first, second = (buyer.post(f"/market/{order}/take", kept) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert trading.market.units("乙") == {"held": 10}


@pytest.mark.parametrize("quantity", ["", "0", "-5", "1.5", "abc", "999999999999999", "１０"])
def test_a_quantity_that_is_none_is_refused_in_words(trading: Trading, quantity: str) -> None:
    order = trading.market.offered("listing", 100, "45.00")
    answer = trading.signed_in("乙").post(f"/market/{order}/take", {"quantity": quantity})
    assert answer.status_code == 422
    assert "数量须为" in answer.text
    assert trading.market.order(order)["remaining"] == 100


def test_what_cannot_be_paid_is_refused_and_what_was_typed_stays(trading: Trading) -> None:
    order = trading.market.offered("listing", 10_000, "45.00")
    buyer = trading.signed_in("乙")
    asked = buyer.post(f"/market/{order}/take", {"quantity": "9000"})
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    answer = buyer.post(f"/market/{order}/take", kept)
    assert answer.status_code == 422
    assert "资金不足" in answer.text
    assert 'value="9000"' in answer.text
    assert trading.market.units("乙") == {}


def test_more_than_is_left_is_refused(trading: Trading) -> None:
    order = trading.market.offered("listing", 100, "45.00")
    buyer = trading.signed_in("乙")
    kept = {"quantity": "101", "confirmed": "1"}
    answer = buyer.post(f"/market/{order}/take", kept)
    assert answer.status_code == 422
    assert "可成交数量不足" in answer.text
    assert "355号附件二（二）" in answer.text


def test_a_frozen_account_buys_nothing_and_is_told_why(trading: Trading) -> None:
    order = trading.market.offered("listing", 100, "45.00")
    trading.market.given_state("乙", "frozen")
    buyer = trading.signed_in("乙")
    page = buyer.get(f"/market/{order}").text
    assert "账户为“冻结”，不能购买减排量" in page
    assert "下一步" not in page
    answer = buyer.post(f"/market/{order}/take", {"quantity": "1", "confirmed": "1"})
    assert (answer.status_code, "账户为“冻结”" in answer.text) == (422, True)


def test_nobody_buys_of_their_own_organisation(trading: Trading) -> None:
    """R19: an owner that also buys does not trade with itself, on the page or past it."""
    trading.given_role("owner", "buyer", "owner")
    trading.market.given_own_buyer_account()
    order = trading.market.offered("listing", 100, "45.00")
    owner = trading.signed_in("owner")
    assert "不能自己购买" in owner.get(f"/market/{order}").text
    answer = owner.post(f"/market/{order}/take", {"quantity": "1", "confirmed": "1"})
    assert (answer.status_code, "不得购买本单位转让的减排量" in answer.text) == (422, True)
    auction = trading.market.offered("auction", 100, "40.00")
    answer = owner.post(f"/market/{auction}/bid", {"quantity": "1", "price": "41", "confirmed": "1"})
    assert (answer.status_code, "不得购买本单位转让的减排量" in answer.text) == (422, True)


def test_who_has_no_account_is_led_to_open_one(trading: Trading) -> None:
    order = trading.market.offered("listing", 100, "45.00")
    trading.market.programme.given_person("walker", "institute", "buyer")
    walker = trading.signed_in("walker")
    assert "申请开立购买户" in walker.get("/market").text
    assert "申请开立购买户" in walker.get(f"/market/{order}").text
    answer = walker.post(f"/market/{order}/take", {"quantity": "1", "confirmed": "1"})
    assert (answer.status_code, "请先注册购买户" in answer.text) == (403, True)


def test_the_office_reads_the_market_and_buys_nothing(trading: Trading) -> None:
    order = trading.market.offered("listing", 100, "45.00")
    for name in ("clerk", "leader", "maker", "checker", "auditor"):
        visitor = trading.signed_in(name)
        assert trading.market.order(order)["number"] in visitor.get("/market").text, name
        page = visitor.get(f"/market/{order}").text
        assert "下一步" not in page, name
        answer = visitor.post(f"/market/{order}/take", {"quantity": "1", "confirmed": "1"})
        assert answer.status_code == 403, name
    for name in ("expert_one", "operator", "administrator", "agent"):
        assert trading.signed_in(name).get("/market").status_code == 403, name


def test_the_market_is_narrowed_by_project_mode_year_and_price(trading: Trading) -> None:
    market = trading.market
    cheap = market.order(market.offered("listing", 100, "30.00"))["number"]
    dear = market.order(market.offered("listing", 20_000, "60.00"))["number"]
    sold = market.order(market.offered("auction", 100, "40.00"))["number"]
    buyer = trading.signed_in("甲")

    def shown(query: str) -> set[str]:
        page = buyer.get(f"/market{query}").text
        return {number for number in (cheap, dear, sold) if number in page}

    assert shown("") == {cheap, dear, sold}
    assert shown("?mode=listing") == {cheap, dear}
    assert shown("?mode=auction") == {sold}
    assert shown("?price=40") == {cheap, sold}
    assert shown("?vintage=2022") == {dear, sold}
    assert shown("?vintage=2019") == set()
    assert shown("?find=JX-JCER-01-00001") == {cheap, dear, sold}
    assert shown("?find=%E4%B8%8D%E5%AD%98%E5%9C%A8") == set()
    assert "金额须大于零" in buyer.get("/market?price=abc").text


def test_a_bid_is_sealed_placed_and_taken_back(trading: Trading) -> None:
    market = trading.market
    order = market.offered("auction", 5_000, "40.00")
    bidder, rival, owner = (trading.signed_in(name) for name in ("丙", "甲", "owner"))
    low = bidder.post(f"/market/{order}/bid", {"quantity": "5000", "price": "39.99", "confirmed": "1"})
    assert (low.status_code, "报价不得低于底价40.00元" in low.text) == (422, True)
    bad = bidder.post(f"/market/{order}/bid", {"quantity": "5000", "price": "41.205"})
    assert (bad.status_code, "精确到分" in bad.text) == (422, True)
    asked = bidder.post(f"/market/{order}/bid", {"quantity": "5000", "price": "41.20"}).text
    assert "报价 5,000 t，冻结 206,000.00 元" in asked
    sent = {"quantity": "5000", "price": "41.20", "confirmed": "1"}
    page = bidder.post(f"/market/{order}/bid", sent, follow_redirects=True).text
    assert "41.20" in page
    assert "206,000.00" in page
    assert market.money("丙") == {"cash": 4_400_000, "reserved": 20_600_000}
    for other in (rival, owner, trading.signed_in("checker")):
        assert "41.20" not in other.get(f"/market/{order}").text
    again = bidder.post(f"/market/{order}/bid", sent)
    assert (again.status_code, "您已报价" in again.text) == (422, True)
    refused = owner.post(f"/market/{order}/withdraw", {"reason": "另行安排"})
    assert (refused.status_code, "已有报价，竞价不能撤回" in refused.text) == (422, True)
    found = re.search(rf"/market/{order}/bids/\w+/withdraw", page)
    assert found is not None
    assert rival.post(found[0]).status_code == 403
    assert "报价已撤回" in bidder.post(found[0], follow_redirects=True).text
    assert market.money("丙") == {"cash": 25_000_000}


def test_an_auction_tells_its_result_when_it_has_closed(trading: Trading) -> None:
    market = trading.market
    order = market.offered("auction", 5_000, "40.00")
    market.bids("丙", order, 5_000, "41.20")
    market.bids("甲", order, 1_000, "40.50")
    market.bidding_closes(order)
    won, lost, owner = (trading.signed_in(name) for name in ("丙", "甲", "owner"))
    assert "206,000.00" in won.get("/my/trading?view=trades").text
    assert "已成交" in won.get("/my/trading?view=bids").text
    page = lost.get(f"/market/{order}").text
    assert "未成交" in page
    assert "41.20" not in page  # what another bid is its own and the seller's
    page = owner.get(f"/market/{order}").text
    assert "41.20" in page
    assert "40.50" in page
    late = lost.post(f"/market/{order}/bid", {"quantity": "1", "price": "50", "confirmed": "1"})
    assert (late.status_code, "竞价未开始或者已经截止" in late.text) == (422, True)


def test_what_is_not_sold_is_taken_back_with_a_reason(trading: Trading) -> None:
    market = trading.market
    order = market.offered("listing", 100, "45.00")
    market.takes("乙", order, 30)
    owner = trading.signed_in("owner")
    asked = owner.get(f"/market/{order}/withdraw").text
    assert "未成交的 70 t 将解冻" in asked
    assert owner.post(f"/market/{order}/withdraw", {"reason": " "}).status_code == 422
    page = owner.post(f"/market/{order}/withdraw", {"reason": "另行安排"}, follow_redirects=True).text
    assert "已撤回" in page
    assert market.units("owner") == {"available": 44_070}
    assert trading.signed_in("乙").get(f"/market/{order}/withdraw").status_code == 404


def test_a_negotiated_transfer_is_its_two_sides_alone(trading: Trading) -> None:
    market = trading.market
    order = market.offered("negotiated", 10_000, "38.50", buyer_account=market.numbers["甲"])
    number = market.order(order)["number"]
    buyer = trading.signed_in("甲")
    assert number not in buyer.get("/market").text
    page = buyer.get("/my/trading").text
    assert number in page
    task = re.search(r'href="(/tasks/\w+)"', page)
    assert task is not None
    assert "385000.00" in buyer.get(task[1]).text or "385,000.00" in buyer.get(task[1]).text
    assert trading.signed_in("owner").get(f"/market/{order}").status_code == 200
    assert trading.signed_in("checker").get(f"/market/{order}").status_code == 200
    assert trading.signed_in("乙").get(f"/market/{order}").status_code == 404


def test_a_natural_person_confirms_on_the_page(trading: Trading) -> None:
    market = trading.market
    market.given_person("丁", "1000")
    order = market.offered("negotiated", 5, "45.00", buyer_account=market.numbers["丁"])
    person = trading.signed_in("丁")
    task = re.search(r'href="(/tasks/\w+)"', person.get(f"/market/{order}").text)
    assert task is not None
    form = person.get(task[1])
    assert form.status_code == 200
    sent = {"action": "agree", "no_resale": "true", "confirmed": "1"}
    done = person.post(task[1], sent, follow_redirects=True)
    assert done.status_code == 200
    assert market.order(order)["state"] == "matched"
    assert market.money("丁") == {"cash": 77_500, "reserved": 22_500}
    assert "丁" not in trading.signed_in("owner").get(f"/market/{order}").text.replace("丁*", "")
