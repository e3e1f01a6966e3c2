"""试点 on their pages: who finds which, what they write, what comes back wrong, evaluation and deliveries."""

from __future__ import annotations

from tests.scenarios.papers import deliveries, issued
from tests.scenarios.units import rows
from tests.web.conftest import Office
from workflow_app.commands.requests import SYSTEM, CreateOrganisation
from workflow_app.store import tables

MECHANISM = {
    "leader_name": "李县长",
    "leader_post": "副县长",
    "contact_name": "王科长",
    "contact_phone": "0797-3812345",
    "contact_email": "",
    "duties-0-department": "县生态环境局",
    "duties-0-duty": "组织协调",
    "training_plan": "",
    "absorption_plan": "",
    "reason": "领导分工调整",
    "version": "1",
}
ACTIVITY = {
    "kind": "training",
    "title": "计量培训",
    "held_on": "2026-11-10",
    "place": "横水镇",
    "sessions": "2",
    "people": "1,086",
}


def piloted(office: Office) -> str:
    """A filed pilot with its bureau's officer; returns the address of its page."""
    programme = office.programme
    programme.given_filed_pilot()
    programme.given_person("bureau_officer", "bureau", "prefecture_bureau")
    made = programme.app.execute(CreateOrganisation("演示另一局", "", "prefecture_bureau"), SYSTEM)
    programme.organisations["elsewhere"] = str(made.values["organisation_id"])
    programme.given_person("other_officer", "elsewhere", "prefecture_bureau")
    programme.on("2026-11-12")
    return f"/pilots/{programme.filing_id}"


def test_a_pilot_is_found_by_itself_its_bureau_and_the_department(office: Office) -> None:
    address = piloted(office)
    for who in ("pilot", "bureau_officer", "clerk", "leader", "auditor"):
        visitor = office.signed_in(who)
        assert address in visitor.get("/pilots").text, who
        page = visitor.get(address)
        assert page.status_code == 200
        assert "工作机制" in page.text
    other = office.signed_in("other_officer")
    assert "没有符合条件的试点" in other.get("/pilots").text
    assert other.get(address).status_code == 404
    for who in ("owner", "maker", "expert_one", "operator"):
        assert office.signed_in(who).get("/pilots").status_code == 403
    assert "1380" not in office.signed_in("auditor").get(address).text  # masked to the auditor


def test_what_each_may_write_is_offered_and_nothing_else(office: Office) -> None:
    address = piloted(office)
    offers = {"pilot": "填报活动", "bureau_officer": "提出指导意见", "leader": "暂停试点"}
    for who in (*offers, "clerk", "auditor"):
        page = office.signed_in(who).get(address).text
        assert {each for each in offers.values() if f"{each}</a>" in page} == (
            {offers[who]} if who in offers else set()
        ), who
    forms = {"pilot": "activities/new", "bureau_officer": "comments/new", "leader": "suspend"}
    for who in (*forms, "clerk", "auditor"):
        for owner, path in forms.items():
            expected = 200 if owner == who else 403
            assert office.signed_in(who).get(f"{address}/{path}").status_code == expected, (who, path)


def test_an_activity_is_entered_and_comes_back_with_everything_that_is_wrong(office: Office) -> None:
    address = piloted(office)
    pilot = office.signed_in("pilot")
    wrong = pilot.post(f"{address}/activities/new", {"people": "many", "place": "横水镇"})
    assert wrong.status_code == 422
    for said in ("请选择活动类别", "请填写活动日期", "场次应为整数", "人数应为整数", 'value="横水镇"'):
        assert said in wrong.text
    assert pilot.post(f"{address}/activities/new", ACTIVITY).status_code == 303
    page = pilot.get(address).text
    assert "培训 2 场・1,086 人次" in page.replace("\n", "")
    (entered,) = rows(office.programme, tables.pilot_activity)
    void = f"{address}/activities/{entered['id']}/void"
    assert pilot.post(void, {"reason": " "}).status_code == 422
    assert pilot.post(void, {"reason": "人数有误"}).status_code == 303
    page = pilot.get(address).text
    assert "已作废" in page
    assert "1,086 人次" not in page


def test_the_mechanism_is_revised_by_rows_and_kept_by_version(office: Office) -> None:
    address = piloted(office)
    pilot = office.signed_in("pilot")
    assert 'name="leader_name"' in pilot.get(f"{address}/mechanism").text
    more = pilot.post(f"{address}/mechanism", {**MECHANISM, "add_row": "duties"}).text
    assert "duties-1-department" in more
    wrong = pilot.post(f"{address}/mechanism", {**MECHANISM, "contact_phone": "12"})
    assert (wrong.status_code, "带区号的固定电话" in wrong.text) == (422, True)
    assert pilot.post(f"{address}/mechanism", MECHANISM).status_code == 303
    stale = pilot.post(f"{address}/mechanism", MECHANISM)
    assert (stale.status_code, "刚刚由他人更新" in stale.text) == (409, True)
    page = pilot.get(address).text
    assert "第 2 版" in page
    assert "李县长" in page
    assert "李县长" not in pilot.get(f"{address}/mechanism/1").text
    assert pilot.get(f"{address}/mechanism/9").status_code == 404


def test_a_comment_reaches_the_pilot(office: Office) -> None:
    address = piloted(office)
    bureau = office.signed_in("bureau_officer")
    assert bureau.post(f"{address}/comments/new", {"text": " "}).status_code == 422
    assert bureau.post(f"{address}/comments/new", {"text": "请组建专家团队。"}).status_code == 303
    pilot = office.signed_in("pilot")
    assert "请组建专家团队。" in pilot.get(address).text
    assert "指导意见" in pilot.get("/messages").text


def test_a_leader_asks_once_more_before_a_pilot_ends(office: Office) -> None:
    address = piloted(office)
    leader = office.signed_in("leader")
    assert "不能恢复" in leader.get(f"{address}/terminate").text
    assert leader.post(f"{address}/terminate", {"reason": "申请终止"}).status_code == 422
    done = leader.post(f"{address}/terminate", {"reason": "申请终止", "understood": "true"})
    assert done.status_code == 303
    page = office.signed_in("pilot").get(address).text
    assert "不再评估" in page
    assert "填报活动</a>" not in page


def test_an_evaluation_is_read_with_its_report_and_its_copies_are_posted(office: Office) -> None:
    address = piloted(office)
    programme = office.programme
    office.signed_in("pilot").post(f"{address}/activities/new", ACTIVITY)
    programme.on("2027-11-09")
    assert "评估中" in office.signed_in("clerk").get("/pilots").text
    (filing,) = rows(programme, tables.pilot_filing)
    case = filing["evaluation_case_id"]
    task = programme.task("draft_evaluation", case_id=case)
    form = office.signed_in("clerk").get(f"/tasks/{task.id}").text
    assert "参训（人次）：本期1,086，累计1,086" in form
    assert "报告尚未签发" in office.signed_in("pilot").get(f"{address}/evaluations/1").text
    programme.hand_in("draft_evaluation", "clerk", case_id=case)
    programme.hand_in("sign_evaluation", "leader", case_id=case)
    page = office.signed_in("pilot").get(f"{address}/evaluations/1").text
    assert "进展良好" in page
    (paper,) = issued(programme, "evaluation_report")
    assert office.signed_in("pilot").get(f"/documents/{paper.id}").data.startswith(b"%PDF")

    clerk = office.signed_in("clerk")
    assert "抄送 14 个单位，已寄送 0 个" in clerk.get(f"{address}/evaluations/1").text
    listed = f"/documents/{paper.id}/deliveries"
    assert "省委金融办" in clerk.get(listed).text
    sent = {"recipient": "copy:省林业局", "channel": "post", "result": "sent", "detail": "机要交换"}
    assert clerk.post(listed, {**sent, "detail": ""}).status_code == 422
    assert clerk.post(listed, sent).status_code == 303
    assert ("post", "copy:省林业局", "sent") in deliveries(programme, paper.id)
    assert "已寄送 1 个" in clerk.get(f"{address}/evaluations/1").text
    assert office.signed_in("pilot").get(listed).status_code == 403
