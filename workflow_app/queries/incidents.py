"""Failed acts, as those may see them who look after the house, and those who read the case.

It must never tell anything of a case its reader may not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import EVERYTHING, Viewer, visible_cases
from workflow_app.store.tables import case_file, incident


@dataclass(frozen=True, slots=True)
class Incident:
    """A failed act, rolled back whole."""

    id: str
    case_id: str | None
    case_number: str
    case_title: str
    element_id: str
    command: str
    error: str
    detail: str
    state: str
    attempts: int
    opened_at: datetime
    last_at: datetime
    resolved_at: datetime | None


def incidents(
    reading: Reading, viewer: Viewer, *, state: str = "", at_most: int = 200
) -> tuple[Incident, ...]:
    """Return failed acts, the open ones first, then the newest.

    Of a case ``viewer`` may not read only the kind of failure and where in the program it arose is
    told: neither the case nor a value that a message may carry.
    """
    seen = and_(case_file.c.id == incident.c.case_id, visible_cases(viewer))
    joined = incident.outerjoin(case_file, seen)
    columns = (case_file.c.id.label("seen_id"), case_file.c.number, case_file.c.title)
    query = select(incident, *columns).select_from(joined)
    if state:
        query = query.where(incident.c.state == state)
    query = query.order_by(incident.c.state, incident.c.opened_at.desc()).limit(at_most)
    whole = viewer.holds(EVERYTHING)
    return tuple(
        _incident(row, seen=row.seen_id is not None or (whole and row.case_id is None))
        for row in reading.execute(query)
    )


def _incident(row: Any, *, seen: bool) -> Incident:
    frames = [line for line in row.detail.splitlines() if line.startswith('  File "')]
    return Incident(
        row.id,
        row.case_id if seen else None,
        row.number or "",
        row.title or "",
        row.element_id or "",
        row.command,
        row.error if seen else row.error.partition(":")[0],
        row.detail if seen else "\n".join(frames),
        row.state,
        row.attempts,
        row.opened_at,
        row.last_at,
        row.resolved_at,
    )
