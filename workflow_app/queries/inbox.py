"""The inbox: what a person may work on, in due order, fast at a million tasks.

Each principal's entries lie in due order in one index; a page is the merge of their first rows, continued
by the last row's key. Counts stop at :data:`MANY`, beyond which a number tells nobody anything. What an
entry shows is fetched for the rows of the page alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    Column,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    tuple_,
    union,
    union_all,
)

from calendars.published import Calendar
from workflow_app.kernel.clock import SHANGHAI, legal_date
from workflow_app.queries.limits import Standing, case_title, standing
from workflow_app.queries.reading import NEVER, Reading
from workflow_app.store.tables import (
    case_file,
    deadline,
    draft,
    inbox_entry,
    inbox_task,
    organisation,
    project,
    user_account,
)

View = Literal["all", "mine", "open", "overdue", "today"]
VIEWS: tuple[View, ...] = ("all", "mine", "open", "overdue", "today")
MANY = 1000
"""Counts above this are shown as ``999+``."""
SHAPES = 32
"""Queries kept built, by how many principals and filters they have; a search with its own words is one."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of the inbox says.

    :param after: key of the last row of the page before: its due instant and task.
    """

    view: View = "all"
    process: str = ""
    element: str = ""
    project: str = ""
    text: str = ""
    after: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One task of the list. ``assignee`` is a name; ``mine`` whether it is the reader's own."""

    id: str
    name: str
    process_id: str
    element_id: str
    case_id: str
    case_number: str
    title: str
    organisation: str
    assignee: str
    mine: bool
    due_at: datetime | None
    kind: str
    provisional: bool
    standing: Standing
    has_draft: bool
    key: tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are in each view, under the same filters; at most :data:`MANY`."""

    all: int
    mine: int
    open: int
    overdue: int
    today: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the inbox; ``more`` is the key to go on after, ``None`` on the last page."""

    rows: tuple[Row, ...]
    counts: Counts
    more: tuple[datetime, str] | None


def inbox(
    reading: Reading,
    principals: Sequence[str],
    user_id: str,
    wanted: Filter,
    calendar: Calendar,
    now: datetime,
    *,
    size: int = 50,
) -> Page:
    """Return one page of the inbox of whoever works for ``principals``."""
    counts = count(reading, principals, wanted, now)
    keys = _keys(reading, _chosen(principals, wanted.view), wanted, now, size + 1)
    rows = _rows(reading, keys[:size], user_id, calendar, now)
    return Page(rows, counts, keys[size - 1] if len(keys) > size else None)


def count(reading: Reading, principals: Sequence[str], wanted: Filter, now: datetime) -> Counts:
    """Return the numbers beside the views."""
    if not principals:
        return Counts(0, 0, 0, 0, 0)
    mine = tuple(at for at, principal in enumerate(principals) if principal.startswith("user:"))
    query = _counts(len(principals), mine, replace(wanted, view="all", after=None))
    found = reading.execute(query, _values(principals, wanted, now)).one()
    own = found.mine if mine else 0
    return Counts(found.all, own, max(0, found.all - own), found.overdue, found.today)


@lru_cache(maxsize=SHAPES)
def _counts(principals: int, mine: tuple[int, ...], wanted: Filter) -> Select[Any]:
    """The numbers of the views, for this many principals, of which those at ``mine`` are persons."""
    everybody = tuple(range(principals))
    numbers = {
        "all": _number(everybody, wanted, None),
        "overdue": _number(everybody, wanted, _when("overdue")),
        "today": _number(everybody, wanted, _when("today")),
    }
    if mine:
        numbers["mine"] = _number(mine, wanted, None)
    return select(*[number.label(name) for name, number in numbers.items()])


def _values(principals: Sequence[str], wanted: Filter, now: datetime) -> dict[str, Any]:
    """The values of a query's parameters: building a query costs more than running it, so it is kept."""
    due_at, task_id = wanted.after or (None, None)
    tomorrow = datetime.combine(legal_date(now) + timedelta(days=1), time(0), SHANGHAI)
    named = {f"principal_{at}": principal for at, principal in enumerate(principals)}
    return {**named, "now": now, "tomorrow": tomorrow, "after_due": due_at, "after_task": task_id}


def following(
    reading: Reading,
    principals: Sequence[str],
    wanted: Filter,
    now: datetime,
    task_id: str,
) -> str | None:
    """Return the task to go on with once ``task_id`` is done: the next in due order, else the first."""
    at = reading.execute(
        select(inbox_entry.c.due_at).where(
            inbox_entry.c.task_id == task_id, inbox_entry.c.principal.in_(principals)
        )
    ).scalar()
    if at is not None:
        onward = Filter(
            wanted.view,
            wanted.process,
            wanted.element,
            wanted.project,
            wanted.text,
            (at, task_id),
        )
        later = _keys(reading, _chosen(principals, wanted.view), onward, now, 1)
        if later:
            return later[0][1]
    start = Filter(wanted.view, wanted.process, wanted.element, wanted.project, wanted.text)
    first = _keys(reading, _chosen(principals, wanted.view), start, now, 2)
    return next((found for _, found in first if found != task_id), None)


def stages(reading: Reading, principals: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    """Return the elements that occur among this reader's tasks: process, element and its name."""
    if not principals:
        return ()
    rows = reading.execute(union_all(*[_stages_of(principal) for principal in principals]))
    return tuple(sorted({(row.process_id, row.element_id, row.name) for row in rows}))


def _stages_of(principal: str) -> Select[Any]:
    """The elements one principal has tasks of: a walk along the index, from each element to the next.

    As many steps as there are elements, however many tasks a group has; DISTINCT would read them all.
    """
    order = inbox_entry.c.process_id, inbox_entry.c.element_id
    theirs = inbox_entry.c.principal == principal
    first = select(*order).where(theirs).order_by(*order).limit(1).subquery()
    walk = select(first.c.process_id, first.c.element_id).cte(recursive=True)
    here = tuple_(walk.c.process_id, walk.c.element_id)

    def following(column: Column[str]) -> ScalarSelect[str]:
        beyond = select(column).where(theirs, tuple_(*order) > here)
        return beyond.order_by(*order).limit(1).correlate(walk).scalar_subquery()

    onward = select(*[following(column) for column in order]).where(walk.c.process_id.is_not(None))
    walked = walk.union_all(onward)
    one = select(inbox_entry.c.task_id).where(
        theirs,
        inbox_entry.c.process_id == walked.c.process_id,
        inbox_entry.c.element_id == walked.c.element_id,
    )
    name = select(inbox_task.c.name).where(
        inbox_task.c.id == one.limit(1).correlate(walked).scalar_subquery()
    )
    named = name.correlate(walked).scalar_subquery().label("name")
    return select(walked.c.process_id, walked.c.element_id, named).where(walked.c.process_id.is_not(None))


def _chosen(principals: Sequence[str], view: View) -> list[str]:
    """A claimed task has the one entry of its person, so the view picks principals, not rows."""
    if view == "mine":
        return [principal for principal in principals if principal.startswith("user:")]
    if view == "open":
        return [principal for principal in principals if not principal.startswith("user:")]
    return list(principals)


def _when(view: View) -> ColumnElement[bool] | None:
    if view == "overdue":
        return inbox_entry.c.due_at <= bindparam("now")
    if view == "today":
        return and_(inbox_entry.c.due_at > bindparam("now"), inbox_entry.c.due_at <= bindparam("tomorrow"))
    return None


def _entries(at: int, wanted: Filter, condition: ColumnElement[bool] | None) -> Any:
    """The entries of the principal at a place among the reader's."""
    query = select(inbox_entry.c.due_at, inbox_entry.c.task_id).where(
        inbox_entry.c.principal == bindparam(f"principal_{at}")
    )
    if condition is not None:
        query = query.where(condition)
    if wanted.process:
        query = query.where(inbox_entry.c.process_id == wanted.process)
    if wanted.element:
        query = query.where(inbox_entry.c.element_id == wanted.element)
    if wanted.project or wanted.text:
        query = query.join(inbox_task, inbox_task.c.id == inbox_entry.c.task_id)
    if wanted.project:
        query = query.where(inbox_task.c.project_id == wanted.project)
    if wanted.text:
        query = query.join(case_file, case_file.c.id == inbox_task.c.case_id)
        query = query.outerjoin(project, project.c.id == case_file.c.project_id).where(_matches(wanted.text))
    return query


def _matches(text: str) -> ColumnElement[bool]:
    owner = select(organisation.c.id).where(
        or_(
            organisation.c.name.contains(text, autoescape=True),
            organisation.c.uscc == text.upper(),
        )
    )
    return or_(
        case_title().contains(text, autoescape=True),
        case_file.c.number.contains(text, autoescape=True),
        inbox_task.c.name.contains(text, autoescape=True),
        case_file.c.owner_org.in_(owner),
    )


def _number(places: Sequence[int], wanted: Filter, condition: ColumnElement[bool] | None) -> Any:
    limited = [_entries(at, wanted, condition).limit(MANY).subquery() for at in places]
    tasks = union(*[select(part.c.task_id) for part in limited]).subquery()
    return select(func.count()).select_from(tasks).scalar_subquery()


def _keys(
    reading: Reading,
    principals: Sequence[str],
    wanted: Filter,
    now: datetime,
    size: int,
) -> list[tuple[datetime, str]]:
    if not principals:
        return []
    query = _first(len(principals), replace(wanted, after=None), size, onward=wanted.after is not None)
    rows = reading.execute(query, _values(principals, wanted, now))
    return [(row.due_at, row.task_id) for row in rows]


@lru_cache(maxsize=SHAPES)
def _first(principals: int, wanted: Filter, size: int, *, onward: bool) -> Select[Any]:
    """The first keys in due order of this many principals; ``onward`` from the last row of a page."""
    condition = _when(wanted.view)
    if onward:
        beyond = and_(
            # The index's range; the second half only breaks ties.
            inbox_entry.c.due_at >= bindparam("after_due"),
            or_(
                inbox_entry.c.due_at > bindparam("after_due"),
                inbox_entry.c.task_id > bindparam("after_task"),
            ),
        )
        condition = beyond if condition is None else and_(condition, beyond)
    parts = [
        select(
            _entries(at, wanted, condition)
            .order_by(inbox_entry.c.due_at, inbox_entry.c.task_id)
            .limit(size)
            .subquery()
        )
        for at in range(principals)
    ]
    merged = union_all(*parts).subquery()
    query = select(merged.c.due_at, merged.c.task_id).distinct().order_by(merged.c.due_at, merged.c.task_id)
    return query.limit(size)


def _rows(
    reading: Reading,
    keys: list[tuple[datetime, str]],
    user_id: str,
    calendar: Calendar,
    now: datetime,
) -> tuple[Row, ...]:
    if not keys:
        return ()
    joined = (
        inbox_task.join(case_file, case_file.c.id == inbox_task.c.case_id)
        .outerjoin(project, project.c.id == case_file.c.project_id)
        .outerjoin(organisation, organisation.c.id == case_file.c.owner_org)
        .outerjoin(user_account, user_account.c.id == inbox_task.c.assignee_id)
        .outerjoin(deadline, deadline.c.id == inbox_task.c.deadline_id)
        .outerjoin(draft, and_(draft.c.task_id == inbox_task.c.id, draft.c.user_id == user_id))
    )
    query = select(
        inbox_task,
        case_file.c.number,
        case_title().label("title"),
        organisation.c.name.label("owner"),
        user_account.c.name.label("assignee"),
        deadline.c.kind,
        deadline.c.state,
        case((deadline.c.state == "suspended", deadline.c.trail)).label("stopped"),
        draft.c.revision,
    ).select_from(joined)
    by_id = {
        row.id: row for row in reading.execute(query.where(inbox_task.c.id.in_([task for _, task in keys])))
    }
    return tuple(_row(by_id[key[1]], key, user_id, calendar, now) for key in keys if key[1] in by_id)


def _row(
    found: Any,
    key: tuple[datetime, str],
    user_id: str,
    calendar: Calendar,
    now: datetime,
) -> Row:
    return Row(
        id=found.id,
        name=found.name,
        process_id=found.process_id,
        element_id=found.element_id,
        case_id=found.case_id,
        case_number=found.number,
        title=found.title,
        organisation=found.owner or "",
        assignee=found.assignee or "",
        mine=found.assignee_id == user_id,
        due_at=found.due_at if found.due_at is not None and found.due_at.year < NEVER else None,
        kind=found.kind or "none",
        provisional=bool(found.provisional),
        standing=standing(
            calendar, found.due_at, now, suspended=found.state == "suspended", left=_left(found.stopped)
        ),
        has_draft=found.revision is not None,
        key=key,
    )


def _left(trail: Any) -> int:
    """Return the days a stopped limit has left; 0 for one that runs."""
    return int(trail["budget"]) - int(trail["used"]) if trail else 0
