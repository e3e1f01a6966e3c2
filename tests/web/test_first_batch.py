"""首期一并办理 as its applicant, its panel and the public see it."""

from __future__ import annotations

from tests.scenarios.issuing import apply, reviewed
from tests.support.calculation import forest_rows
from tests.web.conftest import Office
from workflow_app.commands.requests import StartCase

VINTAGES = [
    {"year": 2021, "tonnes": 14_500},
    {"year": 2022, "tonnes": 14_700},
    {"year": 2023, "tonnes": 14_900},
]


def given_applied(office: Office) -> str:
    """An accepted project whose first batch is applied for with it; returns the project's page."""
    programme = office.programme
    programme.given_application(first_batch="combined")
    programme.hand_in("review_application", "clerk")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00", vintages=VINTAGES)
    return f"/my/projects/{programme.project_id}"


def test_the_choice_stands_in_the_application_and_the_usual_way_is_chosen(office: Office) -> None:
    office.programme.given_filed_pilot()
    done = office.programme.do("owner", StartCase("project_lifecycle", {"title": "崇义县林场"}))
    office.programme.project_id = str(done.values["project_id"])
    task = office.programme.task("submit_application")
    started = office.signed_in("owner").get(f"/tasks/{task.id}").text
    start = started.index('name="first_batch"')
    assert "先登记项目，登记后再申请签发" in started[start - 300 :]
    assert "首期减排量与项目一并申请、评估、公示和登记" in started[start:]


def test_the_owner_takes_the_first_batch_back_and_the_project_goes_on(office: Office) -> None:
    way = given_applied(office)
    owner = office.signed_in("owner")
    page = owner.get(way).text
    assert "首期签发申请" in page
    assert "撤回首期签发申请" in page

    asked = owner.get(f"{way}/withdraw?what=batch").text
    assert "项目先行评估、公示；登记后可以重新申请本期" in asked
    assert '<input type="hidden" name="what" value="batch">' in asked
    sent = {"what": "batch", "reason": "监测数据待补", "understood": "on"}
    assert owner.post(f"{way}/withdraw", sent).status_code == 303
    assert [batch["state"] for batch in office.programme.batches] == ["withdrawn"]
    office.programme.then_state("accepted")
    after = owner.get(way).text
    assert "撤回首期签发申请" not in after
    assert owner.get(f"{way}/withdraw?what=batch").text.count("首期签发申请即告终止") == 0


def test_the_panel_sees_what_its_experts_make_of_the_parameters(office: Office) -> None:
    given_applied(office)
    programme = office.programme
    programme.hand_in("review_issuance", "clerk")
    programme.hand_in("convene_panel", "clerk")
    rows = forest_rows("44100.00")
    said: list[dict[str, str]] = [{"verdict": "accept"} for _row in rows]
    said[9] = {"verdict": "adjust", "adjusted": str(float(rows[9]["value"]) + 100.5), "remark": "样地"}
    for expert in ("expert_one", "expert_two", "expert_three"):
        programme.hand_in("review_by_expert", expert, of=expert, parameter_verdicts=said)
    programme.hand_in("hold_meeting", "clerk")
    page = office.signed_in("expert_one").get(f"/tasks/{programme.task('give_opinion').id}").text
    assert "按专家核定参数重新计算的减排量" in page
    assert "43,999吨" in page


def test_the_notice_names_both_and_its_three_days_are_the_law(office: Office) -> None:
    """附件二（一）: what was published with the project is registered with it."""
    given_applied(office)
    programme = office.programme
    reviewed(programme)
    programme.hand_in("hold_meeting", "clerk")
    programme.hand_in("give_opinion", "expert_one", accepted_tonnes=44_100)
    programme.hand_in("draft_notice", "maker", public_tonnes=44_100)
    programme.hand_in("release_notice", "leader")
    programme.when_published("2026-11-20")
    page = office.visitor().get(f"/notices/{programme.notice['id']}").text
    assert "项目和首期减排量公示" in page
    assert "44,100 tCO₂e" in page
    assert "2021-01-01 至 2023-12-31" in page
    assert "为项目业主注册账户，完成减排量登记" in page
    after = page[page.index("公示之后") :]
    assert "法定" in after[: after.index("有异议")]
