"""公示 as anybody may read them: what was published, until when, which papers, and what was answered.

附件一（三）. A row of ``public_notice`` exists only once a notice is published, so a draft
cannot be read here. Every column is named: a notice never shows whose hands it went through, the text or the
author of a comment, or a paper that is no public copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import and_, func, or_, select

from calendars.trail import Due
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    attachment,
    batch,
    deadline,
    methodology,
    organisation,
    panel_opinion,
    project,
    public_notice,
)

State = Literal["open", "closed", ""]


@dataclass(frozen=True, slots=True)
class ListedNotice:
    """A line of the list. ``tonnes`` are whole tCO₂e; ``batch`` is the stage, 0 for the project itself."""

    id: str
    number: str
    title: str
    state: str
    outcome: str | None
    published_at: datetime
    closes_at: datetime
    provisional: bool
    project: str
    owner: str
    publisher: str
    field: str
    tonnes: int | None
    batch: int
    announced_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublishedNotice:
    """A notice with its project's public facts and the count behind its closing time."""

    listed: ListedNotice
    text: str
    contact_office: str
    contact_line: str
    material_ids: tuple[str, ...]
    project_number: str
    owner_uscc: str
    division: str
    address: str
    methodology_code: str
    methodology: str
    methodology_document: str
    demo: bool
    summary: str
    started_on: date | None
    crediting_start: date | None
    crediting_end: date | None
    annual_tonnes: Decimal | None
    total_tonnes: Decimal | None
    opinion: str
    accepted_tonnes: int | None
    period_start: date | None
    period_end: date | None
    due: Due | None


@dataclass(frozen=True, slots=True)
class Material:
    """A public copy of a paper. ``sha256`` is what a reader checks a download against."""

    id: str
    filename: str
    media_type: str
    size: int
    sha256: str


def notices(
    reading: Reading,
    state: State = "",
    *,
    text: str = "",
    after: tuple[datetime, str] | None = None,
    size: int = 20,
) -> tuple[tuple[ListedNotice, ...], tuple[datetime, str] | None]:
    """Return published notices, the newest first, and the key to go on after."""
    query = _listed()
    if state:
        query = query.where(
            public_notice.c.state == state if state == "open" else public_notice.c.state != "open"
        )
    if text:
        query = query.where(
            or_(
                public_notice.c.title.contains(text, autoescape=True),
                project.c.name.contains(text, autoescape=True),
                organisation.c.name.contains(text, autoescape=True),
            )
        )
    if after is not None:
        at, notice_id = after
        same = and_(public_notice.c.published_at == at, public_notice.c.id < notice_id)
        query = query.where(or_(public_notice.c.published_at < at, same))
    ordered = query.order_by(public_notice.c.published_at.desc(), public_notice.c.id.desc()).limit(size + 1)
    rows = reading.execute(ordered).all()
    found = tuple(_line(row) for row in rows[:size])
    return found, (found[-1].published_at, found[-1].id) if len(rows) > size else None


def count(reading: Reading, state: State) -> int:
    """Return how many notices are open, or are not."""
    matching = public_notice.c.state == state if state == "open" else public_notice.c.state != "open"
    return int(reading.execute(select(func.count()).select_from(public_notice).where(matching)).scalar_one())


def notice(reading: Reading, notice_id: str) -> PublishedNotice | None:
    """Return a published notice; ``None`` where none was published under this id."""
    row = reading.execute(_full().where(public_notice.c.id == notice_id)).one_or_none()
    if row is None:
        return None
    body = row.body or {}
    return PublishedNotice(
        listed=_line(row),
        text=_text(body.get("notice_text")),
        contact_office=_text(body.get("contact_office")),
        contact_line=_text(body.get("contact_line")),
        material_ids=tuple(str(one) for one in body.get("public_files") or ()),
        project_number=row.project_number or "",
        owner_uscc=row.owner_uscc or "",
        division=row.division or "",
        address=row.address or "",
        methodology_code=row.methodology_code or "",
        methodology=row.methodology or "",
        methodology_document=row.methodology_document or "",
        demo=bool(row.demo),
        summary=row.summary or "",
        started_on=row.started_on,
        crediting_start=row.crediting_start,
        crediting_end=row.crediting_end,
        annual_tonnes=row.annual_tonnes,
        total_tonnes=row.total_tonnes,
        opinion=row.opinion or "",
        accepted_tonnes=None if row.accepted_tonnes is None else int(row.accepted_tonnes),
        period_start=row.period_start,
        period_end=row.period_end,
        due=_due(reading, row.case_id),
    )


def materials(reading: Reading, found: PublishedNotice) -> tuple[Material, ...]:
    """Return the public copies a notice names, in its own order; nothing else of the case."""
    if not found.material_ids:
        return ()
    query = select(attachment).where(
        attachment.c.id.in_(found.material_ids), attachment.c.state == "submitted"
    )
    by_id = {row.id: row for row in reading.execute(query)}
    return tuple(
        Material(row.id, row.filename, row.media_type, int(row.size), row.sha256)
        for row in (by_id[one] for one in found.material_ids if one in by_id)
    )


def _due(reading: Reading, case_id: str | None) -> Due | None:
    if case_id is None:
        return None
    query = select(deadline.c.trail).where(deadline.c.case_id == case_id, deadline.c.published.is_(True))
    trail = reading.execute(
        query.order_by(deadline.c.started_at.desc(), deadline.c.id.desc()).limit(1)
    ).scalar()
    return None if trail is None else Due.from_json(trail)


_publisher = organisation.alias("publisher")
_LISTED: tuple[Any, ...] = (
    public_notice.c.id,
    public_notice.c.number,
    public_notice.c.title,
    public_notice.c.state,
    public_notice.c.outcome,
    public_notice.c.published_at,
    public_notice.c.closes_at,
    public_notice.c.provisional,
    public_notice.c.announced_at,
    public_notice.c.quantity,
    project.c.name.label("project"),
    project.c.field,
    organisation.c.name.label("owner"),
    _publisher.c.name.label("publisher"),
    batch.c.sequence,
)
_JOINED = (
    public_notice.join(project, project.c.id == public_notice.c.project_id)
    .join(organisation, organisation.c.id == project.c.owner_org)
    .outerjoin(_publisher, _publisher.c.id == project.c.exchange_org)
    .outerjoin(batch, batch.c.id == public_notice.c.batch_id)
)


def _listed() -> Any:
    return select(*_LISTED).select_from(_JOINED)


def _full() -> Any:
    joined = _JOINED.outerjoin(methodology, methodology.c.code == project.c.methodology_code).outerjoin(
        panel_opinion, panel_opinion.c.id == public_notice.c.opinion_id
    )
    wanted: tuple[Any, ...] = (
        public_notice.c.body,
        public_notice.c.case_id,
        project.c.number.label("project_number"),
        organisation.c.uscc.label("owner_uscc"),
        project.c.division,
        project.c.address,
        project.c.methodology_code,
        methodology.c.name.label("methodology"),
        methodology.c.document.label("methodology_document"),
        methodology.c.demo,
        project.c.summary,
        project.c.started_on,
        project.c.crediting_start,
        project.c.crediting_end,
        project.c.annual_tonnes,
        project.c.total_tonnes,
        panel_opinion.c.result.label("opinion"),
        panel_opinion.c.accepted_tonnes,
        batch.c.period_start,
        batch.c.period_end,
    )
    return select(*_LISTED, *wanted).select_from(joined)


def _line(row: Any) -> ListedNotice:
    return ListedNotice(
        id=row.id,
        number=row.number or "",
        title=row.title,
        state=row.state,
        outcome=row.outcome,
        published_at=row.published_at,
        closes_at=row.closes_at,
        provisional=bool(row.provisional),
        project=row.project,
        owner=row.owner,
        publisher=row.publisher or "",
        field=row.field or "",
        tonnes=None if row.quantity is None else int(row.quantity),
        batch=int(row.sequence or 0),
        announced_at=row.announced_at,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
