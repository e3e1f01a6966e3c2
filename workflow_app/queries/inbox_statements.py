"""The statements of the inbox, each written once for each shape: how many principals, which filters.

Each principal's entries lie in due order in one index; a page is the merge of their first rows. A task may
be offered to several of a reader's principals, and is shown and counted once. Values are parameters, so that
what was compiled is used again. Nothing here is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from workflow_app.queries.delegation import left_to_agent
from workflow_app.queries.limits import case_title
from workflow_app.store.prepared import Prepared
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

SHAPES: Final = 256  # statements kept, each some kilobytes; there are no more shapes than that in use
ESCAPE: Final = "/"  # marks a wildcard that was typed and is meant as it stands


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the text of a statement.

    :param places: the reader's principals that matter, by their place.
    :param when: ``overdue``, ``today`` or empty.
    """

    places: tuple[int, ...]
    when: str = ""
    process: bool = False
    element: bool = False
    project: bool = False
    text: bool = False
    onward: bool = False


@lru_cache(maxsize=SHAPES)
def rows(shape: Shape) -> Prepared:
    """The tasks of one page in due order, with what a line shows of each; one more than the page holds."""
    keys = _first(shape).subquery("keys")
    joined = (
        keys.join(inbox_task, inbox_task.c.id == keys.c.task_id)
        .join(case_file, case_file.c.id == inbox_task.c.case_id)
        .outerjoin(project, project.c.id == case_file.c.project_id)
        .outerjoin(organisation, organisation.c.id == case_file.c.owner_org)
        .outerjoin(user_account, user_account.c.id == inbox_task.c.assignee_id)
        .outerjoin(deadline, deadline.c.id == inbox_task.c.deadline_id)
        .outerjoin(draft, and_(draft.c.task_id == inbox_task.c.id, draft.c.user_id == bindparam("user_id")))
    )
    query = select(
        keys.c.due_at.label("key_due"),
        inbox_task.c.id,
        inbox_task.c.name,
        inbox_task.c.process_id,
        inbox_task.c.element_id,
        inbox_task.c.case_id,
        inbox_task.c.assignee_id,
        inbox_task.c.due_at,
        inbox_task.c.provisional,
        case_file.c.number,
        case_title().label("title"),
        organisation.c.name.label("owner"),
        user_account.c.name.label("assignee"),
        deadline.c.kind,
        deadline.c.state,
        case((deadline.c.state == "suspended", deadline.c.trail)).label("stopped"),
        draft.c.revision,
        left_to_agent().label("delegated"),
    ).select_from(joined)
    return Prepared(query.order_by(keys.c.due_at, keys.c.task_id))


@lru_cache(maxsize=SHAPES)
def keys(shape: Shape) -> Prepared:
    """The first keys of a page alone: due instant and task."""
    return Prepared(_first(shape))


@lru_cache(maxsize=SHAPES)
def counts(shape: Shape, mine: tuple[int, ...]) -> Prepared:
    """The numbers of the views; ``mine`` are the places of persons among the principals."""
    views = {"all": "", "overdue": "overdue", "today": "today"}
    numbers = [_number(shape, shape.places, when).label(name) for name, when in views.items()]
    return Prepared(select(*numbers, _number(shape, mine, "").label("mine")))


@lru_cache(maxsize=SHAPES)
def due_of(places: int) -> Prepared:
    """When the entry of ``task`` is due that one of so many principals has."""
    theirs = or_(*[inbox_entry.c.principal == _principal(at) for at in range(places)])
    return Prepared(select(inbox_entry.c.due_at).where(inbox_entry.c.task_id == bindparam("task"), theirs))


@lru_cache(maxsize=SHAPES)
def stages(places: int) -> Prepared:
    """The elements that occur among the tasks of so many principals."""
    return Prepared(union_all(*[_stages_of(at) for at in range(places)]))


def _principal(at: int) -> Any:
    return bindparam(f"principal_{at}")


def _when(shape: Shape) -> ColumnElement[bool] | None:
    if shape.when == "overdue":
        return inbox_entry.c.due_at <= bindparam("now")
    if shape.when == "today":
        return and_(inbox_entry.c.due_at > bindparam("now"), inbox_entry.c.due_at <= bindparam("tomorrow"))
    return None


def _entries(at: int, shape: Shape, when: ColumnElement[bool] | None) -> Any:
    """The entries of the principal at a place among the reader's."""
    query = select(inbox_entry.c.due_at, inbox_entry.c.task_id).where(
        inbox_entry.c.principal == _principal(at)
    )
    if when is not None:
        query = query.where(when)
    if shape.process:
        query = query.where(inbox_entry.c.process_id == bindparam("process"))
    if shape.element:
        query = query.where(inbox_entry.c.element_id == bindparam("element"))
    if shape.project or shape.text:
        query = query.join(inbox_task, inbox_task.c.id == inbox_entry.c.task_id)
    if shape.project:
        query = query.where(inbox_task.c.project_id == bindparam("project"))
    if shape.text:
        query = query.join(case_file, case_file.c.id == inbox_task.c.case_id)
        query = query.outerjoin(project, project.c.id == case_file.c.project_id).where(_matches())
    return query


def _matches() -> ColumnElement[bool]:
    text: Any = bindparam("text")
    named = organisation.c.name.like(text, escape=ESCAPE)
    owner = select(organisation.c.id).where(or_(named, organisation.c.uscc == bindparam("uscc")))
    return or_(
        case_title().like(text, escape=ESCAPE),
        case_file.c.number.like(text, escape=ESCAPE),
        inbox_task.c.name.like(text, escape=ESCAPE),
        case_file.c.owner_org.in_(owner),
    )


def _number(shape: Shape, places: Sequence[int], when: str) -> Any:
    """How many tasks these principals have, each principal's counted up to ``many``.

    A task of several of them is counted with the last: asking so costs one look-up an entry, and the first,
    the reader's own, has few.
    """
    condition = _when(Shape(places=(), when=when))
    parts = []
    for number, at in enumerate(places):
        entries = _entries(at, shape, condition)
        if later := places[number + 1 :]:
            entries = entries.where(~_also(later))
        counted = entries.limit(bindparam("many")).subquery()
        parts.append(select(func.count()).select_from(counted).scalar_subquery())
    return sum(parts[1:], parts[0]) if parts else literal(0)


def _also(places: Sequence[int]) -> ColumnElement[bool]:
    other = inbox_entry.alias("other")
    theirs = or_(*[other.c.principal == _principal(at) for at in places])
    return select(literal(1)).where(other.c.task_id == inbox_entry.c.task_id, theirs).exists()


def _first(shape: Shape) -> Select[Any]:
    """The first keys in due order of these principals; onward from the last row of a page."""
    condition = _when(shape)
    if shape.onward:
        beyond = and_(
            # The index's range; the second half only breaks ties.
            inbox_entry.c.due_at >= bindparam("after_due"),
            or_(
                inbox_entry.c.due_at > bindparam("after_due"),
                inbox_entry.c.task_id > bindparam("after_task"),
            ),
        )
        condition = beyond if condition is None else and_(condition, beyond)
    order = inbox_entry.c.due_at, inbox_entry.c.task_id
    parts = [_entries(at, shape, condition).order_by(*order).limit(bindparam("size")) for at in shape.places]
    if len(parts) == 1:
        return parts[0]  # type: ignore[no-any-return]
    merged = union_all(*[select(part.subquery()) for part in parts]).subquery()
    query = select(merged.c.due_at, merged.c.task_id).distinct()
    return query.order_by(merged.c.due_at, merged.c.task_id).limit(bindparam("size"))


def _stages_of(at: int) -> Select[Any]:
    """The elements one principal has tasks of: a walk along the index, from each element to the next.

    As many steps as there are elements, however many tasks a group has: to the next element of the same
    process, else to the first of the next. Neither DISTINCT nor a comparison of pairs would do: the first
    reads every entry, the second, on SQLite, every entry of a process.
    """
    order = inbox_entry.c.process_id, inbox_entry.c.element_id
    theirs = inbox_entry.c.principal == _principal(at)
    first = select(*order).where(theirs).order_by(*order).limit(1).subquery()
    walk = select(first.c.process_id, first.c.element_id).cte(f"walk_{at}", recursive=True)

    def next_one(column: Column[str]) -> Any:
        """The column of the next entry, by whichever of the two steps leads on."""
        same = and_(
            inbox_entry.c.process_id == walk.c.process_id, inbox_entry.c.element_id > walk.c.element_id
        )
        other = inbox_entry.c.process_id > walk.c.process_id
        steps = [
            select(column).where(theirs, onward).order_by(*order).limit(1).correlate(walk).scalar_subquery()
            for onward in (same, other)
        ]
        return func.coalesce(*steps)

    onward = select(*[next_one(column) for column in order]).where(walk.c.process_id.is_not(None))
    walked = walk.union_all(onward)
    here = tuple_(inbox_entry.c.process_id, inbox_entry.c.element_id) == tuple_(
        walked.c.process_id, walked.c.element_id
    )
    one = select(inbox_entry.c.task_id).where(theirs, here).limit(1).correlate(walked).scalar_subquery()
    name = select(inbox_task.c.name).where(inbox_task.c.id == one).correlate(walked).scalar_subquery()
    query = select(walked.c.process_id, walked.c.element_id, name.label("name"))
    return query.where(walked.c.process_id.is_not(None))
