"""Incidents: acts that failed and were rolled back whole, kept for a person to see and retry.

Written in a unit of work of their own, since the failed one left nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select, update

from workflow_app.kernel.errors import NotFound
from workflow_app.store.schema.columns import Value
from workflow_app.store.tables import incident


@dataclass(frozen=True, slots=True)
class Incident:
    """One failed act: the command, who gave it, what went wrong, how often."""

    id: str
    case_id: str | None
    element_id: str | None
    command: str
    request: Value
    actor: Value
    error: str
    detail: str
    state: str
    attempts: int
    opened_at: datetime
    last_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


class IncidentRepository:
    """Incidents of one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, row: Incident) -> None:
        """Keep an incident."""
        self._connection.execute(insert(incident), {name: getattr(row, name) for name in Incident.__slots__})

    def get(self, incident_id: str) -> Incident:
        """Return an incident.

        :raises NotFound: there is none.
        """
        row = self._connection.execute(_SELECT.where(incident.c.id == incident_id)).first()
        if row is None:
            raise NotFound("no_such_incident", "没有这个异常")
        return Incident(*row)

    def again(self, incident_id: str, error: str, detail: str, at: datetime) -> None:
        """Note that a retry failed as well."""
        self._connection.execute(
            update(incident)
            .where(incident.c.id == incident_id)
            .values(error=error, detail=detail, last_at=at, attempts=incident.c.attempts + 1)
        )

    def resolve(self, incident_id: str, at: datetime, by: str | None) -> bool:
        """Close an incident; false where it was closed already."""
        done = self._connection.execute(
            update(incident)
            .where(incident.c.id == incident_id, incident.c.state == "open")
            .values(state="resolved", resolved_at=at, resolved_by=by)
        )
        return done.rowcount == 1

    def list(
        self, *, case_id: str | None = None, open_only: bool = True, limit: int = 200
    ) -> tuple[Incident, ...]:
        """Return incidents, newest first."""
        query = _SELECT.order_by(incident.c.opened_at.desc(), incident.c.id.desc()).limit(limit)
        if case_id is not None:
            query = query.where(incident.c.case_id == case_id)
        if open_only:
            query = query.where(incident.c.state == "open")
        return tuple(Incident(*row) for row in self._connection.execute(query))


_SELECT: Final = select(*(incident.c[name] for name in Incident.__slots__))
