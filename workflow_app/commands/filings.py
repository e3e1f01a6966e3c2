"""暂停 and 终止 of a filed pilot, by the department's leader (docs/domain.md §3)."""

from __future__ import annotations

from workflow_app.commands import permissions, steps
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result, SuspendFiling, TerminateFiling
from workflow_app.commands.run import Run
from workflow_app.domain.pilot_filing import ensure_step
from workflow_app.kernel.errors import InvalidForm, NotFound
from workflow_app.store import tables


def suspend(run: Run, request: SuspendFiling) -> Result:
    """Suspend a filing: no project may rest on it meanwhile."""
    return _move(run, request.filing_id, request.reason, "suspended", "filing_suspended")


def terminate(run: Run, request: TerminateFiling) -> Result:
    """End a filing for good."""
    return _move(run, request.filing_id, request.reason, "terminated", "filing_terminated")


def _move(run: Run, filing_id: str, reason: str, state: str, kind: str) -> Result:
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, "department_leader")
    filing = run.uow.programme.filing(filing_id)
    if filing is None:
        raise NotFound("no_such_filing", "没有这个试点备案")
    if not reason.strip():
        raise InvalidForm({"reason": ["请填写原因"]})
    held = frozenset(
        role for _, role in run.uow.duties.duties(filing["case_id"] or filing_id, run.actor.user_id)
    )
    permissions.ensure_separated("department_leader", held)
    ensure_step(filing["state"], state)
    changes: dict[str, object] = {"state": state}
    if state == "terminated":
        changes["ended_at"] = run.at
    run.uow.programme.change(tables.pilot_filing, filing_id, changes)
    run.uow.history.record(
        kind,
        f"filing:{filing_id}",
        who(run.actor, "department_leader"),
        run.at,
        facts={"reason": reason.strip()},
    )
    if state == "terminated" and filing["evaluation_case_id"]:  # what is over is evaluated no more
        steps.cancel(run, run.case(filing["evaluation_case_id"]), "filing_terminated")
    return Result({"filing_id": filing_id, "state": state})
