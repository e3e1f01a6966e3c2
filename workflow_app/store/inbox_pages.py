"""Reading the inbox: one page in due order, and counts that stop at a bound.

Written as SQL text, one statement for each number of principals and each set of filters, because
both databases must take the index and nothing else: a top list for each principal, merged.
Overdue comes first by itself, since the order is by due date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection

from workflow_app.store.repositories.inbox import NO_LIMIT
from workflow_app.store.schema.columns import Value, from_micros, to_micros

PAGE: Final = 50
BOUND: Final = 1000
"""Counts say "more than this" beyond it."""

_FOUND: Final = 200
"""How many projects and cases a text may match before it is too vague to list them all."""


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """What to leave out.

    :param process_id: only this process.
    :param element_id: only this element; needs ``process_id``.
    :param text: part of a project's name or number, of the case's title, or a case's number.
    :param overdue: only what is past its due date.
    """

    process_id: str | None = None
    element_id: str | None = None
    text: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One line of the inbox."""

    task_id: str
    case_id: str
    case_number: str
    title: str
    project_id: str | None
    process_id: str
    element_id: str
    name: str
    role: str
    assignee_id: str | None
    opened_at: datetime
    due_at: datetime | None
    deadline_id: str | None
    provisional: bool
    revision: int


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Lines in due order; ``after`` is the place the next page starts from, ``None`` at the end."""

    lines: tuple[InboxLine, ...]
    after: tuple[datetime, str] | None


def inbox_page(
    connection: Connection,
    principals: Sequence[str],
    now: datetime,
    *,
    filters: InboxFilter | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = PAGE,
) -> InboxPage:
    """Return one page of the tasks these principals may see.

    :param after: due date and task id of the last line seen; a task's own due date, or
        :data:`NO_LIMIT` where it has none.
    """
    filters = filters or InboxFilter()
    principals = tuple(dict.fromkeys(principals))
    if not principals:
        return InboxPage((), None)
    sql = _page_sql(_shape(connection, principals, filters), after is not None)
    rows = connection.exec_driver_sql(
        sql, _parameters(principals, now, filters) | _place(after) | {"n": limit + 1}
    ).all()
    lines = tuple(_line(row) for row in rows[:limit])
    if len(rows) <= limit or not lines:
        return InboxPage(lines, None)
    return InboxPage(lines, (lines[-1].due_at or NO_LIMIT, lines[-1].task_id))


def inbox_count(
    connection: Connection,
    principals: Sequence[str],
    now: datetime,
    *,
    filters: InboxFilter | None = None,
    bound: int = BOUND,
) -> int:
    """Return how many entries match, at most ``bound`` + 1, which means "more than ``bound``".

    A task offered to two of the principals counts twice.
    """
    filters = filters or InboxFilter()
    principals = tuple(dict.fromkeys(principals))
    if not principals:
        return 0
    sql = _count_sql(_shape(connection, principals, filters))
    parameters = _parameters(principals, now, filters) | {"n": bound + 1}
    return min(int(connection.exec_driver_sql(sql, parameters).scalar_one()), bound + 1)


def _parameters(principals: Sequence[str], now: datetime, filters: InboxFilter) -> dict[str, Any]:
    result: dict[str, Any] = {f"p{index}": principal for index, principal in enumerate(principals)}
    if filters.process_id is not None:
        result["process"] = filters.process_id
    if filters.element_id is not None:
        result["element"] = filters.element_id
    if filters.overdue:
        result["now"] = to_micros(now)
    if filters.text:
        plain = filters.text.strip()
        escaped = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        result |= {"like": f"%{escaped}%", "exact": plain.upper(), "found": _FOUND}
    return result


def _place(after: tuple[datetime, str] | None) -> dict[str, Any]:
    return {} if after is None else {"after_due": to_micros(after[0]), "after_id": after[1]}


def _line(row: Value) -> InboxLine:
    due = from_micros(row.due_at)
    return InboxLine(
        row.id,
        row.case_id,
        row.number,
        row.title,
        row.project_id,
        row.process_id,
        row.element_id,
        row.name,
        row.role,
        row.assignee_id,
        from_micros(row.opened_at),
        None if due == NO_LIMIT else due,
        row.deadline_id,
        bool(row.provisional),
        row.revision,
    )


def _marks(dialect: str, text: str) -> str:
    """Turn ``{name}`` into the driver's parameter marks and settle LIKE's case."""
    mark = r":\1" if dialect == "sqlite" else r"%(\1)s"
    text = re.sub(r"\{(\w+)\}", mark, text)
    return text if dialect == "sqlite" else text.replace(" LIKE ", " ILIKE ")


_ALL: Final = "inbox_entry e"

_MATCHES: Final = """(
  SELECT t.id FROM inbox_task t WHERE t.project_id IN (
    SELECT id FROM project WHERE name LIKE {like} ESCAPE '\\' OR number LIKE {like} ESCAPE '\\' LIMIT {found})
  UNION SELECT t.id FROM inbox_task t WHERE t.case_id IN (
    SELECT id FROM case_file WHERE number = {exact})
  UNION SELECT t.id FROM inbox_task t WHERE t.case_id IN (
    SELECT id FROM case_file WHERE project_id IS NULL AND status = 'open'
     AND title LIKE {like} ESCAPE '\\' LIMIT {found})) f CROSS JOIN inbox_entry e"""
"""The few tasks a text finds, first: SQLite keeps the order of a CROSS JOIN and so the right index."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What decides the text of a statement."""

    dialect: str
    principals: int
    source: str
    conditions: tuple[str, ...]


def _shape(connection: Connection, principals: Sequence[str], filters: InboxFilter) -> _Shape:
    conditions = []
    if filters.process_id is not None:
        conditions.append("e.process_id = {process}")
    if filters.element_id is not None:
        conditions.append("e.element_id = {element}")
    if filters.overdue:
        conditions.append("e.due_at < {now}")
    if filters.text:
        conditions.append("e.task_id = f.id")
    source = _MATCHES if filters.text else _ALL
    return _Shape(connection.dialect.name, len(principals), source, tuple(conditions))


def _branches(shape: _Shape, tail: str, *more: str) -> str:
    rest = "".join(f" AND {condition}" for condition in (*shape.conditions, *more))
    return " UNION ALL ".join(
        f"SELECT * FROM (SELECT e.due_at, e.task_id FROM {shape.source}"  # noqa: S608 - parts of this module
        f" WHERE e.principal = {{p{index}}}{rest} {tail}) b{index}"
        for index in range(shape.principals)
    )


@cache
def _page_sql(shape: _Shape, after: bool) -> str:
    place = ("(e.due_at, e.task_id) > ({after_due}, {after_id})",) if after else ()
    merged = _branches(shape, "ORDER BY e.due_at, e.task_id LIMIT {n}", *place)
    distinct = "" if shape.principals == 1 else "DISTINCT "
    return _marks(
        shape.dialect,
        f"""SELECT t.id, t.case_id, c.number, c.title, t.project_id, t.process_id, t.element_id,
  t.name, t.role, t.assignee_id, t.opened_at, e.due_at, t.deadline_id, t.provisional, c.revision
FROM (SELECT {distinct}due_at, task_id FROM ({merged}) m ORDER BY due_at, task_id LIMIT {{n}}) e
JOIN inbox_task t ON t.id = e.task_id JOIN case_file c ON c.id = t.case_id
ORDER BY e.due_at, e.task_id""",  # noqa: S608 - parts of this module
    )


@cache
def _count_sql(shape: _Shape) -> str:
    merged = _branches(shape, "LIMIT {n}")
    return _marks(shape.dialect, f"SELECT count(*) FROM (SELECT 1 FROM ({merged}) m LIMIT {{n}}) c")  # noqa: S608
