"""Scenarios 6-8: incomplete, ineligible, redirected, delegated, conflicted (355号附件一（一）（二）)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.programme import CCER_BIOGAS, Programme
from tests.support.form_answers import checklist
from workflow_app.commands.requests import CompleteTask
from workflow_app.kernel.errors import InvalidForm, Refused

MONITORING_PLAN = {16: "缺少监测计划"}
MONITORING_PLAN_AND_RECORDS = {16: "缺少监测计划", 17: "缺少记录与管理"}


def _returned(programme: Programme, failed: dict[int, str]) -> None:
    programme.hand_in(
        "review_application",
        "clerk",
        action="incomplete",
        checklist=checklist(failed=failed),
        review_opinion="请补正。",
    )


def _received(programme: Programme) -> None:
    programme.on("2025-04-01")
    programme.given_filed_pilot()
    programme.on("2025-04-28")
    programme.given_application()


def test_6_incomplete(programme_on_both: Programme) -> None:
    """W received Mon 2025-04-28, monitoring plan missing. T one-time notice due 05-08; sent → 待补正."""
    programme = programme_on_both
    _received(programme)
    programme.then_counted("formal_review", "04-29", "04-30", "05-06", "05-07", "05-08")
    programme.then_due_on("formal_review", "2025-05-08")

    programme.on("2025-05-08")
    _returned(programme, MONITORING_PLAN)

    programme.then_state("correction")
    assert programme.limit("formal_review").state == "met"


def test_6_not_sent_in_time_is_accepted_from_receipt(programme: Programme) -> None:
    """W no notice is sent by 05-08. T accepted, with receipt date 04-28."""
    _received(programme)

    programme.on("2025-05-09")

    programme.then_state("accepted")
    assert programme.project["accepted_at"] == programme.project["received_at"]
    assert programme.limit("formal_review").state == "missed"
    programme.task("convene_panel")


def test_6_a_second_list_of_new_items_is_refused(programme: Programme) -> None:
    """W corrected, then returned with an item not listed before. T refused; the same item may return."""
    _received(programme)
    _returned(programme, MONITORING_PLAN)
    programme.on("2025-05-12")
    programme.hand_in("correct_application", "owner")
    programme.then_due_on("formal_review", "2025-05-19")

    with pytest.raises(Refused) as refused:
        _returned(programme, MONITORING_PLAN_AND_RECORDS)

    assert refused.value.code == "correction_one_time"
    programme.then_state("formal_review")
    _returned(programme, MONITORING_PLAN)
    programme.then_state("correction")


def test_6_not_corrected_in_time_counts_as_withdrawn(programme: Programme) -> None:
    """W nothing comes within the twenty days promised. T 撤回; the applicant may apply again."""
    _received(programme)
    _returned(programme, MONITORING_PLAN)
    programme.then_due_on("correction", "2025-05-29")

    programme.on("2025-05-30")

    programme.then_state("withdrawn")
    assert [case.outcome for case in programme.cases("project_lifecycle")] == ["withdrawn"]
    programme.given_application()
    programme.then_state("formal_review")


def test_7_green_certificates_are_ineligible_with_the_clause(programme: Programme) -> None:
    """W P7 declares green certificates. T 不符合 with the clause, signed by the leader."""
    programme.on("2026-03-02")
    programme.given_application(green_certificate=True)

    task = programme.task("sign_ineligibility")
    decisions = [
        decision
        for event in programme.events(f"case:{task.case_id}")
        for decision in event.body.get("decisions", ())
        if decision["table"] == "eligibility"
    ]
    assert "绿色电力证书" in decisions[0]["outputs"]["ineligible_clause"]
    programme.hand_in("sign_ineligibility", "leader")
    programme.then_state("ineligible")
    assert programme.project["number"] is None


def test_7_a_project_inside_a_quota_boundary_is_ineligible(programme: Programme) -> None:
    """W a project inside a quota boundary. T 不符合."""
    programme.on("2026-03-02")
    programme.given_application(within_quota=True)
    programme.hand_in("sign_ineligibility", "leader")
    programme.then_state("ineligible")


def test_7_a_ccer_methodology_leads_to_the_national_system(programme: Programme) -> None:
    """W P6 chooses CCER-15-001-V01. T 转国家系统, no number."""
    programme.on("2026-03-16")
    programme.given_application(methodology=CCER_BIOGAS)
    programme.then_state("redirected")
    assert programme.project["number"] is None
    assert programme.open_tasks() == []


def test_7_an_ets_enterprise_is_flagged_not_refused(programme: Programme) -> None:
    """W an ETS enterprise submits a forest project outside its boundary. T flagged, not refused."""
    programme.on("2026-03-02")
    programme.given_application(ets_enterprise=True, ets_boundary="林地不在配额管理边界内。")
    programme.then_state("formal_review")
    programme.task("review_application")


OWNER: dict[str, Any] = {
    "applicant_is_owner": False,
    "applicant_name": "演示agent",
    "applicant_uscc": "91360100DEM0000573",
    "owner_name": "章源演示林场",
    "owner_place": "赣州市崇义县",
    "owner_representative": "章演示",
    "owner_uscc": "12360725DEM0000141",
    "owner_signature": {"name": "章演示", "date": "2025-04-10", "seal": True},
}


def test_8_an_agent_without_the_owners_mandate_is_blocked(programme: Programme) -> None:
    """W P4's agent submits without 委托申请书, whatever the form claims. T blocked, at the field."""
    programme.on("2025-04-10")
    with pytest.raises(InvalidForm) as blocked:
        programme.given_application("agent", **OWNER, mandate_until="2026-12-31")
    assert "mandate" in blocked.value.errors

    with pytest.raises(InvalidForm) as claimed:
        programme.hand_in("submit_application", "agent")
    assert "mandate" in claimed.value.errors
    programme.then_state("draft")

    programme.hand_in("submit_application", "agent", **OWNER, mandate="m1", mandate_until="2026-12-31")
    programme.then_state("formal_review")


def test_8_a_conflicted_expert_is_refused(programme: Programme) -> None:
    """W an expert who advised the owner is assigned. T refused at the field."""
    programme.on("2025-04-10")
    programme.given_conflict("expert_two", "owner")
    programme.given_accepted_project()
    with pytest.raises(InvalidForm) as refused:
        programme.hand_in("convene_panel", "clerk")
    assert any(path.startswith("experts") for path in refused.value.errors)
    programme.given_person("expert_four", "institute", "expert")
    panel = [programme.people[name] for name in ("expert_one", "expert_three", "expert_four")]
    programme.hand_in("convene_panel", "clerk", experts=panel, chair=panel[0])
    programme.then_state("assessment")


def test_8_recusal_and_the_quorum_is_counted_anew(programme: Programme) -> None:
    """W two of three experts recuse themselves. T no quorum: a panel is convened anew."""
    programme.on("2025-04-10")
    programme.given_accepted_project()
    programme.hand_in("convene_panel", "clerk")
    recused = {"recused": True, "recusal_reason": "曾受聘于项目业主。"}
    programme.hand_in("review_by_expert", "expert_one", of="expert_one", **_only(recused))
    programme.hand_in("review_by_expert", "expert_two", of="expert_two", **_only(recused))
    programme.hand_in("review_by_expert", "expert_three", of="expert_three")

    programme.task("convene_panel")
    programme.then_state("assessment")


def test_8_one_recusal_leaves_a_quorum_of_two(programme: Programme) -> None:
    """W one of three recuses. T the others are quorum; the meeting needs both of them."""
    programme.on("2025-04-10")
    programme.given_accepted_project()
    programme.hand_in("convene_panel", "clerk")
    recused = {"recused": True, "recusal_reason": "曾受聘于项目业主。"}
    programme.hand_in("review_by_expert", "expert_three", of="expert_three", **_only(recused))
    programme.hand_in("review_by_expert", "expert_one", of="expert_one")
    programme.hand_in("review_by_expert", "expert_two", of="expert_two")
    experts = [programme.people["expert_one"], programme.people["expert_three"]]
    with pytest.raises(InvalidForm) as refused:
        programme.hand_in("hold_meeting", "clerk", attendance=experts)
    assert "attendance" in refused.value.errors
    programme.hand_in("hold_meeting", "clerk")
    programme.task("give_opinion")


def _only(recused: dict[str, Any]) -> dict[str, Any]:
    headings = ("boundary", "quantification", "data", "monitoring")
    left_out = {f"{part}_{name}": None for part in ("score", "comment") for name in headings}
    return {**left_out, "recommendation": None, **recused}


def test_8_the_same_person_as_clerk_and_leader_is_refused(programme: Programme) -> None:
    """W one person holds both posts and did the review. T they may not release the notice."""
    programme.on("2025-04-10")
    programme.also_holds("clerk", "department_leader")
    programme.given_passed_panel()
    programme.hand_in("draft_notice", "maker")

    with pytest.raises(Refused) as refused:
        programme.hand_in("release_notice", "clerk")

    assert refused.value.code == "separation_of_duties"
    programme.hand_in("release_notice", "leader")


def test_8_the_same_person_as_maker_and_checker_is_refused(programme: Programme) -> None:
    """W the exchange's maker checks their own draft. T refused."""
    programme.on("2025-04-10")
    programme.also_holds("maker", "exchange_checker")
    programme.given_released_notice()
    task = programme.task("publish_notice")
    answer = programme.answer_to(task, "maker")
    with pytest.raises(Refused) as refused:
        programme.do("maker", CompleteTask(task.id, answer))
    assert refused.value.code == "separation_of_duties"
    programme.then_state("notice_pending")
