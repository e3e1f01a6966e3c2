"""A project as the office reads it: its facts, its notices, its batches and its cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, select

from workflow_app.queries.reading import Reading
from workflow_app.store.prepared import Prepared
from workflow_app.store.tables import (
    batch,
    methodology,
    organisation,
    panel_opinion,
    project,
    public_notice,
)


@dataclass(frozen=True, slots=True)
class Project:
    """The facts of a project. Tonnes are tCO₂e."""

    id: str
    number: str
    name: str
    state: str
    owner: str
    owner_uscc: str
    applicant: str
    methodology_code: str
    methodology: str
    demo: bool
    field: str
    address: str
    started_on: date | None
    crediting_start: date | None
    crediting_end: date | None
    annual_tonnes: Decimal | None
    total_tonnes: Decimal | None
    case_id: str | None
    received_at: datetime | None
    accepted_at: datetime | None
    registered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A public notice of a project."""

    id: str
    number: str
    title: str
    state: str
    outcome: str | None
    published_at: datetime
    closes_at: datetime
    provisional: bool
    case_id: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """A stage of issuance. Quantities are whole tCO₂e."""

    id: str
    sequence: int
    state: str
    period_start: date
    period_end: date
    quantity: int
    issued: int | None
    case_id: str | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a panel found."""

    id: str
    result: str
    accepted_tonnes: int | None
    revision_round: int
    signed_at: datetime


def project_of(reading: Reading, project_id: str) -> Project | None:
    """Return a project's facts."""
    row = reading.first(_PROJECT, {"project": project_id})
    return None if row is None else _project(row)


def _one() -> Prepared:
    owner, applicant = organisation.alias("owner"), organisation.alias("applicant")
    joined = (
        project.join(owner, owner.c.id == project.c.owner_org)
        .join(applicant, applicant.c.id == project.c.applicant_org)
        .outerjoin(methodology, methodology.c.code == project.c.methodology_code)
    )
    query = select(
        project,
        owner.c.name.label("owner"),
        owner.c.uscc.label("owner_uscc"),
        applicant.c.name.label("applicant"),
        methodology.c.name.label("methodology"),
        methodology.c.demo.label("demo"),
    ).select_from(joined)
    return Prepared(query.where(project.c.id == bindparam("project")))


_PROJECT: Final = _one()


def notices_of(reading: Reading, project_id: str) -> tuple[Notice, ...]:
    """Return a project's notices, the newest first."""
    query = select(public_notice).where(public_notice.c.project_id == project_id)
    rows = reading.execute(query.order_by(public_notice.c.published_at.desc()))
    return tuple(
        Notice(
            row.id,
            row.number or "",
            row.title,
            row.state,
            row.outcome,
            row.published_at,
            row.closes_at,
            bool(row.provisional),
            row.case_id,
        )
        for row in rows
    )


def notice_of(reading: Reading, notice_id: str) -> tuple[Notice, str] | None:
    """Return one notice and its project's id."""
    project_id = reading.execute(
        select(public_notice.c.project_id).where(public_notice.c.id == notice_id)
    ).scalar_one_or_none()
    if project_id is None:
        return None
    return next(one for one in notices_of(reading, project_id) if one.id == notice_id), project_id


def batches_of(reading: Reading, project_id: str) -> tuple[Batch, ...]:
    """Return a project's stages of issuance in order."""
    query = select(batch).where(batch.c.project_id == project_id).order_by(batch.c.sequence)
    return tuple(
        Batch(
            row.id,
            row.sequence,
            row.state,
            row.period_start,
            row.period_end,
            int(row.quantity),
            None if row.issued is None else int(row.issued),
            row.case_id,
        )
        for row in reading.execute(query)
    )


def opinions_of(reading: Reading, project_id: str) -> tuple[Opinion, ...]:
    """Return the opinions of a project's panels, the newest first."""
    query = select(panel_opinion).where(panel_opinion.c.project_id == project_id)
    rows = reading.execute(query.order_by(panel_opinion.c.signed_at.desc()))
    return tuple(
        Opinion(
            row.id,
            row.result,
            None if row.accepted_tonnes is None else int(row.accepted_tonnes),
            row.revision_round,
            row.signed_at,
        )
        for row in rows
    )


def _project(row: Any) -> Project:
    return Project(
        id=row.id,
        number=row.number or "",
        name=row.name,
        state=row.state,
        owner=row.owner,
        owner_uscc=row.owner_uscc or "",
        applicant=row.applicant,
        methodology_code=row.methodology_code or "",
        methodology=row.methodology or "",
        demo=bool(row.demo),
        field=row.field or "",
        address=row.address,
        started_on=row.started_on,
        crediting_start=row.crediting_start,
        crediting_end=row.crediting_end,
        annual_tonnes=row.annual_tonnes,
        total_tonnes=row.total_tonnes,
        case_id=row.case_id,
        received_at=row.received_at,
        accepted_at=row.accepted_at,
        registered_at=row.registered_at,
    )
