"""A filed pilot's page, for whoever may read it (R16): all that it is and has done.

正文五. The list is ``pilot_lines``', each part ``pilot_work``'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow_app.queries.pilot_lines import LINES, PilotLine, line, visible
from workflow_app.queries.pilot_work import (
    ActivityLine,
    ActivityTotal,
    BureauComment,
    Evaluation,
    MechanismVersion,
    ProjectOfPilot,
    activities_of,
    comments,
    counted,
    evaluations,
    mechanism,
    projects,
)
from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import Viewer
from workflow_app.store.tables import pilot_filing


@dataclass(frozen=True, slots=True)
class Pilot:
    """A pilot's page."""

    line: PilotLine
    organisation_id: str
    organisation: str
    bureau_org: str | None
    basis: str
    case_id: str
    evaluation_case_id: str | None
    ended_at: datetime | None
    mechanism: tuple[MechanismVersion, ...]
    activities: tuple[ActivityLine, ...]
    counted: tuple[ActivityTotal, ...]
    comments: tuple[BureauComment, ...]
    evaluations: tuple[Evaluation, ...]
    projects: tuple[ProjectOfPilot, ...]


def pilot(reading: Reading, viewer: Viewer, filing_id: str) -> Pilot | None:
    """Return one pilot, ``None`` where there is none or ``viewer`` may not read it."""
    row = reading.execute(LINES.where(visible(viewer), pilot_filing.c.id == filing_id)).one_or_none()
    if row is None:
        return None
    held = activities_of(reading, filing_id)
    return Pilot(
        line=line(row),
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        bureau_org=row.bureau_org,
        basis=row.basis,
        case_id=row.case_id or "",
        evaluation_case_id=row.evaluation_case_id,
        ended_at=row.ended_at,
        mechanism=mechanism(reading, filing_id, masked=viewer.holds({"auditor"})),
        activities=held,
        counted=counted(held),
        comments=comments(reading, filing_id),
        evaluations=evaluations(reading, filing_id),
        projects=projects(reading, filing_id),
    )
