"""Whether the limits of a closed case would have been met on another version.

A due date is computed anew by the version's own parameters, from the same instant, with the same suspensions
and on the calendar in force; whether it was met is judged by the instant its wait really closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from calendars import periods
from calendars.errors import CalendarError
from calendars.periods import Rule, Suspension
from calendars.published import Calendar
from workflow_app.commands.backtest.found import Difference, Kind
from workflow_app.commands.backtest.recorded import Act, Wait
from workflow_app.commands.backtest.running import Limit
from workflow_app.commands.deadlines import rule_of, start_of
from workflow_app.kernel.clock import shanghai
from workflow_app.store.repositories.deadlines import DeadlineRow

MET: Final = "met"
MISSED: Final = "missed"
OPEN: Final = "open"
"""It had run out when its wait was taken from it; by the new date it had not."""


@dataclass(slots=True)
class Limits:
    """The limits of one case, compared as its acts pass.

    :param rows: the case's limits by id, as they ended.
    :param stops: their suspensions.
    :param rules: the version's.
    """

    rows: Mapping[str, DeadlineRow]
    stops: Mapping[str, Sequence[Suspension]]
    rules: Mapping[str, Rule]
    calendar: Calendar
    acts: Sequence[Act]
    _seen: set[tuple[str, Limit | None]] = field(default_factory=set)
    _added: dict[Wait, tuple[Rule, datetime]] = field(default_factory=dict)

    def after(
        self, act: Act, opened: Mapping[Wait, Limit | None], shut: Sequence[Wait]
    ) -> Iterator[Difference]:
        """Yield what became of the limits of the waits an act opened, and of added ones whose wait it closed.

        :param opened: the waits the same act opens on the version.
        :param shut: those it closes there.
        """
        for wait in shut:
            rule, due = self._added.pop(wait, (None, act.at))
            if rule is not None and rule.direction == "max" and act.at > due:
                yield Difference(Kind.DEADLINE, act.at, wait[0], rule.id, (), _said(due, MISSED))
        for wait in dict.fromkeys((*act.limits, *opened)):
            row, limit = self.rows.get(act.limits.get(wait) or ""), opened.get(wait)
            if row is None:
                self._add(act, wait, limit)
            elif (row.id, limit) not in self._seen:
                self._seen.add((row.id, limit))
                yield from self._compared(act, wait[0], row, limit)

    def _add(self, act: Act, wait: Wait, limit: Limit | None) -> None:
        """Begin a limit that only the version has."""
        rule = self.rules.get(limit.rule) if limit else None
        if limit is None or rule is None:
            return
        due = self._due(rule, start_of(limit.start, act.at), None)
        if due is not None:
            self._added[wait] = (rule, due)

    def _compared(
        self, act: Act, element: str, row: DeadlineRow, limit: Limit | None
    ) -> Iterator[Difference]:
        was = MISSED if row.state == MISSED else MET
        before = _said(row.due_at, was)
        rule = self.rules.get(limit.rule) if limit else None
        if limit is None or rule is None:
            yield Difference(Kind.MOVED, act.at, element, row.rule, before)
            return
        started, own = start_of(limit.start, act.at), rule_of(row)
        if started == row.started_at and rule == own:
            return
        due = self._due(rule, started, row)
        if due is None or due == row.due_at or due == self._due(own, row.started_at, row):
            return
        then = self._outcome(rule, due, row)
        kind = Kind.MOVED if was == then else Kind.DEADLINE
        yield Difference(kind, act.at, element, rule.id, before, _said(due, then))

    def _due(self, rule: Rule, started: datetime, row: DeadlineRow | None) -> datetime | None:
        """Return a due date; ``None`` where it stands still or lies outside the calendar."""
        stops = self.stops.get(row.id, ()) if row else ()
        try:
            return periods.compute(rule, started, self.calendar, stops).due_at
        except CalendarError:
            return None

    def _outcome(self, rule: Rule, due: datetime, row: DeadlineRow) -> str:
        """Return what became of a limit by a new due date."""
        if rule.direction == "min":
            return MET  # a floor is waited for, however late it ends
        last = next((act for act in reversed(self.acts) if row.id in act.closed), None)
        if last is None:
            return MET
        if last.kind == "timer_fired" and last.at >= row.due_at:
            # Its own timer took the work from whoever had it: nobody knows when it would have been done.
            return MISSED if due <= row.due_at else OPEN
        return MISSED if last.at > due else MET


def _said(due: datetime, what: str) -> tuple[str, str]:
    """Return a due date's legal instant, and what became of it."""
    return shanghai(due).isoformat(timespec="minutes"), what
