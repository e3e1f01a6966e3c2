"""Legal limits of a case: from a rule's name to a stored deadline, and the timers that wait for it.

A deadline is found by (case, rule, start) and shared by the tasks and timers that name it; it
keeps its rule, the calendar's revision and the day-by-day trail it was computed with. The
engine never sees a date: its timers wait for rows of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from calendars import periods
from calendars.periods import Due, Rule
from workflow_app.commands.requests import Json
from workflow_app.commands.run import OpenCase, Run
from workflow_app.engine.model import TimerRequest
from workflow_app.kernel.clock import SHANGHAI
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.deadlines import DeadlineRow, TimerRow

LIVE: Final = ("open", "suspended")


def start_of(value: Json, at: datetime) -> datetime:
    """Return the instant a limit runs from: a variable's ISO text, or the act's own.

    :raises ValueError: a text without its time zone.
    """
    if value is None:
        return at
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError(f"a limit starts from an instant without a zone: {value}")
    return moment.astimezone(UTC)


def of_case(run: Run, case: OpenCase) -> dict[str, DeadlineRow]:
    """Return the case's limits by id."""
    if case.limits is None:
        case.limits = {row.id: row for row in run.uow.deadlines.of_case(case.id)}
    return case.limits


def latest(run: Run, case: OpenCase, rule_id: str) -> DeadlineRow | None:
    """Return the case's last limit of a rule."""
    found = [row for row in of_case(run, case).values() if row.rule == rule_id]
    return max(found, key=lambda row: row.started_at, default=None)


def ensure(
    run: Run, case: OpenCase, rule_id: str, start: Json, token_id: str | None, element_id: str
) -> DeadlineRow:
    """Return the case's limit of ``rule_id`` from ``start``: the one there is, or a new one.

    :param start: ISO text of the event's instant; ``None`` for this act.
    """
    started = start_of(start, run.at)
    for row in of_case(run, case).values():
        if row.rule == rule_id and row.started_at == started:
            if row.state == "met":  # a later task of the same limit: it runs again
                return change(run, case, row, {"state": "open", "ended_at": None})
            return row
    rule = case.parameters.rule(rule_id)
    due = periods.compute(rule, started, run.calendar)
    row = DeadlineRow(
        id=new_id(),
        case_id=case.id,
        project_id=case.row.project_id,
        token_id=token_id,
        element_id=element_id,
        rule=rule_id,
        rule_body=rule_json(rule),
        kind=rule.kind,
        basis=rule.basis,
        started_at=started,
        published=False,
        **computed(rule, due, periods.warning(rule, due, run.calendar)),
    )
    run.uow.deadlines.add(row)
    of_case(run, case)[row.id] = row
    return row


def computed(rule: Rule, due: Due, warn_at: datetime | None) -> dict[str, Any]:
    """Return the columns a computation fills.

    :raises ValueError: the limit stands still; it keeps the dates it had.
    """
    if due.due_at is None or due.earliest is None or due.latest is None or due.last_day is None:
        raise ValueError(f"limit {rule.id} stands still and has no dates")
    shift = due.due_at - _end_of(due.last_day)
    return {
        "due_at": due.due_at,
        "earliest_at": _end_of(due.earliest) + shift,
        "latest_at": _end_of(due.latest) + shift,
        "warn_at": warn_at,
        "provisional": due.provisional,
        "trail": due.to_json(),
        "calendar_revision": due.calendar_revision,
    }


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), SHANGHAI).astimezone(UTC)


def rule_json(rule: Rule) -> dict[str, Json]:
    """Return a rule as it is kept with each deadline; ``Rule.from_mapping`` reads it back."""
    values = {each.name: getattr(rule, each.name) for each in fields(rule)}
    return {
        name: value.isoformat() if isinstance(value, date | time) else value for name, value in values.items()
    }


def rule_of(row: DeadlineRow) -> Rule:
    """Return the rule a deadline was computed with."""
    return Rule.from_mapping(row.rule_body)


def arm(run: Run, case: OpenCase, request: TimerRequest) -> None:
    """Store a timer the engine waits for."""
    element = request.element.id
    limit = ensure(run, case, request.rule, request.start, request.token_id, element)
    due_at = (limit.warn_at or limit.started_at) if request.kind == "warning" else limit.due_at
    row = TimerRow(
        id=new_id(),
        case_id=case.id,
        token_id=request.token_id,
        element_id=element,
        deadline_id=limit.id,
        kind=request.kind,
        interrupting=request.interrupting,
        due_at=due_at,
        state="suspended" if limit.state == "suspended" else "pending",
        next_try=due_at,
    )
    run.uow.deadlines.arm(row)
    case.timers[row.token_id, row.element_id] = row


def change(run: Run, case: OpenCase, row: DeadlineRow, values: Mapping[str, Any]) -> DeadlineRow:
    """Change a limit's row and return it as it stands now."""
    run.uow.deadlines.change(row.id, values)
    after = replace(row, **values)
    if case.limits is not None:
        case.limits[row.id] = after
    return after


def release(run: Run, case: OpenCase, touched: Iterable[str]) -> None:
    """End the limits nothing waits for any more: met in time, or missed."""
    wanted = set(touched)
    if not wanted:
        return
    wanted -= {task.deadline_id for task in case.tasks.values()}
    wanted -= {timer.deadline_id for timer in case.timers.values()}
    for deadline_id in sorted(wanted):
        row = of_case(run, case)[deadline_id]
        if row.state in LIVE:
            in_time = run.at <= row.due_at or row.rule_body["direction"] == "min"
            change(run, case, row, {"state": "met" if in_time else "missed", "ended_at": run.at})
