"""Time limits as a page needs them: where one stands today, and the days behind its date.

The numbers are working days of the calendar in force; the trail is the one that was stored with the
deadline when it was computed, never a new count. Nothing here puts anything into words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, bindparam, func, select, text

from calendars.periods import remaining
from calendars.published import Calendar
from calendars.trail import Due
from workflow_app.kernel.clock import legal_date, shanghai
from workflow_app.queries.reading import NEVER, Reading
from workflow_app.store.prepared import Prepared
from workflow_app.store.tables import case_file, deadline, project, suspension

State = Literal["overdue", "today", "left", "suspended", "none"]
CLOSED = frozenset({"met", "cancelled"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a limit stands: ``number`` working days left or overdue; days of the budget while suspended."""

    state: State
    number: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """One suspension: from when, to when (``None`` while it stands), why, on which written notice."""

    from_at: datetime
    to_at: datetime | None
    reason: str
    notice_no: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A deadline of a case.

    :param state: open, suspended, met, missed or cancelled, as recorded.
    :param due: the stored computation with its trail.
    """

    id: str
    case_id: str
    case_number: str
    case_title: str
    token_id: str | None
    element_id: str
    rule: str
    name: str
    kind: str
    basis: str
    direction: str
    started_at: datetime
    due_at: datetime
    provisional: bool
    state: str
    ended_at: datetime | None
    due: Due
    standing: Standing
    stops: tuple[Stop, ...] = ()


def last_day(due_at: datetime) -> date:
    """Return the last day of a limit: an instant of 00:00 closes the day before."""
    local = shanghai(due_at)
    return (local - timedelta(microseconds=1)).date()


def standing(
    calendar: Calendar,
    due_at: datetime | None,
    now: datetime,
    *,
    suspended: bool = False,
    left: int = 0,
) -> Standing:
    """Return where a limit stands at ``now``.

    :param left: days of the budget that remain, for a suspended one.
    """
    passed = due_at is not None and due_at <= now
    return standing_on(calendar, due_at, legal_date(now), passed=passed, suspended=suspended, left=left)


def standing_on(
    calendar: Calendar,
    due_at: datetime | None,
    day: date,
    *,
    passed: bool,
    suspended: bool = False,
    left: int = 0,
) -> Standing:
    """Return where a limit stands on the legal date ``day``, of which nothing more has to be known.

    :param passed: whether its due instant is over; :param left: as of :func:`standing`.
    """
    if suspended:
        return Standing("suspended", left)
    if due_at is None or due_at.year >= NEVER:
        return Standing("none")
    last = last_day(due_at)
    number = remaining(calendar, day, last)
    if passed:
        return Standing("overdue", max(1, -number))
    return Standing("today") if day == last else Standing("left", number)


def limits_of_case(reading: Reading, case_id: str, calendar: Calendar, now: datetime) -> tuple[Limit, ...]:
    """Return every deadline of a case, the open ones first, each by its due date."""
    rows = reading.execute(_select().where(deadline.c.case_id == case_id).order_by(deadline.c.due_at)).all()
    found = [_limit(row, calendar, now, _stops(reading, row.id)) for row in rows]
    return tuple(sorted(found, key=lambda limit: (limit.state in CLOSED, limit.due_at)))


def limit_of_task(
    reading: Reading, deadline_id: str | None, calendar: Calendar, now: datetime
) -> Limit | None:
    """Return the deadline an open task runs under, if any."""
    if deadline_id is None:
        return None
    row = reading.first(_OF_TASK, {"deadline": deadline_id})
    return None if row is None else _limit(row, calendar, now, _stops(reading, row.id))


def open_limits(
    reading: Reading, calendar: Calendar, now: datetime, *, at_most: int = 50
) -> tuple[Limit, ...]:
    """Return the open deadlines of all cases, the nearest first, those that stand still last."""
    query = (
        _select()
        .where(deadline.c.state.in_(("open", "suspended")))
        .order_by(deadline.c.state == "suspended", deadline.c.due_at, deadline.c.id)
    )
    return tuple(_limit(row, calendar, now, ()) for row in reading.execute(query.limit(at_most)))


def next_limit(reading: Reading, calendar: Calendar, now: datetime) -> Limit | None:
    """Return the first open deadline that is still to come."""
    row = reading.first(_NEXT, {"now": now})
    return None if row is None else _limit(row, calendar, now, ())


def case_title() -> ColumnElement[str]:
    """Return what a case is called: by its project once there is one, else as it was opened."""
    return func.coalesce(project.c.name, case_file.c.title)


def _select() -> Any:
    joined = deadline.join(case_file, case_file.c.id == deadline.c.case_id)
    joined = joined.outerjoin(project, project.c.id == case_file.c.project_id)
    return select(deadline, case_file.c.number, case_title().label("title")).select_from(joined)


def _stops(reading: Reading, deadline_id: str) -> tuple[Stop, ...]:
    rows = reading.all(_STOPS, {"deadline": deadline_id})
    return tuple(Stop(row.from_at, row.to_at, row.reason, row.notice_no) for row in rows)


_OF_TASK: Final = Prepared(_select().where(deadline.c.id == bindparam("deadline")))
_NEXT: Final = Prepared(
    _select()
    .where(
        # Written out, or SQLite does not see that the index of the open ones serves.
        text("deadline.state IN ('open', 'suspended')"),
        deadline.c.state == "open",
        deadline.c.due_at > bindparam("now"),
    )
    .order_by(deadline.c.due_at, deadline.c.id)
    .limit(1)
)
_STOPS: Final = Prepared(
    select(suspension).where(suspension.c.deadline_id == bindparam("deadline")).order_by(suspension.c.from_at)
)


def _limit(row: Any, calendar: Calendar, now: datetime, stops: tuple[Stop, ...]) -> Limit:
    due = Due.from_json(row.trail)
    suspended = row.state == "suspended"
    return Limit(
        id=row.id,
        case_id=row.case_id,
        case_number=row.number,
        case_title=row.title,
        token_id=row.token_id,
        element_id=row.element_id,
        rule=row.rule,
        name=row.rule_body.get("name", row.rule),
        kind=row.kind,
        basis=row.basis,
        direction=row.rule_body.get("direction", "max"),
        started_at=row.started_at,
        due_at=row.due_at,
        provisional=row.provisional,
        state=row.state,
        ended_at=row.ended_at,
        due=due,
        standing=standing(calendar, row.due_at, now, suspended=suspended, left=due.budget - due.used),
        stops=stops,
    )
