"""How long each stage takes in working days, and how often its limit was kept.

Derived from the recorded limits; days a limit was suspended do not count. A limit recorded as missed ended
when it ran out, so its days are at least those shown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import select

from calendars.published import Calendar
from calendars.working_days import working_days_between
from workflow_app.kernel.clock import legal_date
from workflow_app.queries.limits import last_day
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import deadline, suspension


@dataclass(frozen=True, slots=True)
class StageTime:
    """One limit over all cases.

    :param open: those that run now; :param overdue: those of them that ran out.
    :param kept: ended in time since the day asked for; :param missed: recorded as overdue since then.
    :param median: working days from the start to the end of those; ``None`` where none ended.
    """

    rule: str
    open: int
    overdue: int
    kept: int
    missed: int
    median: float | None

    @property
    def on_time(self) -> float | None:
        """Share of the ended that were kept, 0 to 1."""
        ended = self.kept + self.missed
        return self.kept / ended if ended else None


@dataclass(slots=True)
class _Tally:
    open: int = 0
    overdue: int = 0
    kept: int = 0
    missed: int = 0
    days: list[int] = field(default_factory=list)


def stage_times(reading: Reading, calendar: Calendar, since: datetime, now: datetime) -> dict[str, StageTime]:
    """Return each limit's figures by its rule: what runs at ``now``, and what ended since ``since``."""
    stopped = _stopped(reading, calendar, since)
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    columns = (deadline.c.id, deadline.c.rule, deadline.c.state, deadline.c.started_at)
    query = select(*columns, deadline.c.due_at, deadline.c.ended_at).where(
        deadline.c.ended_at.is_(None) | (deadline.c.ended_at >= since), deadline.c.state != "cancelled"
    )
    for row in reading.execute(query):
        tally = tallies[row.rule]
        if row.ended_at is None:
            tally.open += 1
            tally.overdue += row.state == "open" and row.due_at <= now
            continue
        tally.kept += row.state == "met"
        tally.missed += row.state == "missed"
        days = working_days_between(calendar, legal_date(row.started_at), last_day(row.ended_at))
        tally.days.append(max(0, days - stopped.get(row.id, 0)))
    return {
        rule: StageTime(
            rule,
            one.open,
            one.overdue,
            one.kept,
            one.missed,
            float(median(one.days)) if one.days else None,
        )
        for rule, one in tallies.items()
    }


def _stopped(reading: Reading, calendar: Calendar, since: datetime) -> dict[str, int]:
    joined = suspension.join(deadline, deadline.c.id == suspension.c.deadline_id)
    columns: tuple[Any, ...] = (suspension.c.deadline_id, suspension.c.from_at, suspension.c.to_at)
    query = (
        select(*columns)
        .select_from(joined)
        .where(deadline.c.ended_at >= since, suspension.c.to_at.is_not(None))
    )
    found: dict[str, int] = {}
    for row in reading.execute(query):
        days = working_days_between(calendar, legal_date(row.from_at), legal_date(row.to_at))
        found[row.deadline_id] = found.get(row.deadline_id, 0) + days
    return found
