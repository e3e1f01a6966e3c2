"""What a holder has begun and not handed in yet: transfers to be offered, cancellations to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import case_file, inbox_task, project

TRANSFER = "transfer_"


@dataclass(frozen=True, slots=True)
class Started:
    """A form that waits for its holder.

    :param mode: of a transfer.
    """

    task_id: str
    case_id: str
    mode: str
    project_id: str
    project_number: str
    project: str
    opened_at: datetime


def transfers(reading: Reading, organisations: Sequence[str]) -> tuple[Started, ...]:
    """Return transfers these owners began and have not offered, the newest first."""
    return _found(reading, "offer_units", case_file.c.owner_org.in_(organisations))


def cancellations(reading: Reading, organisations: Sequence[str], user_id: str) -> tuple[Started, ...]:
    """Return cancellations these organisations or this person began and have not handed in."""
    own = and_(case_file.c.applicant_org.is_(None), case_file.c.opened_by == user_id)
    mine = or_(case_file.c.applicant_org.in_(organisations), own)
    return _found(reading, "apply_cancellation", mine)


def _found(reading: Reading, element: str, mine: object) -> tuple[Started, ...]:
    query = (
        select(
            inbox_task.c.id.label("task_id"),
            inbox_task.c.opened_at,
            case_file.c.id.label("case_id"),
            case_file.c.process_id,
            project.c.id,
            project.c.number,
            project.c.name,
        )
        .join(case_file, case_file.c.id == inbox_task.c.case_id)
        .join(project, project.c.id == case_file.c.project_id)
        .where(inbox_task.c.element_id == element, mine)  # type: ignore[arg-type]
        .order_by(inbox_task.c.id.desc())
        .limit(50)
    )
    return tuple(
        Started(
            row.task_id,
            row.case_id,
            row.process_id.removeprefix(TRANSFER) if row.process_id.startswith(TRANSFER) else "",
            row.id,
            row.number,
            row.name,
            row.opened_at,
        )
        for row in reading.execute(query)
    )
