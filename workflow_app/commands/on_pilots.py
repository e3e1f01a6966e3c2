"""Effects on pilots: a filing takes effect, its periods are measured, its evaluations reported.

355号正文三、五 (R5-R9, R15, R22, R46). Each period is a short case of its own that waits for its end; the
next one begins with the report of the last (ADR 0011).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from handlers import pilot_effects as asked
from workflow_app.commands import deadlines
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.pilot import ARTICLE
from workflow_app.domain.pilot_filing import in_force
from workflow_app.kernel.clock import day_start, legal_date
from workflow_app.kernel.errors import Forbidden, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.history import SYSTEM

EVALUATION: Final = "pilot_evaluation"
"""The diagram of an evaluation, and the rule of its period."""


def file_pilot(run: Run, case: OpenCase, effect: asked.FilePilot, key: str) -> None:
    """Let a pilot's filing take effect: its record, its work mechanism, its first period."""
    run.uow.programme.add(
        tables.pilot_filing,
        {
            "id": effect.filing_id,
            "number": effect.number,
            "case_id": case.id,
            "organisation_id": case.row.applicant_org,
            "bureau_org": case.row.bureau_org,
            **effect.fields,
            "state": "filed",
            "submitted_at": case.row.opened_at,
            "filed_at": effect.filed_at,
            "ended_at": None,
            "evaluation_case_id": None,
        },
    )
    add_version(
        run,
        effect.filing_id,
        1,
        {
            "people": run.uow.pilots.sealed_people(effect.filing_id, effect.people),
            "leader_post": effect.leader_post,
            "duties": list(effect.duties),
            **{name: effect.plans.get(name, "") for name in ("training_plan", "absorption_plan")},
        },
    )
    run.later(lambda: begin_period(run, effect.filing_id, effect.filed_at))


def add_version(run: Run, filing_id: str, version: int, said: Mapping[str, Any], reason: str = "") -> None:
    """Enter a version of a pilot's work mechanism."""
    row = {
        "id": new_id(),
        "filing_id": filing_id,
        "version": version,
        **said,
        "reason": reason,
        "entered_by": run.actor.user_id,
        "entered_at": run.at,
    }
    run.uow.programme.add(tables.pilot_profile, row)


def begin_period(run: Run, filing_id: str, start: datetime) -> None:
    """Open the case that waits for the end of a pilot's next period; none where the filing is over."""
    filing = run.uow.programme.filing(filing_id)
    if filing is None or not (in_force(filing["state"]) or filing["state"] == "suspended"):
        return
    case = run.begin(
        run,
        EVALUATION,
        {
            "filing_id": filing_id,
            "period_from": start.astimezone(UTC).isoformat(),
            "applicant_org": filing["organisation_id"],
            "owner_org": filing["organisation_id"],
            "bureau_org": filing["bureau_org"],
        },
        title=f"{filing['name']}：试点评估"[:200],
    )
    run.uow.programme.change(tables.pilot_filing, filing_id, {"evaluation_case_id": case.id})
    run.uow.history.record("period_begun", f"filing:{filing_id}", SYSTEM, run.at)


def take_figures(run: Run, case: OpenCase, effect: asked.TakeFigures, key: str) -> None:
    """Enter an evaluation with the figures of its period."""
    limit = deadlines.latest(run, case, EVALUATION)
    over = limit.due_at if limit is not None and limit.due_at is not None else run.at
    last = run.uow.pilots.last_evaluation(effect.filing_id)
    first = legal_date(effect.period_from)
    start = first if last is None else max(first, last["period_end"] + timedelta(days=1))
    end = legal_date(over - timedelta(microseconds=1))
    begun = effect.period_from if last is None else day_start(start)
    figures = {
        "period": run.uow.pilots.figures(effect.filing_id, begun, over),
        "total": run.uow.pilots.figures(effect.filing_id, None, over),
    }
    run.uow.programme.add(
        tables.pilot_evaluation,
        {
            "id": effect.evaluation_id,
            "filing_id": effect.filing_id,
            "sequence": last["sequence"] + 1 if last else 1,
            "case_id": case.id,
            "period_start": start,
            "period_end": end,
            "figures": figures,
            "state": "drafting",
            "report": None,
            "drafted_by": None,
            "signed_by": None,
            "signed_at": None,
            "begun_at": run.at,
        },
    )


def report(run: Run, case: OpenCase, effect: asked.ReportEvaluation, key: str) -> None:
    """Enter the report a leader has signed, and let the next period begin.

    :raises Forbidden: whoever acts is no leader (K).
    :raises Refused: it was reported before.
    """
    if not run.actor.holds("department_leader"):
        raise Forbidden("role_required", "评估报告由省厅领导签发", article=ARTICLE)
    row = run.uow.pilots.evaluation(effect.evaluation_id)
    if row is None:
        raise LookupError(f"evaluation {effect.evaluation_id} is not on record")
    if row["state"] != "drafting":
        raise Refused("evaluation_reported", "本期评估报告已经签发", article=ARTICLE)
    changes = {
        "state": "reported",
        "report": dict(effect.report),
        "drafted_by": _drafter(run, case),
        "signed_by": run.actor.user_id,
        "signed_at": run.at,
    }
    run.uow.programme.change(tables.pilot_evaluation, row["id"], changes)
    run.later(lambda: begin_period(run, row["filing_id"], day_start(row["period_end"])))


def _drafter(run: Run, case: OpenCase) -> str | None:
    """Return who handed in the draft that is signed."""
    for event in run.uow.history.latest(f"case:{case.id}"):
        if event.form_key == "evaluation_draft":
            return event.actor_id
    return None
