"""A natural person on a phone buys tonnes and cancels them; holders' pages looked over at two widths."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Site
from tests.browser.typist import fill, press
from tests.scenarios.market import Market
from tests.support.chromium import DESKTOP, PHONE, axe_findings, overflow
from workflow_app.engine.forms import FormDefinition


def settled(page: Page) -> None:
    """Wait until the scripts have run and a diagram, if there is one, stands."""
    page.wait_for_selector("body[data-ready]")
    if page.locator("[data-bpmn-url]").count():
        page.wait_for_selector("[data-diagram=ready]")


def quiet(site: Site) -> bool:
    """Tell whether no window complained; a refused form is an answer, no complaint."""
    heard = [text for one in site.complaints for text in (*one.policy, *one.errors)]
    return not [text for text in heard if "status of 422" not in text]


def form_of(site: Site, key: str) -> FormDefinition:
    """A form of the version in force."""
    app = site.programme.app
    with app.store.reading() as uow:
        return app.tools.form(app.tools.versions.effective(uow), key)


def test_a_person_takes_a_listing_on_a_phone(trading: Site, market: Market) -> None:
    market.offered("listing", 2_000, "45.00")
    page = trading.page("丁", viewport=PHONE)
    page.get_by_label("主要页面").get_by_role("link", name="市场").click()
    settled(page)
    page.get_by_role("link", name=re.compile("森林经营碳汇")).first.click()
    settled(page)
    page.get_by_label("购买数量").fill("30")
    page.get_by_role("button", name="下一步：核对金额").click()
    expect(page.locator("h1")).to_have_text("购买 30 t，应付 1,350.00 元")
    page.get_by_role("button", name="确定购买").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_contain_text("资金不足")
    expect(page.get_by_label("购买数量")).to_have_value("30")
    page.get_by_label("购买数量").fill("20")
    page.get_by_role("button", name="下一步：核对金额").click()
    page.get_by_role("button", name="确定购买").click()
    expect(page.get_by_text("已成交 20 吨，价款 900.00 元")).to_be_visible()
    assert market.units("丁") == {"held": 20}
    assert market.money("丁") == {"cash": 10_000}
    page.get_by_label("主要页面").get_by_role("link", name="持有").click()
    settled(page)
    expect(page.get_by_text("JX-JCER-01-00001-01-2021-000000001-000000020")).to_be_visible()
    expect(page.get_by_text("不得二次转让").first).to_be_visible()
    expect(page.get_by_role("button", name="挂牌转让")).to_have_count(0)
    assert axe_findings(page) == []
    assert overflow(page) == 0
    assert quiet(trading)


def test_a_person_cancels_what_they_bought(trading: Site, market: Market) -> None:
    market.takes("丁", market.offered("listing", 100, "45.00"), 20)
    page = trading.page("丁", viewport=PHONE)
    page.goto(f"{trading.base}/my/holdings")
    settled(page)
    page.get_by_role("link", name="申请注销").click()
    page.get_by_role("button", name="填写注销申请").click()
    page.wait_for_url("**/tasks/*")
    settled(page)
    assert axe_findings(page) == []
    form = form_of(trading, "cancellation_application")
    restoration = page.locator("#restoration_reference")
    expect(restoration).to_have_count(0)
    fill(page, form, {"cancellation_purpose": "substitute_restoration"})
    expect(restoration).to_be_visible()
    answer = {
        "cancellation_purpose": "public_welfare",
        "beneficiary_kind": "holder",
        "cancel_tonnes": "20",
        "cancellation_declaration": True,
    }
    fill(page, form, answer)
    expect(restoration).to_have_count(0)
    press(page, "submit")
    expect(page.get_by_text("核验通过后不可恢复")).to_be_visible()
    page.get_by_role("button", name="确定").click()
    page.wait_for_url("**/my/cancellations")
    settled(page)
    expect(page.get_by_text("待核验")).to_be_visible()
    assert market.units("丁") == {"pending": 20}
    market.programme.hand_in("verify_cancellation", "checker")
    market.programme.hand_in("issue_by_department", "leader")
    page.get_by_role("link", name="凭证", exact=True).click()
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    assert quiet(trading)


@pytest.mark.timeout(420)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_of_holders_is_whole(trading: Site, market: Market, size: ViewportSize) -> None:
    listing = market.offered("listing", 2_000, "45.00")
    auction = market.offered("auction", 5_000, "40.00")
    market.offered("negotiated", 100, "45.00", buyer_account=market.numbers["乙"])
    trade = str(market.takes("乙", listing, 500).values["trade_id"])
    market.bids("乙", auction, 10, "41.00")
    market.started("listing")
    project = market.programme.project_id
    held = f"{market.accounts['乙']}.{project}"
    pages = {
        "乙": (
            "/market",
            "/market?find=nothing&price=abc",
            f"/market/{listing}",
            f"/market/{auction}",
            "/my/holdings",
            f"/my/holdings/{market.accounts['乙']}/{project}",
            "/my/trading",
            "/my/trading?view=bids",
            "/my/trading?view=trades",
            "/my/trading?view=over",
            f"/trades/{trade}",
            "/my/cancellations",
            "/my/cancellations?view=certificates",
            f"/my/cancellations/new?units={held}",
            f"/accounts/{market.accounts['乙']}/statement?first=2025-08-01&last=2025-08-31",
            f"/accounts/{market.accounts['乙']}/statement?print=1",
        ),
        "owner": ("/my/holdings", "/my/trading", f"/market/{listing}", f"/market/{listing}/withdraw"),
        "checker": ("/market", f"/market/{auction}", f"/trades/{trade}"),
    }
    found: list[str] = []
    for name, paths in pages.items():
        page = trading.page(name, viewport=size)
        for path in paths:
            answer = page.goto(trading.base + path)
            assert answer is not None
            assert answer.status == 200, path
            settled(page)
            found += [f"{path} {finding}" for finding in axe_findings(page)]
            if wide := overflow(page):
                found.append(f"{path} is {wide} px too wide")
    assert found == []
    assert quiet(trading)


def test_the_sheet_of_an_offer_is_filled_in_and_stands_on_the_market(trading: Site, market: Market) -> None:
    page = trading.page("owner")
    page.goto(f"{trading.base}/my/holdings")
    settled(page)
    page.get_by_role("button", name="挂牌转让").click()
    page.wait_for_url("**/tasks/*")
    settled(page)
    page.locator("#offer_tonnes").fill("2000")
    page.locator("#offer_price").fill("45.00")
    page.locator("#no_resale").check()
    page.get_by_role("button", name="挂牌", exact=True).click()
    page.get_by_role("button", name="确定").click()
    page.wait_for_url("**/market/*")
    settled(page)
    expect(page.get_by_text("交易中")).to_be_visible()
    assert market.units("owner") == {"available": 42_100, "frozen": 2_000}
    assert axe_findings(page) == []
    assert quiet(trading)
