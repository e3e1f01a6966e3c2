"""What several pages show of a case: its limits in words and by day, its timeline, its steps ahead.

Turns what the queries found into what the templates draw. It asks the diagram of the case's own version and
never another; it must never decide what may be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calendars.trail import SKIPPED, TrailDay
from workflow_app.commands.permissions import principals
from workflow_app.engine.model import Element, Process
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import case_file, case_history, limits, process_map, projects
from workflow_app.queries.case_file import Case
from workflow_app.queries.case_history import Moment
from workflow_app.queries.case_tasks import Task
from workflow_app.queries.limits import Limit
from workflow_app.queries.process_map import Ahead
from workflow_app.queries.projects import Project
from workflow_app.web.desk import actor, desk, now, person, reading, today
from workflow_app.web.texts import _
from workflow_app.web.words import DueWords, due_words, event_name, moment, role_name, short_day, weekday

_WEEK = 7
_GRID_DAYS = 10


@dataclass(frozen=True, slots=True)
class CountDay:
    """One day behind a date, as the count draws it."""

    date: str
    weekday: str
    label: str
    note: str
    skipped: bool
    last: bool
    today: bool


@dataclass(frozen=True, slots=True)
class LimitView:
    """A deadline with its words and its count: ``weeks`` for a short one, ``days`` for a longer."""

    limit: Limit
    words: DueWords
    title: str
    weeks: tuple[tuple[CountDay | None, ...], ...]
    days: tuple[CountDay, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a timeline."""

    title: str
    detail: str
    at: str
    current: bool = False
    attention: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """A task beside the inbox."""

    task: Task
    case: Case
    limit: LimitView | None
    project: Project | None
    mine: bool
    assigned: bool
    happened: tuple[Happened, ...]
    ahead: tuple[Ahead, ...]
    element: Element | None


def task_of(task: Task) -> bool:
    """Tell whether a task stands among the reader's own: offered to a role held, or in their hands."""
    found = person()
    if found is None:
        return False
    if task.assignee_id not in (None, found.user_id):
        return False
    # Also of whoever claimed it: a role taken away since no longer opens what it claimed.
    return bool(set(principals(actor())) & set(task.candidates))


def seen_case(case_id: str) -> Case:
    """Return a case the reader may look at.

    :raises NotFound: there is none, or it is not theirs to see: the two look alike from outside.
    """
    found = person()
    shown = case_file.case(reading(), found.viewer, case_id) if found else None
    if shown is None:
        raise NotFound("case_not_found", "没有这个办件，或者您无权查看")
    return shown


def process_of(case: Case) -> Process:
    """Return the diagram a case runs on: of its own version."""
    return desk().engine.definition(case.version).processes[case.process_id]


def preview(task: Task) -> Preview | None:
    """Return what stands beside the list; ``None`` where the case is not the reader's to see."""
    found = person()
    case = _case_of(task)
    if found is None or case is None:
        return None
    process = process_of(case)
    limit = limits.limit_of_task(reading(), task.deadline_id, desk().calendar(), now())
    return Preview(
        task=task,
        case=case,
        limit=limit_view(limit) if limit else None,
        project=projects.project_of(reading(), case.project_id) if case.project_id else None,
        mine=task.assignee_id == found.user_id,
        assigned=task.candidates == (f"user:{found.user_id}",),
        happened=timeline(case, case_history.moments(reading(), case.id, at_most=5)),
        ahead=process_map.ahead(process, task.element_id),
        element=process.elements.get(task.element_id),
    )


def _case_of(task: Task) -> Case | None:
    """A task shows its case to whoever may work on it, even where the role's own sight ends short of it."""
    found = person()
    if found is None:
        return None
    shown = case_file.case(reading(), found.viewer, task.case_id)
    if shown is None and task_of(task):
        shown = case_file.any_case(reading(), task.case_id)
    return shown


def case_of_task(task: Task) -> Case:
    """Return the case of a task the reader may see.

    :raises NotFound: it is not theirs to see.
    """
    shown = _case_of(task)
    if shown is None:
        raise NotFound("task_not_found", "没有这个事项，或者您无权查看")
    return shown


def timeline(case: Case, happened: Sequence[Moment]) -> tuple[Happened, ...]:
    """Return the moments as lines, the newest first."""
    elements = process_of(case).elements
    lines = []
    for index, one in enumerate(happened):
        element = elements.get(one.element_id)
        who = "・".join(part for part in (one.actor, role_name(one.role) if one.role else "") if part)
        lines.append(
            Happened(
                title=event_name(one.kind, element.name if element else ""),
                detail=f"{moment(one.at, today())} {who}".strip(),
                at=moment(one.at, today()),
                current=index == 0,
                attention=one.kind in {"deadline_suspended", "case_cancelled", "clock_moved"},
            )
        )
    return tuple(lines)


def limit_words(limit: Limit) -> DueWords:
    """Put a limit into words as of today."""
    return due_words(
        due_at=limit.due_at,
        state=limit.standing.state,
        number=limit.standing.number,
        kind=limit.kind,
        now=now(),
        provisional=limit.provisional,
    )


def limit_view(limit: Limit) -> LimitView:
    """Return a deadline with the days behind its date."""
    trail = limit.due.trail
    counted = [one for one in trail if one.n]
    end = limits.last_day(limit.due_at)
    grid = len(counted) <= _GRID_DAYS and bool(trail)
    notices = dict.fromkeys(one.notice for one in trail if one.notice)
    basis = "；".join(part for part in (limit.basis, "、".join(notices)) if part)
    if limit.standing.state == "suspended":
        title = _("怎么数的：%(name)s（中止计时）", name=limit.name)
    else:
        title = _("怎么数到 %(month)s 月 %(day)s 日", month=end.month, day=end.day)
    return LimitView(
        limit=limit,
        words=limit_words(limit),
        title=title,
        weeks=_weeks(trail, end) if grid else (),
        days=tuple(count_day(one, end) for one in trail),
        basis=_(
            "依据：%(basis)s。当日不计，自次日起算；休息日、法定节假日跳过，调休上班日计入。", basis=basis
        ),
    )


def _weeks(trail: Sequence[TrailDay], end: date) -> tuple[tuple[CountDay | None, ...], ...]:
    days = {one.date: count_day(one, end) for one in trail}
    first = min(days) - timedelta(days=min(days).weekday())
    last = max(days)
    rows = []
    while first <= last:
        rows.append(tuple(days.get(first + timedelta(days=offset)) for offset in range(_WEEK)))
        first += timedelta(days=_WEEK)
    return tuple(rows)


def count_day(one: TrailDay, end: date) -> CountDay:
    """Return one day behind a date; ``end`` is the last one."""
    skipped = not one.n
    label = _("第 %(number)s 天", number=one.n) if one.n is not None else one.label
    if one.n == 0:
        note = _("不计")
    elif one.date == end:
        note = _("届满")
    elif one.label == SKIPPED:
        note = _("休息日") if one.reason == "周末" else one.reason
    else:
        note = "" if one.reason == "工作日" else one.reason
    return CountDay(
        date=short_day(one.date, today()),
        weekday=weekday(one.date),
        label=label,
        note=note + (" " + _("预估") if one.provisional else ""),
        skipped=skipped,
        last=one.date == end,
        today=one.date == today(),
    )


def element_name(process_id: str, one: Moment) -> str:
    """Return what a step is called in the diagram it was done on."""
    process = desk().engine.definition(one.version).processes.get(process_id)
    element = process.elements.get(one.element_id) if process else None
    return element.name if element else one.element_id
