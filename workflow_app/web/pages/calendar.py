"""工作日历: the year with its days off and make-up days, its notices, and the deadlines that count on it.

The leader loads a notice of the State Council: first a preview of the days that change and the deadlines that
move, then the loading itself. Both are the same command; the page only shows what it answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from itertools import groupby
from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from calendars.published import FIRST_DAY, Calendar, Day
from workflow_app.commands.requests import LoadCalendarNotice, Result
from workflow_app.kernel.errors import JcerError
from workflow_app.queries import limits, system
from workflow_app.web import case_view
from workflow_app.web.desk import act, desk, form_key, now, reading, require, somebody, today
from workflow_app.web.texts import _
from workflow_app.web.words import limit_end

blueprint = Blueprint("calendar", __name__)
_LAST_YEAR = 2100
_LONGEST = 64 * 1024
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the year's grid."""

    day: int
    css: str
    title: str


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
        months=_months(calendar, year),
        provisional=year not in calendar.years,
        notices=[one for one in calendar.notices if one.year == year],
        loaded=system.loaded_notices(reading()),
        working=sum(day.working for day in calendar.year(year)),
        limits=_limits() if found.holds("department_clerk", "department_leader", "auditor") else (),
        may_load=found.holds("department_leader"),
        first=FIRST_DAY.year,
    )


@blueprint.get("/calendar/load")
def load_form() -> str:
    """Ask for a notice's file."""
    require("department_leader")
    return _asked("", [])


@blueprint.post("/calendar/load")
def load() -> Response | tuple[str, int] | str:
    """Show what a notice would change; with ``confirm``, load it."""
    require("department_leader")
    toml = request.form.get("toml", "")
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        toml = upload.stream.read(_LONGEST).decode("utf-8", errors="replace")
    if not toml.strip():
        errors = [("toml", _("请选择通知文件，或粘贴其内容"))]
        return _asked(toml, errors), 422
    confirmed = bool(request.form.get("confirm"))
    try:
        result = act(
            LoadCalendarNotice(toml[:_LONGEST], dry_run=not confirmed), form_key() if confirmed else None
        )
    except JcerError as error:
        errors = [("toml", error.message)]
        return _asked(toml, errors), 422
    if confirmed:
        flash(_("通知已载入，受影响的期限已重新推算"))
        return redirect(url_for("calendar.page"))
    return render_template("office/calendar_load.html", toml=toml, preview=_preview(result), errors=[])


def _asked(toml: str, errors: list[tuple[str, str]]) -> str:
    """Return the page that asks for a file, with the newest shipped notice as a pattern to write by."""
    shipped = max(
        (one for one in files("calendars").joinpath("notices").iterdir() if one.name.endswith(".toml")),
        key=lambda one: one.name,
    )
    return render_template(
        "office/calendar_load.html",
        toml=toml,
        preview=None,
        errors=errors,
        sample="\n".join(
            line for line in shipped.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
        ),
    )


def _preview(result: Result) -> dict[str, Any]:
    """Return what a notice would change, its deadlines by case and name, their ends as people read them."""
    named = {one.id: one for one in limits.open_limits(reading(), desk().calendar(), now(), at_most=1000)}
    deadlines = []
    for said in cast("list[dict[str, Any]]", result.values["deadlines"]):
        one = named.get(said["deadline_id"])
        ends = {
            key: limit_end(datetime.fromisoformat(said[key])) if said[key] else "—" for key in ("old", "new")
        }
        title = one.case_title if one else ""
        deadlines.append({**said, **ends, "title": title, "name": one.name if one else said["rule"]})
    return {"days": result.values["days"], "deadlines": deadlines}


def _limits() -> tuple[case_view.LimitView, ...]:
    found = limits.open_limits(reading(), desk().calendar(), now())
    return tuple(case_view.limit_view(one) for one in found)


def _months(calendar: Calendar, year: int) -> list[tuple[int, list[list[DayCell | None]]]]:
    months = []
    for month, days in groupby(calendar.year(year), key=lambda day: day.date.month):
        cells: list[DayCell | None] = []
        for day in days:
            if not cells:
                cells = [None] * day.date.weekday()
            cells.append(_cell(day))
        cells += [None] * (-len(cells) % 7)
        months.append((month, [cells[at : at + 7] for at in range(0, len(cells), 7)]))
    return months


def _cell(day: Day) -> DayCell:
    weekend = day.date.weekday() >= _SATURDAY
    kind = (
        "work" if day.working and weekend else "holiday" if not day.working and day.reason != "周末" else ""
    )
    kind = kind or ("weekend" if not day.working else "")
    css = " ".join(
        part
        for part in (f"year__day--{kind}" if kind else "", "year__day--today" if day.date == today() else "")
        if part
    )
    what = _("上班") if day.working else _("休息")
    title = f"{day.date.isoformat()} {day.reason}（{what}）"
    if day.notice:
        title += f" {day.notice}"
    if day.provisional:
        title += " " + _("预估")
    return DayCell(day.date.day, css, title)
