"""更正: a finding locks units, is looked into and decided; what holds is reversed, what does not is unlocked.

docs/domain.md §4; 31号令第四十三条 by analogy: honest over-issuance, revocation for false data, disputes.
Buyers' certificates stand: only what the owner has is reversed, what is missing is made good.
"""

from __future__ import annotations

from typing import Final

from handlers.contract import Context, Handler, Outcome, Values, at_fields, refuse
from handlers.effects import Notify
from handlers.unit_effects import (
    DecideCorrection,
    LockUnits,
    ReopenCorrection,
    ReverseUnits,
    UnlockUnits,
)
from handlers.unit_facts import Correction
from handlers.values import text, tonnes
from workflow_app.domain.correction import (
    ARTICLE,
    Complaint,
    CorrectionKind,
    check_decision,
    check_finding,
    split,
)
from workflow_app.domain.findings import Finding
from workflow_app.kernel.identifiers import new_id

BAR_YEARS: Final = 3
BASIS: Final = "服务规则：减排量更正（参照31号令第四十三条）"


def _lock(inputs: Values, context: Context) -> Outcome:
    form = context.facts.form("correction_finding")
    if form is None:
        raise LookupError("no finding was handed in")
    kind = CorrectionKind(text(form.get("correction_kind")))
    batch_id = text(form.get("correction_batch")) or None
    found = tonnes(form.get("correction_tonnes")) or 0
    named = text(form.get("correction_account"))
    account = context.facts.account(named) if named else context.facts.owner_account()
    if account is None:
        at_fields([Finding("correction_account", "请选择涉及的账户", ARTICLE, "correction_account")])
        raise LookupError("the owner has no account")
    at_fields(check_finding(Complaint(kind, found, context.facts.issued_tonnes(batch_id))))
    correction_id = new_id()
    locked = LockUnits(
        correction_id,
        kind.value,
        account.id,
        batch_id,
        found,
        text(form.get("correction_grounds")),
        everything=kind is CorrectionKind.REVOCATION,
        complaint_id=text(context.variables.get("complaint_id")) or None,
    )
    told = Notify(
        (f"role:owner:{context.variables.get('owner_org')}",),
        "减排量锁定",
        f"因{kind.label}核查，相关减排量已锁定，核查期间不得转让或者注销",
    )
    return Outcome({"correction_id": correction_id, "found_at": context.at.isoformat()}, (locked, told))


def _correction(context: Context) -> Correction:
    found = context.facts.correction(context.text("correction_id"))
    if found is None:
        raise LookupError("the correction is not on record")
    return found


def _decide(inputs: Values, context: Context) -> Outcome:
    correction = _correction(context)
    form = context.facts.form("correction_decision") or {}
    confirmed = None
    if context.text("correction_result") == "confirmed":
        confirmed = tonnes(form.get("confirmed_tonnes")) or 0
        issued = context.facts.issued_tonnes(correction.batch_id)
        at_fields(check_decision(correction.kind, confirmed, issued, correction.locked))
    reasons = text(form.get("correction_reasons"))
    years = context.flag_int("bar_years", BAR_YEARS)
    decided = DecideCorrection(correction.id, confirmed, reasons, years)
    outcome = f"核定{confirmed:,}吨" if confirmed else "不成立"
    told = Notify(
        (f"role:owner:{context.variables.get('owner_org')}",),
        "更正决定",
        f"{correction.kind.label}已作出决定：{outcome}",
    )
    return Outcome({}, (decided, told))


def _return(inputs: Values, context: Context) -> Outcome:
    """The decision stays in the history; the leader decides anew."""
    reason = text((context.facts.form("correction_execution") or {}).get("return_reason"))
    told = Notify(("role:department_leader",), "更正决定退回", f"交易机构退回更正决定：{reason}")
    return Outcome({}, (ReopenCorrection(_correction(context).id), told))


def _unlock(inputs: Values, context: Context) -> Outcome:
    return Outcome({}, (UnlockUnits(_correction(context).id),))


def _reverse(inputs: Values, context: Context) -> Outcome:
    """The first time out of the lock and what is free; after that out of the source the clerk chose."""
    correction = _correction(context)
    project_id = context.text("project_id")
    if correction.confirmed is None:
        raise LookupError("the correction is not decided")
    source = text((context.facts.form("correction_make_good") or {}).get("source_batch"))
    if context.variables.get("outstanding_tonnes") is None:
        batch_id, locked, wanted = correction.batch_id, correction.locked, correction.confirmed
    else:
        batch_id, locked, wanted = source or None, 0, correction.outstanding
        project_id = context.facts.batch_project(source) or project_id
    free = 0
    if correction.kind.makes_good:
        free = context.facts.free_tonnes(correction.account_id, project_id, batch_id)
    met = split(wanted, locked, free)
    if not locked and met.outstanding == wanted and context.variables.get("outstanding_tonnes") is not None:
        refuse([Finding("nothing_to_reverse", "所选批次没有可核减的减排量", ARTICLE)])
    reversed_ = ReverseUnits(correction.id, met.from_lock, met.from_free, project_id, batch_id)
    owner = f"role:owner:{context.variables.get('owner_org')}"
    said = f"已核减{met.from_lock + met.from_free:,}吨"
    if met.outstanding:
        said += f"，尚差{met.outstanding:,}吨，须以下一批次或者其他减排量补足"
    return Outcome({"outstanding_tonnes": met.outstanding}, (reversed_, Notify((owner,), "减排量核减", said)))


HANDLERS = (
    Handler(
        "lock_units",
        BASIS,
        _lock,
        outputs=("correction_id", "found_at"),
        effects=(LockUnits, Notify),
    ),
    Handler("enter_correction_decision", BASIS, _decide, effects=(DecideCorrection, Notify)),
    Handler("return_correction", BASIS, _return, effects=(ReopenCorrection, Notify)),
    Handler("unlock_units", BASIS, _unlock, effects=(UnlockUnits,)),
    Handler(
        "reverse_units",
        BASIS,
        _reverse,
        outputs=("outstanding_tonnes",),
        effects=(ReverseUnits, Notify),
    ),
)
