"""实质变更 during publicity: the notice stops, the panel looks again, a full new notice runs (K, §3)."""

from __future__ import annotations

import pytest

from tests.scenarios.programme import Programme
from workflow_app.commands.requests import PUBLIC, SubmitComment, TerminateNotice
from workflow_app.kernel.errors import Forbidden, Refused


def _assessed_again(programme: Programme) -> None:
    programme.hand_in("convene_panel", "clerk")
    for expert in ("expert_one", "expert_two", "expert_three"):
        programme.hand_in("review_by_expert", expert, of=expert)
    programme.hand_in("hold_meeting", "clerk")
    programme.hand_in("give_opinion", "expert_one")


def test_a_material_change_stops_the_notice_and_a_full_one_follows(programme_on_both: Programme) -> None:
    """G published 06-09. W stopped on 06-12. T no closing on 06-16; the next counts five days anew."""
    programme = programme_on_both
    programme.on("2025-04-10")
    programme.given_released_notice()
    programme.when_published("2025-06-09")
    first = programme.notice
    programme.on("2025-06-12")
    with pytest.raises(Forbidden):
        programme.do("maker", TerminateNotice(first["id"], "项目边界调整"))

    programme.do("leader", TerminateNotice(first["id"], "项目边界调整"))

    assert (programme.notice["state"], programme.notice["end_reason"]) == ("terminated", "项目边界调整")
    assert programme.limit("public_notice").state == "cancelled"
    with pytest.raises(Refused) as over:
        programme.do("leader", TerminateNotice(first["id"], "再次终止"))
    assert over.value.code == "notice_over"
    programme.on("2025-06-20")
    programme.then_state("notice_pending")
    _assessed_again(programme)
    programme.hand_in("draft_notice", "maker")
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-06-23")
    programme.then_counted("public_notice", "06-24", "06-25", "06-26", "06-27", "06-30")
    assert (first["number"], programme.notice["number"]) == ("JCER公示〔2025〕1号", "JCER公示〔2025〕2号")


def test_an_objection_to_the_stopped_notice_still_blocks_registration(programme: Programme) -> None:
    """G an objection is open when the notice stops. T it blocks until decided; what comes later is a lead."""
    programme.on("2025-04-10")
    programme.given_released_notice()
    programme.when_published("2025-06-09")
    objected = programme.when_comment()
    stopped = programme.notice["id"]
    programme.on("2025-06-12")
    programme.do("leader", TerminateNotice(stopped, "项目边界调整"))
    late = programme.app.execute(SubmitComment(stopped, "还有一点意见"), PUBLIC).values
    assert late["late"] is True
    _assessed_again(programme)
    programme.hand_in("draft_notice", "maker")
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-06-16")
    programme.on("2025-06-24")
    programme.hand_in("open_account", "maker")
    with pytest.raises(Refused) as blocked:
        programme.hand_in("verify_registration", "checker")
    assert blocked.value.code == "objections_open"

    programme.hand_in("classify_comment", "maker", case_id=objected)
    programme.hand_in("investigate", "clerk", case_id=objected)
    programme.hand_in("decide_objection", "leader", case_id=objected)
    programme.hand_in("verify_registration", "checker")
    programme.then_state("registered")
