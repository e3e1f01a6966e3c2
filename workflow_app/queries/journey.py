"""One project's way as its owner and its agent may follow it, from the application to the last issuance.

What the office writes for itself is no part of it: of the office's forms only those fields are read that are
addressed to the applicant (:data:`TOLD`), and papers only where the applicant's own people uploaded them.
Nothing here decides what may be done, and nothing puts anything into words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select

from workflow_app.queries.addressed import INSIDE, OWN, TOLD
from workflow_app.queries.applicant import OpenTask, open_tasks
from workflow_app.queries.case_papers import Paper, paper_of
from workflow_app.queries.delegation import agent_acts
from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import COMPLAINT
from workflow_app.store.tables import (
    attachment,
    batch,
    case_file,
    event,
    inbox_task,
    methodology,
    notification,
    organisation,
    project,
    user_account,
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One case of the project's way, in the order they were opened. ``batch`` is the stage, 0 for none."""

    id: str
    number: str
    process_id: str
    version: str
    status: str
    outcome: str | None
    parent_id: str | None
    batch: int
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the office told the applicant: the fields of :data:`TOLD`, nothing else."""

    case_id: str
    process_id: str
    version: str
    at: datetime
    key: str
    action: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """An in-app message about one of the project's cases."""

    at: datetime
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Journey:
    """A project with everything its applicant may follow. Tonnes are tCO₂e."""

    id: str
    name: str
    number: str
    state: str
    owner_org: str
    applicant_org: str
    owner: str
    applicant: str
    methodology_code: str
    methodology: str
    demo: bool
    address: str
    annual_tonnes: Decimal | None
    total_tonnes: Decimal | None
    created_at: datetime
    received_at: datetime | None
    accepted_at: datetime | None
    registered_at: datetime | None
    ended_at: datetime | None
    mandate_until: date | None
    mandate_revoked_at: datetime | None
    legs: tuple[Leg, ...]
    tasks: tuple[OpenTask, ...]

    @property
    def delegated(self) -> bool:
        """Whether somebody else applies for the owner (R29)."""
        return self.applicant_org != self.owner_org

    def agent_may_act(self, today: date) -> bool:
        """Whether an agent acts for the owner under a mandate in force."""
        return agent_acts(self, today)

    @property
    def lifecycle(self) -> Leg | None:
        """The long case the others were called from."""
        return next((leg for leg in self.legs if leg.process_id == "project_lifecycle"), None)


def journey(reading: Reading, organisations: Sequence[str], project_id: str) -> Journey | None:
    """Return a project of these organisations; ``None`` where it is not theirs, or there is none."""
    owner, applicant = organisation.alias("owner"), organisation.alias("applicant")
    joined = (
        project.join(owner, owner.c.id == project.c.owner_org)
        .join(applicant, applicant.c.id == project.c.applicant_org)
        .outerjoin(methodology, methodology.c.code == project.c.methodology_code)
    )
    query = select(
        project,
        owner.c.name.label("owner"),
        applicant.c.name.label("applicant"),
        methodology.c.name.label("methodology"),
        methodology.c.demo.label("demo"),
    ).select_from(joined)
    theirs = or_(project.c.owner_org.in_(organisations), project.c.applicant_org.in_(organisations))
    row = reading.execute(query.where(project.c.id == project_id, theirs)).one_or_none()
    if row is None:
        return None
    return Journey(
        id=row.id,
        name=row.name,
        number=row.number or "",
        state=row.state,
        owner_org=row.owner_org,
        applicant_org=row.applicant_org,
        owner=row.owner,
        applicant=row.applicant,
        methodology_code=row.methodology_code or "",
        methodology=row.methodology or "",
        demo=bool(row.demo),
        address=row.address or "",
        annual_tonnes=row.annual_tonnes,
        total_tonnes=row.total_tonnes,
        created_at=row.created_at,
        received_at=row.received_at,
        accepted_at=row.accepted_at,
        registered_at=row.registered_at,
        ended_at=row.ended_at,
        mandate_until=row.mandate_until,
        mandate_revoked_at=row.mandate_revoked_at,
        legs=_legs(reading, project_id),
        tasks=open_tasks(reading, inbox_task.c.project_id == project_id).get(project_id, ()),
    )


def told(reading: Reading, legs: Sequence[Leg]) -> tuple[Told, ...]:
    """Return what the office told the applicant in these cases, the newest first."""
    by_stream = {f"case:{leg.id}": leg for leg in legs}
    query = select(event).where(event.c.stream.in_(list(by_stream)), event.c.form_key.in_(sorted(TOLD)))
    rows = reading.execute(query.order_by(event.c.at.desc(), event.c.id.desc()))
    found = []
    for row in rows:
        leg, form = by_stream[row.stream], json.loads(row.body)["form"]
        if (form["key"], form.get("action", "")) in INSIDE:
            continue
        data = {name: value for name, value in form["data"].items() if name in TOLD[form["key"]]}
        found.append(
            Told(
                leg.id,
                leg.process_id,
                row.version or leg.version,
                row.at,
                form["key"],
                form.get("action", ""),
                reading.opened(data),
            )
        )
    return tuple(found)


def handed_in(reading: Reading, legs: Sequence[Leg]) -> tuple[tuple[datetime, str, str], ...]:
    """Return when which of the applicant's own forms was handed in, on which case, the newest first."""
    streams = [f"case:{leg.id}" for leg in legs]
    query = select(event.c.at, event.c.form_key, event.c.stream).where(
        event.c.stream.in_(streams), event.c.form_key.in_(sorted(OWN))
    )
    rows = reading.execute(query.order_by(event.c.at.desc(), event.c.id.desc()))
    return tuple((row.at, row.form_key, row.stream.removeprefix("case:")) for row in rows)


def papers(reading: Reading, found: Journey) -> tuple[Paper, ...]:
    """Return the files the applicant's own people handed in, the newest first."""
    joined = attachment.join(user_account, user_account.c.id == attachment.c.uploaded_by)
    query = (
        select(attachment, user_account.c.name.label("uploader"))
        .select_from(joined)
        .where(
            attachment.c.case_id.in_([leg.id for leg in found.legs]),
            attachment.c.state == "submitted",
            user_account.c.organisation_id.in_({found.owner_org, found.applicant_org}),
        )
        .order_by(attachment.c.uploaded_at.desc(), attachment.c.id.desc())
    )
    return tuple(paper_of(row) for row in reading.execute(query))


def messages(
    reading: Reading, principals: Sequence[str], legs: Sequence[Leg], *, at_most: int = 10
) -> tuple[Message, ...]:
    """Return the reader's in-app messages about these cases, the newest first."""
    query = select(notification).where(
        notification.c.principal.in_(principals), notification.c.case_id.in_([leg.id for leg in legs])
    )
    rows = reading.execute(
        query.order_by(notification.c.created_at.desc(), notification.c.id.desc()).limit(at_most)
    )
    return tuple(Message(row.created_at, row.subject, row.text) for row in rows)


def _legs(reading: Reading, project_id: str) -> tuple[Leg, ...]:
    joined = case_file.outerjoin(batch, batch.c.id == case_file.c.batch_id)
    query = select(case_file, func.coalesce(batch.c.sequence, 0).label("sequence")).select_from(joined)
    legs = query.where(case_file.c.project_id == project_id, case_file.c.process_id != COMPLAINT)
    rows = reading.execute(legs.order_by(case_file.c.opened_at, case_file.c.id))
    return tuple(
        Leg(
            row.id,
            row.number,
            row.process_id,
            row.version,
            row.status,
            row.outcome,
            row.parent_case_id,
            int(row.sequence),
            row.opened_at,
            row.closed_at,
        )
        for row in rows
    )
