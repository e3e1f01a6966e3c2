"""What of a case is for its applicant: their own forms, and the fields of the office's that tell them.

An owner, an agent, a pilot unit read the review and answer the panel; each expert's own review, the office's
notes and its people's names stay inside. One table for the pages, the API and 我的办件.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

TOLD: Final[Mapping[str, frozenset[str]]] = {
    "formal_review": frozenset({"checklist", "review_opinion"}),
    "overdue_review": frozenset({"checklist", "review_opinion"}),
    "ineligibility_decision": frozenset({"decision_reasons", "decision_date"}),
    "panel_opinion": frozenset(
        {
            "opinion_boundary",
            "opinion_quantification",
            "opinion_data",
            "opinion_monitoring",
            "authenticity",
            "authenticity_reasons",
            "uniqueness",
            "uniqueness_reasons",
            "additionality",
            "additionality_reasons",
            "accepted_tonnes",
            "required_changes",
            "overall_opinion",
            "opinion_date",
        }
    ),
    "revision_recheck": frozenset({"recheck_opinion", "accepted_tonnes", "required_changes"}),
    "objection_decision": frozenset({"required_changes", "public_reply"}),
    "issuance_review": frozenset({"checklist", "review_opinion"}),
    "filing_review": frozenset({"checks", "filing_opinion"}),
}
"""Of each form of the office, the fields that tell the applicant something; everything else stays inside."""

INSIDE: Final = frozenset({("ineligibility_decision", "return")})
"""Acts that stay in the office though others under the same form do not: a leader returns it to the clerk."""

OWN: Final = frozenset(
    {
        "project_application",
        "application_correction",
        "revision_response",
        "issuance_request",
        "issuance_application",
        "issuance_correction",
        "pilot_filing",
    }
)
"""Forms the applicant hands in."""

OUTSIDE_ROLES: Final = frozenset(
    {"owner", "agent", "pilot_unit", "prefecture_bureau", "buyer", "public", "system"}
)
"""Roles whose people an applicant may know by name."""


def told(key: str, action: str, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what of a form its applicant may read; ``None`` where nothing is."""
    if key in OWN:
        return dict(data)
    fields = None if (key, action) in INSIDE else TOLD.get(key)
    return None if fields is None else {name: value for name, value in data.items() if name in fields}
