"""From an event to its due date: the scenarios of the programme and the corners of the Civil Code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from calendars.errors import OutOfRange
from calendars.periods import Rule, compute, due_text, remaining, warning
from calendars.published import Calendar
from tests.unit.calendars.example_rules import CORRECTION_NOTICE, PUBLIC_NOTICE, REGISTRATION, at

CALENDAR = Calendar.shipped()


@pytest.mark.parametrize(
    ("rule", "event", "counted", "provisional"),
    [
        (PUBLIC_NOTICE, "2025-06-09", "06-10 06-11 06-12 06-13 06-16", False),
        (REGISTRATION, "2025-06-16", "06-17 06-18 06-19", False),
        (PUBLIC_NOTICE, "2025-09-29", "09-30 10-09 10-10 10-11 10-13", False),
        (REGISTRATION, "2025-10-13", "10-14 10-15 10-16", False),
        (PUBLIC_NOTICE, "2026-02-11", "02-12 02-13 02-14 02-24 02-25", False),
        (REGISTRATION, "2026-02-25", "02-26 02-27 02-28", False),
        (PUBLIC_NOTICE, "2026-09-18", "09-20 09-21 09-22 09-23 09-24", False),
        (REGISTRATION, "2026-09-24", "09-28 09-29 09-30", False),
        (PUBLIC_NOTICE, "2025-10-04", "10-09 10-10 10-11 10-13 10-14", False),
        (REGISTRATION, "2025-10-14", "10-15 10-16 10-17", False),
        (PUBLIC_NOTICE, "2026-12-28", "12-29 12-30 12-31 01-04 01-05", True),
        (REGISTRATION, "2027-01-05", "01-06 01-07 01-08", True),
        (CORRECTION_NOTICE, "2025-04-28", "04-29 04-30 05-06 05-07 05-08", False),
        (REGISTRATION, "2025-10-22", "10-23 10-24 10-27", False),
    ],
)
def test_the_days_of_the_scenarios(rule: Rule, event: str, counted: str, provisional: bool) -> None:
    due = compute(rule, at(event), CALENDAR)

    assert " ".join(f"{day.date:%m-%d}" for day in due.trail if day.n) == counted
    assert due.last_day is not None
    assert f"{due.last_day:%m-%d}" == counted.rsplit(maxsplit=1)[-1]
    assert f"{due.first_day:%m-%d}" == counted.split(maxsplit=1)[0]
    assert due.provisional is provisional


def test_the_next_act_is_lawful_from_midnight_after_the_last_day() -> None:
    due = compute(PUBLIC_NOTICE, at("2025-09-29"), CALENDAR)

    assert due.due_at == datetime(2025, 10, 13, 16, tzinfo=UTC)  # 2025-10-14 00:00 in Shanghai
    assert due.shown == "2025-10-13 24:00"
    assert (due.rule_id, due.rule_version, due.calendar_revision) == ("public_notice", 1, CALENDAR.revision)


def test_the_event_belongs_to_its_day_in_shanghai() -> None:
    # 2025-09-28 17:00 UTC is already Monday the 29th in Shanghai.
    late = compute(PUBLIC_NOTICE, datetime(2025, 9, 28, 17, tzinfo=UTC), CALENDAR)

    assert late.trail[0].date == date(2025, 9, 29)
    assert late.last_day == date(2025, 10, 13)
    assert late.started_at == datetime(2025, 9, 28, 17, tzinfo=UTC)


def test_an_instant_without_a_zone_and_a_start_before_2019_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        compute(PUBLIC_NOTICE, datetime(2025, 9, 29), CALENDAR)  # noqa: DTZ001 - what is refused
    with pytest.raises(OutOfRange, match="早于2019-01-01"):
        compute(PUBLIC_NOTICE, at("2018-12-31"), CALENDAR)


def test_an_unpublished_year_gives_an_interval() -> None:
    due = compute(PUBLIC_NOTICE, at("2026-12-28"), CALENDAR)

    assert (due.earliest, due.last_day, due.latest) == (
        date(2027, 1, 3),
        date(2027, 1, 5),
        date(2027, 1, 8),
    )
    published = compute(PUBLIC_NOTICE, at("2025-09-29"), CALENDAR)
    assert published.earliest == published.latest == published.last_day


def test_close_of_business_ends_the_day_earlier() -> None:
    rule = replace(REGISTRATION, ends="close_of_business")
    due = compute(rule, at("2025-10-13"), CALENDAR)

    assert due.due_at == at("2025-10-16", "17:30")
    assert due.shown == "2025-10-16 17:30"


def test_counting_from_the_same_day() -> None:
    rule = replace(REGISTRATION, count_from="same_day")

    due = compute(rule, at("2025-09-29"), CALENDAR)
    assert [f"{day.date:%m-%d}" for day in due.trail if day.n] == ["09-29", "09-30", "10-09"]
    holiday = compute(rule, at("2025-10-04"), CALENDAR)
    assert [f"{day.date:%m-%d}" for day in holiday.trail if day.n] == ["10-09", "10-10", "10-11"]


@pytest.mark.parametrize(
    ("event", "clock", "zero"),
    [
        ("2025-09-29", "17:29", "2025-09-29"),
        ("2025-09-29", "17:30", "2025-09-30"),
        ("2025-09-30", "20:00", "2025-10-09"),
        ("2025-10-04", "09:00", "2025-10-09"),
        ("2025-10-11", "09:00", "2025-10-11"),
    ],
)
def test_what_arrives_out_of_hours_counts_that_day_unless_the_rule_says_otherwise(
    event: str, clock: str, zero: str
) -> None:
    deemed = compute(replace(REGISTRATION, receipt="deemed_next_working_day"), at(event, clock), CALENDAR)
    plain = compute(REGISTRATION, at(event, clock), CALENDAR)

    assert next(day.date for day in deemed.trail if day.n == 0) == date.fromisoformat(zero)
    assert next(day.date for day in plain.trail if day.n == 0) == date.fromisoformat(event)
    assert (deemed.trail[0].label == "收到") == (event != zero)


@pytest.mark.parametrize(
    ("event", "n", "last"),
    [
        ("2025-09-20", 10, "2025-09-30"),
        ("2025-09-20", 11, "2025-10-09"),  # nominally National Day: the day after the holidays
        ("2025-09-20", 21, "2025-10-11"),  # nominally a worked Saturday: stays
        ("2025-09-20", 22, "2025-10-13"),  # nominally Sunday
    ],
)
def test_calendar_days_give_way_to_the_next_working_day(event: str, n: int, last: str) -> None:
    rule = Rule(id="d", name="自然日", unit="calendar_day", n=n, basis="民法典第二百零三条", kind="statutory")
    due = compute(rule, at(event), CALENDAR)

    assert due.last_day == date.fromisoformat(last)
    assert sum(1 for day in due.trail if day.n) == n


@pytest.mark.parametrize(
    ("event", "n", "last"),
    [
        ("2025-01-31", 1, "2025-02-28"),  # no 31st: the month's last day (民法典202)
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-03-17", 3, "2025-06-17"),
        ("2025-11-24", 12, "2026-11-24"),
        ("2025-07-05", 3, "2025-10-09"),  # nominally 10-05, within the holidays
        ("2024-12-09", 2, "2025-02-10"),  # 02-09 is a Sunday
    ],
)
def test_months_run_to_the_day_of_the_same_number(event: str, n: int, last: str) -> None:
    rule = Rule(id="m", name="月", unit="month", n=n, basis="民法典第二百零二条", kind="statutory")

    assert compute(rule, at(event), CALENDAR).last_day == date.fromisoformat(last)


def test_a_calendar_day_limit_is_provisional_only_by_its_end() -> None:
    rule = Rule(id="d", name="自然日", unit="calendar_day", n=10, basis="服务规则", kind="promised")

    assert not compute(rule, at("2026-12-20"), CALENDAR).provisional
    ending = compute(replace(rule, n=12), at("2026-12-20"), CALENDAR)  # nominally 2027-01-01
    assert ending.provisional
    assert (ending.earliest, ending.last_day, ending.latest) == (
        date(2027, 1, 2),
        date(2027, 1, 4),
        date(2027, 1, 7),
    )


def test_the_warning_comes_a_working_day_before_the_earliest_end() -> None:
    plain = compute(REGISTRATION, at("2025-10-13"), CALENDAR)
    assert warning(REGISTRATION, plain, CALENDAR) == at("2025-10-15", "00:00")

    # Register by Saturday 2026-02-28, worked: the warning is on Friday.
    saturday = compute(REGISTRATION, at("2026-02-25"), CALENDAR)
    assert warning(REGISTRATION, saturday, CALENDAR) == at("2026-02-27", "00:00")

    # Best estimate 2027-01-05, but it may come to be 01-03: warned on 2026-12-31.
    provisional = compute(replace(REGISTRATION, n=5), at("2026-12-28"), CALENDAR)
    assert warning(REGISTRATION, provisional, CALENDAR) == at("2026-12-31", "00:00")

    assert warning(PUBLIC_NOTICE, plain, CALENDAR) is None


def test_a_warning_never_precedes_the_start() -> None:
    rule = replace(REGISTRATION, n=1, warn_before=1)
    due = compute(rule, at("2025-10-15", "15:00"), CALENDAR)

    assert warning(rule, due, CALENDAR) == at("2025-10-15", "15:00")
    first = compute(rule, at("2019-01-01", "15:00"), CALENDAR)
    assert warning(rule, first, CALENDAR) == at("2019-01-01", "15:00")


@pytest.mark.parametrize(
    ("today", "text"),
    [
        ("2025-09-29", ("left", 5)),
        ("2025-09-30", ("left", 4)),
        ("2025-10-05", ("left", 4)),
        ("2025-10-12", ("left", 1)),
        ("2025-10-13", ("today", 0)),
        ("2025-10-14", ("overdue", 1)),
        ("2025-10-16", ("overdue", 3)),
    ],
)
def test_what_is_left_in_working_days(today: str, text: tuple[str, int]) -> None:
    due = compute(PUBLIC_NOTICE, at("2025-09-29"), CALENDAR)

    assert due_text(CALENDAR, due, date.fromisoformat(today)) == text


def test_late_is_late_even_before_the_next_working_day() -> None:
    assert remaining(CALENDAR, date(2025, 10, 18), date(2025, 10, 17)) == -1  # Saturday after a Friday
    assert remaining(CALENDAR, date(2025, 10, 20), date(2025, 10, 17)) == -1
    assert remaining(CALENDAR, date(2025, 10, 21), date(2025, 10, 17)) == -2
    assert remaining(CALENDAR, date(2025, 10, 17), date(2025, 10, 17)) == 0
