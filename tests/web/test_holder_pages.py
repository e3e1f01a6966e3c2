"""持有减排量, 委托与成交, 注销与凭证, 对账单: what a holder reads and begins on their own pages (附件二)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

import pytest

from tests.scenarios.market import Market
from tests.scenarios.programme import at
from tests.web.conftest import Office, Visitor
from tests.web.trading import Trading
from workflow_app.web.app import create_app
from workflow_app.web.pages import my_holdings


@pytest.fixture
def trading(market: Market) -> Trading:
    """P1's market, served."""
    return Trading(market, Office(market.programme, create_app(market.programme.app)))


def led_to(visitor: Visitor, path: str, said: Mapping[str, object]) -> str:
    """Send a form and return the page it leads to."""
    answer = visitor.post(path, said)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_an_owner_reads_ranges_by_year_and_offers_them(trading: Trading) -> None:
    market, owner = trading.market, trading.signed_in("owner")
    page = owner.get("/my/holdings").text
    for serial in ("2021-000000001-000014500", "2022-000014501-000029200", "2023-000029201-000044100"):
        assert f"JX-JCER-01-00001-01-{serial}" in page
    for words in ("挂牌转让", "协议转让", "竞价转让", "申请注销（公益）"):
        assert words in page
    begin = {"project_id": market.programme.project_id, "mode": "listing"}
    task = led_to(owner, "/my/trading/start", begin)
    assert "挂牌定价转让" in owner.get(task).text
    assert led_to(owner, "/my/trading/start", begin) == task  # one that waits is gone on with
    assert "待提出" in owner.get("/my/trading").text
    offer = {"offer_tonnes": "2000", "offer_price": "45.00", "no_resale": "true", "action": "offer"}
    order = led_to_order(owner, task, offer)
    page = owner.get(order).text
    assert "交易中" in page
    assert "撤牌" in page
    assert market.units("owner") == {"available": 42_100, "frozen": 2_000}
    assert "待提出" not in owner.get("/my/trading").text
    assert "2,000" in owner.get("/my/trading").text


def test_a_price_beyond_the_band_comes_back_with_the_reason(trading: Trading) -> None:
    """R19: 近90日成交均价 45.00; 70.00 is 55 % above it."""
    market, owner = trading.market, trading.signed_in("owner")
    market.takes("乙", market.offered("listing", 100, "45.00"), 100)
    task = led_to(owner, "/my/trading/start", {"project_id": market.programme.project_id, "mode": "listing"})
    offer = {"offer_tonnes": "100", "no_resale": "true", "action": "offer", "confirmed": "1"}
    again = owner.post(task, {**offer, "offer_price": "70.00"})
    assert again.headers["Location"].startswith("/tasks/"), again.text
    page = owner.get(again.headers["Location"]).text
    assert "单价偏离近90日成交均价（45.00元/吨）55%，超出允许的区间" in page
    assert "已办结" not in page
    assert market.units("owner") == {"available": 44_000}
    order = led_to_order(owner, again.headers["Location"], {**offer, "offer_price": "60.00"})
    assert "60.00" in owner.get(order).text


def led_to_order(owner: Visitor, task: str, offer: Mapping[str, object]) -> str:
    """Hand an offer in, confirmed, and return the order's page."""
    answer = owner.post(task, {**offer, "confirmed": "1"})
    assert answer.status_code == 302, answer.text
    assert "/market/" in answer.headers["Location"]
    return str(answer.headers["Location"])


def test_a_buyer_is_offered_no_sale_and_refused_one(trading: Trading) -> None:
    """R39 不得二次转让: no button, and no way past the page."""
    market = trading.market
    market.takes("乙", market.offered("listing", 2_000, "45.00"), 2_000)
    buyer = trading.signed_in("乙")
    page = buyer.get("/my/holdings").text
    assert "不得二次转让" in page
    assert "挂牌转让" not in page
    assert "申请注销" in page
    for mode in ("listing", "negotiated", "auction"):
        begin = {"project_id": market.programme.project_id, "mode": mode}
        answer = buyer.post("/my/trading/start", begin)
        assert (answer.status_code, "不得二次转让" in answer.text) == (422, True), mode
    assert market.units("乙") == {"held": 2_000}


def test_serial_numbers_go_on_over_pages(trading: Trading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(my_holdings, "PAGE", 2)
    owner = trading.signed_in("owner")
    account, project = trading.market.accounts["owner"], trading.market.programme.project_id
    first = owner.get(f"/my/holdings/{account}/{project}").text
    assert "2021-000000001" in first
    assert "2023-000029201" not in first
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more is not None
    second = owner.get(more[1].replace("&amp;", "&")).text
    assert "2023-000029201" in second
    assert "2021-000000001" not in second
    assert 'rel="next"' not in second
    assert "没有已注销、核减的减排量" in owner.get(f"/my/holdings/{account}/{project}?view=ended").text
    assert trading.signed_in("乙").get(f"/my/holdings/{account}/{project}").status_code == 404
    assert owner.get(f"/my/holdings/{account}/{'0' * 32}").status_code == 404


def test_a_trade_is_read_by_its_two_sides_and_the_office(trading: Trading) -> None:
    market = trading.market
    market.takes("乙", market.offered("listing", 2_000, "45.00"), 2_000)
    buyer = trading.signed_in("乙")
    link = re.search(r'href="(/trades/\w+)"', buyer.get("/my/trading?view=trades").text)
    assert link is not None
    page = buyer.get(link[1]).text
    for words in (
        "90,000.00",
        "婺源演示景区",
        "JX-JCER-01-00001-01-2021-000000001-000002000-7",
        "成交确认书",
    ):
        assert words in page, words
    for name, status in (("owner", 200), ("checker", 200), ("clerk", 200), ("甲", 404), ("expert_one", 403)):
        assert trading.signed_in(name).get(link[1]).status_code == status, name


def test_a_buyer_cancels_and_finds_the_certificate(trading: Trading) -> None:
    market = trading.market
    programme = market.programme
    market.takes("乙", market.offered("listing", 2_000, "45.00"), 2_000)
    buyer = trading.signed_in("乙")
    assert "还没有注销" in buyer.get("/my/cancellations").text
    units = f"{market.accounts['乙']}.{programme.project_id}"
    asked = buyer.get(f"/my/cancellations/new?units={units}").text
    assert "可注销 2,000 t" in asked
    assert buyer.post("/my/cancellations/new", {}).status_code == 422
    task = led_to(buyer, "/my/cancellations/new", {"units": units})
    assert "待您办理" in buyer.get("/my/cancellations").text
    sent = {
        "action": "submit",
        "confirmed": "1",
        "cancel_tonnes": "2000",
        "cancellation_purpose": "public_welfare",
        "beneficiary_kind": "holder",
        "cancellation_declaration": "true",
    }
    answer = buyer.post(task, sent)
    assert answer.headers.get("Location") == "/my/cancellations", answer.text
    page = buyer.get("/my/cancellations").text
    assert "待核验" in page
    case = programme.task("verify_cancellation").case_id
    programme.hand_in("verify_cancellation", "checker", case_id=case)
    programme.hand_in("issue_by_department", "leader", case_id=case)
    page = buyer.get("/my/cancellations?view=certificates").text
    assert "公益碳注销" in page
    paper = re.search(r'href="(/documents/\w+)"', page)
    assert paper is not None
    assert buyer.get(paper[1]).mimetype == "application/pdf"
    assert re.search(r'href="/verify/\w{12}"', page)
    ended = f"/my/holdings/{market.accounts['乙']}/{programme.project_id}?view=ended"
    assert "JX-JCER-01-00001-01-2021-000000001-000002000-7" in buyer.get(ended).text
    other = trading.signed_in("甲")
    assert "还没有凭证" in other.get("/my/cancellations?view=certificates").text


def test_an_owner_cancels_for_the_public_good_alone(trading: Trading) -> None:
    """The owner's own units: 公益; another purpose comes back with the reason, and what was typed stays."""
    market, owner = trading.market, trading.signed_in("owner")
    units = f"{market.accounts['owner']}.{market.programme.project_id}"
    task = led_to(owner, "/my/cancellations/new", {"units": units})
    sent = {
        "action": "submit",
        "confirmed": "1",
        "cancel_tonnes": "100",
        "cancellation_purpose": "voluntary_offset",
        "offset_scope": "本单位2024年度",
        "beneficiary_kind": "holder",
        "cancellation_declaration": "true",
    }
    refused = owner.post(task, sent)
    assert refused.status_code == 422
    assert "公益" in refused.text
    assert "本单位2024年度" in refused.text
    assert market.units("owner") == {"available": 44_100}
    done = owner.post(task, {**sent, "cancellation_purpose": "public_welfare", "offset_scope": ""})
    assert done.headers.get("Location") == "/my/cancellations", done.text
    assert market.units("owner") == {"available": 44_000, "pending": 100}


def test_who_may_not_cancel_is_told(trading: Trading) -> None:
    market = trading.market
    market.takes("乙", market.offered("listing", 10, "45.00"), 10)
    units = f"{market.accounts['乙']}.{market.programme.project_id}"
    stranger = trading.signed_in("甲").post("/my/cancellations/new", {"units": units})
    assert (stranger.status_code, "只有账户持有人可以办理" in stranger.text) == (403, True)
    market.given_state("乙", "frozen")
    buyer = trading.signed_in("乙")
    assert "没有可以注销的减排量" in buyer.get("/my/cancellations/new").text
    assert buyer.post("/my/cancellations/new", {"units": units}).status_code == 422
    assert "不能申请注销" in buyer.get("/my/holdings").text


def test_a_statement_of_a_period_has_its_balances(trading: Trading) -> None:
    market = trading.market
    market.takes("乙", market.offered("listing", 100, "45.00"), 10)  # on 2025-08-12
    market.programme.clock.set(at("2025-09-01"))
    market.pays_in("乙", "500")
    buyer = trading.signed_in("乙")
    address = f"/accounts/{market.accounts['乙']}/statement"

    def balances(query: str) -> list[list[str]]:
        found = re.findall(
            r"<h3>(.*?)</h3>(.*?)</div>\s*(?=<div><h3>|</div></section>)",
            buyer.get(address + query).text,
            re.DOTALL,
        )
        return [[title, *re.findall(r"<dd>(.*?)</dd>", text)] for title, text in found]

    august = balances("?first=2025-08-01&last=2025-08-31")
    assert august == [["期初余额"], ["期末余额", "10 t", "99,550.00 元"]]
    september = balances("?first=2025-09-01&last=2025-09-30")
    assert september == [["期初余额", "10 t", "99,550.00 元"], ["期末余额", "10 t", "100,050.00 元"]]
    assert "期间内没有变动" in buyer.get(f"{address}?first=2025-10-01").text
    page = buyer.get(f"{address}?last=2025-08-31").text
    assert "减排量转让" in page or "转让" in page
    assert "+500.00" not in page
    rows = list(
        csv.reader(io.StringIO(buyer.get(f"{address}.csv?first=2025-09-01").text.removeprefix("\ufeff")))
    )
    assert [row[5] for row in rows[1:]] == ["可用资金 +500.00"]
    assert "打印" in buyer.get(f"{address}?print=1").text
    for query in ("?first=2025-09-02&last=2025-09-01", "?first=x", "?last=0001-01-01", "?last=9999-12-31"):
        assert 'class="field__error"' in buyer.get(address + query).text, query
        assert buyer.get(f"{address}.csv{query}").status_code == 200


def test_whoever_has_no_account_is_told_what_comes_first(trading: Trading) -> None:
    trading.market.programme.given_person("walker", "institute", "buyer")
    walker = trading.signed_in("walker")
    for path in ("/my/holdings", "/my/trading", "/my/cancellations", "/my/cancellations/new", "/market"):
        assert walker.get(path).status_code == 200, path
    assert "申请开立购买户" in walker.get("/my/holdings").text
