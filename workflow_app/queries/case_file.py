"""A case as it is read: its facts, what happened, what was handed in, its papers, its place in the diagram.

What happened and what was handed in come from the history, the rest from the live rows. Names are opened for
display where the person was not erased. Who may look is asked of ``sight``; nothing here decides what may be
done, and nothing puts anything into words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from workflow_app.queries.addressed import OUTSIDE_ROLES, told
from workflow_app.queries.limits import case_title
from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import Viewer, outside, visible_cases
from workflow_app.store.tables import (
    attachment,
    case_file,
    draft,
    event,
    inbox_task,
    note,
    organisation,
    project,
    token,
    user_account,
)


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of a case. ``parties`` are names of organisations by their place in the case."""

    id: str
    number: str
    title: str
    process_id: str
    version: str
    status: str
    outcome: str | None
    revision: int
    project_id: str | None
    project_number: str
    project_state: str
    parent_id: str | None
    opened_at: datetime
    closed_at: datetime | None
    owner_org: str | None
    applicant_org: str | None
    owner: str
    owner_uscc: str
    applicant: str
    exchange: str
    bureau: str


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
    deadline_id: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed and has not handed in."""

    raw: Mapping[str, Any]
    revision: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a case's stream, without the rows it changed."""

    seq: int
    at: datetime
    kind: str
    actor_id: str | None
    actor: str
    role: str
    element_id: str
    version: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form as it was handed in: the definition's key and version, the answers, who and when."""

    case_id: str
    seq: int
    at: datetime
    actor: str
    role: str
    element_id: str
    key: str
    form_version: int
    version: str
    action: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of a case."""

    id: str
    case_id: str
    task_id: str | None
    field: str
    filename: str
    media_type: str
    size: int
    sha256: str
    state: str
    uploaded_at: datetime
    uploaded_by: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note somebody wrote on a case."""

    id: str
    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A case this one is linked with: its caller, one it called, or another of the same project."""

    id: str
    number: str
    title: str
    process_id: str
    status: str
    outcome: str | None
    relation: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands in its diagram: elements with a live token, and elements it has passed."""

    current: tuple[str, ...]
    done: tuple[str, ...]


def case(reading: Reading, viewer: Viewer, case_id: str) -> Case | None:
    """Return a case this person may read; ``None`` where there is none or it is not theirs to see."""
    row = reading.execute(_cases().where(case_file.c.id == case_id, visible_cases(viewer))).one_or_none()
    return None if row is None else _case(row)


def any_case(reading: Reading, case_id: str) -> Case | None:
    """Return a case without asking who looks: only for whoever holds one of its open tasks."""
    row = reading.execute(_cases().where(case_file.c.id == case_id)).one_or_none()
    return None if row is None else _case(row)


def search(
    reading: Reading,
    viewer: Viewer,
    *,
    text: str = "",
    process: str = "",
    status: str = "",
    project_id: str = "",
    after: tuple[datetime, str] | None = None,
    size: int = 50,
) -> tuple[tuple[Case, ...], tuple[datetime, str] | None]:
    """Return the cases this person may read, the newest first, and the key to go on after."""
    query = _cases().where(visible_cases(viewer))
    if text:
        query = query.where(_matches(text))
    if process:
        query = query.where(case_file.c.process_id == process)
    if status:
        query = query.where(case_file.c.status == status)
    if project_id:
        query = query.where(case_file.c.project_id == project_id)
    if after is not None:
        opened_at, case_id = after
        older = and_(case_file.c.opened_at == opened_at, case_file.c.id < case_id)
        query = query.where(or_(case_file.c.opened_at < opened_at, older))
    query = query.order_by(case_file.c.opened_at.desc(), case_file.c.id.desc()).limit(size + 1)
    rows = reading.execute(query).all()
    found = tuple(_case(row) for row in rows[:size])
    return found, (found[-1].opened_at, found[-1].id) if len(rows) > size else None


def done_by(
    reading: Reading, user_id: str, *, after: int | None = None, size: int = 50
) -> tuple[tuple[tuple[Moment, Link], ...], int | None]:
    """Return what this person completed, the newest first, with the case of each."""
    cases = case_file.outerjoin(project, project.c.id == case_file.c.project_id)
    joined = event.join(cases, event.c.stream == "case:" + case_file.c.id)
    query = select(event, case_file.c.id.label("case_id"), *_link_columns()).select_from(joined)
    query = query.where(event.c.actor_id == user_id, event.c.kind == "task_completed")
    if after is not None:
        query = query.where(event.c.id < after)
    rows = reading.execute(query.order_by(event.c.at.desc(), event.c.id.desc()).limit(size + 1)).all()
    found = tuple((_moment(reading, row), _link(row, "")) for row in rows[:size])
    return found, rows[size - 1].id if len(rows) > size else None


def task(reading: Reading, task_id: str) -> Task | None:
    """Return an open task by its id."""
    row = reading.execute(_tasks().where(inbox_task.c.id == task_id)).one_or_none()
    return None if row is None else _task(row)


def tasks_of_case(reading: Reading, case_id: str) -> tuple[Task, ...]:
    """Return the open tasks of a case, the oldest first."""
    query = _tasks().where(inbox_task.c.case_id == case_id).order_by(inbox_task.c.opened_at)
    found = tuple(_task(row) for row in reading.execute(query))
    if not _outside(reading):
        return found
    return tuple(
        task if "applicant:" in "".join(task.candidates) else replace(task, assignee="") for task in found
    )


def draft_of(reading: Reading, task_id: str, user_id: str) -> Draft | None:
    """Return what this person typed into a task's form so far."""
    query = select(draft).where(draft.c.task_id == task_id, draft.c.user_id == user_id)
    row = reading.execute(query).one_or_none()
    return None if row is None else Draft(row.raw, row.revision, row.updated_at)


def moments(reading: Reading, case_id: str, *, at_most: int = 200) -> tuple[Moment, ...]:
    """Return what happened in a case, the newest first."""
    query = (
        select(event).where(event.c.stream == f"case:{case_id}").order_by(event.c.seq.desc()).limit(at_most)
    )
    found = tuple(_moment(reading, row) for row in reading.execute(query))
    return tuple(map(_moment_outside, found)) if _outside(reading) else found


def completed(reading: Reading, case_id: str, element_id: str) -> Moment | None:
    """Return the last completion of an element: what a second person is told who came too late."""
    query = select(event).where(
        event.c.stream == f"case:{case_id}",
        event.c.kind == "task_completed",
        event.c.element_id == element_id,
    )
    row = reading.execute(query.order_by(event.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else _moment(reading, row)


def submitted(reading: Reading, case_ids: tuple[str, ...], *, at_most: int = 60) -> tuple[Submitted, ...]:
    """Return the forms handed in on these cases, the newest first, personal values opened."""
    streams = [f"case:{case_id}" for case_id in case_ids]
    query = select(event).where(event.c.stream.in_(streams), event.c.form_key.is_not(None))
    rows = reading.execute(query.order_by(event.c.at.desc(), event.c.id.desc()).limit(at_most))
    found = tuple(_submitted(reading, row) for row in rows)
    return tuple(one for one in map(_submitted_outside, found) if one) if _outside(reading) else found


def related(reading: Reading, viewer: Viewer, found: Case) -> tuple[Link, ...]:
    """Return the linked cases this person may read: caller, called, and others of the project."""
    conditions = [case_file.c.parent_case_id == found.id]
    if found.parent_id is not None:
        conditions.append(case_file.c.id == found.parent_id)
    if found.project_id is not None:
        conditions.append(case_file.c.project_id == found.project_id)
    columns = (case_file.c.id.label("case_id"), case_file.c.parent_case_id, *_link_columns())
    query = select(*columns).select_from(case_file.outerjoin(project, project.c.id == case_file.c.project_id))
    query = query.where(or_(*conditions), case_file.c.id != found.id, visible_cases(viewer))
    rows = reading.execute(query.order_by(case_file.c.opened_at, case_file.c.id))
    return tuple(_link(row, _relation(row, found)) for row in rows)


def papers(reading: Reading, case_id: str, *, task_id: str | None = None) -> tuple[Paper, ...]:
    """Return the files of a case that were handed in, or, with ``task_id``, those of a form in work."""
    query = _papers(reading).where(attachment.c.case_id == case_id)
    wanted = attachment.c.state == "submitted"
    if task_id is not None:
        wanted = and_(attachment.c.task_id == task_id, attachment.c.state == "draft")
    rows = reading.execute(query.where(wanted).order_by(attachment.c.uploaded_at, attachment.c.id))
    return tuple(_paper(row) for row in rows)


def paper(reading: Reading, attachment_id: str) -> Paper | None:
    """Return one file's card, whatever its state; who may read it is for the face to ask."""
    row = reading.execute(_papers(reading).where(attachment.c.id == attachment_id)).one_or_none()
    return None if row is None else _paper(row)


def notes(reading: Reading, case_id: str) -> tuple[Note, ...]:
    """Return the notes on a case, the newest first."""
    joined = note.outerjoin(user_account, user_account.c.id == note.c.author_id)
    query = select(note, user_account.c.name).select_from(joined).where(note.c.case_id == case_id)
    if reading.viewer is not None and outside(reading.viewer):
        own = {org for _, org in reading.viewer.roles if org} | {reading.viewer.organisation_id or ""}
        query = query.where(user_account.c.organisation_id.in_(sorted(own - {""})))
    rows = reading.execute(query.order_by(note.c.at.desc(), note.c.id.desc()))
    return tuple(Note(row.id, row.at, row.name or "", row.text) for row in rows)


def place(reading: Reading, case_id: str, happened: tuple[Moment, ...]) -> Place:
    """Return where a case stands: live tokens now, and the path its events tell of."""
    live = reading.execute(select(token.c.element).where(token.c.case_id == case_id)).scalars().all()
    passed = (move.partition(":") for one in reversed(happened) for move in one.body.get("moves", ()))
    walked = dict.fromkeys(element for what, _, element in passed if what in {"completed", "flow"})
    return Place(
        tuple(dict.fromkeys(live)),
        tuple(element for element in walked if element not in set(live)),
    )


def _cases() -> Any:
    names = {name: organisation.alias(name) for name in ("owner", "applicant", "exchange", "bureau")}
    joined: Any = case_file.outerjoin(project, project.c.id == case_file.c.project_id)
    for name, table in names.items():
        joined = joined.outerjoin(table, table.c.id == case_file.c[f"{name}_org"])
    return select(
        case_file,
        project.c.name.label("project_name"),
        project.c.number.label("project_number"),
        project.c.state.label("project_state"),
        names["owner"].c.uscc.label("owner_uscc"),
        *[table.c.name.label(f"{name}_name") for name, table in names.items()],
    ).select_from(joined)


def _matches(text: str) -> Any:
    parties = select(organisation.c.id).where(
        or_(
            organisation.c.name.contains(text, autoescape=True),
            organisation.c.uscc == text.upper(),
        )
    )
    return or_(
        case_file.c.title.contains(text, autoescape=True),
        project.c.name.contains(text, autoescape=True),
        case_file.c.number.contains(text, autoescape=True),
        project.c.number.contains(text, autoescape=True),
        case_file.c.owner_org.in_(parties),
        case_file.c.applicant_org.in_(parties),
    )


def _case(row: Any) -> Case:
    return Case(
        id=row.id,
        number=row.number,
        title=row.project_name or row.title,
        process_id=row.process_id,
        version=row.version,
        status=row.status,
        outcome=row.outcome,
        revision=row.revision,
        project_id=row.project_id,
        project_number=row.project_number or "",
        project_state=row.project_state or "",
        parent_id=row.parent_case_id,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        owner_org=row.owner_org,
        applicant_org=row.applicant_org,
        owner=row.owner_name or "",
        owner_uscc=row.owner_uscc or "",
        applicant=row.applicant_name or "",
        exchange=row.exchange_name or "",
        bureau=row.bureau_name or "",
    )


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
        deadline_id=row.deadline_id,
        data=row.data or {},
    )


def _outside(reading: Reading) -> bool:
    return reading.viewer is not None and outside(reading.viewer)


def _moment_outside(one: Moment) -> Moment:
    """What happened, without who in the office did it and what was noted with it."""
    known = one.role in OUTSIDE_ROLES
    body = {name: part for name, part in one.body.items() if name == "moves"}
    return replace(one, actor=one.actor if known else "", actor_id=one.actor_id if known else None, body=body)


def _submitted_outside(one: Submitted) -> Submitted | None:
    data = told(one.key, one.data)
    if data is None:
        return None
    return replace(one, actor=one.actor if one.role in OUTSIDE_ROLES else "", data=data)


def _moment(reading: Reading, row: Any) -> Moment:
    body = json.loads(row.body)
    return Moment(
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        actor_id=row.actor_id,
        actor=_name(reading, row),
        role=row.role or "",
        element_id=row.element_id or "",
        version=row.version or "",
        body={name: part for name, part in body.items() if name not in {"changes", "form"}},
    )


def _name(reading: Reading, row: Any) -> str:
    """Return who acted, opened; the system has no name."""
    return str(reading.opened(json.loads(row.actor_name))) if row.actor_name else ""


def _submitted(reading: Reading, row: Any) -> Submitted:
    form = json.loads(row.body)["form"]
    return Submitted(
        case_id=row.stream.partition(":")[2],
        seq=row.seq,
        at=row.at,
        actor=_name(reading, row),
        role=row.role or "",
        element_id=row.element_id or "",
        key=form["key"],
        form_version=form["version"],
        version=row.version or "",
        action=form.get("action", ""),
        data=reading.opened(form["data"]),
    )


def _link_columns() -> list[Any]:
    wanted = ("number", "process_id", "status", "outcome", "opened_at")
    return [case_file.c[name].label(f"case_{name}") for name in wanted] + [case_title().label("case_title")]


def _link(row: Any, relation: str) -> Link:
    return Link(
        row.case_id,
        row.case_number,
        row.case_title,
        row.case_process_id,
        row.case_status,
        row.case_outcome,
        relation,
        row.case_opened_at,
    )


def _relation(row: Any, found: Case) -> str:
    if row.case_id == found.parent_id:
        return "caller"
    return "called" if row.parent_case_id == found.id else "project"


def _papers(reading: Reading) -> Any:
    joined = attachment.outerjoin(user_account, user_account.c.id == attachment.c.uploaded_by)
    query = select(attachment, user_account.c.name.label("uploader"))
    if not _outside(reading):
        return query.select_from(joined)
    party = case_file.c.owner_org, case_file.c.applicant_org, case_file.c.bureau_org
    joined = joined.join(case_file, case_file.c.id == attachment.c.case_id)
    theirs = or_(*[user_account.c.organisation_id == column for column in party])
    return query.select_from(joined).where(theirs)


def _paper(row: Any) -> Paper:
    return Paper(
        id=row.id,
        case_id=row.case_id,
        task_id=row.task_id,
        field=row.field,
        filename=row.filename,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        state=row.state,
        uploaded_at=row.uploaded_at,
        uploaded_by=row.uploader or "",
    )


def open_tasks(reading: Reading, case_ids: tuple[str, ...]) -> int:
    """Return how many human tasks are open on these cases."""
    query = select(func.count()).where(inbox_task.c.case_id.in_(case_ids))
    return int(reading.execute(query).scalar_one())
