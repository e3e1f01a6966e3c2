"""What a form handed in, or a case's end, does to the project's state and papers, beside what handlers say.

The states of docs/domain.md §3 in two visible tables. The project's own state machine still refuses
what it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workflow_app.commands import adjustments, calculations, on_documents, on_projects
from workflow_app.commands.on_documents import Paper
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.issuance import BatchState
from workflow_app.domain.project import ProjectState, after
from workflow_app.store import tables

BY_FORM: Final[Mapping[str, tuple[str, BatchState]]] = {
    "revision_response": ("revise", BatchState.RECHECK),
}
PASSING: Final = frozenset({("panel_opinion", "passed"), ("revision_recheck", "confirmed")})
"""Opinions a batch goes on with."""
BY_OUTCOME: Final[Mapping[tuple[str, str], str]] = {
    ("project_application", "ineligible"): "find_ineligible",
    ("expert_assessment", "lapsed"): "lapse",
    ("project_lifecycle", "deregistered"): "deregister",
    ("project_lifecycle", "revoked"): "revoke",
    ("project_lifecycle", "completed"): "complete",
}
BATCH_BY_OUTCOME: Final[Mapping[tuple[str, str], BatchState]] = {
    ("expert_assessment", "lapsed"): BatchState.LAPSED,
}


PAPER_BY_FORM: Final[Mapping[tuple[str, str], str]] = {
    ("ineligibility_decision", "sign"): "ineligibility_notice",
    ("issuance_review", "incomplete"): "correction_notice",
}
"""Papers that a person's act is, where no service follows it that could issue them."""
ENDINGS: Final[Mapping[tuple[str, str], tuple[str, str, str]]] = {
    ("expert_assessment", "failed"): ("未通过专家评估", "终止办理", "专家组意见为不通过，见专家组意见。"),
    ("expert_assessment", "lapsed"): ("逾期未提交修改材料", "终止评估", "在修改期限内未提交修改材料。"),
    ("public_notice", "upheld_fatal"): (
        "公示期间异议成立",
        "终止办理",
        "公示异议成立且不可改正，见公示结果公告。",
    ),
}
"""Endings that a decision tells: what happened, its effect, the reason."""


def of_form(run: Run, case: OpenCase, form: str, action: str) -> None:
    """Move the project, or the batch, by a form that was handed in, and issue the paper it is."""
    paper = PAPER_BY_FORM.get((form, action))
    if paper is not None:
        on_documents.issue(run, case, Paper(paper))
    if (form, action) in PASSING and case.row.batch_id:
        _adopt(run, case, case.row.batch_id)
    moved = BY_FORM.get(form)
    if moved is None:
        return
    event, state = moved
    if case.row.batch_id:
        run.uow.programme.change(
            tables.batch, case.row.batch_id, {**_revised(run, case), "state": state.value}
        )
    if case.row.project_id and on_projects.judged_with(run, case.row.project_id, case.row.batch_id):
        on_projects.happen(run, case.row.project_id, event, {})


def _adopt(run: Run, case: OpenCase, batch_id: str) -> None:
    """What the experts made of the parameters is what the batch comes to (附件4); it only falls."""
    found = adjustments.of_case(run, case)
    batch = run.uow.programme.batch(batch_id)
    if found is None or batch is None or found.reductions.value >= batch["calculated"]:
        return
    least = min(int(batch["quantity"]), found.reductions.floor().value)
    changes = {"calculated": found.reductions.value, "quantity": least}
    run.uow.programme.change(tables.batch, batch_id, changes)


def _revised(run: Run, case: OpenCase) -> dict[str, Any]:
    """Return what a revision states anew of its batch: tonnes that may only fall, and Form 4's result."""
    data = case.form[1] if case.form else {}
    changes: dict[str, Any] = {}
    if data.get("revised_tonnes") is not None:
        changes["quantity"] = data["revised_tonnes"]
    known = calculations.of_case(run.uow, case.row, run.tools.calculations(case.row.version))
    if known is not None and data.get(calculations.PARAMETERS):
        computed = calculations.compute(known, data[calculations.PARAMETERS])
        changes["calculated"] = computed.reductions.value
    return changes


def of_end(run: Run, case: OpenCase, outcome: str | None) -> None:
    """Move the project, or the batch, by how a case ended."""
    key = (case.row.process_id, outcome or "")
    if key in ENDINGS:
        what, effect, reason = ENDINGS[key]
        said = {"what": what, "effect": effect, "reason": reason}
        on_documents.issue(run, case, Paper("end_decision", said))
    if case.row.batch_id and key in BATCH_BY_OUTCOME:
        state = BATCH_BY_OUTCOME[key]
        run.uow.programme.change(tables.batch, case.row.batch_id, {"state": state.value})
    if (
        case.row.project_id
        and key in BY_OUTCOME
        and on_projects.judged_with(run, case.row.project_id, case.row.batch_id)
    ):
        project = run.uow.programme.project(case.row.project_id)
        if project is not None and after(ProjectState(project["state"]), BY_OUTCOME[key]) is not None:
            on_projects.happen(run, case.row.project_id, BY_OUTCOME[key], {})
