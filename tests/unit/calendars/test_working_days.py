"""Counting, on days taken from the notices' text."""

from __future__ import annotations

from datetime import date

import pytest

from calendars.errors import CalendarError, OutOfRange
from calendars.published import Calendar
from calendars.working_days import (
    add_working_days,
    is_working,
    next_working_day,
    rests_on_estimate,
    subtract_working_days,
    working_days_between,
)

CALENDAR = Calendar.shipped()


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "n", "last"),
    [
        ("2025-06-09", 5, "2025-06-16"),  # scenario 1
        ("2025-06-16", 3, "2025-06-19"),
        ("2025-09-29", 5, "2025-10-13"),  # scenario 2: a make-up Saturday inside
        ("2025-10-13", 3, "2025-10-16"),
        ("2026-02-11", 5, "2026-02-25"),  # scenario 3
        ("2026-02-25", 3, "2026-02-28"),  # a Saturday deadline
        ("2026-09-18", 5, "2026-09-24"),  # scenario 4: day 1 is a worked Sunday
        ("2026-09-24", 3, "2026-09-30"),
        ("2025-10-04", 5, "2025-10-14"),  # scenario 4: published on a holiday
        ("2025-10-14", 3, "2025-10-17"),
        ("2026-12-28", 5, "2027-01-05"),  # scenario 5, provisional
        ("2027-01-05", 3, "2027-01-08"),
        ("2025-04-28", 5, "2025-05-08"),  # scenario 6
        ("2026-09-29", 5, "2026-10-12"),  # the example of the counting rule
        ("2026-11-20", 5, "2026-11-27"),  # the sandbox's P2
        ("2026-11-27", 3, "2026-12-02"),
        ("2026-02-13", 5, "2026-02-27"),  # P8
        ("2026-06-17", 5, "2026-06-25"),  # P9
        ("2026-06-25", 3, "2026-06-30"),
        ("2025-09-28", 5, "2025-10-11"),  # P10: published on a worked Sunday
        ("2026-11-02", 5, "2026-11-09"),  # P5
        ("2026-07-16", 20, "2026-08-13"),  # the national notice of 2026-07-17 → 08-13
        ("2019-01-01", 1, "2019-01-02"),
        ("2024-02-08", 1, "2024-02-09"),
    ],
)
def test_the_nth_working_day(start: str, n: int, last: str) -> None:
    assert add_working_days(CALENDAR, day(start), n) == day(last)
    assert working_days_between(CALENDAR, day(start), day(last)) == n


def test_days_between_are_open_on_the_left_and_closed_on_the_right() -> None:
    assert working_days_between(CALENDAR, day("2025-10-10"), day("2025-10-11")) == 1
    assert working_days_between(CALENDAR, day("2025-10-11"), day("2025-10-12")) == 0
    assert working_days_between(CALENDAR, day("2025-10-11"), day("2025-10-11")) == 0
    assert working_days_between(CALENDAR, day("2025-10-13"), day("2025-10-09")) == 0


def test_next_and_previous_working_days_step_over_holidays() -> None:
    assert next_working_day(CALENDAR, day("2025-09-30")) == day("2025-10-09")
    assert subtract_working_days(CALENDAR, day("2025-10-09"), 1) == day("2025-09-30")
    assert subtract_working_days(CALENDAR, day("2025-10-13"), 1) == day("2025-10-11")
    assert subtract_working_days(CALENDAR, day("2025-10-12"), 1) == day("2025-10-11")


def test_the_three_views_differ_only_in_unpublished_years() -> None:
    assert add_working_days(CALENDAR, day("2025-09-29"), 5, "earliest") == day("2025-10-13")
    assert add_working_days(CALENDAR, day("2025-09-29"), 5, "latest") == day("2025-10-13")
    # 2027-01-02 and 03 could be worked; 01-04, 05 and 06 could be off.
    assert add_working_days(CALENDAR, day("2026-12-28"), 5, "earliest") == day("2027-01-03")
    assert add_working_days(CALENDAR, day("2026-12-28"), 5, "latest") == day("2027-01-08")
    assert is_working(CALENDAR, day("2027-01-04"))
    assert not is_working(CALENDAR, day("2027-01-04"), "latest")


def test_a_span_rests_on_an_estimate_when_it_touches_an_unpublished_year() -> None:
    assert not rests_on_estimate(CALENDAR, day("2026-12-29"), day("2026-12-31"))
    assert rests_on_estimate(CALENDAR, day("2026-12-29"), day("2027-01-04"))


def test_decades_ahead_are_answered() -> None:
    last = add_working_days(CALENDAR, day("2026-11-23"), 10_000)

    assert last > day("2060-01-01")
    assert working_days_between(CALENDAR, day("2026-11-23"), last) == 10_000


@pytest.mark.parametrize("n", [0, -1, -10_000])
def test_fewer_than_one_day_is_refused(n: int) -> None:
    with pytest.raises(CalendarError, match="不小于1"):
        add_working_days(CALENDAR, day("2025-09-29"), n)
    with pytest.raises(CalendarError, match="不小于1"):
        subtract_working_days(CALENDAR, day("2025-09-29"), n)


@pytest.mark.parametrize("start", [date(2018, 12, 31), date(2000, 1, 1), date.min])
def test_before_2019_is_refused_and_never_answered_from_the_other_end(start: date) -> None:
    with pytest.raises(OutOfRange, match="早于2019-01-01"):
        add_working_days(CALENDAR, start, 1)
    with pytest.raises(OutOfRange, match="早于2019-01-01"):
        working_days_between(CALENDAR, start, day("2025-01-01"))


def test_the_first_days_of_2019_have_nothing_before_them() -> None:
    with pytest.raises(OutOfRange, match="早于2019-01-01"):
        subtract_working_days(CALENDAR, day("2019-01-02"), 1)
    with pytest.raises(OutOfRange, match="早于2019-01-01"):
        subtract_working_days(CALENDAR, day("2019-01-01"), 1)


@pytest.mark.parametrize(("start", "n"), [(date(2100, 12, 31), 1), (date.max, 1), (date(2025, 1, 1), 10**30)])
def test_after_2100_is_refused(start: date, n: int) -> None:
    with pytest.raises(OutOfRange, match="晚于2100-12-31"):
        add_working_days(CALENDAR, start, n)
