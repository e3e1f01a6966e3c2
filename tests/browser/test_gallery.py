"""Every component in a real Chromium: nothing refused, nothing axe objects to, nothing cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.support.chromium import DESKTOP, PHONE, axe_findings, overflow, served, watch
from tests.web.gallery.app import PAGES, create_gallery

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    with served(create_gallery()) as address:
        yield address


def page_at(browser: Browser, size: ViewportSize) -> Page:
    return browser.new_context(viewport=size, locale="zh-CN").new_page()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("size", "text_size"),
    [(DESKTOP, "normal"), (PHONE, "normal"), (PHONE, "large")],
    ids=["desktop", "phone", "phone-large"],
)
def test_a_page_is_accessible_and_within_the_policy(
    browser: Browser, gallery: str, name: str, size: ViewportSize, text_size: str
) -> None:
    page = page_at(browser, size)
    page.context.add_cookies([{"name": "text_size", "value": text_size, "url": gallery}])
    complaints = watch(page)
    page.goto(f"{gallery}/_gallery/{name}")
    page.wait_for_selector("body[data-ready]")
    if name == "task":
        page.wait_for_selector("[data-diagram=ready]")
    assert axe_findings(page) == []
    assert (complaints.policy, complaints.errors) == ([], [])
    assert overflow(page) == 0
    page.context.close()


def test_large_text_is_a_quarter_larger(browser: Browser, gallery: str) -> None:
    page = page_at(browser, DESKTOP)
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    page.goto(f"{gallery}/_gallery/states")
    assert page.evaluate(size) == 14
    page.context.add_cookies([{"name": "text_size", "value": "large", "url": gallery}])
    page.reload()
    assert page.evaluate(size) == 17.5
    page.context.close()


def test_the_diagram_shows_the_place_reached_and_the_whole_watermark(browser: Browser, gallery: str) -> None:
    page = page_at(browser, DESKTOP)
    page.goto(f"{gallery}/_gallery/task")
    page.wait_for_selector("[data-diagram=ready]")
    # One current element is of another version of the diagram: it is left out, the rest is marked.
    assert page.locator(".djs-element.is-current").get_attribute("data-element-id") == "review"
    assert page.locator(".djs-element.is-done").count() == 2
    mark = page.locator(".bjs-powered-by")
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    holder = page.locator("[data-canvas]").bounding_box()
    assert box is not None
    assert holder is not None
    assert holder["x"] <= box["x"]
    assert box["x"] + box["width"] <= holder["x"] + holder["width"]
    assert box["y"] + box["height"] <= holder["y"] + holder["height"]
    on_top = "(mark) => { const b = mark.getBoundingClientRect();"
    on_top += " return mark.contains(document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)); }"
    page.mouse.wheel(0, 200)
    mark.evaluate("(mark) => mark.scrollIntoView({block: 'center'})")
    assert mark.evaluate(on_top) is True
    page.context.close()


def test_errors_take_the_focus_and_lead_to_their_fields(browser: Browser, gallery: str) -> None:
    page = page_at(browser, DESKTOP)
    page.goto(f"{gallery}/_gallery/forms")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name=re.compile("社会信用代码")).click()
    expect(page.locator("#uscc")).to_be_focused()
    page.context.close()


def test_typed_text_survives_a_closed_tab_and_is_forgotten_once_taken(browser: Browser, gallery: str) -> None:
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    address = f"{gallery}/_gallery/forms?clean=1"
    page = context.new_page()
    page.goto(address)
    page.locator("#applicant").fill("泸溪演示林业有限公司")
    page.locator("[data-autosave-note]", has_text="已自动保存").wait_for()
    page.close()

    again = context.new_page()
    again.goto(address)
    expect(again.locator("#applicant")).to_have_value("泸溪演示林业有限公司")
    expect(again.get_by_text("已恢复您上次填写的内容")).to_be_visible()
    again.get_by_role("button", name="提交申请").click()
    expect(again.get_by_role("heading", name="已收到")).to_be_visible()

    after = context.new_page()
    after.goto(address)
    after.wait_for_selector("body[data-ready]")
    expect(after.locator("#applicant")).to_have_value("泸溪演示林业")
    context.close()


def test_restored_text_can_be_refused(browser: Browser, gallery: str) -> None:
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    address = f"{gallery}/_gallery/forms?clean=1"
    page = context.new_page()
    page.goto(address)
    page.locator("#applicant").fill("写错了")
    page.locator("[data-autosave-note]", has_text="已自动保存").wait_for()
    page.close()
    again = context.new_page()
    again.goto(address)
    again.get_by_role("button", name="不要了").click()
    expect(again.locator("#applicant")).to_have_value("泸溪演示林业")
    context.close()


def test_keys_walk_the_inbox_and_leave_fields_alone(browser: Browser, gallery: str) -> None:
    page = page_at(browser, DESKTOP)
    page.goto(f"{gallery}/_gallery/inbox")
    page.wait_for_selector("body[data-ready]")
    titles = page.locator("[data-row-link]")
    opened = page.locator("[data-row][aria-current] [data-row-link]")
    here = titles.all_inner_texts().index(opened.inner_text())
    page.keyboard.press("k")
    expect(titles.nth(here - 1)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(titles.nth(here + 1)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-row]").nth(here + 1).locator("[type=checkbox]")).to_be_checked()
    page.keyboard.press("/")
    page.keyboard.type("jk?")
    expect(page.locator("[data-search]")).to_have_value("jk?")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    page.context.close()


def test_the_day_count_opens_without_a_script_and_closes_with_escape(browser: Browser, gallery: str) -> None:
    plain = browser.new_context(viewport=DESKTOP, java_script_enabled=False).new_page()
    plain.goto(f"{gallery}/_gallery/task")
    plain.get_by_text("按日计数").click()
    expect(plain.get_by_text("怎么数到 11 月 30 日")).to_be_visible()
    plain.context.close()

    page = page_at(browser, DESKTOP)
    page.goto(f"{gallery}/_gallery/task")
    page.wait_for_selector("body[data-ready]")
    page.get_by_text("按日计数").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("怎么数到 11 月 30 日")).to_be_hidden()
    page.context.close()
