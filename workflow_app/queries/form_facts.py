"""The facts of a case that fill in a form beforehand, or that its read-only fields show.

They come from the programme's records, from what tables and operations of the case came to, and from the
last form of each kind handed in. An absent fact is simply not there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select

from workflow_app.queries import pilot_facts, unit_facts
from workflow_app.queries.case_file import Case
from workflow_app.queries.case_history import Submitted, submitted
from workflow_app.queries.case_tasks import Task
from workflow_app.queries.projects import project_of
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import batch, case_file, comment, event, organisation, public_notice

AT_MOST: Final = 60
"""How many of a case's last events are looked through: the short cases have fewer."""


def facts(reading: Reading, case: Case, task: Task) -> Mapping[str, Any]:
    """Return every fact known of a case."""
    found: dict[str, Any] = {**task.data, **_decided(reading, case), **_parties(reading, case)}
    if case.project_id is not None:
        found |= _project(reading, case.project_id)
    found |= _notice(reading, case) | _comment(reading, case) | _batch(reading, case)
    found |= _handed_in(submitted(reading, _family(reading, case))) | unit_facts.facts(reading, case)
    found |= pilot_facts.facts(reading, case)
    if case.process_id in pilot_facts.PROCESSES:
        found |= pilot_facts.handed_in(submitted(reading, (case.id,)))
    if task.due_at is not None:
        found["due_at"] = task.due_at
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _decided(reading: Reading, case: Case) -> dict[str, Any]:
    """Return what the decision tables and operations of this case gave last, by name."""
    query = (
        select(event.c.body)
        .where(event.c.stream == f"case:{case.id}")
        .order_by(event.c.seq.desc())
        .limit(AT_MOST)
    )
    found: dict[str, Any] = {}
    for text in reversed(reading.execute(query).scalars().all()):
        body = json.loads(text)
        for decision in body.get("decisions", ()):
            found |= decision["outputs"]
        for call in body.get("calls", ()):
            found |= call.get("values", {})
    return found


def _parties(reading: Reading, case: Case) -> dict[str, Any]:
    applicant = reading.execute(
        select(organisation.c.name, organisation.c.uscc).where(organisation.c.id == case.applicant_org)
    ).one_or_none()
    return {
        "applicant_name": applicant.name if applicant else None,
        "applicant_uscc": applicant.uscc if applicant else None,
        "owner_name": case.owner,
        "owner_uscc": case.owner_uscc,
    }


def _project(reading: Reading, project_id: str) -> dict[str, Any]:
    found = project_of(reading, project_id)
    if found is None:
        return {}
    issued = (
        select(func.count())
        .select_from(batch)
        .where(batch.c.project_id == project_id, batch.c.state.in_(("issued", "corrected")))
    )
    return {
        "project_name": found.name if found.state != "draft" else None,
        "project_number": found.number,
        "registered_at": found.registered_at,
        "issued_rounds": int(reading.execute(issued).scalar_one()),
    }


def _notice(reading: Reading, case: Case) -> dict[str, Any]:
    row = reading.execute(
        select(public_notice.c.title, public_notice.c.quantity)
        .where(public_notice.c.case_id == case.id)
        .order_by(public_notice.c.published_at.desc())
        .limit(1)
    ).one_or_none()
    return {} if row is None else {"notice_title": row.title, "public_tonnes": row.quantity}


def _comment(reading: Reading, case: Case) -> dict[str, Any]:
    row = reading.execute(
        select(comment.c.text, comment.c.late, public_notice.c.title)
        .select_from(comment.join(public_notice, public_notice.c.id == comment.c.notice_id))
        .where(comment.c.case_id == case.id)
    ).one_or_none()
    return {} if row is None else {"comment_text": row.text, "late": row.late, "notice_title": row.title}


def _batch(reading: Reading, case: Case) -> dict[str, Any]:
    row = reading.execute(
        select(
            batch.c.accepted, batch.c.publicised, batch.c.quantity, batch.c.period_start, batch.c.period_end
        )
        .select_from(batch.join(case_file, case_file.c.batch_id == batch.c.id))
        .where(case_file.c.id == case.id)
    ).one_or_none()
    if row is None:
        return {}
    years = range(row.period_start.year, row.period_end.year + 1)
    return {
        "accepted_tonnes": row.accepted,
        "public_tonnes": row.publicised or row.accepted,
        "mint_tonnes": row.publicised or row.accepted,
        "vintages": [{"year": year} for year in years],
    }


def _family(reading: Reading, case: Case) -> tuple[str, ...]:
    """The case itself and the others of its project, or of its batch: each has opinions of its own.

    A correction follows on a review of the same case, a notice on the opinion of another.
    """
    if case.project_id is None:
        return (case.id,)
    batch_id = select(case_file.c.batch_id).where(case_file.c.id == case.id).scalar_subquery()
    others = select(case_file.c.id).where(
        case_file.c.project_id == case.project_id, case_file.c.batch_id.is_not_distinct_from(batch_id)
    )
    return tuple(dict.fromkeys([case.id, *reading.execute(others).scalars()]))


def _handed_in(forms: tuple[Submitted, ...]) -> dict[str, Any]:
    """Return the answers later forms go back to, the latest of each form."""
    found: dict[str, Any] = {}
    asked: Any = None
    for one in reversed(forms):
        data = one.data
        found |= {
            name: data[name]
            for name in (
                "accepted_tonnes",
                "check_opinion",
                "investigation_findings",
                "proposed_tonnes",
                "classification_reasons",
                "correction_list",
                "ineligible_clause",
                "notice_title",
                "proposal",
                "proposal_reasons",
                "public_tonnes",
                "release_opinion",
                "required_changes",
                "return_reason",
                "review_opinion",
                "uscc_exception",
            )
            if name in data
        }
        if data.get("correction_proposal"):
            found["correction_proposal_shown"] = unit_facts.PROPOSALS[data["correction_proposal"]]
        if data.get("required_changes"):
            # Each requirement is answered anew: what an earlier round answered is no longer asked.
            found["response_rows"] = [{"item": row["item"]} for row in data["required_changes"]]
        if data.get("calculation_parameters"):
            found["calculation_parameters"] = [
                {name: row[name] for name in ("item", "value", "source") if name in row}
                for row in data["calculation_parameters"]
            ]
        if one.key in {"issuance_application", "issuance_correction"}:
            found["vintages"], asked = data.get("vintages"), data.get("requested_tonnes")
        if one.key == "notice_draft" and asked is not None and data.get("public_tonnes") != asked:
            # Less was accepted than asked for: the years stay, their tonnes are stated anew.
            found["vintages"] = [{"year": row["year"]} for row in found.get("vintages") or ()]
        if one.key in {"formal_review", "overdue_review", "issuance_review"} and one.action == "incomplete":
            found["correction_list"] = [
                {"item": row.get("item", ""), "remark": row["remark"]}
                for row in data.get("checklist", ())
                if row.get("remark")
            ]
    return found
