"""The public register of projects: each with its stages, its notices and its units.

附件二（一）. A project stands here from its registration on, and for good: under its number,
whatever becomes of it. Nothing on the way to registration is shown, and no person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    batch,
    ledger_line,
    ledger_posting,
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
class Stage:
    """A stage of issuance that was publicised or issued.

    :param serials: ranges of serial numbers as posted.
    """

    sequence: int
    period_start: date
    period_end: date
    issued: int
    issued_at: datetime
    serials: tuple[str, ...]
    notice_id: str | None


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
        holdings=_holdings(reading, row.id),
        stages=_stages(reading, row.id),
        notices=_notices(reading, row.id),
    )


def _registered_at(number: str) -> Any:
    return select(project.c.registered_at).where(project.c.number == number).scalar_subquery()


def _issued_of(kind: str) -> Any:
    amount = func.coalesce(func.sum(ledger_posting.c.quantity), 0)
    return select(amount).where(ledger_posting.c.project_id == project.c.id, ledger_posting.c.kind == kind)


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
        (_issued_of("mint").scalar_subquery() - _issued_of("reverse").scalar_subquery()).label("issued"),
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


def _holdings(reading: Reading, project_id: str) -> tuple[tuple[str, int], ...]:
    """Balances of the project's units by bucket, derived from the postings; the contra side is left out."""
    joined = ledger_line.join(ledger_posting, ledger_posting.c.id == ledger_line.c.posting_id)
    total = func.sum(ledger_line.c.quantity)
    query = (
        select(ledger_line.c.bucket, total.label("tonnes"))
        .select_from(joined)
        .where(ledger_posting.c.project_id == project_id, ledger_line.c.bucket != "issued")
        .group_by(ledger_line.c.bucket)
        .order_by(ledger_line.c.bucket)
    )
    return tuple((row.bucket, int(row.tonnes)) for row in reading.execute(query) if row.tonnes)


def _stages(reading: Reading, project_id: str) -> tuple[Stage, ...]:
    query = select(batch).where(batch.c.project_id == project_id, batch.c.issued.is_not(None))
    return tuple(
        Stage(
            row.sequence,
            row.period_start,
            row.period_end,
            int(row.issued),
            row.issued_at,
            _serials(reading, row.id),
            row.notice_id,
        )
        for row in reading.execute(query.order_by(batch.c.sequence)).all()
    )


def _serials(reading: Reading, batch_id: str) -> tuple[str, ...]:
    query = (
        select(ledger_line.c.serial)
        .distinct()
        .where(
            ledger_line.c.batch_id == batch_id,
            ledger_line.c.serial.is_not(None),
            ledger_line.c.bucket != "issued",
        )
    )
    return tuple(reading.execute(query.order_by(ledger_line.c.serial)).scalars())


def _notices(reading: Reading, project_id: str) -> tuple[RegisteredNotice, ...]:
    query = select(
        public_notice.c.id,
        public_notice.c.number,
        public_notice.c.title,
        public_notice.c.state,
        public_notice.c.outcome,
        public_notice.c.published_at,
        public_notice.c.closes_at,
    ).where(public_notice.c.project_id == project_id)
    return tuple(
        RegisteredNotice(
            row.id, row.number or "", row.title, row.state, row.outcome, row.published_at, row.closes_at
        )
        for row in reading.execute(query.order_by(public_notice.c.published_at.desc()))
    )
