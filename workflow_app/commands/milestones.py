"""What a form handed in, or a case's end, does to the project's state, beside what handlers say.

The states of docs/domain.md §3 in two visible tables. The project's own state machine still refuses
what it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow_app.commands import on_projects
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.issuance import BatchState
from workflow_app.domain.project import ProjectState, after
from workflow_app.store import tables

BY_FORM: Final[Mapping[str, tuple[str, BatchState]]] = {
    "revision_response": ("revise", BatchState.RECHECK),
}
BY_OUTCOME: Final[Mapping[tuple[str, str], str]] = {
    ("project_application", "ineligible"): "find_ineligible",
    ("expert_assessment", "lapsed"): "lapse",
    ("project_lifecycle", "deregistered"): "deregister",
    ("project_lifecycle", "revoked"): "revoke",
    ("project_lifecycle", "completed"): "complete",
}
BATCH_BY_OUTCOME: Final[Mapping[tuple[str, str], BatchState]] = {
    ("expert_assessment", "lapsed"): BatchState.LAPSED,
    ("issuance", "withdrawn"): BatchState.WITHDRAWN,
}


def of_form(run: Run, case: OpenCase, form: str) -> None:
    """Move the project, or the batch, by a form that was handed in."""
    moved = BY_FORM.get(form)
    if moved is None:
        return
    event, state = moved
    if case.row.batch_id:
        run.uow.programme.change(tables.batch, case.row.batch_id, {"state": state.value})
    elif case.row.project_id:
        on_projects.happen(run, case.row.project_id, event, {})


def of_end(run: Run, case: OpenCase, outcome: str | None) -> None:
    """Move the project, or the batch, by how a case ended."""
    key = (case.row.process_id, outcome or "")
    if case.row.batch_id and key in BATCH_BY_OUTCOME:
        state = BATCH_BY_OUTCOME[key]
        run.uow.programme.change(tables.batch, case.row.batch_id, {"state": state.value})
    elif case.row.project_id and not case.row.batch_id and key in BY_OUTCOME:
        project = run.uow.programme.project(case.row.project_id)
        if project is not None and after(ProjectState(project["state"]), BY_OUTCOME[key]) is not None:
            on_projects.happen(run, case.row.project_id, BY_OUTCOME[key], {})
