"""One 公示 as anybody may read it: the project, the opinion, which papers, until when and why till then.

附件一（三）. Only what was published; a notice never shows whose hands it went through, or a paper that is no
public copy. What the public said of it is ``public_comments``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from calendars.trail import Due
from workflow_app.queries.public_notices import JOINED, LISTED, ListedNotice, line
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
    terminated_at: datetime | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class Material:
    """A public copy of a paper. ``sha256`` is what a reader checks a download against."""

    id: str
    filename: str
    media_type: str
    size: int
    sha256: str


def notice(reading: Reading, notice_id: str) -> PublishedNotice | None:
    """Return a published notice; ``None`` where none was published under this id."""
    row = reading.execute(_full().where(public_notice.c.id == notice_id)).one_or_none()
    if row is None:
        return None
    body = row.body or {}
    return PublishedNotice(
        listed=line(row),
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
        terminated_at=row.terminated_at,
        end_reason=row.end_reason or "",
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


def _full() -> Any:
    joined = JOINED.outerjoin(methodology, methodology.c.code == project.c.methodology_code).outerjoin(
        panel_opinion, panel_opinion.c.id == public_notice.c.opinion_id
    )
    wanted: tuple[Any, ...] = (
        public_notice.c.body,
        public_notice.c.case_id,
        public_notice.c.terminated_at,
        public_notice.c.end_reason,
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
    return select(*LISTED, *wanted).select_from(joined)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
