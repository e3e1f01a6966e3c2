"""Due timers: claimed one at a time, delivered to the engine, marked in the same transaction.

A timer that cannot be delivered does not stop the others: its act is
rolled back whole, an incident is recorded, and it is tried again later. Before a person's act
on a case is judged, the case's overdue timers fire first: a limit that has run out is not
beaten by a late click.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from workflow_app.commands import deadlines, incidents, steps
from workflow_app.commands.host import Host
from workflow_app.commands.recorder import Note
from workflow_app.commands.requests import SYSTEM, Actor, FireDueTimers, Result
from workflow_app.commands.run import OpenCase, Run
from workflow_app.commands.service_calls import ServiceCalls
from workflow_app.kernel.errors import Conflict
from workflow_app.store.repositories.deadlines import TimerRow

LOG = logging.getLogger(__name__)
FIRST_RETRY: Final = timedelta(minutes=1)
LONGEST_RETRY: Final = timedelta(hours=6)


class Overdue(Exception):
    """A human act came upon a timer that is due: fire it first, then judge the act again."""

    def __init__(self, case_ids: tuple[str, ...]) -> None:
        super().__init__(*case_ids)
        self.case_ids = case_ids


def ensure_none_overdue(run: Run, case: OpenCase) -> None:
    """Stop an act on a case that has a due timer, or whose callers have one.

    :raises Overdue: caught by the host, which fires them and tries the act again.
    """
    if any(timer.state == "pending" and timer.due_at <= run.at for timer in case.timers.values()):
        raise Overdue((case.id,))
    if case.late_callers:
        raise Overdue(case.late_callers)


def fire(run: Run, timer: TimerRow) -> None:
    """Deliver one claimed timer to its case; marks it fired in the same transaction.

    :raises Conflict: it no longer waits.
    """
    case = run.case(timer.case_id)
    services = ServiceCalls(run, case)
    step = run.tools.engine.fire(case.live, timer.token_id, timer.element_id, services)
    if not run.uow.deadlines.fired(timer.id, run.at):
        raise Conflict("timer_closed", "该期限已不再计时")
    case.timers.pop((timer.token_id, timer.element_id), None)
    if timer.kind == "deadline" and timer.deadline_id:
        _expire(run, case, timer.deadline_id)
    facts = {"timer": timer.kind, "due_at": timer.due_at.isoformat()}
    steps.save(
        run, case, step, services, Note("timer_fired", SYSTEM, element_id=timer.element_id, facts=facts)
    )
    run.drain()


def _expire(run: Run, case: OpenCase, deadline_id: str) -> None:
    """A cap that ran out was missed; a floor that ran out was kept."""
    row = deadlines.of_case(run, case)[deadline_id]
    if row.state in deadlines.LIVE:
        state = "met" if row.rule_body["direction"] == "min" else "missed"
        deadlines.change(run, case, row, {"state": state, "ended_at": run.at})


def fire_due(host: Host, request: FireDueTimers, actor: Actor) -> Result:
    """Fire what is due now, earliest first, each in its own transaction; at most ``limit``.

    :returns: ``fired`` and ``failed`` counts; fewer than ``limit`` in all means nothing more is due.
    """
    fired = failed = 0
    while fired + failed < request.limit:
        done = _fire_next(host)
        if done is None:
            break
        fired, failed = fired + done, failed + (not done)
    return Result({"fired": fired, "failed": failed})


def _fire_next(host: Host) -> bool | None:
    """Claim and fire the earliest due timer; ``None`` where none is due, false where it failed."""
    claimed: TimerRow | None = None
    try:
        with host.store.unit_of_work() as uow:
            run = host.run(uow, SYSTEM)
            due = uow.deadlines.claim_due(run.at, 1)
            if not due:
                return None
            claimed = due[0]
            fire(run, claimed)
            uow.commit()
            return True
    except Exception as error:  # one poisoned timer must not stop the others
        if claimed is None:
            raise
        return not _failed(host, claimed, error)


def fire_case(host: Host, case_id: str) -> None:
    """Fire the due timers of one case, earliest first, each in its own transaction."""
    while True:
        with host.store.unit_of_work() as uow:
            run = host.run(uow, SYSTEM)
            due = uow.deadlines.due_of(case_id, run.at)
            if not due:
                return
            fire(run, due[0])
            uow.commit()


def fire_by_id(host: Host, case_id: str, timer_id: str) -> None:
    """Fire one timer that failed before, at once.

    :raises Conflict: it no longer waits.
    """
    with host.store.unit_of_work() as uow:
        run = host.run(uow, SYSTEM)
        waiting = uow.deadlines.timers_of(case_id)
        timer = next((row for row in waiting if row.id == timer_id), None)
        if timer is None:
            raise Conflict("timer_closed", "该期限已不再计时")
        fire(run, timer)
        uow.commit()


def _failed(host: Host, timer: TimerRow, error: Exception) -> bool:
    """Put a failed timer off and keep an incident; false where it had only lost a race."""
    with host.store.unit_of_work() as uow:
        if not any(row.id == timer.id for row in uow.deadlines.timers_of(timer.case_id)):
            return False  # somebody else fired or cancelled it meanwhile
        if isinstance(error, Conflict) and error.code == "busy":
            return True
        LOG.error("timer %s of case %s failed", timer.element_id, timer.case_id, exc_info=error)
        wait = min(FIRST_RETRY * 2**timer.attempts, LONGEST_RETRY)
        uow.deadlines.postpone(timer.id, host.tools.clock.now() + wait, f"{type(error).__name__}: {error}")
        incidents.keep(
            host,
            uow,
            case_id=timer.case_id,
            element_id=timer.element_id,
            command="FireTimer",
            request={"timer_id": timer.id},
            actor=SYSTEM,
            error=error,
        )
        uow.commit()
        return True
