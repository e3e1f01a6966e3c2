"""Every name a diagram may use: forms, roles, operations, limits, parameters, messages, articles.

The one list the deployment and ``jcer diagrams check`` judge by, read from where each name is made. This
module must never judge a diagram itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handlers.registry import HANDLERS
from workflow_app.commands import permissions
from workflow_app.commands.delegations import REVOKED
from workflow_app.commands.market.listing import SOLD_OUT
from workflow_app.commands.market.orders import WITHDRAWN
from workflow_app.commands.on_complaints import DECIDED
from workflow_app.commands.on_notices import SETTLED
from workflow_app.commands.parameters import Parameters
from workflow_app.commands.steps import INHERITED
from workflow_app.commands.trading.on_orders import SETTLED as ORDER_SETTLED
from workflow_app.domain import articles
from workflow_app.engine.forms import FormDefinition
from workflow_app.engine.lint.catalogue import Catalogue, Operation

SCOPES: Final = frozenset(
    {*(name for name in INHERITED if name.endswith("_org")), "delegate_org", "buyer_party"}
)

STARTED: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(permissions.STARTERS, frozenset[str]()),
    "pilot_filing": frozenset({"filing_kind"}),
    "cancellation": frozenset({"account_id", "account_kind", "holder_person"}),
    "correction": frozenset({"complaint_id"}),
    "complaint": frozenset({"complaint_id", "received_at"}),
    "pilot_evaluation": frozenset({"filing_id", "period_from"}),
    "transfer_listing": frozenset(),
    "transfer_negotiated": frozenset(),
    "transfer_auction": frozenset(),
    "objection": frozenset({"comment_id", "notice_id", "late", "received_at"}),
}
"""What a process gets that is opened by a command, besides what every case has."""

_ENDED: Final = frozenset({"end_reason"})
MESSAGES: Final[Mapping[str, frozenset[str]]] = {
    SETTLED: frozenset({"notice_outcome", "decided_at"}),
    "withdrawal": frozenset({"withdrawal_reason", "withdrawn_at"}),
    "batch_withdrawal": frozenset({"batch_withdrawal_reason"}),
    "material_change": frozenset({"termination_reason"}),
    SOLD_OUT: frozenset(),
    WITHDRAWN: frozenset({"order_end_reason"}),
    ORDER_SETTLED: frozenset({"settlement_result"}),
    "deregistration": _ENDED,
    "revocation": _ENDED,
    DECIDED: frozenset({"correction_result", "correction_reasons"}),
    REVOKED: frozenset({"certificate_route"}),
}
"""The messages the commands send to a waiting case, and what each brings."""


def catalogue(forms: Mapping[str, FormDefinition], parameters: Parameters) -> Catalogue:
    """Return the names that hold for a version with these forms and parameters."""
    return Catalogue(
        forms={key: _set_by(form) for key, form in forms.items()},
        surely={key: _surely_set_by(form) for key, form in forms.items()},
        roles=permissions.KNOWN | {"applicant"},
        operations={
            handler.operation: Operation(
                frozenset(handler.inputs),
                frozenset(handler.outputs),
                frozenset(handler.errors),
                handler.always,
            )
            for handler in HANDLERS
        },
        deadlines=frozenset(parameters.rules),
        scopes=SCOPES,
        variables=frozenset({*parameters.flags, *INHERITED, "case_id"}),
        started=STARTED,
        facts=_named(forms),
        messages=MESSAGES,
        unknown_citations=articles.unknown,
    )


def _named(forms: Mapping[str, FormDefinition]) -> Mapping[str, frozenset[str]]:
    """Return the values every form that shows a fact in words has words for."""
    found: dict[str, frozenset[str]] = {}
    for form in forms.values():
        for one in form.fields():
            if one.type == "readonly" and one.choices:
                values = frozenset(choice.value for choice in one.choices)
                found[one.fact] = found.get(one.fact, values) & values
    return found


def _surely_set_by(form: FormDefinition) -> frozenset[str]:
    fields = {field.variable for field in form.fields() if field.variable}
    buttons = [frozenset(action.sets) for action in form.actions]
    return frozenset(fields) | (frozenset.intersection(*buttons) if buttons else frozenset())


def _set_by(form: FormDefinition) -> frozenset[str]:
    fields = {field.variable for field in form.fields() if field.variable}
    return frozenset(fields.union(*(action.sets for action in form.actions)))
