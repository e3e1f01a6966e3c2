"""工作日历: the year with its days off and make-up days, its notices, and the deadlines that count on it.

Notices are proposed and approved on the pages of ``calendar_admin``.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from calendars.published import FIRST_DAY
from workflow_app.queries import calendar as proposals
from workflow_app.queries import limits, system
from workflow_app.queries.calendar import READERS
from workflow_app.web import calendar_view, case_view
from workflow_app.web.desk import desk, now, reading, somebody, today

blueprint = Blueprint("calendar", __name__)
_LAST_YEAR = 2100


@blueprint.get("/calendar")
def page() -> str:
    """Show a year."""
    found = somebody()
    asked = request.args.get("year", today().year, type=int)
    year = min(max(asked, FIRST_DAY.year), _LAST_YEAR)
    calendar = desk().calendar()
    return render_template(
        "office/calendar.html",
        year=year,
        months=calendar_view.months(calendar, year),
        provisional=year not in calendar.years,
        notices=[one for one in calendar.notices if one.year == year],
        loaded=system.loaded_notices(reading()),
        working=sum(day.working for day in calendar.year(year)),
        limits=_limits() if found.holds("department_clerk", "department_leader", "auditor") else (),
        keeps=found.holds(*READERS),
        waiting=proposals.waiting(reading()) if found.holds(*READERS) else 0,
        first=FIRST_DAY.year,
    )


def _limits() -> tuple[case_view.LimitView, ...]:
    found = limits.open_limits(reading(), desk().calendar(), now())
    return tuple(case_view.limit_view(one) for one in found)
