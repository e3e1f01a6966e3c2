"""What ends a project from outside its tasks: withdrawal, deregistration, revocation.

31号令第十六条 by analogy: an applicant withdraws any time before registration; afterwards there is
only deregistration, without a second application (K). docs/domain.md §3.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from handlers.contract import refuse
from workflow_app.commands import (
    duties,
    endings,
    mandates,
    on_projects,
    permissions,
    steps,
    timers,
)
from workflow_app.commands.requests import EndProject, Result, WithdrawBatch, WithdrawProject
from workflow_app.commands.run import Run
from workflow_app.domain.project import ProjectState, check_withdrawal
from workflow_app.kernel.errors import Forbidden, InvalidForm, NotFound, Refused
from workflow_app.store import tables

SETTLED: Final = ("issued", "corrected", "failed", "lapsed", "withdrawn")
"""States of batches that nobody can withdraw any more."""


def withdraw(run: Run, request: WithdrawProject) -> Result:
    """Withdraw a project that is not registered yet; its open cases end with it.

    :raises Forbidden: not the applicant's or the owner's.
    :raises Refused: it is registered, or over.
    """
    project = _project(run, request.project_id)
    _ensure_applicant(run, project)
    reason = _reason(request.reason)
    lifecycle = endings.lifecycle(run, project["id"])
    timers.ensure_none_overdue(run, run.case(lifecycle.id))
    refuse(check_withdrawal(ProjectState(project["state"])))
    on_projects.happen(run, project["id"], "withdraw", {})
    _withdraw_batches(run, project["id"])
    endings.decision(run, lifecycle.id, "项目申请由申请方撤回", "终止办理", reason)
    payload = {"withdrawal_reason": reason, "withdrawn_at": run.at.isoformat()}
    if not run.post(run, lifecycle.id, "withdrawal", payload):
        raise Refused("withdrawal_not_awaited", "办件当前不能撤回，请刷新后查看")
    _cancel_objections(run, project["id"], "project_withdrawn")
    run.drain()
    return Result({"project_id": project["id"], "case_id": lifecycle.id})


def withdraw_batch(run: Run, request: WithdrawBatch) -> Result:
    """Withdraw an issuance application before its units are minted."""
    project = _project(run, request.project_id)
    if ("owner", project["owner_org"]) not in run.actor.roles:
        raise Forbidden("not_the_owner", "只有项目业主可以撤回签发申请")
    run.actor = replace(run.actor, organisation_id=project["owner_org"])
    reason = _reason(request.reason)
    lifecycle = endings.lifecycle(run, project["id"])
    timers.ensure_none_overdue(run, run.case(lifecycle.id))
    _withdraw_batches(run, project["id"])
    if not run.post(run, lifecycle.id, "batch_withdrawal", {"batch_withdrawal_reason": reason}):
        raise Refused("withdrawal_not_awaited", _not_alone(project))
    run.drain()
    return Result({"project_id": project["id"], "case_id": lifecycle.id})


def _withdraw_batches(run: Run, project_id: str) -> None:
    for batch in run.uow.programme.batches(project_id, but=SETTLED):
        run.uow.programme.change(tables.batch, batch["id"], {"state": "withdrawn"})


def _not_alone(project: dict[str, Any]) -> str:
    if project["registered_at"] is not None:
        return "目前没有可撤回的签发申请"
    return "首期减排量已与项目一并评估、公示，不能单独撤回；需要撤回的，请撤回项目申请"


def end(run: Run, request: EndProject) -> Result:
    """注销 or 撤销 a registered project, by the department's leader.

    :raises Refused: it is not registered, or its case cannot end now.
    """
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, "department_leader")
    if request.how not in endings.ENDINGS:
        raise InvalidForm({"how": ["请选择注销或撤销"]})
    project = _project(run, request.project_id)
    reason = _reason(request.reason)
    case = run.case(endings.lifecycle(run, project["id"]).id)
    timers.ensure_none_overdue(run, case)
    held = duties.ensure_separated(run, case, "department_leader")
    if project["state"] != "registered":
        raise Refused(
            "not_registered",
            f"只有已登记的项目可以{endings.ENDINGS[request.how]}",
            article="参照31号令第十六条",
        )
    duties.record(run, case, "department_leader", held)
    state = endings.conclude(run, project["id"], case.id, request.how, reason)
    run.drain()
    return Result({"project_id": project["id"], "state": state})


def _project(run: Run, project_id: str) -> dict[str, Any]:
    project = run.uow.programme.project(project_id, lock=True)
    if project is None:
        raise NotFound("no_such_project", "没有这个项目")
    return project


def _ensure_applicant(run: Run, project: dict[str, Any]) -> None:
    permissions.ensure_on_cases(run.actor)
    mine = {project["owner_org"], project["applicant_org"]}
    held = {role for role, org in run.actor.roles if role in permissions.APPLICANTS and org in mine}
    if not held:
        raise Forbidden("not_the_applicant", "只有申请方或项目业主可以撤回申请")
    if "owner" not in held:
        mandates.judge(run, project)


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise InvalidForm({"reason": ["请填写原因"]})
    return reason[:1000]


def _cancel_objections(run: Run, project_id: str, why: str) -> None:
    for case in run.uow.cases.of_project(project_id, "objection"):
        if case.status in steps.OPEN:
            steps.cancel(run, run.case(case.id), why)
