"""How far an unpublished year may be wrong: the bounds against the years since published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from calendars import estimate as module
from calendars.estimate import estimate, statutory_days
from calendars.published import Calendar


def test_statutory_days_follow_the_law_of_their_year() -> None:
    # 除夕 was no statutory day from 2014 to 2024; since 2025 the law gives 除夕 and 5月2日 (国令第795号).
    assert date(2024, 2, 9) not in statutory_days(2024)
    assert date(2025, 1, 28) in statutory_days(2025)
    assert date(2024, 5, 2) not in statutory_days(2024)
    assert date(2027, 5, 2) in statutory_days(2027)
    assert len(statutory_days(2026)) == 13
    assert len(statutory_days(2024)) == 11
    assert date(2020, 1, 31) not in statutory_days(2020)  # prolonged by a notice, not by the law


@pytest.mark.parametrize("year", range(2019, 2027))
def test_the_bounds_hold_what_the_notices_later_said(year: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Ask as one had to before the notice was out: the package knew the statutory days and nothing else.
    statutory = dict(statutory_days(year))
    following = dict(statutory_days(year + 1))
    blind = {year: statutory, year + 1: following}
    monkeypatch.setattr(module, "_named", lambda y: (blind[y], frozenset()))
    monkeypatch.setattr(module, "statutory_days", lambda y: blind[y])
    guess = estimate.__wrapped__(year)

    surprises = [
        day.date
        for day in Calendar.shipped().year(year)
        if day.working != (day.date.weekday() < 5 and day.date not in statutory)
        and day.date not in (guess.may_be_worked if day.working else guess.may_be_off)
    ]

    assert surprises == [d for d in _BEYOND_THE_BOUNDS if d.year == year]


# The bounds are measured, not promised. These are the days of 2019-2026 that lay beyond them.
_BEYOND_THE_BOUNDS: list[date] = []


def test_no_estimated_day_is_both_certain_and_open() -> None:
    for year in (2027, 2050, 2100):
        guess = estimate(year)
        assert not guess.may_be_worked & guess.may_be_off
        assert not guess.statutory & (guess.may_be_worked | guess.may_be_off)
        assert all(day.year == year for day in guess.may_be_worked | guess.may_be_off)


def test_every_year_to_2100_is_estimated_with_its_holidays() -> None:
    for year in range(2027, 2101):
        off = [day for day in Calendar.shipped().year(year) if not day.working and day.reason != "周末"]
        assert len(off) >= 13, year
        assert all(day.provisional and day.notice is None for day in off)
        assert off[0].date == date(year, 1, 1)
        assert {date(year, 10, 1) + timedelta(days=i) for i in range(3)} <= {day.date for day in off}
