"""Moving a stored limit: what a new calendar or a suspension makes of it, and of what waits for it.

The limit, its timers, the tasks that show it and the notice that publishes it move together. A
published closing date never moves earlier (K). Whoever calls records the event.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from calendars import periods
from calendars.periods import Due, Suspension
from calendars.published import Calendar
from workflow_app.commands.deadlines import computed, rule_of
from workflow_app.commands.run import Run
from workflow_app.kernel.clock import legal_date
from workflow_app.store import tables
from workflow_app.store.repositories.deadlines import DeadlineRow, SuspensionRow


def suspensions(rows: Sequence[SuspensionRow]) -> tuple[Suspension, ...]:
    """Return the stops of a limit as the calendar counts them."""
    return tuple(
        Suspension(
            legal_date(row.from_at),
            legal_date(row.to_at) if row.to_at is not None else None,
            row.reason,
            row.notice_no,
        )
        for row in rows
    )


def on_calendar(
    run: Run, row: DeadlineRow, calendar: Calendar, stopped: Sequence[SuspensionRow] | None = None
) -> periods.Recomputed:
    """Return what ``calendar`` makes of a limit.

    :param stopped: its suspensions, where the caller has asked for those of many limits at once.
    """
    stops = suspensions(run.uow.deadlines.suspensions(row.id) if stopped is None else stopped)
    return periods.recompute(rule_of(row), Due.from_json(row.trail), calendar, stops, published=row.published)


def write(run: Run, row: DeadlineRow, due: Due, calendar: Calendar, *, state: str = "open") -> None:
    """Store a limit's new computation and move everything that waits for it."""
    rule = rule_of(row)
    warn_at = periods.warning(rule, due, calendar)
    columns: dict[str, Any] = {**computed(rule, due, warn_at), "state": state}
    run.uow.deadlines.change(row.id, columns)
    for timer in run.uow.deadlines.timers_of(row.case_id, states=("pending", "suspended")):
        if timer.deadline_id == row.id:
            due_at = (warn_at or row.started_at) if timer.kind == "warning" else columns["due_at"]
            run.uow.deadlines.change_timer(timer.id, {"due_at": due_at, "state": "pending"})
    for task in run.uow.inbox.of_case(row.case_id):
        if task.deadline_id == row.id:
            run.uow.inbox.limit(task.id, columns["due_at"], row.id, provisional=columns["provisional"])
    if row.rule == "public_notice" and row.published:
        _notice(run, row, columns)


def _notice(run: Run, row: DeadlineRow, columns: dict[str, Any]) -> None:
    if row.project_id is None:
        return
    for notice in run.uow.programme.notices(row.project_id):
        if notice["case_id"] == row.case_id and notice["state"] == "open":
            changes = {name: columns[name] for name in ("provisional", "calendar_revision")}
            changes["closes_at"] = columns["due_at"]
            run.uow.programme.change(tables.public_notice, notice["id"], changes)
