"""What the papers of formal review and of an ending say: 受理、补正、不符合、转国家系统、终止办理.

355号附件一（一）（二）、四; 行政许可法第三十二条 by analogy: one notice lists all that is to be corrected.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workflow_app.commands.matter import Matter, facts, rows_of, written

REVIEWS: Final = ("formal_review", "issuance_review")

Given = Mapping[str, Any]


def acceptance(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """受理通知书. ``given``: ``accepted-at`` and whether it is ``deemed``, for want of a notice in time."""
    return {
        "received-on": matter.received_on,
        "accepted-on": written(given["accepted-at"]),
        "deemed": bool(given.get("deemed")),
        "promise": f"专家评估的承诺时间为{matter.days_of('assessment')}个工作日。",
        "receipt": matter.receipt,
        "facts": facts(
            ("收件编号", matter.receipt),
            ("项目业主", matter.owner),
            ("申请方", matter.applicant),
            ("方法学", matter.methodology),
        ),
    }


def correction(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """补正通知书: the items of the review that found something wanting, by the form's own names."""
    form = next((key for key in REVIEWS if _wanting(matter, key)), REVIEWS[0])
    due = matter.due("correction")
    return {
        "what": f"{matter.stage}签发申请材料" if matter.stage else "项目申请材料",
        "received-on": matter.received_on,
        "items": [
            {"name": matter.label(form, "checklist", row.get("item")), "remark": str(row.get("remark") or "")}
            for row in _wanting(matter, form)
        ],
        "due-on": written(due.last_day),
        "days": matter.days_of("correction"),
        "provisional": due.provisional,
    }


def _wanting(matter: Matter, form: str) -> list[Mapping[str, Any]]:
    return [row for row in rows_of(matter.form(form), "checklist") if row.get("result") == "fail"]


def ineligibility(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """不符合申请条件通知书, as the department's leader signed it."""
    review, decision = matter.form("formal_review"), matter.form("ineligibility_decision")
    clause = review.get("ineligible_clause")
    return {
        "received-on": matter.received_on,
        "facts-found": str(decision.get("decision_reasons") or ""),
        "clause": matter.label("formal_review", "ineligible_clause", clause)
        if clause
        else "355号附件一（一）",
    }


def redirection(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """转国家系统告知书."""
    return {"received-on": matter.received_on, "methodology": matter.methodology}


def ending(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """终止办理决定书. ``given``: ``what`` happened, its ``effect``, the ``reason``, what ``follows``."""
    return {
        "what": f"{matter.subject}{given['what']}",
        "effect": given["effect"],
        "reason": given["reason"],
        "follows": given.get("follows", ""),
        "ended-on": written(matter.run.at),
        "facts": facts(
            ("收件编号", matter.receipt),
            ("项目编号", matter.project.get("number")),
            ("项目业主", matter.owner),
            ("申请方", matter.applicant),
            ("收到日期", written(matter.project.get("received_at"))),
            ("登记日期", written(matter.project.get("registered_at"))),
        ),
    }
