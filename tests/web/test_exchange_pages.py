"""The exchange's pages: orders overseen, trades, alerts looked into, days reconciled, money checked."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date

import pytest

from tests.scenarios.market import Market
from tests.scenarios.test_reported_trades import line, report, signed
from tests.scenarios.test_transfer_faults import BankThatFails, with_payments
from tests.web.conftest import Office
from tests.web.trading import Trading
from workflow_app.adapters.payments import BookPayments
from workflow_app.commands.account_requests import EnterCash
from workflow_app.commands.incidents import ActFailed
from workflow_app.commands.market.requests import (
    EnterQualification,
    ReconcileTrades,
    ReviewAlert,
    SettleDifference,
)
from workflow_app.commands.requests import RetryIncident
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, Refused
from workflow_app.kernel.ports import Funds
from workflow_app.web.app import create_app

DAY = "2025-08-12"


@pytest.fixture
def trading(market: Market) -> Trading:
    """P1's market, served."""
    return Trading(market, Office(market.programme, create_app(market.programme.app)))


def test_the_board_shows_what_stands_and_what_waits_for_the_exchange(trading: Trading) -> None:
    market = trading.market
    checker = trading.office.signed_in("checker")
    assert "没有进行中的转让委托" in checker.get("/exchange/orders").text
    listing = market.offered("listing", 2_000, "45.00")
    market.takes("乙", listing, 500)
    agreed = market.agreed("甲", 300, "44.00")
    numbers = {name: market.order(name)["number"] for name in (listing, agreed)}
    board = checker.get("/exchange/orders").text
    assert all(number in board for number in numbers.values())
    assert "1,500" in board
    review = checker.get("/exchange/orders?view=review").text
    assert (numbers[agreed] in review, numbers[listing] in review) == (True, False)
    assert numbers[agreed] not in checker.get("/exchange/orders?view=all&mode=listing").text
    assert numbers[agreed] in checker.get("/exchange/orders?find=德兴").text
    assert numbers[listing] not in checker.get("/exchange/orders?find=德兴").text
    shown = checker.get(f"/exchange/orders/{agreed}").text
    task = re.search(r'href="(/tasks/[^"]+)"', shown)
    assert task is not None
    assert checker.get(task[1]).status_code == 200
    assert "/tasks/" not in trading.office.signed_in("maker").get(f"/exchange/orders/{agreed}").text
    case = market.order(agreed)["case_id"]
    assert checker.get(f"/cases/{case}").status_code == 200


def test_bids_are_sealed_on_the_board_until_bidding_closes(trading: Trading) -> None:
    market = trading.market
    auction = market.offered("auction", 1_000, "40.00")
    market.bids("乙", auction, 100, "77.77")
    checker = trading.office.signed_in("checker")
    sealed = checker.get(f"/exchange/orders/{auction}").text
    assert "密封" in sealed
    assert "77.77" not in sealed
    market.bidding_closes(auction)
    opened = checker.get(f"/exchange/orders/{auction}").text
    assert "77.77" in opened
    assert "密封" not in opened


def test_a_failed_settlement_says_why_and_what_follows(trading: Trading) -> None:
    market = trading.market
    order = market.agreed("甲", 1_000, "38.50")
    bank = BankThatFails()
    bank.left = 0
    with_payments(market, bank)
    market.reviewed(order)
    checker = trading.office.signed_in("checker")
    assert "银行拒付" in checker.get("/exchange/orders?view=failed").text
    shown = checker.get(f"/exchange/orders/{order}").text
    assert "结算失败，减排量和资金已全部退回" in shown
    assert "由项目业主重新发起转让" in shown


class BrokenBank(BookPayments):
    """A settlement account whose system does not answer as it should."""

    def capture(self, funds: Funds, key: str, account_id: str, cents: int) -> None:
        raise ZeroDivisionError("a defect of the bank's system")


def test_the_exchange_tries_a_broken_settlement_again(trading: Trading) -> None:
    """A defect is no refusal: everything is rolled back, and a checker of the exchange does it again."""
    market = trading.market
    order = market.agreed("甲", 1_000, "38.50")
    with_payments(market, BrokenBank())
    with pytest.raises(ActFailed):
        market.reviewed(order)
    checker = trading.office.signed_in("checker")
    address = f"/exchange/orders/{order}"
    shown = checker.get(address).text
    assert "可以重试" in shown
    found = re.search(rf"{address}/retry/(\w+)", shown)
    assert found is not None
    with pytest.raises(Forbidden):
        market.programme.do("maker", RetryIncident(found[1]))
    for name in ("maker", "clerk", "auditor", "甲"):
        assert trading.office.signed_in(name).post(found[0]).status_code == 403, name
    still = checker.post(found[0], follow_redirects=True).text
    assert "可以重试" in still
    with_payments(market, BookPayments())
    done = checker.post(found[0], follow_redirects=True).text
    assert "已重新执行成功" in done
    assert "可以重试" not in done
    assert (market.order(order)["state"], market.units("甲")) == ("completed", {"held": 1_000})
    assert checker.post(found[0]).status_code == 404


def test_trades_are_filtered_summed_and_downloaded(trading: Trading) -> None:
    market = trading.market
    auditor = trading.office.signed_in("auditor")
    assert "还没有成交" in auditor.get("/exchange/trades").text
    listing = market.offered("listing", 2_000, "45.00")
    market.takes("乙", listing, 500)
    report(market, line(market, "X-1"))
    page = auditor.get("/exchange/trades").text
    assert "1,500 tCO₂e" in page
    assert "62,500.00 元" in page
    reported = auditor.get("/exchange/trades?way=reported").text
    assert ("X-1" in reported, "婺源演示景区" in reported) == (True, False)
    assert "没有符合条件的成交" in auditor.get("/exchange/trades?since=2025-08-13").text
    assert "没有符合条件的成交" not in auditor.get("/exchange/trades?until=nonsense").text
    table = auditor.get(f"/exchange/trades.csv?since={DAY}&until={DAY}")
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert {row["数量（tCO₂e）"]: row["金额（元）"] for row in rows} == {
        "500": "22500.00",
        "1000": "40000.00",
    }
    assert [row["交易机构编号"] for row in rows] == ["", "X-1"]


def test_an_alert_shows_its_evidence_and_is_looked_into_once(trading: Trading) -> None:
    market = trading.market
    checker = trading.office.signed_in("checker")
    assert "没有待核查的异常交易" in checker.get("/exchange/alerts").text
    report(market, line(market, "X-1"), line(market, "X-2", price="58.00"))
    listed = checker.get("/exchange/alerts").text
    assert "偏离均价 45%" in listed
    found = re.search(r"/exchange/alerts/(\w+)", listed)
    assert found is not None
    shown = checker.get(found[0]).text
    assert all(words in shown for words in ("58.00 元", "40.00 元", "45%", "price_far"))
    empty = checker.post(found[0], {"state": "cleared", "finding": " "})
    assert (empty.status_code, "请填写核查情况" in empty.text) == (422, True)
    unsure = checker.post(found[0], {"state": "maybe", "finding": "看过"})
    assert (unsure.status_code, "请选择核查结论" in unsure.text) == (422, True)
    done = checker.post(found[0], {"state": "reported", "finding": "双方说明矛盾"}, follow_redirects=True)
    assert "双方说明矛盾" in done.text
    assert "已报省厅" in done.text
    again = checker.post(found[0], {"state": "cleared", "finding": "改口"})
    assert (again.status_code, "已经核查" in again.text) == (409, True)
    with pytest.raises(Refused, match="alert_reviewed"):
        market.programme.do("leader", ReviewAlert(found[1], "cleared", "x"))
    assert "双方说明矛盾" in trading.office.signed_in("auditor").get(found[0]).text
    leader = trading.office.signed_in("leader")
    assert "异常交易已报省厅" in leader.get("/messages").text
    assert f"/accounts/{market.accounts['甲']}/orders/new" in leader.get(found[0]).text
    assert "/orders/new" not in checker.get(found[0]).text


def test_a_signed_file_is_uploaded_and_what_is_wrong_with_one_is_said(trading: Trading) -> None:
    market = trading.market
    maker = trading.office.signed_in("maker")
    document = json.dumps(signed(market), ensure_ascii=False)

    def sent(content: bytes) -> str:
        file = {"file": (io.BytesIO(content), "2025-08-12.json")}
        return maker.post("/exchange/reports", file, follow_redirects=True).text

    assert "请选择交易机构签名的日终文件" in maker.post("/exchange/reports").text
    assert "不是 UTF-8" in sent(b"\xff\xfe\x00")
    assert "不是 JSON" in sent(b"not json")
    assert "签名不符" in sent(document.replace("40.00", "40.01").encode())
    assert market.units("甲") == {}
    page = sent(document.encode())
    assert "入账 1 笔，早已入账 0 笔，退回 0 笔，差异 0 处" in page
    assert "清单与台账一致" in page
    assert "早已入账 1 笔" in sent(document.encode())
    assert market.units("甲") == {"held": 1_000}
    assert "签名文件" in trading.office.signed_in("auditor").get("/exchange/reports").text


def test_differences_are_put_right_by_a_second_person(trading: Trading) -> None:
    """One the book lacks is reported again, one that was listed wrongly is said so; each once."""
    market = trading.market
    report(market, line(market, "X-1"))
    listed = [line(market, "X-1", quantity=1_001), line(market, "X-2")]
    day = str(market.programme.do("maker", ReconcileTrades(DAY, listed)).values["report_id"])
    maker, checker = trading.office.signed_in("maker"), trading.office.signed_in("checker")
    address = f"/exchange/reports/{day}"
    page = checker.get("/exchange/reports").text
    assert "待处理 2 处" in page
    assert '报送与对账</span><span class="side-nav__count">2</span>' in page
    assert f"{address}/differences/" not in maker.get(address).text
    with pytest.raises(Forbidden):
        market.programme.do("maker", SettleDifference(day, 1, "relisted", "x"))
    shown = checker.get(address).text
    assert "补报该笔成交入账" in shown
    first, second = (f"{address}/differences/{number}" for number in (1, 2))
    early = checker.post(second, {"remedy": "entered", "note": "已补报"})
    assert (early.status_code, "请先补报入账" in early.text) == (422, True)
    empty = checker.post(first, {"remedy": "relisted", "note": ""})
    assert (empty.status_code, "请填写处理情况" in empty.text) == (422, True)
    report(market, line(market, "X-2"))
    assert "该编号现已入账" in checker.get(address).text
    checker.post(second, {"remedy": "entered", "note": "网络中断漏报，已补报"})
    done = checker.post(first, {"remedy": "relisted", "note": "清单录错一吨"}, follow_redirects=True).text
    assert "清单有误，已更正" in done
    assert "待处理" not in done
    again = checker.post(first, {"remedy": "explained", "note": "改口"})
    assert (again.status_code, "已经处理" in again.text) == (409, True)
    assert "，已处理" in checker.get("/exchange/reports").text
    assert checker.post(f"{address}/differences/9", {"remedy": "relisted", "note": "x"}).status_code == 404


def test_a_later_list_of_the_day_counts(trading: Trading) -> None:
    market = trading.market
    first = str(market.programme.do("maker", ReconcileTrades(DAY, [line(market, "X-1")])).values["report_id"])
    market.programme.do("maker", ReconcileTrades(DAY, []))
    checker = trading.office.signed_in("checker")
    page = checker.get("/exchange/reports").text
    assert "已由新清单代替" in page
    assert "待处理" not in page
    assert "以最后一份为准" in checker.get(f"/exchange/reports/{first}").text
    assert '报送与对账</span><span class="side-nav__count">' not in page


def test_who_sent_a_list_says_nothing_of_its_differences(trading: Trading) -> None:
    """职责分离 (K), also of a person who holds both posts."""
    market = trading.market
    trading.given_role("checker", "exchange_maker", "exchange")
    day = str(market.programme.do("checker", ReconcileTrades(DAY, [line(market)])).values["report_id"])
    address = f"/exchange/reports/{day}"
    checker = trading.signed_in("checker")
    assert f"{address}/differences/1" not in checker.get(address).text
    said = {"remedy": "relisted", "note": "清单有误"}
    assert checker.post(f"{address}/differences/1", said).status_code == 403


def test_a_refused_report_stays_before_people_until_it_is_entered(trading: Trading) -> None:
    market = trading.market
    wrong = line(market, "X-1", quantity=99_000)
    report(market, wrong)
    report(market, wrong)  # told again: refused again, shown once
    page = trading.office.signed_in("checker").get("/exchange/reports").text
    assert page.count("未入账") == 1
    assert "99000" in page
    report(market, line(market, "X-1"))
    assert "后已入账" in trading.office.signed_in("checker").get("/exchange/reports").text


def test_money_of_every_account_is_checked_in_one_place(trading: Trading) -> None:
    market = trading.market
    maker, checker = trading.office.signed_in("maker"), trading.office.signed_in("checker")
    assert "没有待复核的出入金" in checker.get("/exchange/cash").text
    market.programme.do("maker", EnterCash(market.accounts["甲"], "payout", "12000.00", "B-77"))
    assert 'name="decision"' not in maker.get("/exchange/cash").text
    shown = checker.get("/exchange/cash").text
    assert "12,000.00" in shown
    found = re.search(r'action="(/exchange/cash/\w+)"', shown)
    assert found is not None
    lacking = checker.post(found[1], {"decision": "return"}, follow_redirects=True).text
    assert "请填写退回理由" in lacking
    checker.post(found[1], {"decision": "approve"})
    assert market.money("甲") == {"cash": 38_800_000}
    assert "B-77" in checker.get("/exchange/cash?state=posted&kind=payout").text
    assert "B-77" not in checker.get("/exchange/cash?state=posted&kind=deposit").text


def test_the_qualification_is_entered_by_the_leader_and_warned_of(trading: Trading) -> None:
    """R45: the paper entered says until when; one that has run out is said to stop everything."""
    market = trading.market
    programme = market.programme
    leader = trading.office.signed_in("leader")
    exchange = programme.organisations["exchange"]
    paper = {
        "organisation_id": exchange,
        "number": "赣金办函〔2025〕6号",
        "issuer": "演示监管机关",
        "valid_from": "2025-01-01",
        "valid_until": "2025-08-31",
    }
    wrong = leader.post("/exchange/qualification", {**paper, "valid_until": "2024-12-31"})
    assert (wrong.status_code, "不得早于起始日期" in wrong.text) == (422, True)
    lacking = leader.post("/exchange/qualification", {**paper, "number": "", "valid_from": ""})
    assert (lacking.status_code, "请填写有效期的第一天" in lacking.text) == (422, True)
    page = leader.post("/exchange/qualification", paper, follow_redirects=True).text
    assert "资质将在 19 天后到期" in page
    with pytest.raises(InvalidForm):
        programme.do("leader", EnterQualification(exchange, "x", "y", date(2026, 1, 1), date(2026, 12, 31)))
    programme.wake_late("2025-09-01")
    assert "资质已过有效期" in trading.office.signed_in("checker").get("/exchange/qualification").text
    with pytest.raises(Refused, match="exchange_unqualified"):
        market.started("listing")
    programme.do("leader", EnterQualification(exchange, "续", "机关", date(2025, 9, 1), date(2026, 8, 31)))
    assert market.started("listing")


def test_the_same_act_of_the_exchange_twice_takes_effect_once(trading: Trading) -> None:
    market = trading.market
    day = str(market.programme.do("maker", ReconcileTrades(DAY, [line(market)])).values["report_id"])
    said = SettleDifference(day, 1, "relisted", "清单有误")
    first = market.programme.do("checker", said, key="once")
    assert market.programme.do("checker", said, key="once").values == first.values
    with pytest.raises(Conflict, match="difference_settled"):
        market.programme.do("checker", said)
