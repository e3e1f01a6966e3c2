"""我的办件: the projects and filings of an organisation, and what waits for the reader.

Of projects its owner or its agent, of filings the unit or the bureau that organises it. Whose a task is is
judged from its principals, as the inbox does; nothing here puts anything into words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from workflow_app.queries.delegation import agent_acts
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    case_file,
    inbox_task,
    organisation,
    pilot_filing,
    project,
)


@dataclass(frozen=True, slots=True)
class MyProject:
    """A line of 我的办件. ``tasks`` wait for the reader, ``due_at`` is the nearest limit among them, and
    ``provisional`` where it rests on a year whose holidays are not published.

    ``delegated``: the reader is of the owner, whose agent acts for it under a mandate in force (R29).
    """

    id: str
    name: str
    number: str
    case_number: str
    state: str
    owner: str
    applicant: str
    created_at: datetime
    received_at: datetime | None
    tasks: int
    due_at: datetime | None
    provisional: bool
    deadline_id: str | None
    waiting_for: str
    delegated: bool


@dataclass(frozen=True, slots=True)
class MyFiling:
    """A pilot filing of the reader's organisation."""

    case_id: str
    case_number: str
    title: str
    status: str
    outcome: str | None
    filing_number: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    tasks: int
    due_at: datetime | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A human step of the project that is open now, whoever has it."""

    id: str
    case_id: str
    process_id: str
    element_id: str
    name: str
    form: str
    role: str
    candidates: tuple[str, ...]
    assignee_id: str | None
    opened_at: datetime
    due_at: datetime | None
    provisional: bool
    deadline_id: str | None


def projects_of(
    reading: Reading, organisations: Sequence[str], principals: Sequence[str], user_id: str, today: date
) -> tuple[MyProject, ...]:
    """Return the projects of these organisations, those that wait for the reader first, then the newest.

    What an agent does for the reader's organisation waits for the agent.
    """
    if not organisations:
        return ()
    owner, applicant = organisation.alias("owner"), organisation.alias("applicant")
    joined = (
        project.join(owner, owner.c.id == project.c.owner_org)
        .join(applicant, applicant.c.id == project.c.applicant_org)
        .outerjoin(
            case_file,
            (case_file.c.project_id == project.c.id) & (case_file.c.process_id == "project_lifecycle"),
        )
    )
    query = (
        select(
            project,
            owner.c.name.label("owner"),
            applicant.c.name.label("applicant"),
            case_file.c.number.label("case_number"),
        )
        .select_from(joined)
        .where(or_(project.c.owner_org.in_(organisations), project.c.applicant_org.in_(organisations)))
    )
    rows = reading.execute(query.order_by(project.c.created_at.desc(), project.c.id.desc())).all()
    open_now = open_tasks(reading, inbox_task.c.project_id.in_([row.id for row in rows]))
    found = tuple(_mine(row, open_now.get(row.id, ()), principals, user_id, today) for row in rows)
    return tuple(sorted(found, key=lambda one: not one.tasks or one.delegated))


def _mine(
    row: Any, tasks: Sequence[OpenTask], principals: Sequence[str], user_id: str, today: date
) -> MyProject:
    asked = [task for task in tasks if asked_of(task, principals, user_id)]
    nearest = _nearest(asked)
    return MyProject(
        id=row.id,
        name=row.name,
        number=row.number or "",
        case_number=row.case_number or "",
        state=row.state,
        owner=row.owner,
        applicant=row.applicant,
        created_at=row.created_at,
        received_at=row.received_at,
        tasks=len(asked),
        due_at=nearest.due_at if nearest else None,
        provisional=nearest is not None and nearest.provisional,
        deadline_id=nearest.deadline_id if nearest else None,
        waiting_for=next((task.name for task in (*asked, *tasks)), ""),
        delegated=f"role:owner:{row.owner_org}" in principals and agent_acts(row, today),
    )


def asked_of(task: OpenTask, principals: Sequence[str], user_id: str) -> bool:
    """Tell whether a task is the reader's to do: offered to them, or already in their hands."""
    if task.assignee_id is not None:
        return task.assignee_id == user_id
    return bool(set(principals) & set(task.candidates))


def filings_of(
    reading: Reading, organisations: Sequence[str], principals: Sequence[str], user_id: str
) -> tuple[MyFiling, ...]:
    """Return the pilot filings these organisations made or organise, the newest first."""
    if not organisations:
        return ()
    joined = case_file.outerjoin(pilot_filing, pilot_filing.c.case_id == case_file.c.id)
    query = (
        select(case_file, pilot_filing.c.number.label("filing_number"), pilot_filing.c.state)
        .select_from(joined)
        .where(
            case_file.c.process_id == "pilot_filing",
            or_(case_file.c.applicant_org.in_(organisations), case_file.c.bureau_org.in_(organisations)),
        )
    )
    rows = reading.execute(query.order_by(case_file.c.opened_at.desc(), case_file.c.id.desc())).all()
    tasks = open_tasks(reading, inbox_task.c.case_id.in_([row.id for row in rows]), by_case=True)
    found = []
    for row in rows:
        asked = [task for task in tasks.get(row.id, ()) if asked_of(task, principals, user_id)]
        nearest = _nearest(asked)
        found.append(
            MyFiling(
                row.id,
                row.number,
                row.title,
                row.status,
                row.outcome,
                row.filing_number or "",
                row.state or "",
                row.opened_at,
                row.closed_at,
                len(asked),
                nearest.due_at if nearest else None,
                nearest is not None and nearest.provisional,
            )
        )
    return tuple(found)


def _nearest(asked: Sequence[OpenTask]) -> OpenTask | None:
    """Return the task whose limit ends first."""
    dated = (task for task in asked if task.due_at is not None)
    return min(dated, key=lambda task: task.due_at or task.opened_at, default=None)


def open_tasks(reading: Reading, condition: Any, *, by_case: bool = False) -> dict[str, tuple[OpenTask, ...]]:
    """Return open tasks by project, or by case."""
    found: dict[str, tuple[OpenTask, ...]] = {}
    for row in reading.execute(
        select(inbox_task).where(condition).order_by(inbox_task.c.opened_at, inbox_task.c.id)
    ):
        task = OpenTask(
            id=row.id,
            case_id=row.case_id,
            process_id=row.process_id,
            element_id=row.element_id,
            name=row.name,
            form=row.form,
            role=row.role,
            candidates=tuple(row.candidates),
            assignee_id=row.assignee_id,
            opened_at=row.opened_at,
            due_at=row.due_at,
            provisional=bool(row.provisional),
            deadline_id=row.deadline_id,
        )
        key = row.case_id if by_case else row.project_id
        found[key] = (*found.get(key, ()), task)
    return found
