"""R24 judged, signed or returned: what the answers exclude is never accepted, and a leader may ask again."""

from __future__ import annotations

import pytest

from tests.scenarios.programme import Programme
from tests.support.form_answers import checklist
from workflow_app.kernel.errors import InvalidForm, Refused

REASON = "边界图与配额管理边界不一致，请查明。"


def _returned(programme: Programme) -> None:
    programme.hand_in("sign_ineligibility", "leader", action="return", return_reason=REASON)


def _incomplete(programme: Programme) -> None:
    wanting = checklist(failed={4: "资格问答与边界图不一致，请核对后更正"})
    programme.hand_in(
        "review_application",
        "clerk",
        action="incomplete",
        checklist=wanting,
        review_opinion="请更正资格问答。",
    )


def test_a_leader_returns_an_exclusion_to_the_clerk_with_a_reason(programme_on_both: Programme) -> None:
    """G R24 hit on 03-02. W returned on 03-09. T five days anew, no acceptance; corrected answers go on."""
    programme = programme_on_both
    programme.on("2026-03-02")
    programme.given_application(within_quota=True)
    with pytest.raises(InvalidForm) as bare:
        programme.hand_in("sign_ineligibility", "leader", action="return")
    assert "return_reason" in bare.value.errors
    programme.on("2026-03-09")
    _returned(programme)

    programme.then_state("formal_review")
    assert programme.facts_for("review_application")["return_reason"] == REASON
    programme.then_due_on("formal_review", "2026-03-16")
    with pytest.raises(Refused) as excluded:
        programme.hand_in("review_application", "clerk")
    assert excluded.value.code == "applicant_excluded"
    _incomplete(programme)
    programme.hand_in("correct_application", "owner")
    programme.hand_in("review_application", "clerk")
    programme.then_state("accepted")


def test_a_correction_is_judged_by_its_own_answers(programme: Programme) -> None:
    """W a correction says that the project lies inside a quota boundary. T the leader's, not the clerk's."""
    programme.on("2026-03-02")
    programme.given_application()
    _incomplete(programme)
    programme.hand_in("correct_application", "owner", within_quota=True)
    programme.then_state("formal_review")
    assert [task.element_id for task in programme.open_tasks()] == ["sign_ineligibility"]
    programme.hand_in("sign_ineligibility", "leader")
    programme.then_state("ineligible")


def test_what_was_returned_is_not_accepted_by_silence(programme: Programme) -> None:
    """G returned on 03-09. W nobody reviews by 03-16. T the leader decides, and may not accept it either."""
    programme.on("2026-03-02")
    programme.given_application(within_quota=True)
    programme.on("2026-03-09")
    _returned(programme)
    programme.on("2026-03-17")
    programme.then_state("formal_review")
    with pytest.raises(Refused) as excluded:
        programme.hand_in("decide_overdue_review", "leader", action="accept")
    assert excluded.value.code == "applicant_excluded"


def test_what_only_the_clerk_found_may_be_accepted_after_all(programme: Programme) -> None:
    """G the answers exclude nothing, the clerk does. W returned. T another review may accept."""
    programme.on("2026-03-02")
    programme.given_application()
    programme.hand_in(
        "review_application",
        "clerk",
        action="ineligible",
        ineligible_clause="355号附件一：纳入全国碳排放权交易市场配额管理的项目，不得申请",
        review_opinion="疑似在配额管理边界内。",
    )
    _returned(programme)
    programme.hand_in("review_application", "clerk")
    programme.then_state("accepted")
