"""Who may judge a project, and who may act for its owner: recusal and mandates (K, docs/domain.md §6)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.scenarios import issuing
from tests.scenarios.delegating import given_delegated
from tests.scenarios.programme import CCER_BIOGAS, Programme
from tests.support.form_answers import checklist
from workflow_app.commands.requests import (
    SYSTEM,
    CreateOrganisation,
    DeclareConflict,
    EnterMethodology,
    RenewMandate,
    RevokeMandate,
    WithdrawProject,
)
from workflow_app.kernel.errors import Forbidden, InvalidForm, Refused

CONSULTANT = "绿衡演示咨询（江西）有限公司"
THIRD = {
    "verifier_name": "赣衡演示审定有限公司",
    "verifier_uscc": "91360100DEM0000573",
    "verifier_contact": "李演示",
    "verifier_email": "verifier@example.com",
    "verifier_phone": "0791-86860000",
}


def _organisation(programme: Programme, name: str, uscc: str = "", kind: str = "other") -> str:
    entered = programme.app.execute(CreateOrganisation(name, uscc, kind), SYSTEM)
    return str(entered.values["organisation_id"])


def _tied(programme: Programme, expert: str, organisation_id: str) -> None:
    tie = DeclareConflict(programme.people[expert], organisation_id, "受聘咨询", date(2024, 1, 1))
    programme.do("clerk", tie)


def _incomplete(programme: Programme) -> None:
    programme.hand_in(
        "review_application",
        "clerk",
        action="incomplete",
        checklist=checklist(failed={16: "缺少监测计划"}),
        review_opinion="补正",
    )


# --- recusal


def test_an_expert_tied_to_the_consultant_is_not_appointed(programme_on_both: Programme) -> None:
    """G Form 1 names a 技术服务机构, entered in the register under other brackets. T no expert of its."""
    programme = programme_on_both
    programme.on("2025-04-10")
    programme.consultant = CONSULTANT
    programme.given_accepted_project()
    consultant = _organisation(programme, CONSULTANT.replace("（", "(").replace("）", ")"))
    _tied(programme, "expert_three", consultant)

    with pytest.raises(InvalidForm) as refused:
        programme.hand_in("convene_panel", "clerk")

    assert "experts" in refused.value.errors
    two = [programme.people[name] for name in ("expert_one", "expert_two")]
    programme.hand_in("convene_panel", "clerk", experts=two, chair=two[0])


def test_an_expert_who_works_for_the_owner_is_not_appointed(programme: Programme) -> None:
    """W an expert of the owner's own staff is chosen. T refused without any declared tie."""
    programme.on("2025-04-10")
    insider = programme.given_person("insider", "owner", "expert")
    programme.given_accepted_project()
    one = programme.people["expert_one"]
    with pytest.raises(InvalidForm) as refused:
        programme.hand_in("convene_panel", "clerk", experts=[one, insider], chair=one)
    assert "experts" in refused.value.errors


def test_a_batchs_third_party_bars_its_experts_and_only_for_that_batch(programme: Programme) -> None:
    """G expert three is tied to the third party Form 3 names, by its code. T not for this batch."""
    programme.on("2025-04-08")
    _tied(programme, "expert_three", programme.organisations["agent"])
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    issuing.apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00", **THIRD)
    programme.hand_in("review_issuance", "clerk")
    with pytest.raises(InvalidForm) as refused:
        programme.hand_in("convene_panel", "clerk")
    assert "experts" in refused.value.errors


def test_a_tie_found_after_the_appointment_leaves_recusal_and_a_new_quorum(programme: Programme) -> None:
    """W two of three turn out to be tied. T each may only recuse, and the panel is convened anew."""
    programme.on("2025-04-10")
    programme.consultant = CONSULTANT
    programme.given_accepted_project()
    programme.hand_in("convene_panel", "clerk")
    programme.hand_in("review_by_expert", "expert_one", of="expert_one")
    consultant = _organisation(programme, CONSULTANT)
    for expert in ("expert_two", "expert_three"):
        _tied(programme, expert, consultant)

    with pytest.raises(InvalidForm) as refused:
        programme.hand_in("review_by_expert", "expert_two", of="expert_two")
    assert set(refused.value.errors) == {"recused"}
    for expert in ("expert_two", "expert_three"):
        reason = "曾受聘于技术服务机构"
        programme.hand_in("review_by_expert", expert, of=expert, recused=True, recusal_reason=reason)
    programme.task("convene_panel")


def test_nobody_tied_signs_the_opinion_or_counts_at_the_meeting(programme: Programme) -> None:
    """G all three reviewed; then two turn out to be tied. T the meeting has no quorum."""
    programme.on("2025-04-10")
    programme.consultant = CONSULTANT
    programme.given_convened_panel()
    consultant = _organisation(programme, CONSULTANT)
    _tied(programme, "expert_three", consultant)
    programme.hand_in("hold_meeting", "clerk")
    with pytest.raises(InvalidForm) as signed:
        programme.hand_in("give_opinion", "expert_one")
    assert set(signed.value.errors) == {"signatures"}
    two = [{"expert": programme.people[name], "agrees": True} for name in ("expert_one", "expert_two")]
    programme.hand_in("give_opinion", "expert_one", signatures=two)
    programme.then_state("notice_pending")


def test_a_panel_that_can_no_longer_meet_is_convened_anew(programme: Programme) -> None:
    """G all three reviewed; then two are tied. T no meeting but a new panel, which a quorum left forbids."""
    programme.on("2025-04-10")
    programme.consultant = CONSULTANT
    programme.given_convened_panel()
    with pytest.raises(Refused) as possible:
        programme.hand_in("hold_meeting", "clerk", action="reconvene", reconvene_reason="换一组专家")
    assert possible.value.code == "quorum_possible"
    consultant = _organisation(programme, CONSULTANT)
    for expert in ("expert_two", "expert_three"):
        _tied(programme, expert, consultant)
    with pytest.raises(InvalidForm) as short:
        programme.hand_in("hold_meeting", "clerk")
    assert set(short.value.errors) == {"attendance"}

    programme.hand_in("hold_meeting", "clerk", action="reconvene", reconvene_reason="两名专家须回避")

    programme.then_state("assessment")
    others = ["expert_one", "expert_four", "expert_five"]
    for name in others[1:]:
        programme.given_person(name, "institute", "expert")
    panel = [programme.people[name] for name in others]
    programme.hand_in("convene_panel", "clerk", experts=panel, chair=panel[0])
    for name in others:
        programme.hand_in("review_by_expert", name, of=name)
    programme.hand_in("hold_meeting", "clerk", attendance=panel)
    signed = [{"expert": each, "agrees": True} for each in panel]
    programme.hand_in("give_opinion", "expert_one", signatures=signed)
    programme.then_state("notice_pending")


# --- the application's own day, and who applies


def test_a_correction_is_judged_by_the_day_the_application_came_in(programme: Programme) -> None:
    """R23. W the correction picks a methodology published after the first receipt. T refused."""
    programme.on("2025-04-10")
    late = EnterMethodology("JCER-演示-09", "湿地（演示）", "jcer", "01", date(2025, 4, 12))
    early = EnterMethodology("JCER-演示-05", "餐厨垃圾（演示）", "jcer", "05", date(2024, 8, 1))
    programme.app.execute(late, SYSTEM)
    programme.app.execute(early, SYSTEM)
    programme.given_application()
    programme.on("2025-04-14")
    _incomplete(programme)
    programme.on("2025-04-15")
    with pytest.raises(InvalidForm) as refused:
        programme.hand_in("correct_application", "owner", methodology="JCER-演示-09")
    assert set(refused.value.errors) == {"methodology"}

    programme.hand_in("correct_application", "owner", methodology="JCER-演示-05")

    assert (programme.project["methodology_code"], programme.project["field"]) == ("JCER-演示-05", "05")


def test_a_correction_does_not_lead_round_the_routing(programme: Programme) -> None:
    """R11. W the correction picks a CCER methodology. T refused: that is another application."""
    programme.on("2025-04-10")
    programme.given_application()
    _incomplete(programme)
    with pytest.raises(Refused) as refused:
        programme.hand_in("correct_application", "owner", methodology=CCER_BIOGAS)
    assert refused.value.code == "methodology_of_other_kind"
    programme.then_state("correction")


def test_a_natural_person_is_told_by_what_it_is_not_by_a_missing_code(programme: Programme) -> None:
    """R27. An organisation whose code is not entered yet applies; a natural person with one does not."""
    programme.on("2025-04-10")
    programme.organisations["codeless"] = _organisation(programme, "演示合作社", kind="owner")
    programme.given_person("codeless", "codeless", "owner")
    programme.given_application("codeless")
    programme.then_state("formal_review")

    person = _organisation(programme, "丁演示", "91361130DEM000145C", kind="natural_person")
    programme.organisations["person"] = person
    programme.given_person("person", "person", "owner")
    with pytest.raises(Refused) as refused:
        programme.given_application("person", project_name="丁演示的林子")
    assert refused.value.code == "natural_person"


# --- mandates


def _asked_to_revise(programme: Programme) -> None:
    programme.hand_in("review_application", "clerk")
    programme.hand_in("convene_panel", "clerk")
    for expert in ("expert_one", "expert_two", "expert_three"):
        programme.hand_in("review_by_expert", expert, of=expert)
    programme.hand_in("hold_meeting", "clerk")
    changes = [{"item": "监测频次", "requirement": "改为每年一次"}]
    programme.hand_in("give_opinion", "expert_one", action="revise", required_changes=changes)


def test_an_agent_does_nothing_under_a_mandate_that_ran_out(programme_on_both: Programme) -> None:
    """R29. G the mandate ends on 04-30. W the agent acts on 05-06. T refused until renewed."""
    programme = programme_on_both
    programme.on("2025-04-10")
    given_delegated(programme)
    _asked_to_revise(programme)
    assert programme.project["mandate_until"] == date(2025, 4, 30)
    programme.on("2025-05-06")
    with pytest.raises(Refused) as refused:
        programme.hand_in("revise_documents", "agent")
    assert refused.value.code == "mandate_expired"
    with pytest.raises(Refused) as refused:
        programme.do("agent", WithdrawProject(programme.project_id, "另行安排"))
    assert refused.value.code == "mandate_expired"
    with pytest.raises(InvalidForm):
        programme.do("owner", RenewMandate(programme.project_id, date(2025, 5, 5)))

    programme.do("owner", RenewMandate(programme.project_id, date(2025, 6, 30)))
    programme.hand_in("revise_documents", "agent")
    programme.then_state("recheck")


def test_the_owner_takes_a_mandate_back_and_goes_on_itself(programme: Programme) -> None:
    """W the owner revokes. T the agent's revision is refused, the owner's is taken; it may be given anew."""
    programme.on("2025-04-10")
    given_delegated(programme)
    _asked_to_revise(programme)
    assert programme.facts_for("revise_documents")["response_rows"] == [{"item": "监测频次"}]
    programme.do("owner", RevokeMandate(programme.project_id, "改由本单位办理"))

    with pytest.raises(Refused) as refused:
        programme.hand_in("revise_documents", "agent")
    assert refused.value.code == "mandate_revoked"
    with pytest.raises(Refused):
        programme.do("agent", WithdrawProject(programme.project_id, "另行安排"))
    with pytest.raises(Refused):
        programme.do("owner", RevokeMandate(programme.project_id, "再次撤回"))
    with pytest.raises(Forbidden):
        programme.do("agent", RenewMandate(programme.project_id, date(2026, 6, 30)))

    programme.do("owner", RenewMandate(programme.project_id, date(2026, 6, 30)))
    programme.do("owner", RevokeMandate(programme.project_id, "改由本单位办理"))
    programme.hand_in("revise_documents", "owner")
    programme.then_state("recheck")


def test_a_project_without_an_agent_has_no_mandate_to_take_back(programme: Programme) -> None:
    """W the owner applied itself. T there is nothing to revoke, and a past day renews nothing."""
    programme.on("2025-04-10")
    programme.given_application()
    with pytest.raises(Refused) as refused:
        programme.do("owner", RevokeMandate(programme.project_id, "撤回"))
    assert refused.value.code == "not_delegated"
