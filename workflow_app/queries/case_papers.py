"""The files of a case: those handed in, and those of a form still in work.

Whoever is outside the office sees the parties' own papers alone. Nothing here opens a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    attachment,
    case_file,
    user_account,
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of a case."""

    id: str
    case_id: str
    task_id: str | None
    field: str
    filename: str
    media_type: str
    size: int
    sha256: str
    state: str
    uploaded_at: datetime
    uploaded_by: str


def papers(reading: Reading, case_id: str, *, task_id: str | None = None) -> tuple[Paper, ...]:
    """Return the files of a case that were handed in, or, with ``task_id``, those of a form in work."""
    query = _papers(reading).where(attachment.c.case_id == case_id)
    wanted = attachment.c.state == "submitted"
    if task_id is not None:
        wanted = and_(attachment.c.task_id == task_id, attachment.c.state == "draft")
    rows = reading.execute(query.where(wanted).order_by(attachment.c.uploaded_at, attachment.c.id))
    return tuple(paper_of(row) for row in rows)


def paper(reading: Reading, attachment_id: str) -> Paper | None:
    """Return one file's card, whatever its state; who may read it is for the face to ask."""
    row = reading.execute(_papers(reading).where(attachment.c.id == attachment_id)).one_or_none()
    return None if row is None else paper_of(row)


def paper_of(row: Any) -> Paper:
    """Return the card of an attachment's row with its ``uploader``."""
    return Paper(
        id=row.id,
        case_id=row.case_id,
        task_id=row.task_id,
        field=row.field,
        filename=row.filename,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        state=row.state,
        uploaded_at=row.uploaded_at,
        uploaded_by=row.uploader or "",
    )


def _papers(reading: Reading) -> Any:
    joined = attachment.outerjoin(user_account, user_account.c.id == attachment.c.uploaded_by)
    query = select(attachment, user_account.c.name.label("uploader"))
    if not reading.outside:
        return query.select_from(joined)
    party = case_file.c.owner_org, case_file.c.applicant_org, case_file.c.bureau_org
    joined = joined.join(case_file, case_file.c.id == attachment.c.case_id)
    # A natural person opens cases for themselves and belongs to no organisation (R40).
    own = and_(case_file.c.applicant_org.is_(None), attachment.c.uploaded_by == case_file.c.opened_by)
    theirs = or_(own, *[user_account.c.organisation_id == column for column in party])
    return query.select_from(joined).where(theirs)
