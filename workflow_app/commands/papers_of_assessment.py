"""What the papers of an assessment say: 专家评估会议纪要 and 专家组意见.

355号附件一（二）, R31, R32: attendance, recusal, the four headings; three findings, accepted tonnes, changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from workflow_app.commands import panels
from workflow_app.commands.matter import Form, Matter, facts, rows_of, whole, written

Given = Mapping[str, Any]

HEADINGS: Final = (
    ("boundary", "核算边界"),
    ("quantification", "减排量核算"),
    ("data", "数据来源"),
    ("monitoring", "监测内容"),
)
FINDINGS: Final = (("authenticity", "真实性"), ("uniqueness", "唯一性"), ("additionality", "额外性"))
RESULTS: Final = {"passed": "通过", "revise": "修改完善后复核", "failed": "不通过"}


def minutes(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """专家评估会议纪要. ``given``: ``experts`` appointed, ``reviews-before`` this panel was."""
    meeting, panel = matter.form("assessment_meeting"), matter.form("panel")
    opinion = matter.form("panel_opinion")
    experts = _names(given.get("experts")) or _names(panel.get("experts"))
    chair = panels.of_case(matter.run.uow.history, matter.case.row).chair
    reviews = dict(matter.signed_forms("expert_review")[int(given.get("reviews-before") or 0) :])
    present = set(_names(meeting.get("attendance")))
    recused = [one for one in experts if reviews.get(one, {}).get("recused") is True]
    spoke = [review for one, review in reviews.items() if one not in recused]
    homes = matter.run.uow.people.organisations_of(experts)
    return {
        "facts": facts(
            ("项目名称", matter.name + matter.subject),
            ("召开日期", written(meeting.get("meeting_date"))),
            ("召开方式", matter.label("assessment_meeting", "meeting_mode", meeting.get("meeting_mode"))),
            ("地点", meeting.get("meeting_place")),
            ("组长", matter.person(chair) if chair else ""),
            ("其他到会人员", "、".join(map(_attendee, rows_of(meeting, "other_attendees")))),
        ),
        "experts": [
            [
                matter.person(one),
                matter.organisation(homes.get(one)),
                "是" if one in present else "否",
                str(reviews.get(one, {}).get("recusal_reason") or "") or ("回避" if one in recused else "—"),
            ]
            for one in experts
        ],
        "invited": str(len(experts)),
        "recused": str(len(recused)),
        "present": str(len(spoke)),
        "quorum": _quorum(matter),
        "headings": [
            [label, str(opinion.get(f"opinion_{name}") or ""), _mean(spoke, f"score_{name}")]
            for name, label in HEADINGS
        ],
        "minutes": str(meeting.get("minutes") or ""),
        "dissent": [
            f"{matter.person(str(row['expert']))}：{row['dissent']}"
            for row in rows_of(opinion, "signatures")
            if row.get("agrees") is False and row.get("dissent")
        ],
    }


def opinion(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """专家组意见, or what a recheck made of it. ``subject_id`` is the opinion on record."""
    row = matter.run.uow.programme.opinion(str(subject_id)) or {}
    meeting, said = matter.form("assessment_meeting"), matter.form("panel_opinion")
    again = bool(given.get("recheck"))
    asked = matter.form("revision_recheck") if again else said
    accepted = row.get("accepted_tonnes") if row.get("result") == "passed" else None
    return {
        "met-on": written(matter.run.at if again else meeting.get("meeting_date")),
        "subject": matter.subject,
        "again": again,
        "result": "修改轮次用尽，不通过" if given.get("exhausted") else RESULTS[str(row.get("result"))],
        "accepted": None if accepted is None else whole(accepted),
        "findings": [
            [label, "具备" if said.get(name) else "不具备", str(said.get(f"{name}_reasons") or "")]
            for name, label in FINDINGS
        ],
        "overall": str((asked.get("recheck_opinion") if again else said.get("overall_opinion")) or ""),
        "changes": [
            f"{one.get('item') or ''}：{one.get('requirement') or ''}"
            for one in rows_of(asked, "required_changes")
        ],
        "signatures": [
            matter.person(str(one["expert"])) + ("" if one.get("agrees") is not False else "（有不同意见）")
            for one in rows_of(said, "signatures")
            if one.get("expert")
        ],
    }


def _names(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()


def _attendee(row: Form) -> str:
    of = "".join(str(row.get(name) or "") for name in ("organisation", "post"))
    return f"{row.get('name') or ''}（{of}）" if of else str(row.get("name") or "")


def _quorum(matter: Matter) -> str:
    flags = matter.case.parameters.flags
    above, _, below = str(flags.get("quorum_fraction", "2/3")).partition("/")
    return f"未回避专家的{below}分之{above}以上，且不少于{flags.get('quorum_minimum', 2)}人"


def _mean(reviews: Sequence[Form], name: str) -> str:
    scores = [int(review[name]) for review in reviews if review.get(name) is not None]
    if not scores:
        return "—"
    mean = Decimal(sum(scores)) / len(scores)
    return str(mean.quantize(Decimal("0.1"), ROUND_HALF_UP))
