"""实质变更: the department stops a running notice (K); the panel looks again, and a full new notice follows.

docs/domain.md §3, §4. Nothing else ends publicity before its time; 355号附件一（三） is kept by the notice
that follows, which counts its five working days from its own publication.
"""

from __future__ import annotations

from workflow_app.commands import duties, permissions, timers
from workflow_app.commands.requests import Result, TerminateNotice
from workflow_app.commands.run import Run
from workflow_app.kernel.errors import InvalidForm, NotFound, Refused


def terminate(run: Run, request: TerminateNotice) -> Result:
    """Stop a notice, by the department's leader.

    :raises Refused: it is over already.
    """
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, "department_leader")
    notice = run.uow.programme.notice(request.notice_id)
    if notice is None or notice["case_id"] is None:
        raise NotFound("no_such_notice", "没有这个公示")
    reason = request.reason.strip()
    if not reason:
        raise InvalidForm({"reason": ["请写明发生了什么实质变更"]})
    case = run.case(notice["case_id"])
    timers.ensure_none_overdue(run, case)
    held = duties.ensure_separated(run, case, "department_leader")
    payload = {"termination_reason": reason[:1000]}
    if notice["state"] != "open" or not run.post(run, case.id, "material_change", payload):
        raise Refused("notice_over", "公示已结束，不能终止", article="355号附件一（三）")
    duties.record(run, case, "department_leader", held)
    run.drain()
    return Result({"notice_id": request.notice_id, "project_id": notice["project_id"]})
