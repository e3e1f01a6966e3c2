"""The count itself: from day 0 to the last day, one day after another.

Working days count when worked and when the clock runs. Calendar days count when the clock runs, months run
to the day of the same number (《民法典》202), and both give way to the next working day where their last
day is a day off (《民法典》203). ``periods`` turns the count into a deadline.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calendars.published import Calendar
from calendars.rules import Rule, Suspension
from calendars.trail import ROLLED, SKIPPED, SUSPENDED, TrailDay
from calendars.working_days import View, add_working_days, is_working, worked

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Count:
    """Result of a count.

    :param last: ``None`` when a suspension without an end was met.
    :param reach: the first day whose being worked or off mattered.
    """

    first: date | None
    last: date | None
    reach: date
    used: int
    trail: tuple[TrailDay, ...]


def count(
    rule: Rule,
    zero: date,
    calendar: Calendar,
    suspensions: Sequence[Suspension],
    view: View = "best",
    *,
    with_trail: bool = True,
) -> Count:
    """Count ``rule`` from day 0 ``zero``; day 0 itself is in the count only where the rule says so."""
    before = zero - _ONE_DAY if rule.count_from == "same_day" else zero
    if rule.unit == "working_day":
        if not with_trail and not suspensions and before == zero:
            return Count(None, add_working_days(calendar, zero, rule.n, view), zero + _ONE_DAY, rule.n, ())
        return _days(rule, before, calendar, suspensions, view, every=False)
    if rule.unit == "calendar_day":
        nominal = _days(rule, before, calendar, suspensions, view, every=True)
    else:
        nominal = _months(rule, zero, calendar, suspensions)
    return nominal if nominal.last is None else _rolled(nominal, nominal.last, calendar, suspensions, view)


def _days(
    rule: Rule,
    before: date,
    calendar: Calendar,
    suspensions: Sequence[Suspension],
    view: View,
    *,
    every: bool,
) -> Count:
    """Count days until the budget is used; ``every``: days off count too."""
    trail: list[TrailDay] = []
    first, used, day = None, 0, before
    while used < rule.n:
        day += _ONE_DAY
        fact = calendar.day(day)
        stop = _stop(suspensions, day)
        if stop is not None:
            trail.append(_suspended(day, stop))
            if stop.end_date is None:
                return Count(first, None, before + _ONE_DAY, used, tuple(trail))
        elif every or worked(fact, view):
            used += 1
            first = first or day
            trail.append(TrailDay(day, used, f"第{used}天", fact.reason, fact.notice, fact.provisional))
        else:
            trail.append(TrailDay(day, None, SKIPPED, fact.reason, fact.notice, fact.provisional))
    return Count(first, day, before + _ONE_DAY, used, tuple(trail))


def _months(rule: Rule, zero: date, calendar: Calendar, suspensions: Sequence[Suspension]) -> Count:
    """Run to the day of the same number, later by every day the clock stood still."""
    month = zero.month - 1 + rule.n
    year, month = zero.year + month // 12, month % 12 + 1
    last = date(year, month, min(zero.day, monthrange(year, month)[1]))
    trail: list[TrailDay] = []
    first, day = None, zero
    while day < last:
        day += _ONE_DAY
        stop = _stop(suspensions, day)
        if stop is None:
            first = first or day
            continue
        trail.append(_suspended(day, stop))
        if stop.end_date is None:
            return Count(first, None, zero + _ONE_DAY, 0, tuple(trail))
        last += _ONE_DAY
    fact = calendar.day(last)
    trail.append(
        TrailDay(last, rule.n, f"第{rule.n}个月期满", fact.reason, fact.notice, fact.provisional),
    )
    return Count(first, last, zero + _ONE_DAY, rule.n, tuple(trail))


def _rolled(
    nominal: Count, last: date, calendar: Calendar, suspensions: Sequence[Suspension], view: View
) -> Count:
    """Move a last day that is a day off to the next working day (《民法典》203)."""
    trail = list(nominal.trail)
    day = last
    while not is_working(calendar, day, view) or (day > last and _stop(suspensions, day)):
        day += _ONE_DAY
        fact = calendar.day(day)
        stop = _stop(suspensions, day)
        if stop is not None:
            trail.append(_suspended(day, stop))
            if stop.end_date is None:
                return Count(nominal.first, None, last, nominal.used, tuple(trail))
        else:
            trail.append(TrailDay(day, None, ROLLED, fact.reason, fact.notice, fact.provisional))
    return Count(nominal.first, day, last, nominal.used, tuple(trail))


def _stop(suspensions: Sequence[Suspension], day: date) -> Suspension | None:
    """The suspension that holds ``day``; one without an end before any other."""
    if not suspensions:
        return None
    holding = [stop for stop in suspensions if stop.covers(day)]
    return next((stop for stop in holding if stop.end_date is None), holding[0] if holding else None)


def _suspended(day: date, stop: Suspension) -> TrailDay:
    return TrailDay(day, None, SUSPENDED, stop.reason, stop.notice)
