"""Ties of experts, and who did which duty on a project: what separation of duties rests on (K)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from workflow_app.store.driver import Driver, Query
from workflow_app.store.live import Live
from workflow_app.store.tables import duty, expert_conflict


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A declared tie of an expert to an organisation; ``until`` is ``None`` while it lasts."""

    id: str
    expert_id: str
    organisation_id: str
    nature: str
    since: date
    until: date | None


class DutyRepository:
    """Ties and duties in one unit of work."""

    def __init__(self, connection: Connection, driver: Driver, live: Live) -> None:
        self._connection = connection
        self._driver = driver
        self._live = live

    def declare_conflict(self, row: Mapping[str, Any]) -> None:
        """Record a tie of an expert (columns of the table)."""
        self._live.insert(expert_conflict, row)

    def conflicts(self, experts: Sequence[str]) -> tuple[ConflictRow, ...]:
        """Return the declared ties of these experts, oldest first."""
        columns = (expert_conflict.c[name] for name in ConflictRow.__slots__)
        query = (
            select(*columns)
            .where(expert_conflict.c.expert_id.in_(experts))
            .order_by(expert_conflict.c.since, expert_conflict.c.id)
        )
        return tuple(ConflictRow(*row) for row in self._connection.execute(query))

    def duties(self, subject_id: str, user_id: str | None = None) -> frozenset[tuple[str, str]]:
        """Return (user id, role) pairs of duties done on a project or filing."""
        query = _DUTIES if user_id is None else _DUTIES_OF
        rows = query.all(self._driver, subject_id=subject_id, user_id=user_id)
        return frozenset((who, role) for who, role in rows)

    def done_by(self, user_id: str) -> dict[str, frozenset[str]]:
        """Return the roles in which a person did a duty, by project or filing."""
        found: dict[str, set[str]] = {}
        query = select(duty.c.subject_id, duty.c.role).where(duty.c.user_id == user_id)
        for row in self._connection.execute(query):
            found.setdefault(row.subject_id, set()).add(row.role)
        return {subject: frozenset(roles) for subject, roles in found.items()}

    def last_duty(self, subject_id: str, role: str) -> str | None:
        """Return who last began to do a duty on a project or filing."""
        query = (
            select(duty.c.user_id)
            .where(duty.c.subject_id == subject_id, duty.c.role == role)
            .order_by(duty.c.since.desc(), duty.c.user_id)
            .limit(1)
        )
        return self._connection.execute(query).scalar()

    def do_duty(self, subject_id: str, user_id: str, role: str, at: datetime) -> None:
        """Note that a person did a duty; doing it again changes nothing.

        :raises Refused: by trigger, where the two duties may not be one person's.
        """
        if (user_id, role) not in self.duties(subject_id, user_id):
            self._live.insert(duty, {"subject_id": subject_id, "user_id": user_id, "role": role, "since": at})


_DUTIES: Final = Query([duty.c.user_id, duty.c.role], "WHERE subject_id = {subject_id}")
_DUTIES_OF: Final = Query(
    [duty.c.user_id, duty.c.role], "WHERE subject_id = {subject_id} AND user_id = {user_id}"
)
