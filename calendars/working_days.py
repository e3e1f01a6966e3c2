"""Counting working days, fast: one cumulative table per calendar in plain Python.

Periods count as the law counts them: the start day is left out (《民法典》201, by analogy for administrative
acts), the last day is in, so a span is (start, end]. The table begins on 2019-01-01 and grows by years as
it is asked, to 2100-12-31. Nothing here knows what a period is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from calendars.errors import CalendarError
from calendars.estimate import estimate
from calendars.notice import LAST_YEAR
from calendars.published import FIRST_DAY, LAST_DAY, Calendar, Day, out_of_range

View = Literal["best", "earliest", "latest"]
"""Which guess about unpublished years: the best one, the most days worked, or the fewest."""

_BASE = FIRST_DAY.toordinal()
_LAST = LAST_DAY.toordinal() - _BASE


@dataclass(frozen=True, slots=True)
class _Table:
    """``days``: all working days in order; ``upto[i]``: how many of them are no later than day ``i``."""

    last_year: int
    days: list[date]
    upto: list[int]


_EMPTY = _Table(FIRST_DAY.year - 1, [], [])


def add_working_days(calendar: Calendar, start: date, n: int, view: View = "best") -> date:
    """Return the ``n``-th working day after ``start``, which is itself not counted.

    :raises OutOfRange: ``start`` before 2019, or the answer after 2100.
    :raises CalendarError: ``n`` < 1.
    """
    table: _Table = calendar.memo.get(view, _EMPTY)  # type: ignore[assignment]  # tables lie under views
    offset = start.toordinal() - _BASE
    if n < 1 or offset < 0:  # a negative index would answer, wrongly
        raise CalendarError("工作日数应不小于1") if n < 1 else out_of_range(start)
    try:
        return table.days[table.upto[offset] + n - 1]
    except IndexError:
        return _add_beyond(calendar, offset, n, view)


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """Return how many working days lie in (start, end]; 0 where ``end`` is not after ``start``.

    :raises OutOfRange: either day before 2019 or after 2100.
    """
    upto = _reaching(calendar, max(start, end), "best").upto
    first, last = start.toordinal() - _BASE, end.toordinal() - _BASE
    if first < 0 or last < 0:
        raise out_of_range(min(start, end))
    return max(0, upto[last] - upto[first])


def next_working_day(calendar: Calendar, day: date) -> date:
    """Return the first working day after ``day``."""
    return add_working_days(calendar, day, 1)


def subtract_working_days(calendar: Calendar, day: date, n: int) -> date:
    """Return the ``n``-th working day before ``day``, which is itself not counted.

    :raises OutOfRange: the answer would lie before 2019.
    """
    if n < 1:
        raise CalendarError("工作日数应不小于1")
    table = _reaching(calendar, day, "best")
    offset = day.toordinal() - _BASE
    index = (table.upto[offset - 1] if offset > 0 else 0) - n
    if index < 0:
        raise out_of_range(FIRST_DAY - timedelta(days=1))
    return table.days[index]


def is_working(calendar: Calendar, day: date, view: View = "best") -> bool:
    """Return whether ``day`` is worked, as the notices say or as ``view`` guesses."""
    return worked(calendar.day(day), view)


def rests_on_estimate(calendar: Calendar, first: date, last: date) -> bool:
    """Return whether any year from ``first`` to ``last`` is one whose notice is not loaded."""
    return any(year not in calendar.years for year in range(first.year, last.year + 1))


def worked(day: Day, view: View) -> bool:
    """Return whether ``day`` is worked, as the notices say or as ``view`` guesses."""
    # A day a notice names is settled, even in a year that is otherwise estimated.
    if view == "best" or not day.provisional or day.notice is not None:
        return day.working
    guess = estimate(day.date.year)
    if view == "earliest":
        return day.working or day.date in guess.may_be_worked
    return day.working and day.date not in guess.may_be_off


def _add_beyond(calendar: Calendar, offset: int, n: int, view: View) -> date:
    if offset > _LAST or n > _LAST:
        raise out_of_range(LAST_DAY + timedelta(days=1))
    table = _reaching(calendar, date.fromordinal(_BASE + offset), view)
    while table.upto[offset] + n > len(table.days):
        if table.last_year == LAST_YEAR:
            raise out_of_range(LAST_DAY + timedelta(days=1))
        table = _grown(calendar, table.last_year + 1, view)
    return table.days[table.upto[offset] + n - 1]


def _reaching(calendar: Calendar, day: date, view: View) -> _Table:
    table: _Table = calendar.memo.get(view, _EMPTY)  # type: ignore[assignment]  # tables lie under views
    if day.year <= table.last_year:
        return table
    if day > LAST_DAY:
        raise out_of_range(day)
    return _grown(calendar, max(day.year, max(calendar.years, default=FIRST_DAY.year)), view)


def _grown(calendar: Calendar, last_year: int, view: View) -> _Table:
    # A new table is made and put in place whole, so that another thread never sees half of one.
    old: _Table = calendar.memo.get(view, _EMPTY)  # type: ignore[assignment]  # tables lie under views
    days, upto = list(old.days), list(old.upto)
    for year in range(old.last_year + 1, last_year + 1):
        for day in calendar.year(year):
            if worked(day, view):
                days.append(day.date)
            upto.append(len(days))
    table = _Table(max(last_year, old.last_year), days, upto)
    calendar.memo[view] = table
    return table
