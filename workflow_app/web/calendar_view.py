"""What the calendar's pages draw: the months of a year, and what a holiday notice would change.

Turns what the calendar and the commands say into cells and words. It must never decide what may be done.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from calendars.errors import CalendarError
from calendars.notice import SATURDAY, Notice
from calendars.published import FIRST_DAY, Calendar, Day
from calendars.typed import named
from workflow_app.queries import calendar as proposals
from workflow_app.web.desk import desk, person, reading, today
from workflow_app.web.texts import _
from workflow_app.web.words import limit_end

MOST_SHOWN = 500
SEES_TITLES = ("department_clerk", "department_leader", "auditor")
"""Administrators are shown case numbers and dates, never what a case is about."""
Months = list[tuple[int, int, list[list["DayCell | None"]]]]


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a month's grid."""

    day: int
    css: str
    title: str


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day that is worked where it was not, or the other way round."""

    day: str
    was: str
    becomes: str
    working: bool


@dataclass(frozen=True, slots=True)
class Move:
    """An open limit a notice touches; ``title`` is empty for who may not read the case."""

    case_id: str
    number: str
    title: str
    name: str
    kind: str
    old: str
    new: str
    was_provisional: bool
    provisional: bool
    outcome: str
    words: str
    late: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a notice changes, for a page."""

    said: Mapping[str, Any]
    days: tuple[ChangedDay, ...]
    moves: tuple[Move, ...]
    counts: Mapping[str, int]
    months: Months


def effect(said: Mapping[str, Any], notice: Notice | None = None, at: datetime | None = None) -> Effect:
    """Return what a command said of a notice, with the months it changes where ``notice`` is yet to come."""
    shown = said["deadlines"]
    titles = {}
    found = person()
    if found is not None and found.holds(*SEES_TITLES):
        titles = proposals.titles(reading(), {one["case_id"] for one in shown[:MOST_SHOWN]})
    counts: dict[str, int] = {}
    for one in shown:
        counts[one["outcome"]] = counts.get(one["outcome"], 0) + 1
    days = {date.fromisoformat(one["date"]): one for one in said["days"]}
    return Effect(
        said=said,
        days=tuple(
            ChangedDay(
                named(day),
                _what(one["working"], not_=True, reason=one["was"]),
                _what(one["working"], reason=one["reason"]),
                one["working"],
            )
            for day, one in days.items()
        ),
        moves=tuple(_move(one, titles.get(one["case_id"], ""), at) for one in shown[:MOST_SHOWN]),
        counts=counts,
        months=_changed_months(notice, days) if notice else [],
    )


def months(calendar: Calendar, year: int, changed: Collection[date] = ()) -> Months:
    """Return the months of a year by weeks; the days in ``changed`` are marked."""
    made: Months = []
    for month, days in groupby(calendar.year(year), key=lambda day: day.date.month):
        cells: list[DayCell | None] = []
        for day in days:
            if not cells:
                cells = [None] * day.date.weekday()
            cells.append(_cell(day, changed=day.date in changed))
        cells += [None] * (-len(cells) % 7)
        made.append((year, month, [cells[at : at + 7] for at in range(0, len(cells), 7)]))
    return made


def _changed_months(notice: Notice, days: Collection[date]) -> Months:
    try:
        calendar = desk().calendar().with_notices((notice,))
    except CalendarError:
        return []
    wanted = {(day.year, day.month) for day in days}
    years = sorted({day.year for day in days if day >= FIRST_DAY})
    return [one for year in years for one in months(calendar, year, days) if one[:2] in wanted]


def _cell(day: Day, *, changed: bool) -> DayCell:
    weekend = day.date.weekday() >= SATURDAY
    kind = (
        "work" if day.working and weekend else "holiday" if not day.working and day.reason != "周末" else ""
    )
    kind = kind or ("weekend" if not day.working else "")
    marks = (kind, "today" if day.date == today() else "", "changed" if changed else "")
    css = " ".join(f"year__day--{mark}" for mark in marks if mark)
    title = f"{day.date.isoformat()} {day.reason}（{_('上班') if day.working else _('休息')}）"
    if day.notice:
        title += f" {day.notice}"
    if day.provisional:
        title += " " + _("预估")
    if changed:
        title += " " + _("有变动")
    return DayCell(day.date.day, css, title)


def _what(working: bool, *, reason: str, not_: bool = False) -> str:
    return f"{_('上班') if working is not not_ else _('休息')}（{reason}）"


def _move(one: Mapping[str, Any], title: str, at: datetime | None) -> Move:
    new = datetime.fromisoformat(one["new"]) if one["new"] else None
    outcome = one["outcome"]
    words = {
        "later": _("顺延"),
        "earlier": _("提前"),
        "kept": _("保持不变：已公布的截止日不提前"),
        "certain": _("日期不变，转为确定"),
        "same": _("日期不变"),
        "passed": _("已届满，不再改变"),
    }[outcome]
    return Move(
        case_id=one["case_id"],
        number=one["case_number"],
        title=title,
        name=one["name"],
        kind=one["kind"],
        old=limit_end(datetime.fromisoformat(one["old"])),
        new=limit_end(new) if new else "—",
        was_provisional=one["old_provisional"],
        provisional=one["provisional"],
        outcome=outcome,
        words=words,
        late=outcome == "earlier" and at is not None and new is not None and new <= at,
    )
