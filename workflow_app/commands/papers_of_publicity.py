"""What the papers of publicity say: 公示, 公示结果公告, 意见处理记录.

355号附件一（三）, R35-R37. What goes to the public names no author of a comment
and no receipt, which is a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from workflow_app.commands.matter import Matter, facts, whole, written

Given = Mapping[str, Any]

OUTCOMES: Final = {
    "unopposed": "公示期满无异议",
    "dismissed": "异议不成立",
    "upheld_fixable": "异议成立，修改完善后重新公示",
    "upheld_fatal": "异议成立，不予通过",
    "answered": "已答复",
}
KINDS: Final = {"objection": "异议", "comment": "意见"}


def notice(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """公示, under the number the notice itself has."""
    row = _notice(matter, subject_id)
    body = row["body"] or {}
    return {
        "number": row["number"],
        "subject": matter.subject,
        **_days(row),
        "working-days": str(row["working_days"]),
        "provisional": bool(row["provisional"]),
        "address": f"{matter.run.tools.house.public_url}/notices/{row['id']}",
        "text": str(body.get("notice_text") or ""),
        "facts": facts(
            ("项目名称", matter.name),
            ("项目业主", matter.owner),
            ("申请方", matter.applicant),
            ("方法学", matter.methodology),
            ("项目地点", matter.project.get("address")),
            ("监测期", _period(matter)),
            ("公示的减排量", f"{whole(row['quantity'])}吨二氧化碳当量" if row["quantity"] else ""),
            ("受理意见的部门", body.get("contact_office")),
            ("联系电话", body.get("contact_line")),
        ),
    }


def result(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """公示结果公告."""
    row = _notice(matter, subject_id)
    all_said = matter.run.uow.programme.comments(row["id"])
    decided = [one for one in all_said if one["outcome"]]
    outcome = str(row["outcome"])
    return {
        "subject": matter.subject,
        **_days(row),
        "notice-number": row["number"],
        "comments": str(len(all_said)),
        "objections": str(sum(one["kind"] == "objection" for one in all_said)),
        "result": OUTCOMES[outcome],
        "decisions": [
            [str(n), KINDS[one["kind"]], OUTCOMES[one["outcome"]], str(one["reply"] or "")]
            for n, one in enumerate(decided, 1)
        ],
        "next-step": _next_step(matter, outcome),
    }


def _next_step(matter: Matter, outcome: str) -> str:
    if outcome == "upheld_fixable":
        return "项目业主修改完善并经专家组复核后，另行公示。"
    if outcome == "upheld_fatal":
        return "本次申请终止办理。"
    if matter.stage and matter.subject == matter.stage:
        return "本期减排量按规定登记。"
    with_batch = f"和{matter.stage}" if matter.stage else ""
    days = matter.days_of("registration")
    return f"交易机构在{days}个工作日内为项目业主注册账户并登记项目{with_batch}。"


def comment(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """意见处理记录: an internal record; its author is named nowhere in it."""
    row = matter.run.uow.programme.comment(str(subject_id)) or {}
    notice_row = _notice(matter, row["notice_id"])
    found, decision = matter.form("objection_investigation"), matter.form("objection_decision")
    sorted_ = matter.form("comment_classification")
    return {
        "facts": facts(
            ("项目名称", matter.name + matter.subject),
            ("公示文号", notice_row["number"]),
            ("回执号", row["receipt"]),
            ("收到日期", written(row["received_at"])),
            ("类别", KINDS[row["kind"]] + ("（公示期满后提出）" if row["late"] else "")),
            ("分类理由", sorted_.get("classification_reasons")),
        ),
        "text": row["text"],
        "investigation": str(found.get("investigation_findings") or "未列为异议，不作核查。"),
        "decision": "\n\n".join(
            part
            for part in (
                f"{OUTCOMES[row['outcome']]}。",
                str(decision.get("decision_reasons") or ""),
                f"公开答复：{row['reply']}" if row["reply"] else "",
            )
            if part
        ),
    }


def _notice(matter: Matter, notice_id: str | None) -> Mapping[str, Any]:
    row = matter.run.uow.programme.notice(str(notice_id))
    if row is None:
        raise LookupError(f"notice {notice_id} is not on record")
    return row


def _days(row: Mapping[str, Any]) -> dict[str, str]:
    """The first day, and the last: what closes at 24:00 is over at the next day's first instant."""
    return {
        "first-day": written(row["published_at"]),
        "last-day": written(row["closes_at"] - timedelta(microseconds=1)),
    }


def _period(matter: Matter) -> str:
    if not matter.batch:
        return ""
    return f"{written(matter.batch['period_start'])}至{written(matter.batch['period_end'])}"
