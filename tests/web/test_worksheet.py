"""附件4 on the page: worked out step by step from what was typed, with and without a script."""

from __future__ import annotations

from typing import Any

from tests.support.calculation import forest_rows
from tests.web.conftest import Office
from tests.web.test_task_form import as_typed, hidden
from workflow_app.commands.requests import SaveDraft


def applying(office: Office) -> str:
    """The owner of a registered project before Forms 3 and 4; returns the task."""
    programme = office.programme
    programme.given_registered_project("2027-03-08")
    programme.on("2027-04-01")
    programme.hand_in("request_issuance", "owner")
    return programme.task("apply_issuance").id


def typed(rows: list[dict[str, str]]) -> dict[str, Any]:
    """Parameter rows as a browser sends them."""
    return as_typed({"calculation_parameters": rows})


def test_the_worksheet_is_worked_out_on_the_server(office: Office) -> None:
    task_id = applying(office)
    owner = office.signed_in("owner")
    page = owner.get(f"/tasks/{task_id}").text
    assert "项目面积 area（亩）" in page
    assert "填齐各行数值后" in page
    assert 'name="emission_reductions"' not in page  # nobody types what the system computes
    assert "演示" in page[page.index('id="worksheet"') :]

    sent = {**hidden(page), **typed(forest_rows("14800.73")), "refresh": "calculation_parameters"}
    again = owner.post(f"/tasks/{task_id}", sent)
    assert again.status_code == 200
    assert "14,800.7300 tCO₂e" in again.text
    assert "14,800.73 tCO₂e" in again.text  # the field 项目减排量
    assert "向下取整后可申请签发 14,800 吨" in again.text
    assert "area * (stock_end - stock_start)" in again.text

    spoilt = forest_rows("14800.73")
    spoilt[8]["value"] = "0.71"
    wrong = owner.post(f"/tasks/{task_id}", {**sent, **typed(spoilt)})
    assert "生物量含碳率不得大于0.7" in wrong.text
    assert "14,800.7300" not in wrong.text


def test_a_draft_of_the_rows_comes_back_computed(office: Office) -> None:
    task_id = applying(office)
    draft = SaveDraft(task_id, typed(forest_rows("14500.00")), 0)
    office.programme.do("owner", draft)
    page = office.signed_in("owner").get(f"/tasks/{task_id}").text
    assert "14,500.0000 tCO₂e" in page


def test_what_was_handed_in_shows_each_parameter_by_its_name(office: Office) -> None:
    applying(office)
    programme = office.programme
    form: dict[str, Any] = {
        "monitoring_period": {"start": "2021-01-01", "end": "2021-12-31"},
        "requested_tonnes": 14_500,
        "vintages": [{"year": 2021, "tonnes": 14_500}],
        "calculation_parameters": forest_rows("14500.00"),
    }
    programme.hand_in("apply_issuance", "owner", **form)
    review = programme.task("review_issuance")
    page = office.signed_in("clerk").get(f"/tasks/{review.id}").text
    assert "根茎比 root_ratio" in page
    programme.hand_in("review_issuance", "clerk")
    programme.hand_in("convene_panel", "clerk")
    task = programme.task("review_by_expert", of="expert_one")
    expert = office.signed_in("expert_one")
    sent = {**hidden(expert.get(f"/tasks/{task.id}").text), "recused": "false", "refresh": "recused"}
    page = expert.post(f"/tasks/{task.id}", sent).text
    assert "期末单位面积蓄积量 stock_end（立方米/亩）：11（固定样地复测（演示））" in page
