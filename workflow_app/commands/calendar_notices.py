"""Loading a State Council notice: which days change, which open limits move, in one transaction.

Limits that have run out never change; a published closing date never moves earlier,
and an earlier result is logged as ignored. With ``dry_run`` nothing is written.
"""

from __future__ import annotations

from calendars import periods
from calendars.errors import CalendarError
from calendars.notice import parse_notices
from calendars.periods import Due
from calendars.published import Calendar, changed_days
from workflow_app.commands import permissions, recompute
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Json, LoadCalendarNotice, Result
from workflow_app.commands.run import Run
from workflow_app.kernel.errors import Conflict, InvalidForm
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.deadlines import DeadlineRow
from workflow_app.store.repositories.settings import CalendarNotice


def load(run: Run, request: LoadCalendarNotice) -> Result:
    """Load a notice, or list what it would do.

    :raises InvalidForm: the file does not hold, or forgets a statutory holiday.
    :raises Conflict: these very notices are in force.
    """
    permissions.ensure_holds(run.actor, "department_leader", "system_admin", "system")
    old = run.calendar
    try:
        notices = parse_notices(request.toml)
        new = old.with_notices(notices)
    except CalendarError as error:
        raise InvalidForm({"toml": [str(error)]}, str(error)) from None
    if new.revision == old.revision:
        raise Conflict("calendar_unchanged", "该通知已载入，工作日历没有变化")
    affected = [
        row
        for row in run.uow.deadlines.open_after(run.at)
        if row.state == "open" and periods.is_affected(Due.from_json(row.trail), old, new)
    ]
    moves: list[Json] = [_move(run, row, new, dry=request.dry_run) for row in affected]
    if not request.dry_run:
        sequence = run.uow.settings.calendar_sequence()
        for offset, notice in enumerate(notices, start=1):
            run.uow.settings.add_calendar_notice(
                CalendarNotice(
                    id=new_id(),
                    sequence=sequence + offset,
                    year=notice.year,
                    number=notice.number,
                    issued_on=notice.issued,
                    body=request.toml,
                    revision=new.revision,
                    loaded_at=run.at,
                    loaded_by=run.actor.user_id,
                )
            )
        facts = {"revision": new.revision, "before": old.revision, "notices": [n.number for n in notices]}
        run.uow.history.record(
            "calendar_loaded", "calendar", who(run.actor), run.at, calendar_revision=new.revision, facts=facts
        )
    days: list[Json] = [
        {"date": day.isoformat(), "working": after.working, "reason": after.reason}
        for day, _, after in changed_days(old, new)
    ]
    return Result({"revision": new.revision, "days": days, "deadlines": moves, "dry_run": request.dry_run})


def _move(run: Run, row: DeadlineRow, calendar: Calendar, *, dry: bool) -> Json:
    """Recompute one open limit and say what became of it."""
    result = recompute.on_calendar(run, row, calendar)
    said: dict[str, Json] = {
        "case_id": row.case_id,
        "deadline_id": row.id,
        "rule": row.rule,
        "old": row.due_at.isoformat(),
        "new": result.due.due_at.isoformat() if result.due.due_at else None,
        "moved": result.moved,
        "ignored": result.ignored,
    }
    if not dry:
        run.uow.cases.get(row.case_id, lock=True)
        recompute.write(run, row, result.due, calendar)
        run.uow.history.record(
            "deadline_recomputed",
            f"case:{row.case_id}",
            who(run.actor),
            run.at,
            calendar_revision=calendar.revision,
            legal_basis=row.basis,
            facts=said,
        )
    return said
