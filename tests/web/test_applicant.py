"""我的办件: what is asked, the way, what the office told; nothing of others, nothing kept inside."""

from __future__ import annotations

import re

from tests.support.form_answers import checklist
from tests.web.conftest import Office
from workflow_app.commands.requests import AddNote


def project_page(office: Office, who: str = "owner") -> str:
    """The page of the programme's project, as one of its people sees it."""
    answer = office.signed_in(who).get(f"/my/projects/{office.programme.project_id}")
    assert answer.status_code == 200, answer.text
    return answer.text


def corrected(office: Office) -> None:
    """An application that is returned with two things to put right."""
    office.programme.given_application()
    wanting = checklist(failed={1: "邮箱无法送达", 16: "缺样地编号规则"})
    office.programme.hand_in(
        "review_application",
        "clerk",
        action="incomplete",
        checklist=wanting,
        review_opinion="请一次补齐。",
        cross_registry_search="已查询国家登记系统（内部）",
    )


def test_signing_in_leads_an_applicant_to_what_is_asked(office: Office) -> None:
    corrected(office)
    visitor = office.signed_in("owner")
    assert visitor.get("/").location == "/my"
    listed = visitor.get("/my").text
    assert "待您办理" in listed
    assert "剩 20 个工作日" in listed


def test_a_correction_notice_is_shown_item_by_item_with_its_limit(office: Office) -> None:
    corrected(office)
    page = project_page(office)
    assert "待您补正" in page
    assert page.index("邮箱无法送达") < page.index("缺样地编号规则")
    assert "附件1 联系人信息" in page
    assert "剩 20 个工作日" in page
    assert "第 0 天" in page  # the count opens without a script
    assert "请一次补齐。" in page
    assert "已查询国家登记系统" not in page  # the office's own notes
    task = office.programme.task("correct_application")
    assert f'href="/tasks/{task.id}"' in page


def test_the_way_names_what_is_done_and_what_is_to_come(office: Office) -> None:
    office.programme.given_accepted_project()
    page = project_page(office)
    titles = re.findall(r'step step--(\w+)".*?step__title">([^<]+)', page, re.DOTALL)
    assert [(state, title.strip()) for state, title in titles] == [
        ("done", "提交申请"),
        ("done", "形式审查"),
        ("current", "专家评估"),
        ("todo", "公示"),
        ("todo", "开户并登记"),
        ("todo", "减排量签发"),
    ]
    assert page.count("badge--statutory") >= 2  # 公示 and 登记 are what 355号 commands
    assert "现在不需要您办理" in page


def test_the_panels_opinion_is_told_and_each_experts_own_review_is_not(office: Office) -> None:
    office.programme.given_accepted_project()
    office.programme.hand_in("convene_panel", "clerk")
    for expert in ("expert_one", "expert_two", "expert_three"):
        office.programme.hand_in("review_by_expert", expert, of=expert, comment_boundary="个人评语只供专家组")
    office.programme.hand_in("hold_meeting", "clerk")
    changes = [
        {"item": "核算边界", "requirement": "剔除与道路重叠部分"},
        {"item": "数据来源", "requirement": "补立竹度抽样记录"},
    ]
    office.programme.hand_in("give_opinion", "expert_one", action="revise", required_changes=changes)
    page = project_page(office)
    assert "请逐条答复专家意见" in page
    assert "剔除与道路重叠部分" in page
    assert "补立竹度抽样记录" in page
    assert "专家组意见" in page
    assert "个人评语只供专家组" not in page
    assert "演示expert_two" not in page


def test_answered_items_are_marked_and_the_button_goes_on_with_the_next(office: Office) -> None:
    office.programme.given_convened_panel()
    office.programme.hand_in("hold_meeting", "clerk")
    changes = [{"item": "核算边界", "requirement": "甲"}, {"item": "数据来源", "requirement": "乙"}]
    office.programme.hand_in("give_opinion", "expert_one", action="revise", required_changes=changes)
    task = office.programme.task("revise_documents")
    visitor = office.signed_in("owner")
    visitor.get(f"/tasks/{task.id}")
    kept: dict[str, object] = {
        "responses-0-item": "核算边界",
        "responses-0-change": "已剔除",
        "save_draft": "1",
        "draft_revision": "0",
    }
    assert visitor.post(f"/tasks/{task.id}", kept).status_code == 302
    page = visitor.get(f"/my/projects/{office.programme.project_id}").text
    assert "已完成 1 / 2" in page
    assert "草稿已存" in page
    assert "继续答复第 2 条" in page


def test_a_project_of_another_is_not_found(office: Office) -> None:
    office.programme.given_application()
    other = office.programme.given_person("stranger", "agent", "agent")
    assert other
    address = f"/my/projects/{office.programme.project_id}"
    assert office.signed_in("stranger").get(address).status_code == 404
    assert office.signed_in("stranger").get(f"{address}/withdraw").status_code == 404
    assert office.signed_in("clerk").get(address).status_code == 403
    assert office.visitor().get(address).status_code == 302


def test_starting_an_application_leads_to_its_form(office: Office) -> None:
    office.programme.given_filed_pilot()
    visitor = office.signed_in("owner")
    visitor.get("/my/new")
    assert "请填写项目名称" in visitor.post("/my/new", {"title": " "}).text
    answer = visitor.post("/my/new", {"title": "武宁县森林经营碳汇（演示）", "idempotency_key": "k1"})
    assert answer.status_code == 303
    assert answer.location.startswith("/tasks/")
    form = visitor.get(answer.location).text
    assert "form-fold" in form  # two long forms, folded
    again = visitor.post("/my/new", {"title": "武宁县森林经营碳汇（演示）", "idempotency_key": "k1"})
    assert again.location == answer.location  # the same form sent twice opens one project
    assert visitor.get("/my").text.count("武宁县森林经营碳汇（演示）") == 1


def test_an_agent_names_the_owner_and_the_owner_sees_the_project_too(office: Office) -> None:
    office.programme.given_filed_pilot()
    visitor = office.signed_in("agent")
    assert "演示owner" in visitor.get("/my/new").text
    assert "请选择委托您的项目业主" in visitor.post("/my/new", {"title": "某项目"}).text
    answer = visitor.post(
        "/my/new", {"title": "受托项目", "owner_org": office.programme.organisations["owner"]}
    )
    assert answer.status_code == 303
    assert "受托项目" in office.signed_in("owner").get("/my").text


def test_withdrawing_asks_again_and_names_what_follows(office: Office) -> None:
    office.programme.given_accepted_project()
    address = f"/my/projects/{office.programme.project_id}"
    visitor = office.signed_in("owner")
    asked = visitor.get(f"{address}/withdraw").text
    assert "撤回后不能恢复" in asked
    assert "须重新填报，从头办理" in asked
    refused = visitor.post(f"{address}/withdraw", {"reason": "另行安排"})
    assert refused.status_code == 422
    assert "请确认已知悉撤回的后果" in refused.text
    assert "另行安排" in refused.text
    office.programme.then_state("accepted")
    done = visitor.post(f"{address}/withdraw", {"reason": "另行安排", "understood": "true"})
    assert done.status_code == 303
    office.programme.then_state("withdrawn")
    page = visitor.get(address).text
    assert "已撤回" in page
    assert "/withdraw" not in page
    assert visitor.get(f"{address}/withdraw").status_code == 404


def test_a_pilot_unit_files_from_its_own_page(office: Office) -> None:
    visitor = office.signed_in("pilot")
    assert visitor.get("/").location == "/my"
    visitor.get("/my/filings/new")
    assert "请选择试点单位类别" in visitor.post("/my/filings/new", {"title": "崇义县试点"}).text
    answer = visitor.post("/my/filings/new", {"title": "崇义县试点", "filing_kind": "county"})
    assert answer.location.startswith("/tasks/")
    assert "崇义县试点" in visitor.get("/my").text


def test_a_registered_project_leads_to_its_public_page_and_the_next_stage(office: Office) -> None:
    office.programme.given_released_notice()
    office.programme.when_published("2026-11-09")
    office.programme.on("2026-11-17")
    office.programme.hand_in("open_account", "maker")
    office.programme.hand_in("verify_registration", "checker")
    page = project_page(office)
    number = office.programme.project["number"]
    assert f'href="/projects/{number}"' in page
    assert "待您办理" in page  # the next stage of issuance may be applied for
    assert f"/tasks/{office.programme.task('request_issuance').id}" in page
    assert "撤回申请" not in page


def test_no_page_of_a_case_shows_an_applicant_what_stays_inside(office: Office) -> None:
    programme = office.programme
    programme.given_accepted_project()
    programme.hand_in("convene_panel", "clerk")
    for expert in ("expert_one", "expert_two", "expert_three"):
        programme.hand_in("review_by_expert", expert, of=expert, comment_boundary="个人评语只供专家组")
    case = programme.cases("expert_assessment")[0]
    programme.do("clerk", AddNote(case.id, "内部备注勿外传"))
    programme.hand_in("hold_meeting", "clerk")
    changes = [{"item": "核算边界", "requirement": "剔除与道路重叠部分"}]
    programme.hand_in("give_opinion", "expert_one", action="revise", required_changes=changes)
    inside = ("个人评语只供专家组", "内部备注勿外传", "演示expert_two", "演示clerk")
    paths = (f"/tasks/{programme.task('revise_documents').id}", f"/cases/{case.id}")
    office_sees = office.signed_in("clerk").get(f"/cases/{case.id}").text
    assert [secret for secret in inside if secret not in office_sees] == []
    owner = office.signed_in("owner")
    for path in paths:
        page = owner.get(path)
        assert page.status_code == 200
        assert [secret for secret in inside if secret in page.text] == []
        assert "剔除与道路重叠部分" in page.text


def test_a_notice_in_draft_is_not_shown_to_the_owner_either(office: Office) -> None:
    office.programme.given_passed_panel()
    office.programme.hand_in("draft_notice", "maker", notice_text="尚未核定的公示稿")
    case = office.programme.cases("public_notice")[0]
    assert "尚未核定的公示稿" not in office.signed_in("owner").get(f"/cases/{case.id}").text
    assert "尚未核定的公示稿" in office.signed_in("leader").get(f"/cases/{case.id}").text


def test_what_a_leader_returns_to_the_clerk_stays_in_the_office(office: Office) -> None:
    office.programme.given_application(within_quota=True)
    reason = "请查明边界图"
    office.programme.hand_in("sign_ineligibility", "leader", action="return", return_reason=reason)
    page = project_page(office)
    assert "不符合申请条件决定" not in page
    assert reason not in page
    assert (
        reason
        in office.signed_in("clerk").get(f"/tasks/{office.programme.task('review_application').id}").text
    )
