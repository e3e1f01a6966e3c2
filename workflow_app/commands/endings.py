"""The end of a registered project, by whatever act the department decides it.

31号令第十六条、第四十三条 by analogy: 注销 or 撤销; who may decide is the commands' to check.
"""

from __future__ import annotations

from typing import Final

from workflow_app.commands import on_documents, on_projects
from workflow_app.commands.on_documents import Paper
from workflow_app.commands.run import Run
from workflow_app.kernel.errors import NotFound, Refused
from workflow_app.store import tables
from workflow_app.store.repositories.cases import CaseRow

ENDINGS: Final = {"deregistration": "注销", "revocation": "撤销"}


def revoke(run: Run, project_id: str, reason: str) -> None:
    """撤销 a registered project for false data, by a correction a leader has decided.

    A project that is over already stays as it ended.

    :raises Refused: its case cannot end now.
    """
    project = run.uow.programme.project(project_id, lock=True)
    if project is not None and project["state"] == "registered":
        conclude(run, project_id, lifecycle(run, project_id).id, "revocation", reason)


def conclude(run: Run, project_id: str, case_id: str, how: str, reason: str) -> str:
    """End a registered project: its record, its registration, its case. Return the state it is in then.

    :param how: ``deregistration`` or ``revocation``.
    :raises Refused: its case cannot end now.
    """
    event, state = {
        "deregistration": ("deregister", "deregistered"),
        "revocation": ("revoke", "revoked"),
    }[how]
    on_projects.happen(run, project_id, event, {})
    registered = run.uow.programme.registration(project_id)
    if registered is not None:
        changes = {"state": state, "ended_at": run.at, "end_reason": reason}
        run.uow.programme.change(tables.registration, registered["id"], changes)
    decision(run, case_id, f"项目登记予以{ENDINGS[how]}", "停止签发减排量", reason)
    if not run.post(run, case_id, how, {"end_reason": reason}):
        raise Refused("ending_not_awaited", "本期签发正在办理，请待其办结后再注销")
    return state


def decision(run: Run, case_id: str, what: str, effect: str, reason: str) -> None:
    """Issue the written decision of an end; the case's next step records it."""
    said = {"what": what, "effect": effect, "reason": reason}
    on_documents.issue(run, run.case(case_id), Paper("end_decision", said))


def lifecycle(run: Run, project_id: str) -> CaseRow:
    """Return a project's lifecycle case.

    :raises NotFound: it has none.
    """
    for case in run.uow.cases.of_project(project_id, "project_lifecycle"):
        return case
    raise NotFound("no_such_case", "没有这个项目的办件")
