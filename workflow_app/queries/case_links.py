"""The cases a case is linked with: its caller, those it called, and others of its project.

Only those the reader may see; nothing here decides which.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from workflow_app.queries.case_file import Case
from workflow_app.queries.limits import case_title
from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import Viewer, visible_cases
from workflow_app.store.tables import (
    case_file,
    project,
)


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


def related(reading: Reading, viewer: Viewer, found: Case) -> tuple[Link, ...]:
    """Return the linked cases this person may read: caller, called, and others of the project."""
    conditions = [case_file.c.parent_case_id == found.id]
    if found.parent_id is not None:
        conditions.append(case_file.c.id == found.parent_id)
    if found.project_id is not None:
        conditions.append(case_file.c.project_id == found.project_id)
    columns = (case_file.c.id.label("case_id"), case_file.c.parent_case_id, *link_columns())
    query = select(*columns).select_from(case_file.outerjoin(project, project.c.id == case_file.c.project_id))
    query = query.where(or_(*conditions), case_file.c.id != found.id, visible_cases(viewer))
    rows = reading.execute(query.order_by(case_file.c.opened_at, case_file.c.id))
    return tuple(link(row, _relation(row, found)) for row in rows)


def link(row: Any, relation: str) -> Link:
    """Return the card of a row made with :func:`link_columns`."""
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


def link_columns() -> list[Any]:
    """Return what a query must select besides ``case_id`` for :func:`link`."""
    wanted = ("number", "process_id", "status", "outcome", "opened_at")
    return [case_file.c[name].label(f"case_{name}") for name in wanted] + [case_title().label("case_title")]


def _relation(row: Any, found: Case) -> str:
    if row.case_id == found.parent_id:
        return "caller"
    return "called" if row.parent_case_id == found.id else "project"
