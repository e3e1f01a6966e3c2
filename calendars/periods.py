"""From a legal period to its due date, with the trail that proves it.

《民法典》201: the day of the event is not counted. 203: the period ends at 24:00 of its last day, or at
close of business where there are business hours, and a last day that is a holiday gives way to the next
working day. 《行政许可法》82: working days leave statutory holidays out. For the programme's limits these
are analogies; every rule cites its own basis. 《民法典》202: a period in months ends on the day of the
same number.

A period is a budget of days and suspensions take days out of the count, so the due date is always derived.
Nothing here knows a case, a clock or a table; the present day is an argument.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from calendars.counting import count
from calendars.errors import CalendarError
from calendars.published import Calendar, changed_days, newly_published
from calendars.rules import Rule, Suspension
from calendars.trail import DAY_ZERO, DEEMED, KEPT, SHANGHAI, Due, TrailDay, describe
from calendars.working_days import (
    next_working_day,
    rests_on_estimate,
    subtract_working_days,
    working_days_between,
)

__all__ = [
    "Due",
    "DueKey",
    "Recomputed",
    "Rule",
    "Suspension",
    "TrailDay",
    "compute",
    "describe",
    "due_text",
    "is_affected",
    "recompute",
    "remaining",
    "warning",
]

DueKey = Literal["overdue", "today", "left", "suspended"]
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a new calendar does to a deadline.

    :param moved: the last day or the instant differs from before.
    :param ignored: Chinese sentence saying which earlier date was not followed, and why; else ``None``.
    """

    due: Due
    moved: bool
    ignored: str | None = None


def compute(
    rule: Rule, started_at: datetime, calendar: Calendar, suspensions: Sequence[Suspension] = ()
) -> Due:
    """Return the deadline of ``rule`` for an event at ``started_at``.

    While a suspension without an end stands within the period, the due date is unknown: ``last_day`` and
    ``due_at`` are ``None``, ``used`` says how much of the budget had passed.

    :param started_at: aware instant of the event; its date in Asia/Shanghai is day 0.
    :raises ValueError: ``started_at`` carries no time zone.
    :raises OutOfRange: the period begins before 2019 or ends after 2100.
    """
    if started_at.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    received = started_at.astimezone(SHANGHAI)
    zero = _day_zero(rule, received, calendar)
    result = count(rule, zero, calendar, suspensions)
    trail = (*_opening(rule, received.date(), zero, calendar), *result.trail)
    last = result.last
    provisional = last is not None and rests_on_estimate(calendar, result.reach, last)
    earliest = latest = last
    if provisional:
        earliest = count(rule, zero, calendar, suspensions, "earliest", with_trail=False).last or last
        latest = count(rule, zero, calendar, suspensions, "latest", with_trail=False).last or last
    return Due(
        rule_id=rule.id,
        rule_version=rule.version,
        calendar_revision=calendar.revision,
        started_at=started_at.astimezone(UTC),
        due_at=None if last is None else _end(rule, last),
        first_day=result.first,
        last_day=last,
        provisional=provisional,
        earliest=earliest,
        latest=latest,
        budget=rule.n,
        used=result.used,
        trail=trail,
    )


def recompute(
    rule: Rule,
    due: Due,
    calendar: Calendar,
    suspensions: Sequence[Suspension] = (),
    *,
    published: bool,
) -> Recomputed:
    """Compute ``due`` anew on ``calendar``.

    The closing date of a floor (``min``) that has been published never moves earlier: people were told they
    have until then. An earlier result is ignored, and the trail says so.

    :param published: whether the date of ``due`` has been made public.
    """
    new = compute(rule, due.started_at, calendar, suspensions)
    holds = published and rule.direction == "min" and due.last_day is not None and new.last_day is not None
    if holds and due.last_day and new.last_day and new.last_day < due.last_day:
        told = due.last_day
        why = f"已公布的截止日{told}不提前，重新推算所得的{new.last_day}不予采用"
        kept = tuple(
            TrailDay(day, None, KEPT, "已公布的截止日不提前", None) for day in _days(new.last_day, told)
        )
        new = replace(
            new,
            due_at=due.due_at,
            last_day=told,
            earliest=max(told, new.earliest or told),
            latest=max(told, new.latest or told),
            trail=(*new.trail, *kept),
        )
        return Recomputed(new, moved=False, ignored=why)
    return Recomputed(new, moved=(new.last_day, new.due_at) != (due.last_day, due.due_at))


def is_affected(due: Due, old: Calendar, new: Calendar) -> bool:
    """Return whether ``due`` must be computed anew when ``old`` gives way to ``new``.

    That is so when a changed day lies in its counted span, or when a year it was estimated from has been
    published (it may not move, and yet is no longer 预估). A suspended deadline has no span yet: it is
    computed on the calendar of the day it resumes.
    """
    if due.last_day is None or due.latest is None:
        return False
    start = due.started_at.astimezone(SHANGHAI).date()
    if due.provisional and any(start.year <= year <= due.latest.year for year in newly_published(old, new)):
        return True
    return any(start <= day <= due.last_day for day, _, _ in changed_days(old, new))


def warning(rule: Rule, due: Due, calendar: Calendar) -> datetime | None:
    """Return the aware UTC instant at which to warn: 00:00 in Shanghai, ``warn_before`` working days before
    the last day, counted from the earliest date it may come to lie on; never before the start.

    ``None`` where the rule gives no warning or the clock stands still.
    """
    if rule.warn_before is None or due.earliest is None:
        return None
    try:
        day = subtract_working_days(calendar, due.earliest, rule.warn_before)
    except CalendarError:  # only in the first days of 2019
        return due.started_at
    return max(due.started_at, datetime.combine(day, time(0), SHANGHAI).astimezone(UTC))


def remaining(calendar: Calendar, today: date, last_day: date) -> int:
    """Return the working days after ``today`` up to and including ``last_day``; negative once it has passed.

    The day after is -1 at once, even where no working day has passed since: late is never hidden.
    """
    if today <= last_day:
        return working_days_between(calendar, today, last_day)
    return -max(1, working_days_between(calendar, last_day, today))


def due_text(calendar: Calendar, due: Due, today: date) -> tuple[DueKey, int]:
    """Return the key and the number for 超期 n 个工作日, 今日到期, 剩 n 个工作日 or 中止中.

    The number is never negative; while suspended it is what is left of the budget.
    """
    if due.last_day is None:
        return "suspended", due.budget - due.used
    n = remaining(calendar, today, due.last_day)
    if today == due.last_day:
        return "today", 0
    return ("left", n) if n >= 0 else ("overdue", -n)


def _day_zero(rule: Rule, received: datetime, calendar: Calendar) -> date:
    day = received.date()
    late = not calendar.day(day).working or received.time() >= rule.closes_at
    return next_working_day(calendar, day) if rule.receipt == "deemed_next_working_day" and late else day


def _opening(rule: Rule, received: date, zero: date, calendar: Calendar) -> Iterator[TrailDay]:
    if received < zero:
        yield TrailDay(received, None, DEEMED, "非工作时间收到，视为下一工作日收到", None)
    if rule.count_from == "next_working_day":
        day = calendar.day(zero)
        yield TrailDay(zero, 0, DAY_ZERO, day.reason, day.notice, day.provisional)


def _end(rule: Rule, last: date) -> datetime:
    if rule.ends == "close_of_business":
        return datetime.combine(last, rule.closes_at, SHANGHAI).astimezone(UTC)
    return datetime.combine(last + _ONE_DAY, time(0), SHANGHAI).astimezone(UTC)


def _days(after: date, until: date) -> Iterator[date]:
    while after < until:
        after += _ONE_DAY
        yield after
