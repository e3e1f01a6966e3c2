"""The office in a real Chromium: a clerk's morning by keyboard, and every page looked over at two widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Site
from tests.scenarios.programme import Programme
from tests.support.chromium import DESKTOP, PHONE, axe_findings, overflow
from workflow_app.commands.design_requests import OpenDraft, ProposeFiles, SaveDraftFile
from workflow_app.commands.versions import shipped

PDF = b"%PDF-1.7\n1 0 obj"


@pytest.fixture
def office(site: Site) -> Site:
    """A programme with two applications under review."""
    site.programme.given_application()
    site.programme.on("2026-11-04")
    signed = {"name": "章演示", "date": "2026-11-04", "seal": True}
    site.programme.given_application(project_name="武宁县森林经营碳汇（演示）", application_signature=signed)
    return site


def quiet(site: Site) -> bool:
    """Tell whether no window complained; a refused form is an answer, no complaint."""
    heard = [text for one in site.complaints for text in (*one.policy, *one.errors)]
    return not [text for text in heard if "status of 422" not in text]


def settled(page: Page) -> None:
    """Wait until the scripts have run and a diagram, if there is one, stands."""
    page.wait_for_selector("body[data-ready]")
    if page.locator("[data-bpmn-url]").count():
        page.wait_for_selector("[data-diagram=ready]")


def test_a_clerks_morning_by_keyboard(office: Site) -> None:
    page = office.page("clerk")
    settled(page)
    expect(page.locator("[data-row]")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**task=*")
    settled(page)
    expect(page.locator(".side-panel__title")).to_have_text("形式审查")
    page.locator(".side-panel .count summary").click()
    expect(page.locator(".side-panel .weeks")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator(".side-panel .badge").first).to_have_text("我已认领")
    page.keyboard.press("e")
    page.wait_for_url("**/tasks/*")
    settled(page)
    assert "is-current" in (
        page.locator("[data-element-id=review_application].djs-element").get_attribute("class") or ""
    )
    assert page.locator(".bjs-powered-by").is_visible()

    remark = page.locator("#checklist-2-remark")
    expect(remark).to_be_hidden()
    page.locator('label[for="checklist-2-result-fail"]').click()
    expect(remark).to_be_visible()
    page.get_by_role("button", name="材料不齐，一次性告知补正").click()
    settled(page)
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.locator(":focus")).to_have_attribute("id", "checklist-2-remark")
    with page.expect_response("**/draft"):
        page.keyboard.type("监测计划缺少频次")
    page.goto(page.url)
    settled(page)
    expect(remark).to_have_value("监测计划缺少频次")
    page.locator("#review_opinion").fill("请一次补齐监测计划。")
    page.get_by_role("button", name="材料不齐，一次性告知补正").click()
    page.get_by_role("button", name="确定").click()
    page.wait_for_url("**/tasks/*")
    settled(page)
    expect(page.get_by_text("已办结：形式审查")).to_be_visible()
    expect(page.locator("h1")).to_have_text("形式审查")  # the next item is open
    assert axe_findings(page) == []
    assert quiet(office)


def test_an_upload_is_stored_as_it_is_chosen(office: Site) -> None:
    task = office.programme.task("review_application")
    page = office.page("clerk")
    page.goto(f"{office.base}/tasks/{task.id}")
    settled(page)
    page.locator("#review_opinion").fill("还在写")
    chosen = {"name": "查询截图.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.locator('input[type=file][name="cross_registry_files"]').set_input_files(chosen)  # type: ignore[arg-type]
    expect(page.get_by_role("link", name="查询截图.pdf")).to_be_visible()
    expect(page.locator("#review_opinion")).to_have_value("还在写")
    page.get_by_role("button", name="移除").click()
    settled(page)
    expect(page.get_by_role("link", name="查询截图.pdf")).to_have_count(0)
    expect(page.locator("#review_opinion")).to_have_value("还在写")
    assert quiet(office)


def test_a_review_is_handed_in_without_scripts(office: Site) -> None:
    page = office.page("clerk", viewport=PHONE, scripts=False)
    page.locator(".inbox__title").first.click()
    page.get_by_role("button", name="认领并办理").click()
    page.get_by_role("button", name="材料齐全，予以受理").click()
    expect(page.get_by_text("已办结：形式审查")).to_be_visible()


def _process_changes(programme: Programme) -> tuple[str, str]:
    """A draft with a diagram changed and errors in it, and a proposal; their ids."""
    path, files = "processes/complaint.bpmn", shipped()
    draft = str(programme.do("administrator", OpenDraft("核对投诉")).values["draft_id"])
    renamed = (
        files[path].replace("审查投诉".encode(), "核对投诉".encode()).replace(b"complaint_review", b"none")
    )
    programme.do("administrator", SaveDraftFile(draft, path, renamed, 0))
    fewer = files["parameters.yaml"].replace(b"max_revision_rounds: 3", b"max_revision_rounds: 2")
    asked = ProposeFiles({"parameters.yaml": fewer}, "减少修改轮次")
    return draft, str(programme.do("second_administrator", asked).values["proposal_id"])


def test_an_entry_of_a_comparison_leads_to_its_element_by_keyboard(office: Site) -> None:
    draft, _proposal = _process_changes(office.programme)
    page = office.page("administrator")
    page.goto(f"{office.base}/admin/process/compare?draft={draft}")
    settled(page)
    expect(page.locator("[data-diagram=ready]")).to_have_count(2)
    expect(page.locator("[data-element-id=review_complaint].is-changed")).to_have_count(2)
    page.locator("[data-centre=review_complaint]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-element-id=review_complaint].is-selected")).to_have_count(2)
    assert axe_findings(page) == []
    assert quiet(office)


@pytest.mark.timeout(420)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_whole(office: Site, size: ViewportSize) -> None:
    programme = office.programme
    review = programme.task("review_application")
    with programme.app.store.reading() as uow:
        version = programme.app.tools.versions.effective(uow)
        seq = next(e.seq for e in uow.history.stream(f"case:{review.case_id}") if e.form_key)
    draft, proposal = _process_changes(programme)
    pages = {
        "clerk": (
            "/inbox",
            f"/inbox?task={review.id}",
            "/inbox?view=overdue",
            "/done",
            f"/tasks/{review.id}",
            f"/tasks/{review.id}/hand-over",
            "/cases",
            f"/cases/{review.case_id}",
            f"/cases/{review.case_id}/forms/{seq}/unmask",
            f"/office/projects/{programme.project_id}",
            "/incidents",
            "/messages",
            "/account",
            "/account/tokens",
            "/help",
            "/help/diagram-findings",
        ),
        "leader": (
            "/programme",
            "/programme/methodologies",
            "/programme/methodologies/new",
            "/parameters",
            "/statute",
            "/calendar",
            "/calendar?year=2027",
            "/admin/calendar",
        ),
        "operator": (
            "/people",
            "/people/new",
            f"/people/{programme.people['clerk']}",
            f"/people/{programme.people['clerk']}/leave",
            "/organisations",
            f"/organisations/{programme.organisations['owner']}",
            "/roles",
            "/system/outbox",
        ),
        "administrator": (
            "/admin/calendar/new",
            "/definitions",
            "/admin/process/tables/eligibility",
            "/admin/process/tables/price_band?try=1&v-has_reference=true&v-price_deviation=35",
            f"/definitions/{version}",
            f"/admin/process/backtest?version={version}",
            f"/definitions/{version}/processes/project_application",
            "/admin/process/proposals",
            f"/admin/process/proposals/{proposal}",
            "/admin/process/drafts",
            f"/admin/process/drafts/{draft}",
            f"/admin/process/drafts/{draft}/text/parameters.yaml",
            f"/admin/process/compare?draft={draft}",
            "/admin/process/versions",
            f"/admin/process/versions/{version}/roll-back",
            "/admin/process/migrations",
            f"/admin/process/migrations/rehearsal/{version}",
        ),
    }
    found: list[str] = []
    page = office.page(viewport=size)
    page.goto(f"{office.base}/signin")
    settled(page)
    found += [f"/signin {finding}" for finding in axe_findings(page)]
    for name, paths in pages.items():
        page = office.page(name, viewport=size)
        for path in paths:
            answer = page.goto(office.base + path)
            assert answer is not None
            assert answer.status == 200, path
            settled(page)
            found += [f"{path} {finding}" for finding in axe_findings(page)]
            if wide := overflow(page):
                found.append(f"{path} is {wide} px too wide")
    assert found == []
    assert quiet(office)
