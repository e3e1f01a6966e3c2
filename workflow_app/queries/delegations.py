"""Delegations to issue certificates, in lists (R42)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from workflow_app.domain.cancellation import Purpose
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import delegation, organisation

WARNED: int = 30
"""Days before its end from which a delegation is warned of."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """委托. ``live``: in force on the day asked about."""

    id: str
    number: str
    organisation: str
    scope: tuple[str, ...]
    valid_from: date
    valid_until: date
    revoked_at: datetime | None
    revoke_reason: str | None
    live: bool


def delegations(reading: Reading, on: date, organisation_id: str | None = None) -> tuple[Delegation, ...]:
    """Return delegations, the one that ends last first."""
    query = (
        select(delegation, organisation.c.name)
        .join(organisation, organisation.c.id == delegation.c.organisation_id)
        .order_by(delegation.c.valid_until.desc(), delegation.c.id)
    )
    if organisation_id is not None:
        query = query.where(delegation.c.organisation_id == organisation_id)
    return tuple(
        Delegation(
            row.id,
            row.number,
            row.name,
            tuple(Purpose(name).label for name in row.scope),
            row.valid_from,
            row.valid_until,
            row.revoked_at,
            row.revoke_reason,
            row.revoked_at is None and row.valid_from <= on <= row.valid_until,
        )
        for row in reading.execute(query)
    )


def ending(reading: Reading, on: date) -> int:
    """Return how many delegations in force end within :data:`WARNED` days."""
    query = select(func.count()).where(
        delegation.c.revoked_at.is_(None),
        delegation.c.valid_from <= on,
        delegation.c.valid_until >= on,
        delegation.c.valid_until <= on + timedelta(days=WARNED),
    )
    return int(reading.execute(query).scalar_one())
