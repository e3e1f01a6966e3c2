"""工作日历 for everybody: the notices the count rests on, and a count anybody may try.

行政许可法第八十二条 by analogy; 国务院办公厅's yearly notices. A count asked for by its address can be kept
and shared. Nothing here touches a case.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request

from calendars.errors import CalendarError
from calendars.published import FIRST_DAY, LAST_DAY, Calendar
from calendars.trail import TrailDay
from calendars.working_days import add_working_days, rests_on_estimate
from workflow_app.web import case_view
from workflow_app.web.case_view import CountDay
from workflow_app.web.desk import desk, today
from workflow_app.web.public_frame import revalidated
from workflow_app.web.texts import _
from workflow_app.web.words import weekday

blueprint = Blueprint("working_days", __name__)
MOST = 250
"""Working days a count may ask for: a year's worth."""


@blueprint.get("/working-days")
def page() -> Response:
    """Show the notices in force and count where the address asks for it."""
    calendar = desk().calendar()
    start_text, number_text = request.args.get("start", ""), request.args.get("days", "")
    errors: list[tuple[str, str]] = []
    start: date | None = None
    end: date | None = None
    days: tuple[CountDay, ...] = ()
    if start_text or number_text:
        start, number, errors = _asked(start_text, number_text)
        if start is not None and number is not None and not errors:
            try:
                end = add_working_days(calendar, start, number)
                days = _count(calendar, start, end)
            except CalendarError as error:
                errors = [("start", str(error))]
    years = sorted(calendar.years, reverse=True)
    body = render_template(
        "public/working_days.html",
        start=start_text or today().isoformat(),
        number=number_text or "5",
        errors=errors,
        at_field=dict(reversed(errors)),
        end=f"{end.isoformat()} {weekday(end)} 24:00" if end else "",
        provisional=start is not None and end is not None and rests_on_estimate(calendar, start, end),
        days=days,
        notices=sorted(calendar.notices, key=lambda one: one.issued, reverse=True),
        unpublished=(years[0] if years else today().year) + 1,
        most=MOST,
    )
    return revalidated(body, 422 if errors else 200)


def _asked(start_text: str, number_text: str) -> tuple[date | None, int | None, list[tuple[str, str]]]:
    errors = []
    start: date | None = None
    number: int | None = None
    try:
        start = date.fromisoformat(start_text[:10])
        if not FIRST_DAY <= start <= LAST_DAY:
            errors.append(("start", _("请填写 2019-01-01 以后的日期")))
    except ValueError:
        errors.append(("start", _("请填写日期，如 2026-11-20")))
    text = number_text.strip()
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST:
        number = int(text)
    else:
        errors.append(("days", _("请填写 1 至 %(most)s 之间的整数", most=MOST)))
    return start, number, errors


def _count(calendar: Calendar, start: date, end: date) -> tuple[CountDay, ...]:
    """Return every day from the day of the event to the last one."""
    found = []
    number = 0
    for ordinal in range(start.toordinal(), end.toordinal() + 1):
        fact = calendar.day(date.fromordinal(ordinal))
        if fact.date == start:
            counted, label = 0, "第0天"
        elif fact.working:
            number += 1
            counted, label = number, f"第{number}天"
        else:
            counted, label = None, "跳过"
        day = TrailDay(fact.date, counted, label, fact.reason, fact.notice, fact.provisional)
        found.append(case_view.count_day(day, end))
    return tuple(found)
