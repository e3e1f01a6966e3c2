"""中止 and 恢复 of a running limit, each by its own written notice (服务规则).

What the notice itself fixes (公示的五个、登记的三个工作日) cannot be stopped. The due date is always
derived: a limit that stands still keeps the date it had until it runs on, and its trail says how
many days were used.
"""

from __future__ import annotations

from collections.abc import Mapping

from calendars import periods
from workflow_app.commands import drafts, permissions, recompute
from workflow_app.commands.deadlines import rule_of
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result, ResumeDeadline, SuspendDeadline
from workflow_app.commands.run import Run
from workflow_app.kernel.errors import InvalidForm, NotFound, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.deadlines import DeadlineRow, SuspensionRow


def suspend(run: Run, request: SuspendDeadline) -> Result:
    """Stop a limit.

    :raises Refused: it is over, stands still already, or is a limit the notice fixes.
    """
    row = _limit(run, request.case_id, request.deadline_id)
    _ensure_said(request.reason, request.notice_no)
    if row.state != "open" or row.due_at <= run.at:
        raise Refused("limit_not_running", "该期限未在计算中，不能中止")
    if row.kind == "statutory":
        raise Refused("statutory_limit", "355号规定的期限不得中止", article=row.basis)
    stop = SuspensionRow(
        new_id(), row.id, run.at, None, request.reason.strip(), request.notice_no.strip(), run.actor.user_id
    )
    run.uow.deadlines.suspend(stop)
    counted = recompute.suspensions(run.uow.deadlines.suspensions(row.id))
    stopped = periods.compute(rule_of(row), row.started_at, run.calendar, counted)
    run.uow.deadlines.change(row.id, {"state": "suspended", "trail": stopped.to_json()})
    for timer in run.uow.deadlines.timers_of(row.case_id):
        if timer.deadline_id == row.id:
            run.uow.deadlines.change_timer(timer.id, {"state": "suspended"})
    for task in run.uow.inbox.of_case(row.case_id):
        if task.deadline_id == row.id:
            run.uow.inbox.limit(task.id, None, row.id, provisional=False)
    facts = {"deadline": row.id, "rule": row.rule, "reason": stop.reason, "notice": stop.notice_no}
    _record(run, row, "deadline_suspended", facts)
    return Result({"deadline_id": row.id, "suspension_id": stop.id})


def resume(run: Run, request: ResumeDeadline) -> Result:
    """Let a limit run on; the day it stopped and the day it resumes are not counted.

    :raises Refused: it does not stand still.
    """
    row = _limit(run, request.case_id, request.deadline_id)
    _ensure_said(request.reason, request.notice_no)
    stops = run.uow.deadlines.suspensions(row.id)
    if row.state != "suspended" or not stops or stops[-1].to_at is not None:
        raise Refused("limit_not_suspended", "该期限未中止，无需恢复")
    ended = {
        "to_at": run.at,
        "resume_reason": request.reason.strip(),
        "resume_notice_no": request.notice_no.strip(),
        "resumed_by": run.actor.user_id,
    }
    run.uow.deadlines.resume(stops[-1].id, ended)
    counted = recompute.suspensions(run.uow.deadlines.suspensions(row.id))
    due = periods.compute(rule_of(row), row.started_at, run.calendar, counted)
    recompute.write(run, row, due, run.calendar)
    facts = {"deadline": row.id, "rule": row.rule, "reason": ended["resume_reason"], "due": due.shown}
    _record(run, row, "deadline_resumed", facts)
    return Result({"deadline_id": row.id, "due_at": due.due_at.isoformat() if due.due_at else None})


def _limit(run: Run, case_id: str, deadline_id: str) -> DeadlineRow:
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, "department_clerk", "department_leader")
    drafts.ensure_party(run, run.case(case_id))
    row = run.uow.deadlines.get(deadline_id)
    if row.case_id != case_id:
        raise NotFound("no_such_deadline", "没有这个期限")
    return row


def _ensure_said(reason: str, notice_no: str) -> None:
    errors = {}
    if not reason.strip():
        errors["reason"] = ["请填写事由"]
    if not notice_no.strip():
        errors["notice_no"] = ["请填写书面通知文号"]
    if errors:
        raise InvalidForm(errors)


def _record(run: Run, row: DeadlineRow, kind: str, facts: Mapping[str, object]) -> None:
    run.uow.history.record(
        kind,
        f"case:{row.case_id}",
        who(run.actor),
        run.at,
        element_id=row.element_id,
        calendar_revision=run.calendar.revision,
        legal_basis=row.basis,
        facts=facts,
    )
