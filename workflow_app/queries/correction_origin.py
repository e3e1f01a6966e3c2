"""The complaint a correction began with, where there was one (docs/domain.md §4: 登记后的投诉).

What was said is for the department and the auditor; the exchange is told that there was one. Who said it is
never told here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import EVERYTHING
from workflow_app.store.tables import complaint


@dataclass(frozen=True, slots=True)
class Origin:
    """A complaint that led to a lock.

    :param text: what was said; empty for whoever is not told.
    :param case_id: of the complaint; ``None`` for whoever is not told.
    """

    receipt: str
    received_at: datetime
    text: str
    serial: str
    answered: bool
    reply: str
    case_id: str | None


def complaint_behind(reading: Reading, correction_id: str) -> Origin | None:
    """Return the complaint a correction began with."""
    row = reading.execute(select(complaint).where(complaint.c.correction_id == correction_id)).one_or_none()
    if row is None:
        return None
    told = reading.viewer is None or reading.viewer.holds(EVERYTHING)
    return Origin(
        row.receipt,
        row.received_at,
        row.text if told else "",
        row.serial,
        row.state == "answered",
        row.reply or "" if told else "",
        row.case_id if told else None,
    )


def complained_of(reading: Reading, correction_ids: Iterable[str]) -> frozenset[str]:
    """Return which of these corrections began with a complaint."""
    query = select(complaint.c.correction_id).where(complaint.c.correction_id.in_(list(correction_ids)))
    return frozenset(reading.execute(query).scalars())
