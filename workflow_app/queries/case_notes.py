"""The notes written on a case; whoever is outside the office reads their own organisation's alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import outside
from workflow_app.store.tables import (
    note,
    user_account,
)


@dataclass(frozen=True, slots=True)
class Note:
    """A note somebody wrote on a case."""

    id: str
    at: datetime
    author: str
    text: str


def notes(reading: Reading, case_id: str) -> tuple[Note, ...]:
    """Return the notes on a case, the newest first."""
    joined = note.outerjoin(user_account, user_account.c.id == note.c.author_id)
    query = select(note, user_account.c.name).select_from(joined).where(note.c.case_id == case_id)
    if reading.viewer is not None and outside(reading.viewer):
        own = {org for _, org in reading.viewer.roles if org} | {reading.viewer.organisation_id or ""}
        query = query.where(user_account.c.organisation_id.in_(sorted(own - {""})))
    rows = reading.execute(query.order_by(note.c.at.desc(), note.c.id.desc()))
    return tuple(Note(row.id, row.at, row.name or "", row.text) for row in rows)
