"""What happened in a case and what was handed in, read from its events.

Names are opened for display where the person was not erased; whoever is outside the office reads of its acts
only that they happened. Nothing here reads the live rows, but for where the tokens stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from workflow_app.queries.addressed import OUTSIDE_ROLES, told
from workflow_app.queries.case_links import Link, link, link_columns
from workflow_app.queries.reading import Reading
from workflow_app.store.prepared import Prepared
from workflow_app.store.tables import (
    case_file,
    event,
    project,
    token,
)


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
class Place:
    """Where a case stands in its diagram: elements with a live token, and elements it has passed."""

    current: tuple[str, ...]
    done: tuple[str, ...]


def done_by(
    reading: Reading, user_id: str, *, after: int | None = None, size: int = 50
) -> tuple[tuple[tuple[Moment, Link], ...], int | None]:
    """Return what this person completed, the newest first, with the case of each."""
    cases = case_file.outerjoin(project, project.c.id == case_file.c.project_id)
    joined = event.join(cases, event.c.stream == "case:" + case_file.c.id)
    query = select(event, case_file.c.id.label("case_id"), *link_columns()).select_from(joined)
    query = query.where(event.c.actor_id == user_id, event.c.kind == "task_completed")
    if after is not None:
        query = query.where(event.c.id < after)
    rows = reading.execute(query.order_by(event.c.at.desc(), event.c.id.desc()).limit(size + 1)).all()
    found = tuple((_moment(reading, row), link(row, "")) for row in rows[:size])
    return found, rows[size - 1].id if len(rows) > size else None


def moments(reading: Reading, case_id: str, *, at_most: int = 200) -> tuple[Moment, ...]:
    """Return what happened in a case, the newest first."""
    rows = reading.all(_MOMENTS, {"stream": f"case:{case_id}", "at_most": at_most})
    found = tuple(_moment(reading, row) for row in rows)
    return tuple(map(_moment_outside, found)) if reading.outside else found


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
    return tuple(one for one in map(_submitted_outside, found) if one) if reading.outside else found


def place(reading: Reading, case_id: str, happened: tuple[Moment, ...]) -> Place:
    """Return where a case stands: live tokens now, and the path its events tell of."""
    live = reading.execute(select(token.c.element).where(token.c.case_id == case_id)).scalars().all()
    passed = (move.partition(":") for one in reversed(happened) for move in one.body.get("moves", ()))
    walked = dict.fromkeys(element for what, _, element in passed if what in {"completed", "flow"})
    return Place(
        tuple(dict.fromkeys(live)),
        tuple(element for element in walked if element not in set(live)),
    )


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


def _moment_outside(one: Moment) -> Moment:
    """What happened, without who in the office did it and what was noted with it."""
    known = one.role in OUTSIDE_ROLES
    body = {name: part for name, part in one.body.items() if name == "moves"}
    return replace(one, actor=one.actor if known else "", actor_id=one.actor_id if known else None, body=body)


def _submitted_outside(one: Submitted) -> Submitted | None:
    data = told(one.key, one.action, one.data)
    if data is None:
        return None
    return replace(one, actor=one.actor if one.role in OUTSIDE_ROLES else "", data=data)


_MOMENTS: Final = Prepared(
    select(event)
    .where(event.c.stream == bindparam("stream"))
    .order_by(event.c.seq.desc())
    .limit(bindparam("at_most"))
)
