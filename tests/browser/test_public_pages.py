"""The public pages in a real Chromium: wide and on a phone, axe at zero, and a comment with its receipt."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.conftest import Site
from tests.scenarios.programme import JCER_FOREST
from tests.support.chromium import DESKTOP, PHONE, axe_findings, overflow

SAID = "边界图东侧第 12 小班与罗坪镇公益林界线不一致，属于异议。"


def published(site: Site) -> str:
    """A notice on its first counted day; returns its address."""
    site.programme.given_released_notice()
    site.programme.when_published("2026-11-20")
    site.programme.on("2026-11-23")
    return f"{site.base}/notices/{site.programme.notice['id']}"


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1440", "390"])
def test_every_public_page_holds(site: Site, viewport: ViewportSize) -> None:
    notice = published(site)
    site.programme.when_comment(SAID)
    page = site.page(viewport=viewport)
    paths = (
        "/",
        "/notices",
        "/notices?state=closed",
        "/projects",
        "/register",
        "/register?q=JX-JCER-01-99999",
        "/register/trades",
        "/register/serials",
        "/register/projects",
        "/register/batches",
        "/register/notices",
        "/register/methodologies",
        "/verify",
        "/verify/222222222223",
        "/methodologies",
        "/methodologies/" + JCER_FOREST,
        "/filings",
        "/rules",
        "/working-days?start=2026-12-28&days=5",
        "/receipts",
        f"/receipts/{site.programme.receipts[0]}",
    )
    for address in (notice, *(site.base + path for path in paths)):
        page.goto(address)
        page.wait_for_selector("body[data-ready]")
        assert axe_findings(page) == [], address
        assert overflow(page) == 0, address


def test_a_comment_from_a_phone_gets_its_receipt(site: Site) -> None:
    address = published(site)
    page = site.page(viewport=PHONE)
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    page.fill("#name", "王小林")
    page.fill("#contact", "13870000428")
    page.click("text=提交意见 >> nth=-1")
    page.wait_for_selector("[data-error-summary]")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    assert page.input_value("#name") == "王小林"
    assert axe_findings(page) == []
    page.fill("#text", SAID)
    page.click("#comment-card button[type=submit]")
    page.wait_for_url("**/receipts/YJ-*")
    number = page.inner_text(".receipt__number")
    assert SAID in page.inner_text("main")
    assert axe_findings(page) == []
    page.goto(f"{site.base}/receipts")
    page.fill("#number", number.lower())
    page.click("text=查结果")
    page.wait_for_url(f"**/receipts/{number}")
    assert len(site.programme.cases("objection")) == 1


def test_what_was_typed_comes_back_in_the_same_browser_until_it_is_sent(site: Site) -> None:
    address = published(site)
    page = site.page()
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    page.type("#text", SAID)
    stored = "Object.values(localStorage).some((kept) => kept.includes('罗坪镇'))"
    page.wait_for_selector("[data-autosave-note]:has-text('已自动保存在本机')")
    assert page.evaluate(stored)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{site.base}/rules")
    page.goto(address)
    page.wait_for_selector(".restored")
    assert page.input_value("#text") == SAID
    page.click("#comment-card button[type=submit]")
    page.wait_for_url("**/receipts/YJ-*")
    page.wait_for_selector("body[data-ready]")
    assert not page.evaluate(stored)


def test_a_comment_without_scripts(site: Site) -> None:
    address = published(site)
    page = site.page(scripts=False)
    page.goto(address)
    page.fill("#text", SAID)
    page.click("#comment-card button[type=submit]")
    page.wait_for_url("**/receipts/YJ-*")
    assert SAID in page.inner_text("main")


def test_a_registered_project_and_the_closed_notice(site: Site) -> None:
    site.programme.given_released_notice()
    site.programme.when_published("2026-11-09")
    site.programme.on("2026-11-17")
    site.programme.hand_in("open_account", "maker")
    site.programme.hand_in("verify_registration", "checker")
    page = site.page(viewport=PHONE)
    page.goto(f"{site.base}/projects")
    page.click("text=崇义县国有林场森林经营碳汇")
    page.wait_for_url("**/projects/JX-JCER-01-00001")
    page.wait_for_selector("body[data-ready]")
    assert axe_findings(page) == []
    page.goto(f"{site.base}/notices?state=closed")
    page.click(".link-list__title")
    page.wait_for_url("**/notices/*")
    page.wait_for_selector("body[data-ready]")
    assert "公示无异议" in page.inner_text("main")
    assert axe_findings(page) == []
    assert overflow(page) == 0
