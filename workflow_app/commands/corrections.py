"""Opening a correction: the department's clerk looks into units that were registered (docs/domain.md §4)."""

from __future__ import annotations

from workflow_app.commands import permissions, steps
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.commands.unit_requests import OpenCorrection
from workflow_app.domain.correction import ARTICLE
from workflow_app.kernel.errors import NotFound, Refused

PROCESS = "correction"


def open_case(run: Run, request: OpenCorrection) -> Result:
    """Open a correction of a project's registered units.

    :raises Refused: nothing was issued to it.
    """
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, "department_clerk")
    project = run.uow.programme.project(request.project_id)
    if project is None:
        raise NotFound("no_such_project", "没有这个项目")
    if not any(row["issued"] for row in run.uow.programme.batches(project["id"])):
        raise Refused("nothing_issued", "该项目没有已登记的减排量", article=ARTICLE)
    parties = {name: project[name] for name in ("owner_org", "applicant_org", "exchange_org", "bureau_org")}
    case = steps.start(
        run,
        PROCESS,
        {"project_id": project["id"], **parties},
        title=f"{project['name']}：减排量更正"[:200],
    )
    run.drain()
    return Result({"case_id": case.id, "number": case.row.number})
