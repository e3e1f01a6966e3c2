"""Scenario 9 and what surrounds it: comments, objections, late leads, withdrawal (355号附件一（三）)."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from tests.scenarios.programme import Programme
from workflow_app.kernel.errors import Refused


def _published_before_national_day(programme: Programme) -> None:
    programme.on("2025-08-01")
    programme.given_released_notice()
    programme.when_published("2025-09-29")


def _objected(programme: Programme) -> str:
    """An objection of 10-10 the exchange would have a mere comment; the department says otherwise."""
    programme.on("2025-10-10")
    case_id = programme.when_comment()
    programme.hand_in("classify_comment", "maker", case_id=case_id, action="comment")
    programme.hand_in("confirm_downgrade", "clerk", case_id=case_id, action="objection")
    return case_id


def test_9_objection_dismissed(programme_on_both: Programme) -> None:
    """W 异议 filed 10-10, marked 意见. T confirmation required; 异议处理; W 不成立 10-22. T 10-27."""
    programme = programme_on_both
    _published_before_national_day(programme)
    programme.on("2025-10-10")
    case_id = programme.when_comment()
    programme.hand_in("classify_comment", "maker", case_id=case_id, action="comment")
    assert programme.task("confirm_downgrade", case_id=case_id).role == "department_clerk"

    programme.on("2025-10-14")

    programme.then_state("objection")
    assert not programme.has_limit("registration")
    programme.hand_in("confirm_downgrade", "clerk", case_id=case_id, action="objection")
    programme.hand_in("investigate", "clerk", case_id=case_id)
    programme.on("2025-10-22")
    programme.hand_in("decide_objection", "leader", case_id=case_id)

    programme.then_state("registration_pending")
    assert programme.notice["outcome"] == "dismissed"
    programme.then_counted("registration", "10-23", "10-24", "10-27")
    programme.then_due_on("registration", "2025-10-27")


def test_9_upheld_with_revision_needs_a_new_notice(programme: Programme) -> None:
    """W instead upheld with revision. T revised, rechecked, and a new notice of 5 full working days."""
    _published_before_national_day(programme)
    case_id = _objected(programme)
    programme.on("2025-10-14")
    programme.hand_in("investigate", "clerk", case_id=case_id, proposal="upheld_fixable")
    programme.on("2025-10-22")
    programme.hand_in("decide_objection", "leader", case_id=case_id, action="upheld_fixable", **CHANGES)

    programme.then_state("revision")
    programme.hand_in("revise_documents", "owner")
    programme.then_state("recheck")
    programme.hand_in("recheck_revision", "expert_one")
    programme.then_state("notice_pending")
    programme.hand_in("draft_notice", "maker")
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-11-03")

    programme.then_counted("public_notice", "11-04", "11-05", "11-06", "11-07", "11-10")
    programme.on("2025-11-10", time(23))
    programme.then_state("public_notice")
    programme.on("2025-11-11")
    programme.then_state("registration_pending")


CHANGES: dict[str, Any] = {"required_changes": [{"item": "地块范围", "requirement": "剔除重复地块。"}]}


def test_9_upheld_beyond_repair_ends_the_project(programme: Programme) -> None:
    """W upheld and beyond repair. T 未通过; nothing is left to register."""
    _published_before_national_day(programme)
    case_id = _objected(programme)
    programme.hand_in("investigate", "clerk", case_id=case_id, proposal="upheld_fatal")
    programme.hand_in("decide_objection", "leader", case_id=case_id, action="upheld_fatal")

    programme.on("2025-10-14")

    programme.then_state("failed")
    assert programme.cases("registration") == []
    assert programme.open_tasks() == []


def test_a_decision_before_the_close_starts_the_clock_at_the_close(programme: Programme) -> None:
    """W dismissed on 10-11, before the close of 10-13. T registration counts from the close."""
    _published_before_national_day(programme)
    case_id = _objected(programme)
    programme.hand_in("investigate", "clerk", case_id=case_id)
    programme.on("2025-10-11")
    programme.hand_in("decide_objection", "leader", case_id=case_id)

    programme.on("2025-10-14")

    assert programme.notice["outcome"] == "dismissed"
    programme.then_due_on("registration", "2025-10-16")


def test_a_confirmed_comment_is_answered_and_blocks_nothing(programme: Programme) -> None:
    """W the department confirms that it is a mere comment. T answered; the notice closes unopposed."""
    _published_before_national_day(programme)
    programme.on("2025-10-10")
    case_id = programme.when_comment("建议补充监测频次。")
    programme.hand_in("classify_comment", "maker", case_id=case_id, action="comment")
    programme.hand_in("confirm_downgrade", "clerk", case_id=case_id)
    programme.hand_in("reply_comment", "clerk", case_id=case_id)

    programme.on("2025-10-14")

    assert programme.notice["outcome"] == "unopposed"
    programme.then_due_on("registration", "2025-10-16")


def test_two_objections_the_second_decision_starts_the_clock(programme: Programme) -> None:
    """W two objections, decided on different days. T the last decision counts."""
    _published_before_national_day(programme)
    programme.on("2025-10-10")
    for day in ("2025-10-20", "2025-10-22"):
        case_id = programme.when_comment(f"异议，将于{day}决定。")
        programme.hand_in("classify_comment", "maker", case_id=case_id)
    programme.on("2025-10-14")
    first, second = programme.cases("objection")
    programme.hand_in("investigate", "clerk", case_id=first.id)
    programme.hand_in("investigate", "clerk", case_id=second.id)
    programme.on("2025-10-20")
    programme.hand_in("decide_objection", "leader", case_id=second.id)
    programme.then_state("objection")
    programme.on("2025-10-22")
    programme.hand_in("decide_objection", "leader", case_id=first.id)
    programme.then_due_on("registration", "2025-10-27")


def test_a_late_comment_is_a_lead_and_blocks_nothing(programme: Programme) -> None:
    """W received after the close. T late, has a receipt and a case, and registration goes on."""
    _published_before_national_day(programme)
    programme.on("2025-10-14", time(0))
    case_id = programme.when_comment()
    assert programme.receipts[0].startswith("YJ-")
    programme.hand_in("classify_comment", "maker", case_id=case_id)
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")
    programme.then_state("registered")


def test_an_exchange_whose_qualification_ran_out_publishes_nothing(programme: Programme) -> None:
    """W the qualification ends before publication (R45). T refused, and nothing is published."""
    programme.on("2025-08-01")
    programme.given_released_notice()
    programme.exchange_qualified_until("2025-09-01")
    with pytest.raises(Refused) as refused:
        programme.when_published("2025-09-29")
    assert refused.value.code == "exchange_unqualified"
    programme.then_state("notice_pending")


def test_withdrawal_before_registration_ends_every_open_case(programme: Programme) -> None:
    """W withdrawn during publicity with an objection open. T 已撤回; no task, no timer is left."""
    _published_before_national_day(programme)
    _objected(programme)

    programme.when_withdrawn()

    programme.then_state("withdrawn")
    assert programme.open_tasks() == []
    assert {case.status for case in programme.cases()} <= {"closed", "cancelled"}
    programme.on("2025-12-01")
    programme.then_state("withdrawn")


def test_withdrawal_after_registration_is_refused(programme: Programme) -> None:
    """W withdrawn after registration. T refused: only deregistration is left (31号令第十六条)."""
    programme.given_registered_project("2025-06-09")
    with pytest.raises(Refused) as refused:
        programme.when_withdrawn()
    assert refused.value.code == "withdrawal_too_late"
    programme.then_state("registered")
