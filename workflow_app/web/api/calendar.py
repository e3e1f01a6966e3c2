"""工作日历 over HTTP: days, notices, a count anybody may try, open limits, the sandbox's clock."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import fields

from calendars.errors import CalendarError
from calendars.notice import Notice
from calendars.published import FIRST_DAY, LAST_DAY, Day
from calendars.working_days import add_working_days, rests_on_estimate
from workflow_app.commands.requests import MoveClock
from workflow_app.kernel.errors import InvalidForm, NotFound
from workflow_app.queries import limits, system
from workflow_app.queries.system import LoadedNotice
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, named, shape
from workflow_app.web.api.sight import DEADLINE
from workflow_app.web.api.wire import Day as DayField
from workflow_app.web.api.wire import Flag, Moment, Taken, Whole
from workflow_app.web.desk import desk, now, reading, require, somebody

section = Section("calendar", "工作日历")

MOST_DAYS = 250
YEAR = named(
    "CalendarYear",
    {
        "year": fields.Integer(),
        "revision": fields.String(),
        "provisional": fields.Boolean(metadata={"description": "该年放假通知尚未载入，为预估"}),
        "days": many(shape(Day, name="CalendarDay")),
    },
)
NOTICES = named(
    "CalendarNotices",
    {
        "published": many(
            named(
                "HolidayNotice",
                {"number": fields.String(), "year": fields.Integer(), "issued": fields.Date()},
            )
        ),
        "loaded": many(shape(LoadedNotice)),
    },
)
COUNTED = named(
    "Counted",
    {
        "start": fields.Date(),
        "days": fields.Integer(),
        "last_day": fields.Date(),
        "provisional": fields.Boolean(),
    },
)
CLOCK = named("Clock", {"now": fields.String(), "fired": fields.Integer(), "failed": fields.Integer()})


class Counting(Taken):
    """The day of the event and how many working days."""

    start = DayField(required=True)
    days = Whole(1, MOST_DAYS, required=True)


class Move(Taken):
    """Exactly one of the three."""

    to = Moment(load_default=None, allow_none=True)
    days = Whole(1, 732, load_default=None, allow_none=True)
    next_deadline = Flag(load_default=False)


class Nearest(Taken):
    """How many."""

    size = Whole(1, 200, load_default=50)


@section.read("/calendar/years/<int:year>", YEAR, public=True)
def year(year: int) -> dict[str, Any]:
    """一年中的每一天"""
    calendar = desk().calendar()
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise NotFound("year_not_found", "工作日历自 2019 年起")
    return {
        "year": year,
        "revision": calendar.revision,
        "provisional": year not in calendar.years,
        "days": calendar.year(year),
    }


@section.read("/calendar/notices", NOTICES, public=True)
def notices() -> dict[str, Any]:
    """现行放假通知，及运行中载入的通知"""
    published: tuple[Notice, ...] = desk().calendar().notices
    return {"published": published, "loaded": system.loaded_notices(reading())}


@section.read("/calendar/count", COUNTED, query=Counting, public=True)
def count(wanted: dict[str, Any]) -> dict[str, Any]:
    """从某日起第 N 个工作日是哪一天"""
    start: date = wanted["start"]
    calendar = desk().calendar()
    try:
        last = add_working_days(calendar, start, wanted["days"])
    except CalendarError as error:
        raise InvalidForm({"start": [str(error)]}) from None
    return {**wanted, "last_day": last, "provisional": rests_on_estimate(calendar, start, last)}


@section.read("/deadlines", listing(DEADLINE), query=Nearest)
def deadlines(wanted: dict[str, int]) -> dict[str, Any]:
    """全部办件中未到的期限，最近的在前"""
    require("department_clerk", "department_leader", "auditor")
    found = limits.open_limits(reading(), desk().calendar(), now(), at_most=wanted["size"])
    return {"items": found, "next": None}


@section.read("/sandbox/clock", CLOCK)
def clock() -> dict[str, Any]:
    """沙盒时间"""
    _ensure_sandbox()
    return {"now": now().isoformat()}


@section.write("/sandbox/clock", CLOCK, body=Move)
def move(body: dict[str, Any]) -> Any:
    """拨动沙盒时间，途中到期的期限依次发生"""
    _ensure_sandbox()
    return act(MoveClock(body["to"], body["days"], next_deadline=body["next_deadline"])).values


def _ensure_sandbox() -> None:
    somebody()
    if not desk().config.sandbox:
        raise NotFound("no_such_page", "正式环境没有沙盒时间")
