"""What filed pilots leave behind: mechanism, activities, comments, evaluations and the figures behind them.

Rows are mappings of columns. Names of leader and contact are sealed (:meth:`PilotRepository.people`). Must
never know who may act.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from workflow_app.kernel.clock import legal_date
from workflow_app.store.live import Live
from workflow_app.store.schema.columns import Value
from workflow_app.store.sealing import PersonalValues
from workflow_app.store.tables import (
    batch,
    cancellation,
    pilot_activity,
    pilot_comment,
    pilot_evaluation,
    pilot_profile,
    project,
    trade,
)

Record = dict[str, Any]


class PilotRepository:
    """Pilots in one unit of work."""

    def __init__(self, connection: Connection, live: Live, personal: PersonalValues) -> None:
        self._connection = connection
        self._live = live
        self._personal = personal

    def sealed_people(self, filing_id: str, named: Mapping[str, str]) -> Mapping[str, str]:
        """Return the ``people`` column of a new version: ciphertext."""
        return self._personal.seal(f"filing:{filing_id}", dict(named))

    def people(self, record: Mapping[str, Any]) -> Value:
        """Return the names and the address of a version, or the mark of an erased person."""
        return self._personal.open(record["people"])

    def profile(self, filing_id: str) -> Record | None:
        """Return the work mechanism in force: the latest version."""
        query = select(pilot_profile).where(pilot_profile.c.filing_id == filing_id)
        return self._first(query.order_by(pilot_profile.c.version.desc()))

    def activity(self, activity_id: str) -> Record | None:
        """Return an activity."""
        return self._first(select(pilot_activity).where(pilot_activity.c.id == activity_id))

    def evaluation(self, evaluation_id: str) -> Record | None:
        """Return an evaluation."""
        return self._first(select(pilot_evaluation).where(pilot_evaluation.c.id == evaluation_id))

    def last_evaluation(self, filing_id: str) -> Record | None:
        """Return a pilot's latest evaluation."""
        query = select(pilot_evaluation).where(pilot_evaluation.c.filing_id == filing_id)
        return self._first(query.order_by(pilot_evaluation.c.sequence.desc()))

    def figures(self, filing_id: str, begin: datetime | None, end: datetime) -> dict[str, int]:
        """Return what a pilot came to from ``begin`` (``None``: from its filing) until before ``end``.

        Projects applied for and registered, tonnes issued, sold and cancelled, activities by kind, comments.
        """
        within = _Within(begin, end)
        own = select(project.c.id).where(project.c.pilot_filing_id == filing_id).scalar_subquery()
        mine = project.c.pilot_filing_id == filing_id
        return {
            "applied": self._one(select(func.count()).where(mine, *within.at(project.c.received_at))),
            "registered": self._one(select(func.count()).where(mine, *within.at(project.c.registered_at))),
            "issued": self._one(
                select(func.sum(batch.c.issued)).where(
                    batch.c.project_id.in_(own), *within.at(batch.c.issued_at)
                )
            ),
            "sold": self._one(
                select(func.sum(trade.c.quantity)).where(trade.c.project_id.in_(own), *within.at(trade.c.at))
            ),
            "cancelled": self._one(
                select(func.sum(cancellation.c.quantity)).where(
                    cancellation.c.project_id.in_(own),
                    cancellation.c.state == "cancelled",
                    *within.at(cancellation.c.decided_at),
                )
            ),
            **self._activities(filing_id, within),
            "comments": self._one(
                select(func.count()).where(
                    pilot_comment.c.filing_id == filing_id, *within.at(pilot_comment.c.written_at)
                )
            ),
        }

    def _activities(self, filing_id: str, within: _Within) -> dict[str, int]:
        counted = select(
            pilot_activity.c.kind, func.sum(pilot_activity.c.sessions), func.sum(pilot_activity.c.people)
        )
        query = counted.where(
            pilot_activity.c.filing_id == filing_id,
            pilot_activity.c.voided_at.is_(None),
            *within.on(pilot_activity.c.held_on),
        ).group_by(pilot_activity.c.kind)
        found = {row[0]: (int(row[1]), int(row[2])) for row in self._connection.execute(query)}
        figures = {}
        for kind in ("publicity", "training", "expert_team"):
            figures[f"{kind}_sessions"], figures[f"{kind}_people"] = found.get(kind, (0, 0))
        return figures

    def _one(self, query: Select[Any]) -> int:
        return int(self._connection.execute(query).scalar() or 0)

    def _first(self, query: Select[Any]) -> Record | None:
        row = self._connection.execute(query.limit(1)).mappings().first()
        return None if row is None else dict(row)


class _Within:
    """A span of time as conditions on a column."""

    def __init__(self, begin: datetime | None, end: datetime) -> None:
        self._begin = begin
        self._end = end

    def at(self, column: Any) -> list[Any]:
        """Conditions on a column of instants."""
        after = [] if self._begin is None else [column >= self._begin]
        return [column < self._end, *after]

    def on(self, column: Any) -> list[Any]:
        """Conditions on a column of legal dates."""
        after = [] if self._begin is None else [column >= legal_date(self._begin)]
        return [column < legal_date(self._end), *after]
