"""Deploying a version of ``bpmn/``: what a process administrator does.

A new version holds for cases that start from then on; a second administrator approves it (K).
Everything is judged before anything is stored: diagrams by the engine's rules, forms and
parameters by their own.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.commands import gate, permissions
from workflow_app.commands.host import Host
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import SYSTEM, DeployVersion, Json, Result
from workflow_app.commands.run import Run
from workflow_app.commands.versions import shipped
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, InvalidForm, Refused
from workflow_app.store.repositories.definitions import version_of

APPROVAL = "服务规则：流程部署须由另一人审批"


def deploy(run: Run, request: DeployVersion) -> Result:
    """Make a new version effective.

    :raises Refused: no second approver, or findings that stand against it (in the details).
    :raises Conflict: nothing changed.
    """
    permissions.ensure_holds(run.actor, "process_admin")
    roles = {role for role, _ in run.uow.people.roles(request.approver, legal_date(run.at))}
    if request.approver == run.actor.user_id or "process_admin" not in roles:
        raise Refused("second_approver", "部署流程须由另一名流程管理员审批", article=APPROVAL)
    if not request.reason.strip():
        raise InvalidForm({"reason": ["请填写修改说明"]})
    present = run.tools.versions.effective(run.uow)
    files = {**run.tools.versions.files(present), **request.files}
    for path in request.removed:
        files.pop(path, None)
    warnings = judge(files)
    version = version_of(files)
    if any(known.version == version for known in run.uow.definitions.versions()):
        raise Conflict("already_deployed", "该版本与已部署的版本内容相同")
    row = run.uow.definitions.deploy(
        files, run.at, request.reason.strip(), deployed_by=run.actor.user_id, approved_by=request.approver
    )
    facts = {"version": row.version, "before": present, "reason": row.reason, "approver": request.approver}
    run.uow.history.record(
        "version_deployed", "definitions", who(run.actor), run.at, version=row.version, facts=facts
    )
    return Result({"version": row.version, "sequence": row.sequence, "warnings": warnings})


def judge(files: Mapping[str, bytes]) -> list[Json]:
    """Return the warnings on a version; refuse it where anything is wrong.

    :raises Refused: with every finding in the details.
    """
    found = gate.findings(files)
    said: list[Json] = [
        {
            "path": each.path,
            "element": each.element_id,
            "severity": each.severity,
            "code": each.code,
            "text": each.text,
            "trail": list(each.trail),
        }
        for each in found
    ]
    if any(finding.severity == "error" for finding in found):
        raise Refused("diagrams_invalid", "流程图不符合部署要求，请按提示修改", details={"findings": said})
    return said


def ship(host: Host) -> str:
    """Deploy the version that came with the product where there is none; return the effective one."""
    with host.store.unit_of_work() as uow:
        latest = uow.definitions.latest()
        if latest is not None:
            return latest.version
        files = shipped()
        judge(files)
        run = host.run(uow, SYSTEM)
        row = uow.definitions.deploy(files, run.at, "随产品提供的首个版本")
        facts = {"version": row.version, "reason": row.reason}
        uow.history.record(
            "version_deployed", "definitions", who(run.actor), run.at, version=row.version, facts=facts
        )
        uow.commit()
        return row.version
