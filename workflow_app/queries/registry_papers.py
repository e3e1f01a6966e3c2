"""Files of the papers orders, qualifications and delegations rest on, as the office downloads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import registry_paper


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A kept file; ``size`` in bytes."""

    id: str
    about: str
    about_id: str
    filename: str
    media_type: str
    size: int
    sha256: str
    uploaded_at: datetime


_COLUMNS = (*("id", "about", "about_id", "filename", "media_type", "size", "sha256", "uploaded_at"),)


def papers_of(reading: Reading, about: str, ids: Iterable[str]) -> dict[str, tuple[KeptPaper, ...]]:
    """Return the files of these records, the oldest first, by record."""
    wanted = list(ids)
    if not wanted:
        return {}
    query = select(*(registry_paper.c[name] for name in _COLUMNS)).where(
        registry_paper.c.about == about, registry_paper.c.about_id.in_(wanted)
    )
    found: dict[str, tuple[KeptPaper, ...]] = {}
    for row in reading.execute(query.order_by(registry_paper.c.id)):
        found[row.about_id] = (*found.get(row.about_id, ()), _paper(row))
    return found


def paper(reading: Reading, paper_id: str) -> KeptPaper | None:
    """Return one file."""
    query = select(*(registry_paper.c[name] for name in _COLUMNS)).where(registry_paper.c.id == paper_id)
    row = reading.execute(query).one_or_none()
    return None if row is None else _paper(row)


def _paper(row: Any) -> KeptPaper:
    return KeptPaper(
        row.id,
        row.about,
        row.about_id,
        row.filename,
        row.media_type,
        row.size,
        row.sha256,
        row.uploaded_at,
    )
