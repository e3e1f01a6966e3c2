"""A notice for 2027, invented for this test and marked so, goes through the pages by two people's browsers.

The deadlines that should move do; a closing that was told does not move earlier; nothing needs a script.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Site
from tests.support.chromium import DESKTOP, PHONE, axe_findings, overflow
from tests.support.invented_notice import NUMBER, TITLE, toml, typed
from workflow_app.web.words import limit_end

MOVED = "2027-01-06 周三 24:00"
TOLD = "2027-01-05 周二 24:00"


@pytest.fixture
def published(site: Site) -> Site:
    """2026-12-30: a public notice closes on 2027-01-05, and an application is under review; both 预估."""
    programme = site.programme
    programme.on("2026-12-01")
    programme.given_released_notice()
    programme.when_published("2026-12-28")
    programme.on("2026-12-30")
    told = programme.project_id
    signed = {"name": "章演示", "date": "2026-12-30", "seal": True}
    programme.given_application(project_name="武宁县森林经营碳汇（演示）", application_signature=signed)
    programme.project_id = told
    return site


def looked_over(page: Page) -> None:
    """Hold a page to the floor."""
    page.wait_for_selector("body[data-ready]")
    assert axe_findings(page) == [], page.url
    assert overflow(page) == 0, page.url


def type_notice(page: Page, last: str) -> None:
    """Type the invented notice into the form, make-up days left out."""
    said = typed(last)
    for name, value in (("number", said.number), ("date", said.date), ("title", said.title)):
        page.fill(f"#{name}", value)
    for row, one in enumerate(said.off):
        expect(page.locator(f"#off-{row}-name")).to_have_value(one.name)
        page.fill(f"#off-{row}-first", one.first)
        page.fill(f"#off-{row}-last", one.last)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1440", "390"])
def test_a_notice_is_typed_by_one_and_approved_by_another(published: Site, viewport: ViewportSize) -> None:
    administrator = published.page("administrator", viewport=viewport)
    administrator.goto(f"{published.base}/calendar?year=2027")
    expect(administrator.get_by_text("2027 年放假通知尚未公布")).to_be_visible()
    administrator.get_by_role("link", name="放假通知").click()
    looked_over(administrator)
    administrator.get_by_role("link", name="录入 2027 年通知").click()
    looked_over(administrator)
    type_notice(administrator, "2027-01-04")
    administrator.fill("#work-0", "2027-02-22")
    administrator.get_by_role("button", name="先看会变什么").last.click()
    expect(administrator.locator("#work-0-error")).to_contain_text("2027年2月22日（周一）本来就是工作日")
    looked_over(administrator)
    administrator.fill("#work-0", "2027-02-20")
    administrator.get_by_role("button", name="先看会变什么").last.click()
    expect(administrator.locator(".year__day--changed", has_text="4")).not_to_have_count(0)
    row = administrator.locator("#deadlines tbody tr", has_text="公示期")
    expect(row).to_contain_text(TOLD)
    expect(row).to_contain_text(MOVED)
    looked_over(administrator)
    administrator.get_by_role("button", name="提交批准").click()
    expect(administrator.get_by_text("已提交，等待省厅领导批准")).to_be_visible()
    looked_over(administrator)
    published.programme.then_due_on("public_notice", "2027-01-05")

    leader = published.page("leader", viewport=viewport)
    leader.goto(f"{published.base}/calendar")
    leader.get_by_role("link", name="放假通知").click()
    leader.locator("a", has_text="RL-2026-001").click()
    looked_over(leader)
    leader.get_by_role("button", name="批准并执行").click()
    expect(leader.get_by_text("已批准：通知生效")).to_be_visible()
    looked_over(leader)
    leader.goto(f"{published.base}/calendar?year=2027")
    expect(leader.get_by_role("heading", name="依据的通知").locator("xpath=../..")).to_contain_text(NUMBER)
    looked_over(leader)

    published.programme.then_due_on("public_notice", "2027-01-06")
    with published.programme.app.store.reading() as uow:
        review = [
            row for row in uow.deadlines.open_after(published.programme.clock.now()) if "review" in row.rule
        ]
    assert [(row.provisional, limit_end(row.due_at)) for row in review] == [(False, "2027-01-08 周五 24:00")]
    public = published.page(viewport=viewport)
    public.goto(f"{published.base}/notices/{published.programme.notice['id']}")
    expect(public.locator("main")).to_contain_text("01-06")
    expect(public.locator("main")).not_to_contain_text("预估")


def test_a_told_closing_stays_where_a_file_would_bring_it_forward(published: Site, tmp_path: Path) -> None:
    file = tmp_path / "2027.toml"
    file.write_text(toml("2027-01-02", "2027-01-03"), "utf-8")
    operator = published.page("operator", scripts=False)
    operator.goto(f"{published.base}/admin/calendar/new")
    operator.set_input_files("#file", file)
    operator.get_by_role("button", name="读入并先看会变什么").click()
    expect(operator.get_by_role("heading", name=TITLE)).to_be_visible()
    operator.get_by_role("button", name="返回修改").click()
    expect(operator.locator("#work-0")).to_have_value("2027-01-03")
    operator.get_by_role("button", name="先看会变什么").last.click()
    row = operator.locator("#deadlines tbody tr", has_text="公示期")
    expect(row).to_contain_text("已公布的截止日不提前")
    operator.get_by_role("button", name="提交批准").click()

    leader = published.page("leader", scripts=False)
    leader.goto(operator.url)
    leader.get_by_role("button", name="批准并执行").click()
    expect(leader.locator("#deadlines tbody tr", has_text="公示期")).to_contain_text("保持不变")
    published.programme.then_due_on("public_notice", "2027-01-05")
    assert not published.programme.limit("public_notice").provisional
