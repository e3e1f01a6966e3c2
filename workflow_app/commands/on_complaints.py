"""Effects on complaints: a correction is opened on one, one is answered in writing.

docs/domain.md §4: lock affected units, investigate, decide. The answer is the leader's to sign (K).
"""

from __future__ import annotations

from typing import Any, Final

from handlers import complaint_effects as asked
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.correction import ARTICLE as CORRECTION
from workflow_app.kernel.errors import Forbidden, Refused
from workflow_app.store import tables

ARTICLE: Final = "服务规则：登记后投诉的处理（参照31号令第四十一条）"
DECIDED: Final = "correction_decided"
"""The message that tells a complaint's case what its correction came to."""


def begin_correction(run: Run, case: OpenCase, effect: asked.BeginCorrection, key: str) -> None:
    """Open the correction a complaint leads to.

    :raises Refused: nothing was issued to the project.
    """
    row = _row(run, effect.complaint_id)
    project = run.uow.programme.project(row["project_id"])
    if project is None or not any(each["issued"] for each in run.uow.programme.batches(project["id"])):
        raise Refused(
            "nothing_issued", "该项目没有已登记的减排量，不能立案更正，请直接答复", article=CORRECTION
        )
    variables = {
        "project_id": project["id"],
        **{name: project[name] for name in ("owner_org", "applicant_org", "exchange_org", "bureau_org")},
        "complaint_id": row["id"],
    }
    run.uow.programme.change(tables.complaint, row["id"], {"state": "taken_up"})
    run.later(lambda: run.begin(run, "correction", variables, title=f"{project['name']}：减排量更正"[:200]))


def name_correction(run: Run, complaint_id: str, correction_id: str) -> None:
    """Enter on a complaint the correction it led to."""
    _row(run, complaint_id)
    run.uow.programme.change(tables.complaint, complaint_id, {"correction_id": correction_id})


def tell_decision(run: Run, correction_id: str, result: str, reasons: str) -> None:
    """Tell the case of the complaint behind a correction, if there is one, what was decided."""
    row = run.uow.complaints.of_correction(correction_id)
    if row is None or row["case_id"] is None:
        return
    payload = {"correction_result": result, "correction_reasons": reasons}
    run.later(lambda: run.post(run, row["case_id"], DECIDED, payload))


def answer(run: Run, case: OpenCase, effect: asked.AnswerComplaint, key: str) -> None:
    """Answer a complaint, once.

    :raises Forbidden: whoever acts is no leader (K).
    :raises Refused: it was answered before.
    """
    if not run.actor.holds("department_leader"):
        raise Forbidden("role_required", "书面答复由省厅领导签发", article=ARTICLE)
    row = _row(run, effect.complaint_id)
    if row["state"] == "answered":
        raise Refused("complaint_answered", "该投诉已经答复", article=ARTICLE)
    changes = {
        "state": "answered",
        "outcome": effect.outcome,
        "reply": effect.reply,
        "decided_at": run.at,
    }
    run.uow.programme.change(tables.complaint, row["id"], changes)


def _row(run: Run, complaint_id: str) -> dict[str, Any]:
    row = run.uow.complaints.get(complaint_id)
    if row is None:
        raise LookupError(f"complaint {complaint_id} is not on record")
    return row
