"""Deadlines, their suspensions, and timers: what is due, claimed so that it happens once.

A worker claims due timers inside its transaction (row locks that others skip on PostgreSQL, the
one writer on SQLite), advances the case, and marks the timer fired before the same commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, func, select, update

from workflow_app.kernel.errors import NotFound
from workflow_app.store.driver import Driver, Query
from workflow_app.store.live import Live
from workflow_app.store.schema.columns import Value, to_micros
from workflow_app.store.tables import deadline, suspension, timer


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One running or ended time limit, with the day-by-day trail it was counted by."""

    id: str
    case_id: str
    project_id: str | None
    token_id: str | None
    element_id: str
    rule: str
    rule_body: Value
    kind: str
    basis: str
    started_at: datetime
    due_at: datetime
    earliest_at: datetime
    latest_at: datetime
    warn_at: datetime | None
    provisional: bool
    published: bool
    trail: Value
    calendar_revision: str
    state: str = "open"
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SuspensionRow:
    """A stop of a time limit by a written notice; ``to_at`` is ``None`` while it lasts."""

    id: str
    deadline_id: str
    from_at: datetime
    to_at: datetime | None
    reason: str
    notice_no: str
    suspended_by: str | None
    resume_reason: str | None = None
    resume_notice_no: str | None = None
    resumed_by: str | None = None


@dataclass(frozen=True, slots=True)
class TimerRow:
    """One timer of a case."""

    id: str
    case_id: str
    token_id: str
    element_id: str
    deadline_id: str | None
    kind: str
    interrupting: bool
    due_at: datetime
    state: str = "pending"
    fired_at: datetime | None = None
    next_try: datetime | None = None
    attempts: int = 0
    last_error: str | None = None


class DeadlineRepository:
    """Time limits of one unit of work."""

    def __init__(self, connection: Connection, driver: Driver, live: Live) -> None:
        self._connection = connection
        self._driver = driver
        self._live = live
        self._locks = connection.dialect.name == "postgresql"

    # --- deadlines

    def add(self, row: DeadlineRow) -> None:
        """Start a time limit."""
        self._live.insert(deadline, {name: getattr(row, name) for name in DeadlineRow.__slots__})

    def get(self, deadline_id: str) -> DeadlineRow:
        """Return a time limit.

        :raises NotFound: there is none.
        """
        row = self._connection.execute(_DEADLINES.where(deadline.c.id == deadline_id)).first()
        if row is None:
            raise NotFound("no_such_deadline", "没有这个期限")
        return DeadlineRow(*row)

    def change(self, deadline_id: str, values: Mapping[str, Any]) -> None:
        """Move or end a time limit."""
        if not self._live.update(deadline, {"id": deadline_id}, values):
            raise NotFound("no_such_deadline", "没有这个期限")

    def of_case(self, case_id: str) -> tuple[DeadlineRow, ...]:
        """Return the time limits of a case, in the order they started."""
        return tuple(DeadlineRow(*row) for row in _OF_CASE.all(self._driver, case_id=case_id))

    def of_token(self, token_id: str, *, open_only: bool = True) -> tuple[DeadlineRow, ...]:
        """Return the time limits that run for a token."""
        query = _DEADLINES.where(deadline.c.token_id == token_id)
        if open_only:
            query = query.where(deadline.c.state.in_(("open", "suspended")))
        return tuple(DeadlineRow(*row) for row in self._connection.execute(query))

    def latest(self, case_id: str, rule: str) -> DeadlineRow | None:
        """Return the limit of this rule that started last in a case."""
        query = _DEADLINES.where(deadline.c.case_id == case_id, deadline.c.rule == rule).order_by(
            deadline.c.started_at.desc(), deadline.c.id.desc()
        )
        row = self._connection.execute(query.limit(1)).first()
        return None if row is None else DeadlineRow(*row)

    def open_after(self, instant: datetime) -> tuple[DeadlineRow, ...]:
        """Return all running limits whose latest due date is after ``instant``, by due date.

        A calendar notice looks here for those whose counted span touches a changed day.
        """
        query = _DEADLINES.where(
            deadline.c.state.in_(("open", "suspended")), deadline.c.latest_at > instant
        ).order_by(deadline.c.due_at, deadline.c.id)
        return tuple(DeadlineRow(*row) for row in self._connection.execute(query))

    def standing_still(self) -> int:
        """Return how many limits are suspended: each is counted anew on the day it resumes."""
        query = select(func.count()).select_from(deadline).where(deadline.c.state == "suspended")
        return int(self._connection.execute(query).scalar_one())

    def next_due(self, after: datetime) -> datetime | None:
        """Return the due date of the next pending timer later than ``after``, which no clock has passed yet.

        A walk along the index: a timer that nobody has tried is first tried when it is due.
        """
        row = NEXT_DUE.first(self._driver, after=to_micros(after))
        return None if row is None else row[0]

    # --- suspensions

    def suspend(self, row: SuspensionRow) -> None:
        """Stop a limit; a second stop while one lasts is refused by the database."""
        self._live.insert(suspension, {name: getattr(row, name) for name in SuspensionRow.__slots__})

    def resume(self, suspension_id: str, values: Mapping[str, Any]) -> None:
        """End a stop."""
        if not self._live.update(suspension, {"id": suspension_id}, values):
            raise NotFound("no_such_suspension", "没有这次中止")

    def suspensions(self, deadline_id: str) -> tuple[SuspensionRow, ...]:
        """Return the stops of a limit, oldest first."""
        query = _SUSPENSIONS.where(suspension.c.deadline_id == deadline_id).order_by(suspension.c.from_at)
        return tuple(SuspensionRow(*row) for row in self._connection.execute(query))

    def all_suspensions(self) -> dict[str, tuple[SuspensionRow, ...]]:
        """Return the stops of every limit by its id, oldest first: asked once for many limits."""
        rows = self._connection.execute(_SUSPENSIONS.order_by(suspension.c.deadline_id, suspension.c.from_at))
        stops = (SuspensionRow(*row) for row in rows)
        return {one: tuple(each) for one, each in groupby(stops, key=lambda stop: stop.deadline_id)}

    # --- timers

    def arm(self, row: TimerRow) -> None:
        """Set a timer; it is first tried when it is due."""
        values = {name: getattr(row, name) for name in TimerRow.__slots__}
        self._live.insert(timer, {**values, "next_try": row.next_try or row.due_at})

    def timers_of(self, case_id: str, *, states: Sequence[str] = ("pending",)) -> tuple[TimerRow, ...]:
        """Return the waiting timers of a case, by due date; suspended ones where ``states`` names them."""
        rows = _TIMERS_OF.all(self._driver, case_id=case_id)
        return tuple(found for found in (TimerRow(*row) for row in rows) if found.state in states)

    def change_timer(self, timer_id: str, values: Mapping[str, Any]) -> None:
        """Move, suspend or resume a timer; ``next_try`` follows ``due_at``."""
        follow = {"next_try": values["due_at"], "attempts": 0} if "due_at" in values else {}
        if not self._live.update(timer, {"id": timer_id}, {**values, **follow}):
            raise NotFound("no_such_timer", "没有这个定时")

    def fired(self, timer_id: str, at: datetime) -> bool:
        """Mark a pending timer fired; false where somebody else did, or it was cancelled."""
        values = {"state": "fired", "fired_at": at}
        return self._live.update(timer, {"id": timer_id}, values, where={"state": "pending"})

    def cancel(self, *timer_ids: str) -> None:
        """Cancel timers that are still waiting."""
        for timer_id in timer_ids:
            for state in ("pending", "suspended"):
                if self._live.update(timer, {"id": timer_id}, {"state": "cancelled"}, where={"state": state}):
                    break

    def claim_due(self, now: datetime, limit: int) -> tuple[TimerRow, ...]:
        """Lock and return timers due at ``now``, earliest first; others skip what is locked."""
        query = DUE_LOCKED if self._locks else DUE
        rows = query.all(self._driver, now=to_micros(now), limit=limit)
        return tuple(TimerRow(*row) for row in rows)

    def due_of(self, case_id: str, now: datetime) -> tuple[TimerRow, ...]:
        """Return the pending timers of one case that are due, earliest first."""
        rows = _DUE_OF.all(self._driver, case_id=case_id, now=to_micros(now))
        return tuple(TimerRow(*row) for row in rows)

    def postpone(self, timer_id: str, next_try: datetime, error: str) -> None:
        """Let a timer that failed wait for its next try; its own unit of work, no act."""
        self._connection.execute(
            update(timer)
            .where(timer.c.id == timer_id, timer.c.state == "pending")
            .values(next_try=next_try, attempts=timer.c.attempts + 1, last_error=error[:2000])
        )


_DEADLINES: Final = select(*(deadline.c[name] for name in DeadlineRow.__slots__))
_OF_CASE: Final = Query(
    [deadline.c[name] for name in DeadlineRow.__slots__],
    "WHERE case_id = {case_id} ORDER BY started_at, id",
)
_SUSPENSIONS: Final = select(*(suspension.c[name] for name in SuspensionRow.__slots__))
_TIMER: Final = [timer.c[name] for name in TimerRow.__slots__]
_TIMERS_OF: Final = Query(
    _TIMER, "WHERE case_id = {case_id} AND state IN ('pending', 'suspended') ORDER BY due_at, id"
)
_DUE_SQL: Final = "WHERE state = 'pending' AND next_try <= {now} ORDER BY next_try, due_at, id LIMIT {limit}"
DUE: Final = Query(_TIMER, _DUE_SQL)
DUE_LOCKED: Final = Query(_TIMER, f"{_DUE_SQL} FOR UPDATE SKIP LOCKED")
NEXT_DUE: Final = Query(
    [timer.c.due_at],
    "WHERE state = 'pending' AND next_try > {after} AND due_at > {after} ORDER BY next_try, due_at LIMIT 1",
)
_DUE_OF: Final = Query(
    _TIMER, "WHERE case_id = {case_id} AND state = 'pending' AND due_at <= {now} ORDER BY due_at, id"
)
