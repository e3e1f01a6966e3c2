"""What a holiday notice does: which days change, which open limits move, in one transaction.

Limits that have run out never change; a published closing date never moves earlier, and the earlier result is
kept in the history as not followed. Who may put a notice in force is said in ``calendar_proposals``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from calendars import periods
from calendars.notice import Notice
from calendars.periods import Due
from calendars.published import Calendar, changed_days
from workflow_app.commands import permissions, recompute
from workflow_app.commands.calendar_requests import RecomputeDeadlines
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Json, Result
from workflow_app.commands.run import Run
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.deadlines import DeadlineRow, SuspensionRow
from workflow_app.store.repositories.settings import CalendarNotice

RECOMPUTED: Final = "deadline_recomputed"


@dataclass(frozen=True, slots=True)
class Change:
    """One calendar giving way to another, with the open limits it touches.

    :param numbers: of the cases under way, by id.
    :param stops: of the limits, by id; both asked once for all.
    """

    old: Calendar
    new: Calendar
    rows: tuple[DeadlineRow, ...]
    numbers: Mapping[str, str]
    stops: Mapping[str, tuple[SuspensionRow, ...]]


def change(run: Run, notice: Notice) -> Change:
    """Return what ``notice`` would touch."""
    old = run.calendar
    new = old.with_notices((notice,))
    rows = [row for row in run.uow.deadlines.open_after(run.at) if row.state == "open"]
    touched = (row for row in rows if periods.is_affected(Due.from_json(row.trail), old, new))
    numbers = run.uow.cases.numbers_of_open()
    return Change(old, new, tuple(touched), numbers, run.uow.deadlines.all_suspensions())


def described(run: Run, found: Change, notice: Notice) -> dict[str, Json]:
    """Say what a change does; nothing is written."""
    return _told(run, found, notice, [_move(run, row, found) for row in found.rows])


def put_in_force(run: Run, notice: Notice, body: str, proposal: str) -> dict[str, Json]:
    """Keep a notice and move every open limit it touches; return what changed.

    The caller holds the lock that lets one calendar follow the other.
    """
    # The cases first: what of theirs was under way is finished when their limits are read.
    cases = {row.case_id for row in change(run, notice).rows}
    for case_id in sorted(cases):
        run.uow.cases.get(case_id, lock=True)
    found = change(run, notice)
    run.uow.settings.add_calendar_notice(
        CalendarNotice(
            id=new_id(),
            sequence=run.uow.settings.calendar_sequence() + 1,
            year=notice.year,
            number=notice.number,
            issued_on=notice.issued,
            body=body,
            revision=found.new.revision,
            loaded_at=run.at,
            loaded_by=run.actor.user_id,
        )
    )
    facts = {
        "proposal": proposal,
        "notice": notice.number,
        "before": found.old.revision,
        "revision": found.new.revision,
    }
    run.uow.history.record(
        "calendar_loaded",
        "calendar",
        who(run.actor),
        run.at,
        calendar_revision=found.new.revision,
        facts=facts,
    )
    moves = [_move(run, row, found, write=True) for row in found.rows]
    return _told(run, found, notice, moves)


def recompute_all(run: Run, _request: RecomputeDeadlines) -> Result:
    """Compute every open limit anew, and write those that come out differently.

    Puts right a limit that began on the old calendar while a notice was put in force; changes nothing else.
    """
    permissions.ensure_holds(run.actor, "system", "system_admin", "department_leader")
    moves: list[Json] = []
    numbers, stops = run.uow.cases.numbers_of_open(), run.uow.deadlines.all_suspensions()
    now = Change(run.calendar, run.calendar, (), numbers, stops)
    for row in run.uow.deadlines.open_after(run.at):
        if row.state != "open" or row.due_at <= run.at or row.calendar_revision == run.calendar.revision:
            continue
        run.uow.cases.get(row.case_id, lock=True)
        found = run.uow.deadlines.get(row.id)  # as its case left it
        due = recompute.on_calendar(run, found, run.calendar).due
        if found.state == "open" and (due.due_at, due.provisional) != (found.due_at, found.provisional):
            moves.append(_move(run, found, now, write=True))
    return Result({"revision": run.calendar.revision, "deadlines": moves})


def _told(run: Run, found: Change, notice: Notice, moves: Iterable[Json]) -> dict[str, Json]:
    return {
        "year": notice.year,
        "number": notice.number,
        "base": found.old.revision,
        "revision": found.new.revision,
        "kind": kind_of(notice, found.old),
        "days": [
            {
                "date": day.isoformat(),
                "working": after.working,
                "was": before.reason,
                "reason": after.reason,
            }
            for day, before, after in changed_days(found.old, found.new)
        ],
        "working_days": {
            "before": sum(day.working for day in found.old.year(notice.year)),
            "after": sum(day.working for day in found.new.year(notice.year)),
        },
        "certain": notice.year not in found.old.years,
        "deadlines": list(moves),
        "suspended": run.uow.deadlines.standing_still(),
    }


def kind_of(notice: Notice, calendar: Calendar) -> str:
    """Return what a notice is to the calendar: ``first`` of its year, ``amendment`` or ``correction``."""
    if any(one.number == notice.number for one in calendar.notices):
        return "correction"
    return "amendment" if notice.year in calendar.years else "first"


def _move(run: Run, row: DeadlineRow, found: Change, *, write: bool = False) -> dict[str, Json]:
    """Recompute one open limit and say what became of it."""
    calendar = found.new
    result = recompute.on_calendar(run, row, calendar, found.stops.get(row.id, ()))
    new = result.due.due_at
    said: dict[str, Json] = {
        "case_id": row.case_id,
        "case_number": found.numbers.get(row.case_id, ""),
        "deadline_id": row.id,
        "rule": row.rule,
        "name": row.rule_body.get("name", row.rule),
        "kind": row.kind,
        "old": row.due_at.isoformat(),
        "new": new.isoformat() if new else None,
        "old_provisional": row.provisional,
        "provisional": result.due.provisional,
        "moved": result.moved,
        "ignored": result.ignored,
    }
    if row.due_at <= run.at:
        unchanged: dict[str, Json] = {
            "new": row.due_at.isoformat(),
            "provisional": row.provisional,
            "moved": False,
        }
        return said | unchanged | {"ignored": "期限已届满，不再改变", "outcome": "passed"}
    if result.ignored:
        said["outcome"] = "kept"
    elif result.moved:
        said["outcome"] = "later" if new is None or new > row.due_at else "earlier"
    else:
        said["outcome"] = "certain" if row.provisional and not result.due.provisional else "same"
    if write:
        recompute.write(run, row, result.due, calendar)
        _record(run, row, calendar, said)
    return said


def _record(run: Run, row: DeadlineRow, calendar: Calendar, said: Mapping[str, Json]) -> None:
    run.uow.history.record(
        RECOMPUTED,
        f"case:{row.case_id}",
        who(run.actor),
        run.at,
        calendar_revision=calendar.revision,
        legal_basis=row.basis,
        facts=said,
    )
