"""Filed pilots in a list, for whoever may read them: what each has, when it is evaluated next.

正文五（R16, R22）. A bureau reads the pilots of its own area, a pilot itself, department and auditor all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select

from workflow_app.kernel.clock import legal_date
from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import Viewer
from workflow_app.store.tables import (
    case_file,
    organisation,
    pilot_activity,
    pilot_evaluation,
    pilot_filing,
    project,
    timer,
)

READERS: Final = frozenset(
    {"department_clerk", "department_leader", "auditor", "prefecture_bureau", "pilot_unit"}
)
EVERYTHING: Final = frozenset({"department_clerk", "department_leader", "auditor"})
IN_FORCE: Final = ("filed", "suspended", "terminated")


@dataclass(frozen=True, slots=True)
class PilotLine:
    """A pilot in a list.

    :param next_evaluation: last day of its present period; ``None`` while a report is made, or it is over.
    :param evaluating: a report is being drafted or signed.
    """

    id: str
    number: str
    name: str
    kind: str
    division: str
    bureau: str
    state: str
    filed_at: datetime
    projects: int
    registered: int
    activities: int
    evaluations: int
    next_evaluation: date | None
    evaluating: bool


def pilots(reading: Reading, viewer: Viewer, *, state: str = "") -> tuple[PilotLine, ...]:
    """Return the pilots ``viewer`` may read, the newest first."""
    query = LINES.where(visible(viewer))
    if state:
        query = query.where(pilot_filing.c.state == state)
    rows = reading.execute(query.order_by(pilot_filing.c.filed_at.desc(), pilot_filing.c.id))
    return tuple(line(row) for row in rows)


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """R16: the department and the auditor read all, a bureau its own area, a pilot itself."""
    in_force = pilot_filing.c.state.in_(IN_FORCE)
    if viewer.holds(EVERYTHING):
        return in_force
    own = viewer.organisations("pilot_unit", "prefecture_bureau")
    area = viewer.organisations("prefecture_bureau")
    return in_force & or_(pilot_filing.c.organisation_id.in_(own), pilot_filing.c.bureau_org.in_(area))


_BUREAU = organisation.alias("bureau")


def _number(table: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


_RESTS = project.c.pilot_filing_id == pilot_filing.c.id
LINES = select(
    pilot_filing,
    organisation.c.name.label("organisation"),
    _BUREAU.c.name.label("bureau"),
    _number(project, _RESTS, project.c.state != "draft").label("projects"),
    _number(project, _RESTS, project.c.registered_at.is_not(None)).label("registered"),
    _number(
        pilot_activity,
        pilot_activity.c.filing_id == pilot_filing.c.id,
        pilot_activity.c.voided_at.is_(None),
    ).label("activities"),
    _number(
        pilot_evaluation,
        pilot_evaluation.c.filing_id == pilot_filing.c.id,
        pilot_evaluation.c.state == "reported",
    ).label("evaluations"),
    select(func.min(timer.c.due_at))
    .where(timer.c.case_id == pilot_filing.c.evaluation_case_id, timer.c.state == "pending")
    .scalar_subquery()
    .label("next_evaluation"),
    _number(
        pilot_evaluation,
        pilot_evaluation.c.filing_id == pilot_filing.c.id,
        pilot_evaluation.c.case_id == case_file.c.id,
        case_file.c.status.in_(("open", "incident")),
        pilot_evaluation.c.state == "drafting",
    ).label("evaluating"),
).select_from(
    pilot_filing.join(organisation, organisation.c.id == pilot_filing.c.organisation_id).outerjoin(
        _BUREAU, _BUREAU.c.id == pilot_filing.c.bureau_org
    )
)


def line(row: Any) -> PilotLine:
    return PilotLine(
        id=row.id,
        number=row.number or "",
        name=row.name or row.organisation,
        kind=row.kind,
        division=row.division,
        bureau=row.bureau or "",
        state=row.state,
        filed_at=row.filed_at,
        projects=int(row.projects),
        registered=int(row.registered),
        activities=int(row.activities),
        evaluations=int(row.evaluations),
        next_evaluation=_last_day(row.next_evaluation) if row.state != "terminated" else None,
        evaluating=bool(row.evaluating),
    )


def _last_day(due_at: datetime | None) -> date | None:
    """A period that ends at 24:00 of a day is kept as 00:00 of the next."""
    return None if due_at is None else legal_date(due_at - timedelta(microseconds=1))
