"""投诉处理: what is taken up becomes a correction; every complaint is answered in writing.

Service rule after 31号令第三十四条、第四十一条 (docs/domain.md §4). What a correction decided is what the
complainant is told.
"""

from __future__ import annotations

from typing import Final

from handlers.complaint_effects import AnswerComplaint, BeginCorrection
from handlers.contract import Context, Handler, Outcome, Values
from handlers.effects import IssueDocument
from handlers.values import text

BASIS: Final = "服务规则：登记后投诉的处理（参照31号令第三十四条、第四十一条）"
NOT_TAKEN_UP: Final = "not_taken_up"


def _open_correction(inputs: Values, context: Context) -> Outcome:
    return Outcome({"taken_up_at": context.at.isoformat()}, (BeginCorrection(context.text("complaint_id")),))


def _settle(inputs: Values, context: Context) -> Outcome:
    reply = context.facts.form("complaint_reply")
    if reply is None:
        raise LookupError("no reply was drafted")
    complaint_id = context.text("complaint_id")
    decided = context.variables.get("correction_result")
    taken_up = context.variables.get("complaint_result") == "taken_up"
    outcome = decided if taken_up and isinstance(decided, str) else NOT_TAKEN_UP
    answer = text(reply.get("complaint_answer"))
    paper = IssueDocument("complaint_reply", {"outcome": outcome, "answer": answer}, complaint_id)
    settled = AnswerComplaint(complaint_id, outcome, answer)
    return Outcome({"answered_at": context.at.isoformat()}, (settled, paper))


HANDLERS = (
    Handler("open_correction", BASIS, _open_correction, outputs=("taken_up_at",), effects=(BeginCorrection,)),
    Handler(
        "settle_complaint",
        BASIS,
        _settle,
        outputs=("answered_at",),
        effects=(AnswerComplaint, IssueDocument),
    ),
)
