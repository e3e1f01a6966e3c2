"""The facts of an evaluation's or a complaint's case that its forms show. Part of ``form_facts``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select

from workflow_app.domain.figures import written_day
from workflow_app.domain.pilot import FIGURES, GRADES
from workflow_app.queries.case_file import Case
from workflow_app.queries.case_history import Submitted
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import complaint, correction, pilot_evaluation, pilot_filing

PROCESSES: Final = frozenset({"pilot_evaluation", "complaint"})
CARRIED: Final = (
    "evaluation_mechanism",
    "evaluation_support",
    "evaluation_problems",
    "evaluation_lessons",
    "complaint_findings",
    "complaint_answer",
)
"""Answers of one form that the next shows."""
OPINIONS: Final = {"evaluation_signing": "signing_opinion", "complaint_signing": "reply_opinion"}
DECIDED: Final = {"confirmed": "问题成立，予以更正", "dismissed": "问题不成立，解除锁定"}


def facts(reading: Reading, case: Case) -> dict[str, Any]:
    """Return what is known of the pilot, or of the complaint, a case is about; nothing for others."""
    if case.process_id == "pilot_evaluation":
        return _evaluation(reading, case)
    if case.process_id == "complaint":
        return _complaint(reading, case)
    return {}


def handed_in(forms: Iterable[Submitted]) -> dict[str, Any]:
    """Return what the forms of a case said last, as later ones show it.

    :param forms: newest first.
    """
    found: dict[str, Any] = {}
    for one in reversed(tuple(forms)):
        found |= {name: one.data[name] for name in CARRIED if name in one.data}
        if one.data.get("evaluation_grade"):
            found["evaluation_grade_shown"] = GRADES[one.data["evaluation_grade"]]
        if one.key in OPINIONS:
            found[OPINIONS[one.key]] = one.data.get(OPINIONS[one.key]) if one.action == "return" else None
    return found


def _evaluation(reading: Reading, case: Case) -> dict[str, Any]:
    query = (
        select(
            pilot_evaluation.c.figures,
            pilot_evaluation.c.period_start,
            pilot_evaluation.c.period_end,
            pilot_evaluation.c.sequence,
            pilot_filing.c.name,
            pilot_filing.c.number,
        )
        .join(pilot_filing, pilot_filing.c.id == pilot_evaluation.c.filing_id)
        .where(pilot_evaluation.c.case_id == case.id)
    )
    row = reading.execute(query).one_or_none()
    if row is None:
        return {}
    period = f"{written_day(row.period_start)}至{written_day(row.period_end)}"
    return {
        "pilot_name": f"{row.name}（{row.number}）",
        "evaluation_period": f"{period}（第{row.sequence}期）",
        "evaluation_projects": _said(row.figures, "applied", "registered"),
        "evaluation_units": _said(row.figures, "issued", "sold", "cancelled"),
        "evaluation_activities": _said(
            row.figures,
            "publicity_sessions",
            "publicity_people",
            "training_sessions",
            "training_people",
            "expert_team_sessions",
            "expert_team_people",
        ),
        "evaluation_comments": _said(row.figures, "comments"),
    }


def _said(figures: Mapping[str, Mapping[str, int]], *names: str) -> str:
    """本期 and 累计 of figures, one a line."""
    labels = dict(FIGURES)
    period, total = figures["period"], figures["total"]
    return "\n".join(f"{labels[name]}：本期{period[name]:,}，累计{total[name]:,}" for name in names)


def _complaint(reading: Reading, case: Case) -> dict[str, Any]:
    query = (
        select(complaint.c.text, complaint.c.serial, correction.c.state, correction.c.decision)
        .outerjoin(correction, correction.c.id == complaint.c.correction_id)
        .where(complaint.c.case_id == case.id)
    )
    row = reading.execute(query).one_or_none()
    if row is None:
        return {}
    decided = None
    if row.state is not None:
        decided = DECIDED["dismissed" if row.state == "dismissed" else "confirmed"]
    return {
        "complaint_text": row.text,
        "complaint_serial": row.serial,
        "complaint_decision": decided if row.state != "open" else None,
        "correction_reasons": row.decision,
    }
