"""The editor of a diagram in a real Chromium: drawn, set, kept, checked, refused, shown with its path."""

from __future__ import annotations

import json

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from workflow_app.commands.design_requests import OpenDraft, SaveDraftFile
from workflow_app.commands.versions import shipped

pytestmark = pytest.mark.browser
ADMIN = "administrator"
PATH = "processes/cancellation.bpmn"
NOTICE = "processes/public_notice.bpmn"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@pytest.fixture
def draft(site: Site) -> str:
    return str(site.programme.do(ADMIN, OpenDraft("增加复核")).values["draft_id"])


def opened(site: Site, draft: str, path: str = PATH) -> Page:
    page = site.page(ADMIN)
    page.goto(f"{site.base}/admin/process/drafts/{draft}/files/{path}")
    page.wait_for_selector("[data-designer][data-ready=yes]")
    return page


def chosen(page: Page, element: str) -> None:
    page.locator(f"[data-element-id={element}] .djs-hit").first.click(force=True)


def stored(site: Site, page: Page, draft: str) -> tuple[int, etree._Element]:
    answer = json.loads(page.request.get(f"{site.base}/api/v1/drafts/{draft}/files/{PATH}").text())
    return answer["revision"], etree.fromstring(answer["text"].encode())


def saved(page: Page) -> None:
    page.wait_for_selector("[data-designer][data-state=saved]")


def settings(root: etree._Element) -> list[tuple[str | None, str | None]]:
    return sorted((one.get("name"), one.get("value")) for one in root.iter(f"{SPIFF}property"))


def test_a_setting_is_kept_and_nothing_else_is_lost(site: Site, draft: str) -> None:
    page = opened(site, draft)
    _, before = stored(site, page, draft)
    chosen(page, "verify_cancellation")
    expect(page.locator("#property-form")).to_have_value("cancellation_check")
    page.fill("#property-name", "核验申请")
    page.press("#property-name", "Tab")
    saved(page)
    revision, after = stored(site, page, draft)
    assert revision == 1
    task = after.find(f".//{BPMN}userTask[@id='verify_cancellation']")
    assert task is not None
    assert task.get("name") == "核验申请"
    assert settings(after) == settings(before)
    for tag in (f"{BPMN}lane", f"{BPMN}flowNodeRef", f"{SPIFF}serviceTaskOperator", f"{BPMN}documentation"):
        assert len(list(after.iter(tag))) == len(list(before.iter(tag)))
    assert page.locator("[data-designer]").get_attribute("data-missing-words") == ""


def test_an_identifier_is_given_but_never_twice(site: Site, draft: str) -> None:
    page = opened(site, draft)
    chosen(page, "verify_cancellation")
    page.fill("#property-id", "verification_gateway")
    page.press("#property-id", "Tab")
    assert page.locator("#property-id").evaluate("(box) => box.validationMessage") == "这个标识已有环节使用"
    page.fill("#property-id", "check_request")
    page.press("#property-id", "Tab")
    saved(page)
    _, root = stored(site, page, draft)
    assert root.find(f".//{BPMN}userTask[@id='check_request']") is not None


def test_what_was_undone_is_undone_in_the_draft(site: Site, draft: str) -> None:
    page = opened(site, draft)
    chosen(page, "verify_cancellation")
    page.fill("#property-deadline_from", "submitted_at")
    page.press("#property-deadline_from", "Tab")
    saved(page)
    page.click("[data-undo]")
    page.wait_for_selector("[data-designer][data-state=changed]")
    saved(page)
    revision, root = stored(site, page, draft)
    assert (revision, ("deadline_from", "submitted_at") in settings(root)) == (2, False)
    expect(page.locator("[data-redo]")).to_be_enabled()


def test_a_change_the_statute_refuses_is_shown_with_its_path(site: Site, draft: str) -> None:
    """The notice closes by another limit than its own: 附件一（三）, and how a case would get there."""
    page = opened(site, draft, NOTICE)
    expect(page.locator(".designer__verdict")).to_have_text("检查通过，没有发现问题")
    chosen(page, "notice_period")
    page.fill("#property-time", "deadline('correction', published_at)")
    page.press("#property-time", "Tab")
    saved(page)
    refused = page.locator("[data-findings] li[data-severity=error]", has_text="公示期")
    refused.locator(".btn").first.click()
    stage = page.locator("[data-stage]")
    expect(stage).to_have_attribute("data-process", "project_lifecycle")
    expect(stage).to_have_attribute("data-process", "project_application")
    expect(stage.locator("[data-element-id=review_application].is-done")).to_be_visible(timeout=30_000)
    expect(page.locator("[data-canvas] [data-element-id=notice_opening].is-done")).to_be_visible(
        timeout=60_000
    )
    expect(stage).to_be_hidden()
    expect(page.locator("[data-canvas] [data-element-id=notice_closing].is-stopped")).to_be_visible(
        timeout=30_000
    )


def test_somebody_elses_change_is_never_written_over_unseen(site: Site, draft: str) -> None:
    first, second = opened(site, draft), opened(site, draft)
    for page in (first, second):
        chosen(page, "verify_cancellation")
    first.fill("#property-name", "先改")
    first.press("#property-name", "Tab")
    saved(first)
    second.fill("#property-name", "后改")
    second.press("#property-name", "Tab")
    second.wait_for_selector("[data-designer][data-state=conflict]")
    expect(second.locator("[data-theirs]")).to_contain_text("先改")
    expect(second.locator("[data-mine]")).to_contain_text("后改")
    second.click("[data-keep]")
    saved(second)
    assert stored(site, second, draft)[0] == 2


def test_the_watermark_stays_whole_and_only_supported_elements_are_offered(site: Site, draft: str) -> None:
    page = opened(site, draft)
    mark = page.locator("[data-canvas] .bjs-powered-by").bounding_box()
    holder = page.locator("[data-canvas]").bounding_box()
    assert mark is not None
    assert holder is not None
    assert mark["x"] + mark["width"] <= holder["x"] + holder["width"]
    assert mark["y"] + mark["height"] <= holder["y"] + holder["height"]
    titles = page.locator(".djs-palette .entry").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('aria-label'))"
    )
    assert {"添加人工任务", "添加系统操作", "添加调用流程"} <= set(titles)
    assert not [title for title in titles if title and title.isascii()]


def test_without_scripts_the_file_is_kept_as_typed(site: Site, draft: str) -> None:
    page = site.page(ADMIN, scripts=False)
    page.goto(f"{site.base}/admin/process/drafts/{draft}/files/{PATH}")
    page.click("summary.card__head")
    text = page.locator("#text").input_value().replace('name="核验注销申请"', 'name="核验"')
    page.fill("#text", text)
    page.click("text=保存文件")
    assert 'name="核验"' in page.locator("#text").input_value()


def test_without_scripts_too_nobody_writes_over_what_they_have_not_seen(site: Site, draft: str) -> None:
    """Pressed again after the refusal, the form is still of the revision it was opened at."""
    page = site.page(ADMIN, scripts=False)
    page.goto(f"{site.base}/admin/process/drafts/{draft}/files/{PATH}")
    page.click("summary.card__head")
    typed = page.locator("#text").input_value().replace('name="核验注销申请"', 'name="后改"')
    site.programme.do(ADMIN, SaveDraftFile(draft, PATH, shipped()[PATH] + b"<!-- sooner -->", 0))
    page.fill("#text", typed)
    for _time in range(2):
        page.click("text=保存文件")
        expect(page.locator("input[name=revision]")).to_have_value("0")
        expect(page.locator("#text")).to_have_value(typed)
        expect(page.locator("[data-theirs]")).to_contain_text("sooner")
    assert stored(site, page, draft)[0] == 1


def test_tokens_are_walked_through_the_diagram_in_chinese(site: Site, draft: str) -> None:
    """Started by hand, a token sets out; nothing of it is kept in the draft."""
    page = opened(site, draft)
    page.click(".bts-toggle-mode")
    expect(page.locator(".bts-toggle-mode")).to_contain_text("流转模拟")
    page.locator(".bts-context-pad[title=触发]").first.click()
    expect(page.locator(".bts-scopes .bts-scope").first).to_be_visible()
    titles = page.locator("[data-canvas] [class*=bts-][title]").evaluate_all(
        "(all) => all.map((one) => one.title).filter((title) => /^[ -~]+$/.test(title))"
    )
    assert titles == []
    page.click(".bts-toggle-mode")
    assert stored(site, page, draft)[0] == 0
