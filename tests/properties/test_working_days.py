"""What must hold of every count, whatever the days: against a slow count that only asks ``Calendar.day``."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.notice import Notice, OffRange
from calendars.periods import Due, Rule, Suspension, compute, describe
from calendars.published import Calendar, changed_days
from calendars.rules import Unit
from calendars.trail import SHANGHAI
from calendars.working_days import add_working_days, subtract_working_days, working_days_between

CALENDAR = Calendar.shipped()
DAYS = st.dates(date(2019, 1, 1), date(2028, 12, 31))
COUNTS = st.integers(1, 260)
# hypothesis wants naive bounds and puts the zone on itself.
INSTANTS = st.datetimes(datetime(2019, 1, 2), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
UNITS: st.SearchStrategy[Unit] = st.sampled_from(get_args(Unit))


def slow_add(calendar: Calendar, start: date, n: int) -> date:
    day = start
    while n:
        day += timedelta(days=1)
        n -= calendar.day(day).working
    return day


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    unit = draw(UNITS)
    return Rule(
        id="r",
        name="期限",
        basis="服务规则",
        kind="promised",
        unit=unit,
        n=draw(st.integers(1, 12 if unit == "month" else 60)),
        count_from="next_working_day"
        if unit == "month"
        else draw(st.sampled_from(["next_working_day", "same_day"])),
        ends=draw(st.sampled_from(["end_of_day", "close_of_business"])),
        receipt=draw(st.sampled_from(["arrival", "deemed_next_working_day"])),
    )


@st.composite
def suspensions(draw: st.DrawFn) -> Suspension:
    start = draw(st.dates(date(2019, 1, 1), date(2028, 12, 31)))
    length = draw(st.none() | st.integers(0, 40))
    end = None if length is None else start + timedelta(days=length)
    return Suspension(start, end, "等待说明", "赣环函〔2026〕1号")


@given(DAYS, COUNTS)
def test_the_table_agrees_with_counting_day_by_day(start: date, n: int) -> None:
    assert add_working_days(CALENDAR, start, n) == slow_add(CALENDAR, start, n)


@given(DAYS, COUNTS)
def test_adding_and_counting_are_inverse(start: date, n: int) -> None:
    last = add_working_days(CALENDAR, start, n)

    assert working_days_between(CALENDAR, start, last) == n
    assert working_days_between(CALENDAR, start, last - timedelta(days=1)) == n - 1
    assert subtract_working_days(CALENDAR, last + timedelta(days=1), 1) == last


@given(DAYS, DAYS, COUNTS, COUNTS)
def test_a_later_start_or_a_longer_period_never_ends_earlier(a: date, b: date, n: int, m: int) -> None:
    assert add_working_days(CALENDAR, min(a, b), n) <= add_working_days(CALENDAR, max(a, b), n)
    assert add_working_days(CALENDAR, a, min(n, m)) <= add_working_days(CALENDAR, a, max(n, m))
    assert add_working_days(CALENDAR, add_working_days(CALENDAR, a, n), m) == add_working_days(
        CALENDAR, a, n + m
    )


@given(DAYS, COUNTS)
def test_the_best_estimate_lies_within_its_bounds(start: date, n: int) -> None:
    low, best, high = (add_working_days(CALENDAR, start, n, v) for v in ("earliest", "best", "latest"))

    assert low <= best <= high
    if high.year <= 2026:
        assert low == high


@given(rules(), INSTANTS, st.lists(suspensions(), max_size=3))
def test_a_trail_accounts_for_every_day_and_counts_the_whole_budget(
    rule: Rule, start: datetime, stops: list[Suspension]
) -> None:
    due = compute(rule, start, CALENDAR, stops)
    counted = [day for day in due.trail if day.n]

    assert due.suspended == (due.due_at is None)
    assert not any(stop.covers(day.date) for stop in stops for day in counted)
    if rule.unit != "month":
        assert [day.n for day in counted] == list(range(1, due.used + 1))
        days = [day.date for day in due.trail if day.label != "收到"]
        assert days == [days[0] + timedelta(days=i) for i in range(len(days))]
    if due.last_day is None:
        assert due.used <= rule.n
        assert any(stop.end_date is None and stop.covers(due.trail[-1].date) for stop in stops)
        return
    assert due.used == rule.n
    assert due.trail[-1].date == due.last_day
    assert CALENDAR.day(due.last_day).working
    assert due.earliest is not None
    assert due.latest is not None
    assert due.earliest <= due.last_day <= due.latest
    assert due.provisional or due.earliest == due.latest
    assert due.due_at is not None
    assert due.due_at.astimezone(SHANGHAI) > datetime.combine(due.last_day, datetime.min.time(), SHANGHAI)


@given(rules(), INSTANTS, st.lists(suspensions(), max_size=3))
def test_a_stored_deadline_is_the_same_when_read_back(
    rule: Rule, start: datetime, stops: list[Suspension]
) -> None:
    due = compute(rule, start, CALENDAR, stops)

    assert Due.from_json(json.loads(json.dumps(due.to_json()))) == due
    assert describe(due)[-1].startswith("中止中" if due.suspended else "截止")


@given(DAYS, COUNTS, st.integers(0, 60), st.integers(0, 30))
def test_a_suspension_delays_by_the_working_days_it_takes(
    start: date, n: int, after: int, length: int
) -> None:
    begin = start + timedelta(days=1 + after)
    stop = Suspension(begin, begin + timedelta(days=length), "等待说明", "赣环函〔2026〕1号")
    rule = Rule(id="r", name="期限", basis="服务规则", kind="promised", n=n)
    plain = compute(rule, datetime.combine(start, datetime.min.time(), SHANGHAI), CALENDAR)
    due = compute(rule, plain.started_at, CALENDAR, (stop,))
    assert plain.last_day is not None
    assert due.last_day is not None

    if begin > plain.last_day:
        assert due.last_day == plain.last_day
    else:
        passed = working_days_between(CALENDAR, start, begin - timedelta(days=1))
        assert stop.end_date is not None
        assert due.last_day == add_working_days(CALENDAR, stop.end_date, n - passed)


@settings(max_examples=30)
@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 10), DAYS, COUNTS)
def test_a_notice_moves_only_what_touches_a_changed_day(
    first: date, length: int, start: date, n: int
) -> None:
    last = min(first + timedelta(days=length), date(2026, 12, 31))
    notice = Notice(
        2026,
        "国办发明电〔2026〕99号",
        date(2026, 12, 1),
        "关于临时放假的通知",
        (OffRange("临时放假", first, last),),
        (),
    )
    new = CALENDAR.with_notice(notice)
    before, after = add_working_days(CALENDAR, start, n), add_working_days(new, start, n)

    if not any(start < day <= before for day, _, _ in changed_days(CALENDAR, new)):
        assert after == before
    assert after == slow_add(new, start, n)
