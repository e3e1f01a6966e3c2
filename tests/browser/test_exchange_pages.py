"""The exchange and the department in Chromium: a day put right, an account frozen, every page looked over."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import Site
from tests.browser.test_market_journey import quiet, settled
from tests.scenarios import units
from tests.scenarios.market import Market
from tests.scenarios.programme import PDF
from tests.scenarios.test_reported_trades import line, report
from tests.support.chromium import DESKTOP, PHONE, axe_findings, overflow
from workflow_app.commands.account_requests import EnterCash
from workflow_app.commands.market.requests import ReconcileTrades
from workflow_app.store import tables

DAY = "2025-08-12"


def test_a_difference_is_put_right_on_a_page(trading: Site, market: Market) -> None:
    report(market, line(market, "X-1"))
    listed = [line(market, "X-1", quantity=1_001)]
    market.programme.do("maker", ReconcileTrades(DAY, listed))
    page = trading.page("checker")
    page.get_by_role("link", name="报送与对账").click()
    settled(page)
    expect(page.get_by_text("待处理 1 处")).to_be_visible()
    page.get_by_role("link", name=DAY).click()
    settled(page)
    page.get_by_text("记录处理").first.click()
    page.get_by_role("button", name="记录处理").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("请填写处理情况")
    page.get_by_label("处理方式").select_option("relisted")
    page.get_by_label("处理情况").fill("清单录错一吨，已更正重报")
    page.get_by_role("button", name="记录处理").click()
    expect(page.get_by_text("清单有误，已更正")).to_be_visible()
    assert axe_findings(page) == []
    assert quiet(trading)


def test_a_leader_freezes_an_account_with_the_ruling(trading: Site, market: Market) -> None:
    page = trading.page("leader")
    page.goto(f"{trading.base}/accounts/{market.accounts['甲']}")
    page.get_by_role("link", name="下达指令").click()
    settled(page)
    page.get_by_label("冻结").check()
    page.get_by_label("依据文书").first.fill("（2025）赣01执88号")
    page.get_by_label("理由").first.fill("协助执行法院裁定")
    ruling = {"name": "裁定书.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.locator("#scan").set_input_files(ruling)  # type: ignore[arg-type]
    page.get_by_label("我已核对账户和依据文书，确认下达").check()
    page.get_by_role("button", name="下达指令").click()
    expect(page.get_by_text("指令 ZL-2025-000001 已下达")).to_be_visible()
    expect(page.get_by_role("link", name="裁定书.pdf")).to_be_visible()
    assert axe_findings(page) == []
    assert quiet(trading)


@pytest.mark.timeout(420)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_of_exchange_and_department_is_whole(
    trading: Site, market: Market, size: ViewportSize
) -> None:
    programme = market.programme
    listing = market.offered("listing", 5_000, "45.00")
    market.takes("乙", listing, 2_000)
    auction = market.offered("auction", 1_000, "40.00")
    market.bids("丙", auction, 100, "41.00")
    wrong = line(market, "X-9", quantity=0)
    report(market, line(market, "X-1"), line(market, "X-2", price="68.00"), wrong)
    listed = [line(market, "X-1", quantity=1_001), line(market, "X-4")]
    day = programme.do("maker", ReconcileTrades(DAY, listed)).values["report_id"]
    programme.do("maker", EnterCash(market.accounts["甲"], "deposit", "88.00", "BANK-0043"))
    units.given_delegate(programme, "2025-09-01", "public_welfare")
    cancelled = units.when_cancelled(programme, "乙", market.accounts["乙"], 1_500)
    programme.hand_in("issue_by_delegate", "delegate", case_id=cancelled)
    batch = units.rows(programme, tables.batch)[0]["id"]
    units.when_found(programme, correction_batch=batch)
    alert, certificate, correction = (
        units.rows(programme, table)[0]["id"]
        for table in (tables.trade_alert, tables.certificate, tables.correction)
    )
    pages = {
        "checker": (
            "/exchange/orders",
            f"/exchange/orders/{listing}",
            f"/exchange/orders/{auction}",
            "/exchange/trades",
            "/exchange/alerts",
            f"/exchange/alerts/{alert}",
            "/exchange/reports",
            f"/exchange/reports/{day}",
            "/exchange/cash",
        ),
        "maker": ("/exchange/reports", "/exchange/orders?view=failed"),
        "clerk": ("/corrections", f"/corrections/{correction}"),
        "leader": (
            "/delegations",
            "/office/certificates",
            f"/office/certificates/{certificate}",
            "/exchange/qualification",
            f"/accounts/{market.accounts['owner']}/orders/new",
        ),
    }
    found: list[str] = []
    for name, paths in pages.items():
        page = trading.page(name, viewport=size)
        for path in paths:
            answer = page.goto(trading.base + path)
            assert answer is not None
            assert answer.status == 200, path
            settled(page)
            page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
            found += [f"{path} {finding}" for finding in axe_findings(page)]
            if wide := overflow(page):
                found.append(f"{path} is {wide} px too wide")
    assert found == []
    assert quiet(trading)
