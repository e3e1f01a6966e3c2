"""A case as it is read: its facts and its parties, one case or many.

Who may look is asked of ``sight``; what happened is ``case_history``, its open tasks ``case_tasks``.
Nothing here decides what may be done, and nothing puts anything into words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import and_, bindparam, or_, select

from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import Viewer, visible_cases
from workflow_app.store.prepared import Prepared
from workflow_app.store.tables import (
    case_file,
    organisation,
    project,
)

VIEWERS: Final = 512
"""People whose statements are kept: what somebody may see is written into them."""


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


def case(reading: Reading, viewer: Viewer, case_id: str) -> Case | None:
    """Return a case this person may read; ``None`` where there is none or it is not theirs to see."""
    row = reading.first(_case_for(viewer), {"case": case_id})
    return None if row is None else _case(row)


def any_case(reading: Reading, case_id: str) -> Case | None:
    """Return a case without asking who looks: only for whoever holds one of its open tasks."""
    row = reading.first(_ANY_CASE, {"case": case_id})
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


@lru_cache(maxsize=VIEWERS)
def _case_for(viewer: Viewer) -> Prepared:
    """One case, if it is among those this person may read."""
    return Prepared(_cases().where(case_file.c.id == bindparam("case"), visible_cases(viewer)))


_ANY_CASE: Final = Prepared(_cases().where(case_file.c.id == bindparam("case")))
