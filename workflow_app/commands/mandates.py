"""An agent acts for an owner under a mandate that runs out and can be taken back (K, R29).

355号附件一（一）: 委托申请项目的，须提供项目业主出具的项目委托申请书. It is judged at every act of the agent,
not only when the application comes in; the owner may take it back at any time and go on itself, or give it
anew. Must never know: forms, diagrams.
"""

from __future__ import annotations

from collections.abc import Mapping

from handlers.contract import refuse
from workflow_app.commands import permissions
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import RenewMandate, Result, RevokeMandate
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.parties import check_mandate
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Forbidden, InvalidForm, NotFound, Refused
from workflow_app.store import tables
from workflow_app.store.repositories.programme import Record


def ensure_in_force(run: Run, case: OpenCase) -> None:
    """Refuse an agent's act under a mandate that has run out or was taken back.

    :raises Refused: with what the owner can do about it.
    """
    project = run.uow.programme.project(case.row.project_id) if case.row.project_id else None
    if project is not None:
        judge(run, project)


def judge(run: Run, project: Record) -> None:
    """The same, of a project already at hand."""
    revoked = project["mandate_revoked_at"] is not None
    refuse(check_mandate(project["mandate_until"], legal_date(run.at), revoked=revoked))


def ensure_not_revoked(run: Run, case: OpenCase) -> None:
    """Refuse an agent whose mandate was taken back; one that ran out may be handed in anew with a form."""
    project = run.uow.programme.project(case.row.project_id) if case.row.project_id else None
    if project is not None and project["mandate_revoked_at"] is not None:
        refuse(check_mandate(None, legal_date(run.at), revoked=True))


def revoke(run: Run, request: RevokeMandate) -> Result:
    """Take an agent's mandate back; what it did before stands.

    :raises Forbidden: not the owner's.
    :raises Refused: nobody acts for the owner, or it is taken back already.
    """
    project = _delegated(run, request.project_id)
    if not request.reason.strip():
        raise InvalidForm({"reason": ["请填写撤回委托的原因"]})
    if project["mandate_revoked_at"] is not None:
        raise Refused("mandate_revoked", "委托已撤回，无需再次撤回")
    return _change(run, project, "mandate_revoked", {"mandate_revoked_at": run.at}, request.reason.strip())


def renew(run: Run, request: RenewMandate) -> Result:
    """Give the agent a mandate anew, or for longer.

    :raises InvalidForm: it would have run out already.
    """
    project = _delegated(run, request.project_id)
    if request.until < legal_date(run.at):
        raise InvalidForm({"until": ["委托有效期不得早于今天"]})
    changes = {"mandate_until": request.until, "mandate_revoked_at": None}
    return _change(run, project, "mandate_renewed", changes, request.until.isoformat())


def _delegated(run: Run, project_id: str) -> Record:
    permissions.ensure_on_cases(run.actor)
    project = run.uow.programme.project(project_id, lock=True)
    if project is None:
        raise NotFound("no_such_project", "没有这个项目")
    if ("owner", project["owner_org"]) not in run.actor.roles:
        raise Forbidden("not_the_owner", "只有项目业主可以撤回或续展委托")
    if project["applicant_org"] == project["owner_org"]:
        raise Refused("not_delegated", "本项目由项目业主自行申请，没有委托")
    return project


def _change(run: Run, project: Record, kind: str, changes: Mapping[str, object], said: str) -> Result:
    run.uow.programme.change(tables.project, project["id"], changes)
    lifecycle = run.uow.cases.of_project(project["id"], "project_lifecycle")
    stream = f"case:{lifecycle[0].id}" if lifecycle else f"project:{project['id']}"
    run.uow.history.record(
        kind,
        stream,
        who(run.actor, "owner"),
        run.at,
        legal_basis="355号附件一（一）",
        facts={"project": project["id"], "said": said},
    )
    return Result({"project_id": project["id"]})
