"""统计: the programme's figures as the department reads them, and as they leave as CSV."""

from __future__ import annotations

import csv
import io

from tests.scenarios.market import Market
from tests.web.conftest import Office
from workflow_app.queries.absorption import Buyers, Use
from workflow_app.web.app import create_app
from workflow_app.web.charts import BOTTOM, step_chart
from workflow_app.web.programme_view import buyers, uses


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_programme_without_projects_says_so(office: Office) -> None:
    page = office.signed_in("leader").get("/programme")
    assert page.status_code == 200
    assert "还没有登记的减排量。" in page.text
    assert "2030 年目标 1,000 万吨" in page.text


def test_a_project_in_hand_is_counted_by_field_and_county(office: Office) -> None:
    office.programme.given_application()
    clerk = office.signed_in("clerk")
    head = lines(clerk.get("/programme/counties.csv").text)
    assert head[0][0] == "按县（市、区）"
    assert head[2][:3] == ["赣州市崇义县", "0", "1"]
    fields = lines(clerk.get("/programme/fields.csv").text)
    assert fields[2][0] == "01 生态系统碳汇"
    assert fields[2][2:4] == ["0", "1"]
    assert fields[-1][0] == "合计"
    stages = {row[0]: row for row in lines(clerk.get("/programme/stages.csv").text)[2:]}
    assert stages["形式审查"][1:4] == ["5", "1", "0"]
    assert "优先" in clerk.get("/programme").text


def test_a_table_that_does_not_exist(office: Office) -> None:
    assert office.signed_in("auditor").get("/programme/people.csv").status_code == 404


def test_a_step_chart_starts_at_zero_and_ends_at_its_total() -> None:
    chart = step_chart([("2026-01", 100), ("2026-02", 50)])
    assert chart is not None
    assert [tick.label for tick in chart.up] == ["0", "20", "40", "60", "80", "100"]
    assert chart.up[0].at == BOTTOM
    assert chart.line.startswith(f"M44 {BOTTOM}V14.0H198.0V87.0H352.0")
    assert step_chart([]) is None
    assert step_chart([("2026-01", 0)]) is None


def test_what_was_sold_and_cancelled_is_counted_by_buyer_and_purpose() -> None:
    """R21, R40. The tables say what the queries found, in words, and add up."""
    used = uses(
        (Use("carbon_neutrality", "meeting", 2, 30), Use("public_welfare", "", 1, 10)),
    )
    assert used.rows == (("自愿碳中和", "会议", 2, 30), ("公益碳注销", "—", 1, 10))
    assert used.total == ("合计", "", 3, 40)
    assert used.bars == (75.0, 25.0)
    bought = buyers((Buyers("legal_person", 1, 2, 30, 135_000), Buyers("natural_person", 1, 1, 5, 20_000)))
    assert bought.rows == (("法人", 1, 2, 30, 1350), ("自然人", 1, 1, 5, 200))
    assert bought.total == ("合计", 2, 3, 35, 1550)


def test_a_sale_is_counted_once_in_every_table(market: Market) -> None:
    order = market.offered("listing", 2_000, "45.00")
    market.takes("乙", order, 1_500)
    office = Office(market.programme, create_app(market.programme.app))
    leader = office.signed_in("leader")
    tables = {
        key: lines(leader.get(f"/programme/{key}.csv").text)
        for key in ("buyers", "fields", "counties", "months", "units")
    }
    assert tables["buyers"][-1] == ["合计", "1", "1", "1500", "67500"]
    assert tables["fields"][-1][-4:] == ["44100", "1500", "0", "0"]
    assert tables["counties"][-1][-4:] == ["44100", "1500", "0", "0"]
    assert sum(int(row[2]) for row in tables["months"][2:]) == 1_500
    assert tables["months"][-1][-1] == tables["units"][-1][-1] == "44100"
    assert "与上表合计相符" in leader.get("/programme").text
