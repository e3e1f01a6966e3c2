"""The public register of projects: each with its stages, its notices and its units.

附件二（一）. A project stands here from its registration on, and for good: under its number,
whatever becomes of it. Nothing on the way to registration is shown, and no person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from workflow_app.queries.public_units import Stage, holdings, issued_of, stages
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    methodology,
    organisation,
    project,
    public_notice,
    registration,
)


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A line of the register."""

    number: str
    name: str
    owner: str
    field: str
    division: str
    methodology_code: str
    demo: bool
    annual_tonnes: Decimal | None
    issued: int
    registered_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class RegisteredNotice:
    """A notice of a registered project."""

    id: str
    number: str
    title: str
    state: str
    outcome: str | None
    published_at: datetime
    closes_at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class RegisteredProject:
    """A project of the register with what became of it."""

    listed: ListedProject
    owner_uscc: str
    exchange: str
    address: str
    methodology: str
    methodology_document: str
    summary: str
    started_on: date | None
    crediting_start: date | None
    crediting_end: date | None
    total_tonnes: Decimal | None
    received_at: datetime | None
    accepted_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    holdings: tuple[tuple[str, int], ...]
    stages: tuple[Stage, ...]
    notices: tuple[RegisteredNotice, ...]


def projects(
    reading: Reading,
    *,
    text: str = "",
    field: str = "",
    divisions: tuple[str, ...] = (),
    after: str = "",
    size: int = 30,
) -> tuple[tuple[ListedProject, ...], str]:
    """Return registered projects, the newest number first, and the number to go on after."""
    query = _projects()
    if text:
        query = query.where(
            or_(
                project.c.name.contains(text, autoescape=True),
                project.c.number.contains(text.upper(), autoescape=True),
                organisation.c.name.contains(text, autoescape=True),
                organisation.c.uscc == text.upper(),
                project.c.division.in_(divisions),
            )
        )
    if field:
        query = query.where(project.c.field == field)
    if after:
        query = query.where(project.c.registered_at < _registered_at(after))
    ordered = query.order_by(project.c.registered_at.desc(), project.c.id.desc()).limit(size + 1)
    rows = reading.execute(ordered).all()
    found = tuple(_listed(row) for row in rows[:size])
    return found, found[-1].number if len(rows) > size else ""


def registered_project(reading: Reading, number: str) -> RegisteredProject | None:
    """Return a project by its permanent number; ``None`` where none is registered under it."""
    row = reading.execute(_projects().where(project.c.number == number)).one_or_none()
    if row is None:
        return None
    return RegisteredProject(
        listed=_listed(row),
        owner_uscc=row.owner_uscc or "",
        exchange=row.exchange or "",
        address=row.address or "",
        methodology=row.methodology or "",
        methodology_document=row.methodology_document or "",
        summary=row.summary or "",
        started_on=row.started_on,
        crediting_start=row.crediting_start,
        crediting_end=row.crediting_end,
        total_tonnes=row.total_tonnes,
        received_at=row.received_at,
        accepted_at=row.accepted_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        holdings=holdings(reading, row.id),
        stages=stages(reading, row.id),
        notices=_notices(reading, row.id),
    )


def _registered_at(number: str) -> Any:
    return select(project.c.registered_at).where(project.c.number == number).scalar_subquery()


def _projects() -> Any:
    exchange = organisation.alias("exchange")
    joined = (
        project.join(organisation, organisation.c.id == project.c.owner_org)
        .join(registration, registration.c.project_id == project.c.id)
        .outerjoin(exchange, exchange.c.id == project.c.exchange_org)
        .outerjoin(methodology, methodology.c.code == project.c.methodology_code)
    )
    return select(
        project,
        organisation.c.name.label("owner"),
        organisation.c.uscc.label("owner_uscc"),
        exchange.c.name.label("exchange"),
        methodology.c.name.label("methodology"),
        methodology.c.document.label("methodology_document"),
        methodology.c.demo,
        registration.c.due_at,
        (issued_of("mint").scalar_subquery() - issued_of("reverse").scalar_subquery()).label("issued"),
    ).select_from(joined)


def _listed(row: Any) -> ListedProject:
    return ListedProject(
        number=row.number,
        name=row.name,
        owner=row.owner,
        field=row.field or "",
        division=row.division or "",
        methodology_code=row.methodology_code or "",
        demo=bool(row.demo),
        annual_tonnes=row.annual_tonnes,
        issued=int(row.issued or 0),
        registered_at=row.registered_at,
        state=row.state,
    )


def _notices(reading: Reading, project_id: str) -> tuple[RegisteredNotice, ...]:
    query = select(
        public_notice.c.id,
        public_notice.c.number,
        public_notice.c.title,
        public_notice.c.state,
        public_notice.c.outcome,
        public_notice.c.published_at,
        public_notice.c.closes_at,
        public_notice.c.provisional,
    ).where(public_notice.c.project_id == project_id)
    return tuple(
        RegisteredNotice(
            row.id,
            row.number or "",
            row.title,
            row.state,
            row.outcome,
            row.published_at,
            row.closes_at,
            bool(row.provisional),
        )
        for row in reading.execute(query.order_by(public_notice.c.published_at.desc()))
    )
