"""For each rule of the statute a mutant that this rule alone refuses: without it, it would be deployed.

Most are one systematic mutant. Where rules overlap, the mutant is drawn by hand out of a few such changes.
"""

from __future__ import annotations

from lxml import etree

from tests.diagrams.mutants.mutate import Change, Mutant, mutants, pass_by
from tests.support.edited import B, element, flows, give, lead, sweep, touch

UNNOTICED = ((b"notice_required: true", b"notice_required: false"),)


def proofs() -> dict[str, Mutant]:
    """Return the mutants by the id of the rule they prove."""
    named = mutants()
    return {rule: named[name] for rule, name in BY_NAME.items()} | BY_HAND


def together(
    process: str, *parts: str | Change, name: str = "", flags: tuple[tuple[bytes, bytes], ...] = ()
) -> Mutant:
    """Return one mutant of ``process`` out of several changes, systematic (``element:operator``) or not."""

    def change(root: etree._Element) -> None:
        for part in parts:
            (mutants()[f"{process}:{part}"].change if isinstance(part, str) else part)(root)

    return Mutant(name or f"{process}:" + "+".join(str(part) for part in parts), process, change, flags)


def again(process: str, task: str, role: str) -> Mutant:
    """The task done once more, behind itself, by people of another post."""

    def change(root: etree._Element) -> None:
        own = element(root, task)
        new = f"{task}_again"
        copy = etree.fromstring(etree.tostring(own))
        copy.set("id", new)
        for each in [*copy.findall(f"{B}incoming"), *copy.findall(f"{B}outgoing")]:
            copy.remove(each)
        own.addnext(copy)
        give(root, new, role=role)
        lane = next(each for each in root.iter(f"{B}flowNodeRef") if each.text == task).getparent()
        etree.SubElement(lane, f"{B}flowNodeRef").text = new
        (after,) = flows(root, sourceRef=task)
        between = etree.Element(f"{B}sequenceFlow", id=f"flow_{new}")
        between.set("sourceRef", task)
        between.set("targetRef", new)
        after.addnext(between)
        for reference in own.findall(f"{B}outgoing"):
            reference.text = between.get("id")
        after.set("sourceRef", new)
        touch(root, new, "incoming", between.get("id"))
        touch(root, new, "outgoing", after.get("id"))

    return Mutant(f"{process}:{task}:again={role}", process, change)


def led(source: str, target: str, to: str) -> Change:
    """The flow from ``source`` to ``target`` goes to ``to``."""
    return lambda root: lead(root, source, target, to)


BY_NAME = {
    "eligibility_before_acceptance": "project_application:eligibility_gateway:always=list_materials",
    "review_before_acceptance": "project_application:review_gateway:always=application_acceptance",
    "issuance_review_before_panel": "issuance_application:review_gateway:always=issuance_accepted",
    "panel_meets_and_speaks": "expert_assessment:quorum_gateway:always=hold_meeting",
    "experts_review": "expert_assessment:review_by_expert:role=department_clerk",
    "revision_confirmed_by_chair": "expert_assessment:revise_documents:bypass",
    "revised_before_second_notice": "project_lifecycle:call_revision:drop",
    "upheld_fatal_ends": "project_lifecycle:notice_gateway:swap=notice_upheld/call_revision",
    "clear_result_stands": "public_notice:notice_dismissed:outcome=lapsed",
    "fatal_result_stands": "public_notice:notice_upheld_fatal:outcome=lapsed",
    "result_as_decided": "public_notice:notice_upheld_fixable:outcome=dismissed",
    "notice_published_by_exchange": "public_notice:publish_notice:role=department_leader",
    "closed_by_its_period": "public_notice:notice_period:from=now",
    "no_open_objection": "public_notice:objections_gateway:always=no_objection",
    "registration_within_three_days": "registration:open_account:limit=objection",
    "registered_by_two_hands": "registration:check_gateway:always=project_registration",
    "every_issuance_applied_for": "issuance:combined_gateway:always=prepare_minting",
    "issuance_noticed": "issuance:clear_gateway:always=prepare_minting",
    "minted_by_two_hands": "issuance:minting_gateway:always=unit_minting",
    "sold_by_owner_only": "transfer_auction:offer_gateway:always=order_placing",
    "price_checked": "transfer_listing:band_gateway:always=order_placing",
    "negotiated_agreed": "transfer_negotiated:review_transfer:role=buyer",
    "auction_runs_its_time": "transfer_auction:bidding_period:from=now",
    "verified_before_cancellation": "cancellation:application_gateway:always=evidence_requirements",
    "certificate_by_department_or_delegate": "cancellation:issue_by_delegate:role=exchange_checker",
    "certificate_owed": "cancellation:certificate_issuing:drop",
    "filed_with_department": "pilot_filing:submit_filing:reorder=review_filing",
    "ccer_not_accepted": "project_application:methodology_gateway:always=check_eligibility",
    "decided_before_reversal": "correction:investigate_finding:role=exchange_checker",
    "decision_entered": "correction:decide_correction:reorder=decision_entry",
    "executed_by_exchange": "correction:execution_gateway:always=units_reversal",
    "locked_units_released": "correction:lock_release:drop",
    "objection_decided_by_department": "objection:confirm_downgrade:role=exchange_maker",
    "investigated_before_decision": "objection:investigate:reorder=decide_objection",
    "comment_owed_an_answer": "objection:comment_settlement:drop",
    "objection_decided_by_another": "objection:classify_comment:role=department_leader",
    "opinion_given_by_chair": "expert_assessment:convene_panel:role=panel_chair",
    "applicant_does_not_decide": "expert_assessment:convene_panel:role=applicant",
}

SEPARATE: tuple[str | Change, ...] = (
    "first_pass_gateway:always=call_assessment",
    "first_batch_gateway:always=request_issuance",
    lambda root: give(root, "call_issuance", inputs="project_id, batch_id=None, owner_org, exchange_org"),
)
"""No combined first batch, of which the rules on batches would speak too."""

BY_HAND = {
    "units_frozen_first": together(
        "transfer_negotiated",
        "order_placing:bypass",
        "confirm_transfer:limit_from=none",
        "confirmation_overdue:from=now",
    ),
    "cancelled_before_certificate": together(
        "cancellation",
        "units_cancellation:shorten=issue_by_department",
        "issue_by_department:limit_from=none",
    ),
    "locked_before_investigation": together(
        "correction", "units_lock:reorder=investigate_finding", "investigate_finding:limit_from=none"
    ),
    "application_received": together(
        "project_application",
        led("application_intended", "submit_application", "correct_application"),
        led("correct_application", "correction_receipt", "application_receipt"),
        sweep,
        name="project_application:submit_application:for=correct_application",
    ),
    "acceptance_before_panel": together(
        "project_lifecycle",
        "application_gateway:always=first_pass_gateway",
        "first_pass_gateway:always=call_first_application",
    ),
    "assessed_before_notice": together(
        "project_lifecycle",
        "assessment_gateway:always=call_notice",
        *SEPARATE,
        name="project_lifecycle:assessed",
    ),
    "notice_before_registration": together(
        "project_lifecycle",
        "clear_gateway:always=call_registration",
        *SEPARATE,
        name="project_lifecycle:noticed",
    ),
    "registration_owed": together(
        "project_lifecycle",
        lambda root: pass_by(root, "call_registration", "revision_lapsed"),
        name="project_lifecycle:call_registration:past=revision_lapsed",
    ),
    "every_issuance_assessed": together(
        "issuance", "assessment_gateway:always=publicity_gateway", flags=UNNOTICED
    ),
    "registered_before_issuance": together(
        "project_lifecycle",
        led("clear_gateway", "call_registration", "first_batch_gateway"),
        led("first_batch_gateway", "request_issuance", "call_registration"),
        led("round_record", "request_issuance", "call_registration"),
        led("call_registration", "first_batch_gateway", "project_completed"),
        "revocation_at_issuance:drop",
        name="project_lifecycle:call_registration:after=call_issuance",
    ),
    "offered_by_owner": again("transfer_listing", "offer_units", "buyer"),
    "objection_decision_is_leaders": again("objection", "decide_objection", "exchange_checker"),
    "refusal_signed_by_another": again("project_application", "review_application", "department_leader"),
    "registration_checked_by_another": again("registration", "open_account", "exchange_checker"),
    "minting_checked_by_another": again("issuance", "prepare_minting", "exchange_checker"),
    "notice_released_by_another": again("public_notice", "draft_notice", "department_leader"),
    "correction_decided_by_another": again("correction", "investigate_finding", "department_leader"),
}
