"""Whether an owner leaves a project to its agent: under a mandate in force (R29), in SQL and of a row.

The owner may act itself at any time; this only says whom a task waits for. It must never decide who may act.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, or_

from workflow_app.domain.parties import check_mandate
from workflow_app.store.tables import inbox_task, project


def left_to_agent() -> ColumnElement[Any]:
    """The owner that leaves a task of the applicant's to its agent on ``day``; empty where none does."""
    in_force = or_(project.c.mandate_until.is_(None), project.c.mandate_until >= bindparam("day"))
    left = and_(
        inbox_task.c.role == "applicant",
        project.c.applicant_org != project.c.owner_org,
        project.c.mandate_revoked_at.is_(None),
        in_force,
    )
    return case((left, project.c.owner_org))


def agent_acts(row: Any, today: date) -> bool:
    """Tell whether an agent acts for the owner of a project.

    :param row: of :data:`workflow_app.store.tables.project`, or what has its columns' names.
    """
    revoked = row.mandate_revoked_at is not None
    delegated = row.applicant_org != row.owner_org
    return delegated and not check_mandate(row.mandate_until, today, revoked=revoked)
