"""注销: units are held for an application, cancelled or given back; the certificate is issued.

355号附件二（三）. Which evidence a purpose asks for was decided by the table before; the exchange verifies;
the department, or a body it delegated, issues the certificate (R42).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handlers.contract import Context, Handler, Outcome, Values, at_fields
from handlers.effects import Notify
from handlers.facts import Form
from handlers.unit_effects import CancelUnits, HoldUnits, IssueCertificate, ReturnUnits
from handlers.values import text, tonnes
from workflow_app.domain.cancellation import (
    EVIDENCE,
    Application,
    BeneficiaryKind,
    Purpose,
    SubType,
    check_application,
)
from workflow_app.kernel.identifiers import new_id

ARTICLE: Final = "355号附件二（三）"
PERSONAL: Final = frozenset({"restoration_obligor"})
"""Evidence that may name a person: kept sealed."""


def holder(context: Context) -> tuple[str, ...]:
    """Return the principals of whoever applied: an organisation's owner or buyer posts, or one person."""
    person, organisation = context.variables.get("holder_person"), context.variables.get("applicant_org")
    if isinstance(person, str) and person:
        return (f"user:{person}",)
    return (f"role:owner:{organisation}", f"role:buyer:{organisation}")


def _hold(inputs: Values, context: Context) -> Outcome:
    form = context.facts.form("cancellation_application")
    account = context.facts.account(context.text("account_id"))
    if form is None or account is None:
        raise LookupError("no application for cancellation was handed in")
    purpose = Purpose(text(form.get("cancellation_purpose")))
    sub_type = SubType(text(form["neutrality_kind"])) if form.get("neutrality_kind") else None
    kind = BeneficiaryKind(text(form.get("beneficiary_kind")) or "holder")
    name = _beneficiary(form, kind)
    given = {field: form[field] for field in EVIDENCE if form.get(field)}
    at_fields(
        check_application(
            Application(
                account.kind,
                purpose,
                sub_type,
                kind,
                name,
                given.keys(),
                _names(context.variables.get("required_evidence")),
                _names(context.flags.get("owner_cancellation_purposes")),
            )
        )
    )
    cancellation_id = new_id()
    held = HoldUnits(
        cancellation_id,
        account.id,
        tonnes(form.get("cancel_tonnes")) or 0,
        purpose.value,
        sub_type.value if sub_type else None,
        text(form.get("purpose_other")),
        _evidence(given, form),
        kind.value,
        name if kind is BeneficiaryKind.ORGANISATION else None,
        {
            "beneficiary": name if kind is BeneficiaryKind.PERSON else "",
            "obligor": text(form.get("restoration_obligor")),
        },
    )
    checkers = (f"role:exchange_checker:{context.variables.get('exchange_org')}",)
    told = Notify(checkers, "注销申请待核验", f"申请注销{held.quantity:,}吨，用于{purpose.label}")
    return Outcome({"cancellation_id": cancellation_id}, (held, told))


def _beneficiary(form: Form, kind: BeneficiaryKind) -> str:
    return "" if kind is BeneficiaryKind.HOLDER else text(form.get(f"beneficiary_{kind.value}"))


def _evidence(given: Mapping[str, Any], form: Form) -> dict[str, object]:
    left_out = PERSONAL | {"purpose_other", "neutrality_kind"}
    kept: dict[str, object] = {name: value for name, value in given.items() if name not in left_out}
    if form.get("beneficiary_uscc"):
        kept["beneficiary_uscc"] = text(form.get("beneficiary_uscc"))
    return kept


def _names(value: object) -> tuple[str, ...]:
    return tuple(name for part in text(value).split(",") if (name := part.strip()))


def _cancel(inputs: Values, context: Context) -> Outcome:
    cancellation_id = context.text("cancellation_id")
    delegate = context.facts.delegate(context.facts.purpose_of(cancellation_id))
    next_in_turn = f"role:certificate_delegate:{delegate}" if delegate else "role:department_leader"
    told = (
        Notify(holder(context), "减排量已注销", "所申请的减排量已注销，不可恢复，凭证待出具"),
        Notify((next_in_turn,), "凭证待出具", "减排量已注销，请出具凭证"),
    )
    values: Values = {
        "cancelled_at": context.at.isoformat(),
        "certificate_route": "delegate" if delegate else "department",
        "delegate_org": delegate,
    }
    return Outcome(values, (CancelUnits(cancellation_id), *told))


def _return(inputs: Values, context: Context) -> Outcome:
    checked = context.facts.form("cancellation_check") or {}
    reason = text(checked.get("check_opinion"))
    told = Notify(holder(context), "注销申请退回", f"注销申请已退回，减排量已解除锁定：{reason}")
    return Outcome({}, (ReturnUnits(context.text("cancellation_id")), told))


def _issue(inputs: Values, context: Context) -> Outcome:
    certificate_id = new_id()
    issued = IssueCertificate(
        certificate_id, context.text("cancellation_id"), context.text("certificate_issuer")
    )
    told = Notify(holder(context), "凭证已出具", "注销凭证已出具，可凭查验码公开查验")
    return Outcome({"certificate_id": certificate_id}, (issued, told))


def _once(context: Context, inputs: Values) -> str:
    """One cancellation is cancelled, returned or certified once, however often it is tried."""
    return f"{context.element_id}:{context.variables.get('cancellation_id')}"


HANDLERS = (
    Handler("hold_units", ARTICLE, _hold, outputs=("cancellation_id",), effects=(HoldUnits, Notify)),
    Handler(
        "cancel_units",
        ARTICLE,
        _cancel,
        outputs=("cancelled_at", "certificate_route", "delegate_org"),
        effects=(CancelUnits, Notify),
        key=_once,
    ),
    Handler("return_units", ARTICLE, _return, effects=(ReturnUnits, Notify), key=_once),
    Handler(
        "issue_certificate",
        ARTICLE,
        _issue,
        outputs=("certificate_id",),
        effects=(IssueCertificate, Notify),
        key=_once,
    ),
)
