"""A time budget and a ledger of suspensions: the due date is derived, never edited."""

from __future__ import annotations

from datetime import date

from calendars.periods import Rule, Suspension, compute, describe, due_text, warning
from calendars.published import Calendar
from tests.unit.calendars.example_rules import OBJECTION, REGISTRATION, at

CALENDAR = Calendar.shipped()


def stop(start: str, end: str | None, notice: str = "赣环函〔2025〕1号") -> Suspension:
    last = None if end is None else date.fromisoformat(end)
    return Suspension(date.fromisoformat(start), last, "等待他方登记机构答复", notice)


def test_while_the_clock_stands_still_the_due_date_is_unknown() -> None:
    due = compute(OBJECTION, at("2025-10-13"), CALENDAR, (stop("2025-10-16", None),))

    assert due.suspended
    assert (due.last_day, due.due_at, due.earliest, due.latest) == (None, None, None, None)
    assert (due.budget, due.used) == (10, 2)
    assert due_text(CALENDAR, due, date(2025, 12, 1)) == ("suspended", 8)
    assert due.shown == "中止中"
    assert describe(due)[-2:] == [
        "中止 10-16 等待他方登记机构答复 赣环函〔2025〕1号",
        "中止中 已用2，尚余8，恢复后重新推算",
    ]
    assert warning(REGISTRATION, due, CALENDAR) is None


def test_when_it_runs_again_the_rest_of_the_budget_is_counted() -> None:
    # Two days used (10-14, 10-15); stopped from the 16th to Friday the 24th; eight more from the 27th.
    due = compute(OBJECTION, at("2025-10-13"), CALENDAR, (stop("2025-10-16", "2025-10-24"),))

    assert due.last_day == date(2025, 11, 5)
    assert [day.n for day in due.trail if day.n] == list(range(1, 11))
    assert "中止 10-16~24 等待他方登记机构答复 赣环函〔2025〕1号" in describe(due)


def test_several_suspensions_each_under_its_own_notice_may_overlap() -> None:
    stops = (
        stop("2025-10-15", "2025-10-17"),
        stop("2025-10-16", "2025-10-20", "赣环函〔2025〕2号"),
    )
    due = compute(REGISTRATION, at("2025-10-13"), CALENDAR, stops)

    assert [f"{day.date:%m-%d}" for day in due.trail if day.n] == ["10-14", "10-21", "10-22"]
    assert {day.notice for day in due.trail if day.label == "中止"} == {
        "赣环函〔2025〕1号",
        "赣环函〔2025〕2号",
    }


def test_suspensions_outside_the_period_take_nothing() -> None:
    outside = (stop("2025-09-01", "2025-10-13"), stop("2025-10-17", None))

    assert compute(REGISTRATION, at("2025-10-13"), CALENDAR, outside).last_day == date(2025, 10, 16)


def test_a_clock_stopped_on_the_day_of_the_event_has_used_nothing() -> None:
    due = compute(REGISTRATION, at("2025-10-13"), CALENDAR, (stop("2025-10-13", None),))

    assert (due.suspended, due.used, due.first_day) == (True, 0, None)


def test_months_and_calendar_days_are_prolonged_by_the_days_the_clock_stood_still() -> None:
    month = Rule(id="m", name="月", unit="month", n=1, basis="民法典第二百零二条", kind="statutory")
    days = Rule(id="d", name="日", unit="calendar_day", n=10, basis="服务规则", kind="promised")
    week = (stop("2025-11-05", "2025-11-11"),)

    assert compute(month, at("2025-11-03"), CALENDAR).last_day == date(2025, 12, 3)
    assert compute(month, at("2025-11-03"), CALENDAR, week).last_day == date(2025, 12, 10)
    assert compute(days, at("2025-11-03"), CALENDAR).last_day == date(2025, 11, 13)
    assert compute(days, at("2025-11-03"), CALENDAR, week).last_day == date(2025, 11, 20)
    assert compute(month, at("2025-11-03"), CALENDAR, (stop("2025-11-05", None),)).suspended
    assert compute(days, at("2025-11-03"), CALENDAR, (stop("2025-11-05", None),)).used == 1
