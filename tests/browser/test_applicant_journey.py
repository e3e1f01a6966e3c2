"""An applicant on a phone: start, draft, error, put right, hand in, and follow the project from there."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import Site
from tests.support.chromium import DESKTOP, PHONE, axe_findings, overflow
from tests.support.form_answers import checklist

TITLE = "武宁县森林经营碳汇（演示）"


def ready(page: Page) -> None:
    """Wait until the page's scripts have run, and hold it to the floor of every page."""
    page.wait_for_selector("body[data-ready]")
    assert axe_findings(page) == [], page.url
    assert overflow(page) == 0, page.url


def test_from_start_over_draft_and_error_to_a_submitted_application(site: Site) -> None:
    site.programme.given_filed_pilot()
    page = site.page("owner", viewport=PHONE)
    page.wait_for_url("**/my")
    ready(page)
    page.click("text=申请项目 >> nth=0")
    page.fill("#title", TITLE)
    ready(page)
    page.click("text=建立办件，开始填报")
    page.wait_for_url("**/tasks/*")
    ready(page)
    task_url = page.url
    task = task_url.split("/tasks/")[1].split("#")[0].split("?")[0]
    # A draft: what is typed is there again, in another window too.
    page.fill("#applicant_representative", "章演示")
    page.click("#fold-applicant button[name=save_draft]")
    page.wait_for_selector("text=草稿已保存")
    other = site.page("owner", viewport=PHONE)
    other.goto(task_url)
    assert other.input_value("#applicant_representative") == "章演示"
    page.goto(f"{site.base}/my")
    page.click(f"text={TITLE}")
    ready(page)
    assert "草稿已存" in page.inner_text("main")
    page.click("text=继续：填报申请材料")
    page.wait_for_url("**/tasks/*")
    # A file is stored at once, and an error elsewhere does not lose it.
    page.evaluate("document.querySelectorAll('details.form-fold').forEach((fold) => { fold.open = true; })")
    page.set_input_files(
        "#start_proof", {"name": "开工证明.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
    )
    page.click("text=提交申请")
    page.wait_for_selector("[data-error-summary]")
    ready(page)
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    assert "开工证明.pdf" in (page.text_content("#section-materials") or "")  # the section may be folded
    assert page.input_value("#applicant_representative") == "章演示"
    # The summary leads into the folded section the field is in.
    page.click("[data-error-summary] a >> nth=0")
    assert page.evaluate("document.activeElement.closest('details.form-fold').open")
    # Put right: the rest through the same form's draft, then handed in by the page's own button.
    fill_draft(site, task)
    page.goto(task_url)
    page.wait_for_selector("body[data-ready]")
    if page.locator(".restored [data-autosave-discard]").count():
        page.click(".restored [data-autosave-discard]")
    page.click("text=提交申请")
    page.wait_for_selector("text=提交后材料即告锁定")
    page.click("form button.btn-primary")
    page.wait_for_url("**/my/projects/*")
    ready(page)
    assert "现在不需要您办理" in page.inner_text("main")
    assert page.locator("[aria-current=step]").inner_text().startswith("形式审查")


def fill_draft(site: Site, task_id: str) -> None:
    """Fill in the whole form as another window would: the owner's draft, its files uploaded."""
    from workflow_app.commands.requests import SaveDraft  # noqa: PLC0415

    programme = site.programme
    with programme.app.store.reading() as uow:
        task = uow.inbox.find(task_id)
        assert task is not None
        present = uow.forms.draft(task_id, programme.people["owner"])
        programme.project_id = str(uow.cases.get(task.case_id).project_id)
    answer = programme.answer_to(task, "owner")
    answer.pop("action", None)
    programme.do("owner", SaveDraft(task_id, answer, present.revision if present else 0))


def test_a_correction_is_followed_from_the_list_to_the_field(site: Site) -> None:
    programme = site.programme
    programme.given_application()
    wanting = checklist(failed={1: "邮箱无法送达", 16: "缺样地编号规则"})
    programme.hand_in(
        "review_application", "clerk", action="incomplete", checklist=wanting, review_opinion="请一次补齐。"
    )
    for viewport in (DESKTOP, PHONE):
        page = site.page("owner", viewport=viewport)
        ready(page)
        page.click(".link-list__title >> nth=0")
        page.wait_for_url("**/my/projects/*")
        ready(page)
        page.click("text=怎么数 >> nth=0")
        assert page.locator(".count__panel >> nth=0").is_visible()
        page.keyboard.press("Escape")
        page.click(".answer__title >> nth=1")
        page.wait_for_url("**/tasks/*")
        page.goto(f"{site.base}/my/projects/{programme.project_id}")
        page.click(".btn-block")
        page.wait_for_url("**/tasks/*")
        ready(page)


def test_withdrawing_on_a_phone_asks_again(site: Site) -> None:
    site.programme.given_application()
    page = site.page("owner", viewport=PHONE)
    page.goto(f"{site.base}/my/projects/{site.programme.project_id}")
    page.click("text=撤回申请")
    ready(page)
    page.fill("#reason", "另行安排")
    page.click("text=确认撤回申请")
    page.wait_for_selector("[data-error-summary]")
    site.programme.then_state("formal_review")
    page.check("#understood")
    page.click("text=确认撤回申请")
    page.wait_for_url("**/my/projects/*")
    site.programme.then_state("withdrawn")
    ready(page)


def test_an_expired_sign_in_loses_nothing_that_was_typed(site: Site) -> None:
    site.programme.given_filed_pilot()
    page = site.page("owner", viewport=PHONE)
    page.goto(f"{site.base}/my/new")
    page.fill("#title", TITLE)
    page.click("text=建立办件，开始填报")
    page.wait_for_url("**/tasks/*")
    page.fill("#applicant_representative", "章演示")
    page.context.clear_cookies()
    page.click("#fold-applicant button[name=save_draft]")
    page.wait_for_selector("text=您填写的内容已保留")
    page.fill("#login", "owner")
    page.fill("#password", "a password of owner")
    page.click("text=登录并继续")
    page.click("main form button.btn-primary")
    page.wait_for_selector("#applicant_representative", state="attached")
    assert page.input_value("#applicant_representative") == "章演示"
