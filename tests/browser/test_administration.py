"""A process changed through pages alone: drawn, refused, mended, proposed, approved, at work beside the old.

Issue 4's "Done when": a second reviewer is added to a shipped diagram on its canvas; what would break the
statute is refused and its path shown; a second administrator approves. A case begun before keeps its version.
"""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
APPLICATION = "processes/project_application.bpmn"
NOTICE = "processes/public_notice.bpmn"
SECOND = "second_review"
ROOM = 200
"""Pixels of the screen by which the diagram is pulled apart for one more task."""


@pytest.fixture
def walk(site: Site) -> Walk:
    site.programme.given_filed_pilot()
    return Walk(site)


@pytest.mark.timeout(900)
def test_a_second_reviewer_is_added_and_works_beside_cases_that_run(walk: Walk) -> None:
    programme = walk.programme
    programme.given_application()
    old, old_case = programme.project_id, programme.task("review_application").case_id
    draft = open_a_draft(walk)
    add_a_second_reviewer(walk, draft)
    be_refused_and_mend(walk, draft)
    proposal = propose(walk, draft)
    rehearse_and_approve(walk, proposal)

    programme.given_application(project_name="崇义县国有林场二期森林经营碳汇（演示）")
    assert version(walk, programme.task("review_application").case_id) != version(walk, old_case)
    programme.hand_in("review_application", "clerk")
    programme.then_state("formal_review")
    walk.does("second_clerk", "复核", SECOND)
    programme.then_state("accepted")
    programme.project_id = old
    programme.hand_in("review_application", "clerk")
    programme.then_state("accepted")


def open_a_draft(walk: Walk) -> str:
    page = walk.open("administrator", "/admin/process/drafts")
    page.fill("#title", "增加复核人")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/drafts/[0-9a-f]{32}$"))
    walk.look(page)
    return page.url.rsplit("/", 1)[-1]


def add_a_second_reviewer(walk: Walk, draft: str) -> None:
    """Pull the diagram apart behind the first review, drop a task on the flow, set it."""
    page = walk.person("administrator")
    page.click("main details summary")
    page.click(f"main a:text-is('{APPLICATION}')")
    ready(page)
    before = tasks(walk, page, draft)
    page.locator(".djs-palette .entry[data-action=space-tool]").click()
    left, right = box(page, "review_application"), box(page, "review_gateway")
    at = ((left["x"] + left["width"] + right["x"]) / 2, left["y"] + left["height"] / 2)
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 20, at[1], steps=3)
    page.mouse.move(at[0] + ROOM, at[1], steps=5)
    page.mouse.up()
    saved(page)
    left, right = box(page, "review_application"), box(page, "review_gateway")
    at = ((left["x"] + left["width"] + right["x"]) / 2, left["y"] + left["height"] / 2)
    page.locator(".djs-palette .entry[data-action='create.user-task']").click()
    page.mouse.move(at[0] - 8, at[1] - 4, steps=4)
    page.mouse.move(*at, steps=4)
    page.mouse.click(*at)
    page.keyboard.press("Escape")
    for name, value in (
        ("name", "复核"),
        ("id", SECOND),
        ("documentation", "服务规则：形式审查由另一名经办复核。"),
    ):
        page.fill(f"#property-{name}", value)
        page.press(f"#property-{name}", "Tab")
    page.select_option("#property-form", "formal_review")
    page.select_option("#property-role", ["department_leader"])
    judged(page)
    alone = page.locator("[data-findings] li[data-severity=error]", has_text="职责分离")
    expect(alone).to_be_visible()  # who signs a refusal may not have reviewed
    page.select_option("#property-role", ["department_clerk"])
    judged(page)
    expect(page.locator(".designer__verdict")).to_have_text("检查通过，没有发现问题")
    assert tasks(walk, page, draft) - before == {SECOND}


def be_refused_and_mend(walk: Walk, draft: str) -> None:
    """A notice that ends by another limit than its own is refused with the way a case would take."""
    page = walk.person("administrator")
    page.goto(f"{walk.site.base}/admin/process/drafts/{draft}/files/{NOTICE}")
    ready(page)
    page.locator("[data-canvas] [data-element-id=notice_period] .djs-hit").first.click(force=True)
    page.fill("#property-time", "deadline('correction', published_at)")
    page.press("#property-time", "Tab")
    judged(page)
    refused = page.locator("[data-findings] li[data-severity=error]", has_text="355号附件一（三）")
    refused.locator(".btn").first.click()
    stage = page.locator("[data-stage]")
    for process in ("project_lifecycle", "project_application", "expert_assessment"):
        expect(stage).to_have_attribute("data-process", process, timeout=30_000)
    stopped = page.locator("[data-canvas] [data-element-id=notice_closing].is-stopped")
    expect(stopped).to_be_visible(timeout=60_000)
    page.click("[data-undo]")
    judged(page)
    expect(page.locator(".designer__verdict")).to_have_text("检查通过，没有发现问题")


def propose(walk: Walk, draft: str) -> str:
    page = walk.open("administrator", f"/admin/process/drafts/{draft}")
    page.fill("#reason", "按会议纪要增加复核")
    page.click("#proposing button[type=submit]")
    page.wait_for_url(re.compile(r"/proposals/[0-9a-f]{32}$"))
    walk.look(page)
    assert page.locator("button[value=approve]").count() == 0
    return page.url.rsplit("/", 1)[-1]


def rehearse_and_approve(walk: Walk, proposal: str) -> None:
    page = walk.open("second_administrator", f"/admin/process/proposals/{proposal}")
    assert APPLICATION in page.inner_text("main")
    page.click(".page-head__tools a:has-text('演练')")
    page.wait_for_load_state()
    walk.look(page)
    assert "项目" in page.inner_text("main")
    walk.open("second_administrator", f"/admin/process/proposals/{proposal}")
    page.click("button[value=approve]")
    page.wait_for_selector("text=已批准")
    walk.look(page)


def ready(page: Page) -> None:
    page.wait_for_selector("[data-designer][data-ready=yes]")
    page.wait_for_selector("[data-findings][data-state=checked]")


def judged(page: Page) -> None:
    """The change is kept and the gate has spoken of it."""
    page.wait_for_selector("[data-findings][data-state=checked]")
    saved(page)


def saved(page: Page) -> None:
    page.wait_for_selector("[data-designer][data-state=saved]")


def box(page: Page, element: str) -> dict[str, float]:
    found = page.locator(f"[data-canvas] [data-element-id={element}] .djs-hit").first.bounding_box()
    assert found is not None
    return dict(found)  # type: ignore[arg-type]


def tasks(walk: Walk, page: Page, draft: str) -> set[str]:
    """Return the user tasks of the diagram as the draft has it."""
    answer = page.request.get(f"{walk.site.base}/api/v1/drafts/{draft}/files/{APPLICATION}")
    root = etree.fromstring(json.loads(answer.text())["text"].encode())
    return {str(one.get("id")) for one in root.iter(f"{BPMN}userTask")}


def version(walk: Walk, case_id: str) -> str:
    with walk.programme.app.store.reading() as uow:
        return uow.cases.get(case_id).version
