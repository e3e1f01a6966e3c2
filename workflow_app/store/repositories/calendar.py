"""Proposed holiday notices: entered, read under a lock, decided. Must never know who may decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from workflow_app.kernel.errors import NotFound
from workflow_app.store.live import Live
from workflow_app.store.schema.columns import Value
from workflow_app.store.tables import calendar_proposal


@dataclass(frozen=True, slots=True)
class CalendarProposal:
    """A proposed notice; ``body`` is its TOML, ``base`` the calendar's revision it was proposed on."""

    id: str
    number: str
    year: int
    notice_number: str
    issued_on: date
    title: str
    kind: str
    body: str
    reason: str
    base: str
    state: str
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    effect: Value = None


class CalendarProposalRepository:
    """Proposed notices of one unit of work."""

    def __init__(self, connection: Connection, live: Live) -> None:
        self._connection = connection
        self._live = live

    def add(self, row: CalendarProposal) -> None:
        """Enter a proposal."""
        self._live.insert(
            calendar_proposal, {name: getattr(row, name) for name in CalendarProposal.__slots__}
        )

    def get(self, proposal_id: str, *, lock: bool = False) -> CalendarProposal:
        """Return a proposal.

        :param lock: hold it for this transaction: two who decide at once do so one after the other.
        :raises NotFound: there is none.
        """
        query = select(*(calendar_proposal.c[name] for name in CalendarProposal.__slots__))
        query = query.where(calendar_proposal.c.id == proposal_id)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise NotFound("proposal_not_found", "没有这份申请")
        return CalendarProposal(*row)

    def decide(self, proposal_id: str, values: Mapping[str, Any]) -> None:
        """Write what became of a proposal."""
        self._live.update(calendar_proposal, {"id": proposal_id}, values)
