"""What each official paper says: one function a kind, in one visible table.

A composer reads the records as they stand after the act's own effects and returns the template's data. It
decides nothing: results, quantities and dates are what the act decided. Kinds that are not here are filled by
whoever issues them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from workflow_app.commands import distribution, paper_kinds
from workflow_app.commands import papers_of_assessment as assessment
from workflow_app.commands import papers_of_cancellation as cancellation
from workflow_app.commands import papers_of_complaints as complaints
from workflow_app.commands import papers_of_pilots as pilots
from workflow_app.commands import papers_of_publicity as publicity
from workflow_app.commands import papers_of_registry as registry
from workflow_app.commands import papers_of_review as review
from workflow_app.commands import papers_of_trade as trade
from workflow_app.commands.matter import Matter
from workflow_app.kernel.errors import Refused

Composer = Callable[[Matter, Mapping[str, Any], str | None], dict[str, Any]]
"""Of a case, what the act gave, and what the paper is about."""

COMPOSERS: Final[Mapping[str, Composer]] = {
    "acceptance_notice": review.acceptance,
    "correction_notice": review.correction,
    "ineligibility_notice": review.ineligibility,
    "redirection_notice": review.redirection,
    "end_decision": review.ending,
    "meeting_minutes": assessment.minutes,
    "panel_opinion": assessment.opinion,
    "public_notice": publicity.notice,
    "notice_result": publicity.result,
    "comment_record": publicity.comment,
    "registration_notice": registry.registration,
    "issuance_notice": registry.issuance,
    "pilot_filing_notice": pilots.filing,
    "evaluation_report": pilots.evaluation,
    "complaint_reply": complaints.reply,
    "trade_confirmation": trade.confirmation,
    "cancellation_certificate": cancellation.certificate,
}


def check(files: Mapping[str, bytes]) -> None:
    """Judge the catalogue of papers of a version.

    :raises Refused: it does not hold, or lacks a paper that an act issues.
    """
    known = paper_kinds.load(files)
    distribution.load(files, known)
    missing = sorted(set(COMPOSERS) - set(known))
    if missing:
        raise Refused("papers_invalid", f"documents.yaml 缺少办理中要出具的文书：{'、'.join(missing)}")
