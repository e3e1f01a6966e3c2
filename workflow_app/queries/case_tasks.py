"""The open human tasks of a case, and what somebody has typed into one so far.

Nothing here decides who may act; an outsider is not told who in the office holds a task.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from workflow_app.queries.reading import Reading
from workflow_app.store.prepared import Prepared
from workflow_app.store.tables import (
    draft,
    inbox_task,
    user_account,
)


@dataclass(frozen=True, slots=True)
class Task:
    """An open human task."""

    id: str
    case_id: str
    element_id: str
    name: str
    form: str
    role: str
    candidates: tuple[str, ...]
    assignee_id: str | None
    assignee: str
    claimed_at: datetime | None
    opened_at: datetime
    due_at: datetime | None
    provisional: bool
    deadline_id: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed and has not handed in."""

    raw: Mapping[str, Any]
    revision: int
    updated_at: datetime


def task(reading: Reading, task_id: str) -> Task | None:
    """Return an open task by its id."""
    row = reading.first(_TASK, {"task": task_id})
    return None if row is None else _task(row)


def tasks_of_case(reading: Reading, case_id: str) -> tuple[Task, ...]:
    """Return the open tasks of a case, the oldest first."""
    query = _tasks().where(inbox_task.c.case_id == case_id).order_by(inbox_task.c.opened_at)
    found = tuple(_task(row) for row in reading.execute(query))
    if not reading.outside:
        return found
    return tuple(
        task if "applicant:" in "".join(task.candidates) else replace(task, assignee="") for task in found
    )


def draft_of(reading: Reading, task_id: str, user_id: str) -> Draft | None:
    """Return what this person typed into a task's form so far."""
    row = reading.first(_DRAFT, {"task": task_id, "user": user_id})
    return None if row is None else Draft(row.raw, row.revision, row.updated_at)


def open_tasks(reading: Reading, case_ids: tuple[str, ...]) -> int:
    """Return how many human tasks are open on these cases."""
    query = select(func.count()).where(inbox_task.c.case_id.in_(case_ids))
    return int(reading.execute(query).scalar_one())


def _tasks() -> Any:
    joined = inbox_task.outerjoin(user_account, user_account.c.id == inbox_task.c.assignee_id)
    return select(inbox_task, user_account.c.name.label("assignee")).select_from(joined)


def _task(row: Any) -> Task:
    return Task(
        id=row.id,
        case_id=row.case_id,
        element_id=row.element_id,
        name=row.name,
        form=row.form,
        role=row.role,
        candidates=tuple(row.candidates),
        assignee_id=row.assignee_id,
        assignee=row.assignee or "",
        claimed_at=row.claimed_at,
        opened_at=row.opened_at,
        due_at=row.due_at,
        provisional=bool(row.provisional),
        deadline_id=row.deadline_id,
        data=row.data or {},
    )


_TASK: Final = Prepared(_tasks().where(inbox_task.c.id == bindparam("task")))


_DRAFT: Final = Prepared(
    select(draft).where(draft.c.task_id == bindparam("task"), draft.c.user_id == bindparam("user"))
)
