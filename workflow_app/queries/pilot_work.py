"""What a filed pilot leaves behind: mechanism, activities, its bureau's comments, evaluations, projects.

正文五（R15, R16, R18, R22）. Whose pilot may be read ``pilots`` decides; the auditor sees
leader and contact masked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from workflow_app.kernel.codes import mask_email, mask_name, mask_phone
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    organisation,
    pilot_activity,
    pilot_comment,
    pilot_evaluation,
    pilot_profile,
    project,
    user_account,
)


@dataclass(frozen=True, slots=True)
class MechanismVersion:
    """A version of a pilot's work mechanism; what it says of people is opened for whoever may read it."""

    version: int
    leader_name: str
    leader_post: str
    contact_name: str
    contact_phone: str
    contact_email: str
    duties: tuple[Mapping[str, str], ...]
    training_plan: str
    absorption_plan: str
    reason: str
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """An activity; ``void_reason`` is empty while it counts."""

    id: str
    kind: str
    title: str
    held_on: date
    place: str
    sessions: int
    people: int
    note: str
    entered_by: str
    entered_at: datetime
    voided_at: datetime | None
    void_reason: str


@dataclass(frozen=True, slots=True)
class BureauComment:
    """A bureau's comment, on the pilot (``project`` empty) or on a project of it."""

    id: str
    bureau: str
    author: str
    text: str
    project: str
    project_id: str | None
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluation: its figures, its report once it is signed."""

    id: str
    sequence: int
    case_id: str
    period_start: date
    period_end: date
    figures: Mapping[str, Mapping[str, int]]
    state: str
    report: Mapping[str, str]
    signed_by: str
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProjectOfPilot:
    """A project that rests on the filing."""

    id: str
    name: str
    number: str
    state: str
    owner: str


@dataclass(frozen=True, slots=True)
class ActivityTotal:
    """Activities of one kind that count."""

    kind: str
    sessions: int
    people: int


def mechanism(reading: Reading, filing_id: str, *, masked: bool) -> tuple[MechanismVersion, ...]:
    query = (
        select(pilot_profile, user_account.c.name.label("by"))
        .outerjoin(user_account, user_account.c.id == pilot_profile.c.entered_by)
        .where(pilot_profile.c.filing_id == filing_id)
        .order_by(pilot_profile.c.version.desc())
    )
    return tuple(_version(reading, row, masked=masked) for row in reading.execute(query))


def _version(reading: Reading, row: Any, *, masked: bool) -> MechanismVersion:
    people = reading.opened(row.people)
    named = people if isinstance(people, Mapping) else dict.fromkeys(_PEOPLE, str(people))
    said = {name: str(named.get(name) or "") for name in _PEOPLE}
    if masked:
        said = {name: _PEOPLE[name](value) if value else "" for name, value in said.items()}
    return MechanismVersion(
        version=row.version,
        leader_post=row.leader_post,
        duties=tuple(row.duties),
        training_plan=row.training_plan,
        absorption_plan=row.absorption_plan,
        reason=row.reason,
        entered_by=row.by or "",
        entered_at=row.entered_at,
        **said,
    )


_PEOPLE: Final = {
    "leader_name": mask_name,
    "contact_name": mask_name,
    "contact_phone": mask_phone,
    "contact_email": mask_email,
}


def activities_of(reading: Reading, filing_id: str) -> tuple[ActivityLine, ...]:
    query = (
        select(pilot_activity, user_account.c.name.label("by"))
        .outerjoin(user_account, user_account.c.id == pilot_activity.c.entered_by)
        .where(pilot_activity.c.filing_id == filing_id)
        .order_by(pilot_activity.c.held_on.desc(), pilot_activity.c.id.desc())
    )
    return tuple(
        ActivityLine(
            row.id,
            row.kind,
            row.title,
            row.held_on,
            row.place,
            row.sessions,
            row.people,
            row.note,
            row.by or "",
            row.entered_at,
            row.voided_at,
            row.void_reason or "",
        )
        for row in reading.execute(query)
    )


def counted(activities: Sequence[ActivityLine]) -> tuple[ActivityTotal, ...]:
    found: dict[str, list[int]] = {}
    for one in activities:
        if one.voided_at is None:
            sums = found.setdefault(one.kind, [0, 0])
            sums[0] += one.sessions
            sums[1] += one.people
    return tuple(ActivityTotal(kind, *found[kind]) for kind in _ORDER if kind in found)


_ORDER: Final = ("publicity", "training", "expert_team", "other")


def comments(reading: Reading, filing_id: str) -> tuple[BureauComment, ...]:
    query = (
        select(
            pilot_comment,
            organisation.c.name.label("bureau"),
            user_account.c.name.label("author"),
            project.c.name.label("project"),
        )
        .join(organisation, organisation.c.id == pilot_comment.c.organisation_id)
        .outerjoin(user_account, user_account.c.id == pilot_comment.c.author_id)
        .outerjoin(project, project.c.id == pilot_comment.c.project_id)
        .where(pilot_comment.c.filing_id == filing_id)
        .order_by(pilot_comment.c.written_at.desc(), pilot_comment.c.id.desc())
    )
    return tuple(
        BureauComment(
            row.id, row.bureau, row.author or "", row.text, row.project or "", row.project_id, row.written_at
        )
        for row in reading.execute(query)
    )


def evaluations(reading: Reading, filing_id: str) -> tuple[Evaluation, ...]:
    query = (
        select(pilot_evaluation, user_account.c.name.label("signer"))
        .outerjoin(user_account, user_account.c.id == pilot_evaluation.c.signed_by)
        .where(pilot_evaluation.c.filing_id == filing_id)
        .order_by(pilot_evaluation.c.sequence.desc())
    )
    return tuple(
        Evaluation(
            row.id,
            row.sequence,
            row.case_id,
            row.period_start,
            row.period_end,
            row.figures,
            row.state,
            row.report or {},
            row.signer or "",
            row.signed_at,
        )
        for row in reading.execute(query)
    )


def projects(reading: Reading, filing_id: str) -> tuple[ProjectOfPilot, ...]:
    owner = organisation.c.name.label("owner")
    query = (
        select(project.c.id, project.c.name, project.c.number, project.c.state, owner)
        .join(organisation, organisation.c.id == project.c.owner_org)
        .where(project.c.pilot_filing_id == filing_id, project.c.state != "draft")
        .order_by(project.c.created_at.desc())
    )
    return tuple(
        ProjectOfPilot(row.id, row.name, row.number or "", row.state, row.owner)
        for row in reading.execute(query)
    )
