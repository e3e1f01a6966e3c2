"""Limits that stand still while the calendar changes, and timers found overdue together."""

from __future__ import annotations

from tests.scenarios.programme import Programme
from tests.scenarios.test_working_days import NOTICE_2027
from workflow_app.commands.requests import SYSTEM, FireDueTimers, ResumeDeadline, SuspendDeadline


def test_a_calendar_notice_leaves_a_suspended_limit_until_it_runs_on(programme: Programme) -> None:
    """G five days from 2026-12-28, stopped on 12-30. W 01-04 becomes a holiday. T counted when resumed."""
    programme.on("2026-12-28")
    programme.given_application()
    programme.then_due_on("formal_review", "2027-01-05")
    limit = programme.limit("formal_review")
    programme.on("2026-12-30")
    programme.do("clerk", SuspendDeadline(limit.case_id, limit.id, "等待回函", "赣环函〔2026〕9号"))
    said = programme.when_notice_loaded(NOTICE_2027.format(last="2027-01-04", work="2027-02-20"))
    assert limit.id not in [move["deadline_id"] for move in said["deadlines"]]
    assert programme.limit("formal_review").state == "suspended"

    programme.on("2026-12-31")
    programme.do("clerk", ResumeDeadline(limit.case_id, limit.id, "已回函", "赣环函〔2026〕10号"))

    programme.then_counted("formal_review", "12-29", "01-05", "01-06", "01-07", "01-08")
    programme.then_due_on("formal_review", "2027-01-08")
    assert not programme.limit("formal_review").provisional


def test_overdue_timers_of_one_project_fire_in_the_order_of_their_days(programme: Programme) -> None:
    """W nothing wakes from 06-10 to 06-23. T closed as of 06-16, warned, then missed: each by its own day."""
    programme.on("2025-04-10")
    programme.given_released_notice()
    programme.when_published("2025-06-09")
    programme.wake_late("2025-06-23")
    programme.app.execute(FireDueTimers(100), SYSTEM)

    fired = [
        (event.element_id, event.body["facts"]["due_at"])
        for case in programme.cases()
        for event in programme.events(f"case:{case.id}")
        if event.kind == "timer_fired" and case.process_id in {"public_notice", "registration"}
    ]
    assert [element for element, _due in fired] == ["notice_period", "account_warning", "account_overdue"]
    assert [due for _element, due in fired] == sorted(due for _element, due in fired)
    programme.then_due_on("registration", "2025-06-19")
    assert programme.limit("registration").state == "missed"
