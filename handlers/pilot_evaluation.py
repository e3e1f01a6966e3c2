"""试点评估 (355号五): when a period is over its figures are taken, a report is drafted, signed and sent out.

R22, R46. A report is the leader's; what the clerk drafted last is what is signed.
"""

from __future__ import annotations

from typing import Final

from handlers.contract import Context, Handler, Outcome, Values
from handlers.effects import IssueDocument, Notify
from handlers.pilot_effects import ReportEvaluation, TakeFigures
from handlers.values import instant, text
from workflow_app.kernel.identifiers import new_id

ARTICLE: Final = "355号五"
SECTIONS: Final = ("grade", "mechanism", "support", "problems", "lessons")


def _snapshot(inputs: Values, context: Context) -> Outcome:
    begun = instant(context.variables.get("period_from"))
    if begun is None:
        raise LookupError("the evaluation has no period")
    evaluation_id = new_id()
    taken = TakeFigures(evaluation_id, context.text("filing_id"), begun)
    told = Notify(("role:department_clerk",), "试点评估", "评估期满，请起草评估报告")
    return Outcome({"evaluation_id": evaluation_id}, (taken, told))


def _issue(inputs: Values, context: Context) -> Outcome:
    draft = context.facts.form("evaluation_draft")
    if draft is None:
        raise LookupError("no report was drafted")
    evaluation_id = context.text("evaluation_id")
    report = {name: text(draft.get(f"evaluation_{name}")) for name in SECTIONS}
    signed = ReportEvaluation(evaluation_id, report)
    paper = IssueDocument("evaluation_report", report, evaluation_id)
    offices = (
        ("pilot_unit", "applicant_org"),
        ("prefecture_bureau", "applicant_org"),
        ("prefecture_bureau", "bureau_org"),
    )
    told = Notify(
        tuple(
            dict.fromkeys(
                f"role:{role}:{context.variables[name]}"
                for role, name in offices
                if context.variables.get(name)
            )
        ),
        "试点评估报告",
        "本期试点评估报告已出具",
    )
    return Outcome({"reported_at": context.at.isoformat()}, (signed, paper, told))


HANDLERS = (
    Handler(
        "snapshot_pilot",
        ARTICLE,
        _snapshot,
        outputs=("evaluation_id",),
        effects=(TakeFigures, Notify),
    ),
    Handler(
        "issue_evaluation",
        ARTICLE,
        _issue,
        outputs=("reported_at",),
        effects=(ReportEvaluation, IssueDocument, Notify),
    ),
)
