"""A form on a slow line: what is typed or chosen while the server still draws it anew is not lost."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.conftest import Site
from tests.support.calculation import forest_rows

REPORT: FilePayload = {"name": "监测报告.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 r"}
TABLE: FilePayload = {"name": "减排量计算表.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 t"}


class SlowLine:
    """A line that holds what the form asks of the server until it is let go."""

    def __init__(self, page: Page, address: str) -> None:
        self.held: list[Route] = []
        self.quick = False
        page.route(address, self._carry)

    def _carry(self, route: Route) -> None:
        if self.quick:
            route.continue_()
        else:
            self.held.append(route)

    def let_go(self) -> None:
        """Answer the one request that is held; from here on the line is quick."""
        self.quick = True
        (asked,) = self.held
        asked.continue_()


def form4(site: Site) -> tuple[Page, str]:
    """Form 4 open before the owner of a registered project, every section unfolded; and its address."""
    programme = site.programme
    programme.given_released_notice()
    programme.when_published("2026-11-03")
    programme.on("2026-11-11")
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")
    programme.hand_in("request_issuance", "owner")
    address = f"/tasks/{programme.task('apply_issuance').id}"
    page = site.page("owner")
    page.goto(f"{site.base}{address}")
    page.wait_for_selector("body[data-ready]")
    page.evaluate("document.querySelectorAll('details.form-fold').forEach((fold) => { fold.open = true; })")
    return page, f"**{address}"


def test_what_is_typed_and_chosen_while_the_worksheet_is_worked_out_stays(site: Site) -> None:
    """Every figure makes the system compute; the typist is faster, and two files are chosen meanwhile."""
    page, address = form4(site)
    line = SlowLine(page, address)
    page.fill("#calculation_parameters-0-value", "1")
    page.keyboard.press("Tab")
    for index, row in enumerate(forest_rows("14800.73")):
        for column in ("value", "source"):
            page.fill(f"#calculation_parameters-{index}-{column}", row[column])
    page.set_input_files("#monitoring_report", REPORT)
    page.set_input_files("#calculation_files", TABLE)
    line.let_go()
    expect(page.locator("#worksheet b").last).to_have_text("14,800.7300 tCO₂e")
    for index, row in enumerate(forest_rows("14800.73")):
        for column in ("value", "source"):
            expect(page.locator(f"#calculation_parameters-{index}-{column}")).to_have_value(row[column])
    for file in (REPORT, TABLE):
        expect(page.get_by_role("link", name=file["name"])).to_have_count(1)


def test_a_file_chosen_while_another_is_sent_is_sent_too(site: Site) -> None:
    """Each of the two is kept once; what was typed meanwhile is there."""
    page, address = form4(site)
    line = SlowLine(page, address)
    page.set_input_files("#monitoring_report", REPORT)
    page.set_input_files("#calculation_files", TABLE)
    page.fill("#plan_conformity", "符合监测计划。")
    line.let_go()
    for file in (REPORT, TABLE):
        expect(page.get_by_role("link", name=file["name"])).to_have_count(1)
    expect(page.locator("#plan_conformity")).to_have_value("符合监测计划。")
