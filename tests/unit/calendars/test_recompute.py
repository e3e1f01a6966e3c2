"""A notice loaded while deadlines are open (scenario 5): what moves, what holds, what is only confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from calendars.periods import compute, describe, is_affected, recompute
from calendars.published import Calendar, parse_notices
from tests.unit.calendars.example_rules import OBJECTION, PUBLIC_NOTICE, REGISTRATION, at
from tests.unit.calendars.notice_2027 import NOTICE_2027
from tests.unit.calendars.test_suspension import stop

SHIPPED = Calendar.shipped()


@pytest.fixture
def loaded() -> Calendar:
    """2027 published with 2027-01-04 a holiday."""
    return SHIPPED.with_notices(parse_notices(NOTICE_2027))


@pytest.fixture
def earlier() -> Calendar:
    """2027 published with Saturday 2027-01-02 worked, so that five days are over sooner."""
    text = NOTICE_2027.replace("to = 2027-01-04", "to = 2027-01-01").replace("2027-01-09", "2027-01-02")
    return SHIPPED.with_notices(parse_notices(text))


def test_scenario_5_the_close_moves_to_the_6th_and_is_no_longer_an_estimate(loaded: Calendar) -> None:
    due = compute(PUBLIC_NOTICE, at("2026-12-28"), SHIPPED)
    assert (due.last_day, due.provisional) == (date(2027, 1, 5), True)

    result = recompute(PUBLIC_NOTICE, due, loaded, published=True)

    assert result.moved
    assert result.ignored is None
    assert (result.due.last_day, result.due.provisional) == (date(2027, 1, 6), False)
    assert result.due.earliest == result.due.latest == date(2027, 1, 6)
    assert result.due.calendar_revision == loaded.revision
    assert "跳过 2027-01-01~04 元旦 〔2026〕9号" in describe(result.due)


def test_scenario_5_a_published_close_never_moves_earlier_and_says_so(earlier: Calendar) -> None:
    due = compute(PUBLIC_NOTICE, at("2026-12-28"), SHIPPED)
    assert compute(PUBLIC_NOTICE, at("2026-12-28"), earlier).last_day == date(2027, 1, 4)

    result = recompute(PUBLIC_NOTICE, due, earlier, published=True)

    assert not result.moved
    assert result.ignored == "已公布的截止日2027-01-05不提前，重新推算所得的2027-01-04不予采用"
    assert (result.due.last_day, result.due.due_at) == (due.last_day, due.due_at)
    assert (result.due.earliest, result.due.latest) == (due.last_day, due.last_day)
    assert not result.due.provisional
    assert describe(result.due)[-3:] == [
        "第5天 周一 2027-01-04",
        "保留 2027-01-05 已公布的截止日不提前",
        "截止 2027-01-05 24:00（周二）",
    ]


def test_what_was_not_published_or_is_a_cap_follows_the_calendar_both_ways(earlier: Calendar) -> None:
    floor = compute(PUBLIC_NOTICE, at("2026-12-28"), SHIPPED)
    assert recompute(PUBLIC_NOTICE, floor, earlier, published=False).due.last_day == date(2027, 1, 4)

    cap = compute(replace(REGISTRATION, n=5), at("2026-12-28"), SHIPPED)
    result = recompute(replace(REGISTRATION, n=5), cap, earlier, published=True)
    assert (result.moved, result.due.last_day) == (True, date(2027, 1, 4))


def test_suspensions_are_counted_again(loaded: Calendar) -> None:
    stops = (stop("2026-12-30", "2026-12-30"),)
    due = compute(PUBLIC_NOTICE, at("2026-12-28"), SHIPPED, stops)
    assert due.last_day == date(2027, 1, 6)

    assert recompute(PUBLIC_NOTICE, due, loaded, stops, published=True).due.last_day == date(2027, 1, 7)


def test_only_deadlines_whose_span_is_touched_are_affected(loaded: Calendar) -> None:
    across = compute(PUBLIC_NOTICE, at("2026-12-28"), SHIPPED)
    before = compute(PUBLIC_NOTICE, at("2026-11-20"), SHIPPED)
    quiet = compute(PUBLIC_NOTICE, at("2027-03-08"), SHIPPED)  # no changed day, but no longer 预估
    stopped = compute(OBJECTION, at("2026-12-28"), SHIPPED, (stop("2026-12-30", None),))

    assert is_affected(across, SHIPPED, loaded)
    assert is_affected(quiet, SHIPPED, loaded)
    assert not recompute(PUBLIC_NOTICE, quiet, loaded, published=True).moved
    assert not recompute(PUBLIC_NOTICE, quiet, loaded, published=True).due.provisional
    assert not is_affected(before, SHIPPED, loaded)
    assert not is_affected(stopped, SHIPPED, loaded)
    assert not is_affected(across, SHIPPED, SHIPPED)


def test_a_corrected_notice_touches_published_deadlines_too(loaded: Calendar) -> None:
    due = compute(PUBLIC_NOTICE, at("2026-12-28"), loaded)
    corrected = loaded.with_notices(parse_notices(NOTICE_2027.replace("to = 2027-01-04", "to = 2027-01-03")))

    assert is_affected(due, loaded, corrected)
    assert recompute(PUBLIC_NOTICE, due, corrected, published=False).due.last_day == date(2027, 1, 5)
    assert not is_affected(compute(PUBLIC_NOTICE, at("2027-03-08"), loaded), loaded, corrected)
