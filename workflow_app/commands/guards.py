"""What the law asks of a form whatever the diagram says (K): one check a form, in one visible table.

A diagram may leave an element out; these run when the form is handed in, before the engine goes
on, so that an unlawful application or opinion gets no further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from handlers.contract import at_fields, refuse
from handlers.formal_review import REVIEWS, listed_items
from handlers.values import day, period, text, tonnes
from workflow_app.commands import bars, guards_panel, guards_registry, mandates
from workflow_app.commands.facts import StoredFacts
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain import admission, pilot_filing, public_notice, review
from workflow_app.domain.methodology import Gas, Methodology, MethodologyField, MethodologyKind
from workflow_app.domain.parties import OrganisationKind, legal_form
from workflow_app.domain.project import ProjectState
from workflow_app.domain.roles import Role
from workflow_app.engine.forms import FormValue
from workflow_app.kernel.clock import legal_date
from workflow_app.store.repositories.inbox import InboxTask

Guard = Callable[[Run, OpenCase, FormValue, str], None]


def check(run: Run, case: OpenCase, task: InboxTask, value: FormValue, role: str) -> None:
    """Judge a form that holds in itself by the law.

    :raises InvalidForm: findings that belong to a field, at that field.
    :raises Refused: a finding that concerns the whole.
    """
    if role == "agent" and task.form not in BRINGS_A_MANDATE:
        mandates.ensure_in_force(run, case)
    elif role == "agent":
        mandates.ensure_not_revoked(run, case)
    guard = GUARDS.get(task.form)
    if guard is not None:
        guard(run, case, value, role)


def methodology_of(run: Run, code: str, applied_on: date) -> Methodology | None:
    """Return a methodology as the law knows it, in the version in force on the day of application.

    Where none is, the last one stands for it, so that the refusal can say when it was in force.
    """
    row = run.uow.programme.methodology(code)
    if row is None:
        return None
    version = run.uow.programme.methodology_in_force(code, applied_on)
    version = version or next(reversed(run.uow.programme.methodology_versions(code)), None)
    if version is None:
        return None
    return Methodology(
        code=row["code"],
        version=version["version"],
        name=row["name"],
        kind=MethodologyKind(row["kind"]),
        field=MethodologyField(row["field"]),
        gases=frozenset(Gas(gas) for gas in version["gases"]),
        published_on=version["effective_from"],
        document_number=version["document"],
        withdrawn_on=version["effective_until"],
        requires_crediting_period=version["crediting_required"],
        earliest_start=day(row["details"].get("earliest_start")),
        demonstration=row["demo"],
    )


_FREE_NAMES = frozenset(
    {
        ProjectState.WITHDRAWN,
        ProjectState.FAILED,
        ProjectState.INELIGIBLE,
        ProjectState.REDIRECTED,
        ProjectState.LAPSED,
        ProjectState.DRAFT,
    }
)


def _application(run: Run, case: OpenCase, value: FormValue, role: str) -> None:
    """R10, R20-R29, R43, R44: what admits an application, its correction included."""
    data = value.data
    applicant = run.uow.people.organisation(str(case.row.applicant_org))
    project = run.uow.programme.project(case.row.project_id) if case.row.project_id else None
    received = project["received_at"] if project else None
    bars.ensure_not_barred(run, str(case.row.owner_org), str(case.row.applicant_org))
    filings = [text(data.get("pilot_filing"))]
    filings += [text(row.get("filing")) for row in data.get("other_counties") or ()]
    active = [_active(run, filing_id) for filing_id in filings]
    crediting = period(data.get("crediting_period"))
    named = run.uow.programme.projects_named(text(data.get("project_name")))
    declared = ("commitment_single_claim", "single_claim"), ("commitment_no_green_power", "no_green_power")
    facts = admission.ApplicationFacts(
        # A correction completes the application: its day stays that of the first receipt (R23).
        applied_on=legal_date(received or run.at),
        acted_on=legal_date(run.at),
        applicant_form=legal_form(OrganisationKind(applicant.kind)),
        applicant_uscc=text(data.get("applicant_uscc")),
        # Whoever applies for another organisation is an agent, whatever the form says.
        applicant_is_owner=bool(data.get("applicant_is_owner"))
        and case.row.applicant_org == case.row.owner_org,
        methodology=methodology_of(run, text(data.get("methodology")), legal_date(received or run.at)),
        filing_active=active[0],
        every_county_filed=all(active[1:]),
        project_start=day(data.get("project_start")) or legal_date(run.at),
        crediting_start=crediting[0] if crediting else None,
        crediting_end=crediting[1] if crediting else None,
        owner_uscc=text(data.get("owner_uscc")),
        uscc_exception=bool(data.get("uscc_exception")),
        has_mandate=bool(data.get("mandate")),
        mandate_until=day(data.get("mandate_until")),
        has_start_proof=bool(data.get("start_proof")),
        commitments=frozenset(name for field, name in declared if data.get(field)),
        owner_signed=bool(data.get("owner_signature")),
        applicant_signed=bool(data.get("application_signature")),
        split_answered=data.get("pdd_split") is not None,
        name_taken=any(row["id"] != case.row.project_id and row["state"] not in _FREE_NAMES for row in named),
        ets_enterprise=bool(data.get("ets_enterprise")),
    )
    at_fields(admission.check_admission(facts))


def _active(run: Run, filing_id: str) -> bool:
    filing = run.uow.programme.filing(filing_id) if filing_id else None
    return filing is not None and filing["state"] == "filed"


def _formal_review(run: Run, case: OpenCase, value: FormValue, role: str) -> None:
    """K: a correction notice lists everything at once."""
    if value.action != "incomplete":
        return
    lists = (listed_items(form) for form in StoredFacts(run, case).forms(*REVIEWS))
    first = next((items for items in lists if items), None)
    refuse(review.check_correction(first, listed_items(value.data)))


def _notice_draft(run: Run, case: OpenCase, value: FormValue, role: str) -> None:
    """I5: what is published is at most what the panel accepted, of this batch where it is of a batch."""
    project_id, batch_id = case.row.project_id, case.row.batch_id
    opinions = [
        opinion
        for opinion in (run.uow.programme.opinions(project_id) if project_id else ())
        if opinion["result"] == "passed" and opinion["batch_id"] == batch_id
    ]
    published = tonnes(value.data.get("public_tonnes"))
    accepted = opinions[-1]["accepted_tonnes"] if opinions else None
    if published is not None and accepted is not None:
        at_fields(public_notice.check_quantity(published, accepted))


def _pilot_filing(run: Run, case: OpenCase, value: FormValue, role: str) -> None:
    """R5-R9, R15: the evidence each kind of pilot brings."""
    data = value.data
    kind = {"dev_zone": "development_zone", "zone": "development_zone"}.get(
        text(data.get("filing_kind")), text(data.get("filing_kind"))
    )
    facts = pilot_filing.FilingFacts(
        kind=pilot_filing.FilingKind(kind),
        submitted_by=Role(role),
        organising_bureau=text(data.get("organising_bureau")),
        consultation_files=_count(data.get("consultation_files")),
        consent_number=text(data.get("consent_number")),
        consent_date=day(data.get("consent_date")),
        consent_file=text(data.get("consent_file")),
        basis=text(data.get("grandfathered_basis")),
        leader_named=bool(data.get("leader_name")),
        duties=_count(data.get("duties")),
    )
    at_fields(pilot_filing.check_filing(facts))


def _count(value: object) -> int:
    return len(value) if isinstance(value, list | tuple) else 0


BRINGS_A_MANDATE: Final = frozenset({"project_application", "application_correction"})
"""Forms an agent hands in together with the owner's mandate, which is judged with the application."""

GUARDS: Final[Mapping[str, Guard]] = {
    "pilot_filing": _pilot_filing,
    "project_application": _application,
    "application_correction": _application,
    "formal_review": _formal_review,
    "overdue_review": _formal_review,
    "panel": guards_panel.panel,
    "expert_review": guards_panel.expert_review,
    "panel_opinion": guards_panel.panel_opinion,
    "assessment_meeting": guards_panel.meeting,
    "revision_response": guards_panel.revision,
    "revision_recheck": guards_panel.recheck,
    "notice_draft": _notice_draft,
    "minting_preparation": guards_registry.minting,
}
