"""申请与形式审查: receipt, one-time correction notice, acceptance, redirection, lapse.

355号附件一（一）（二）. Periods are service standards borrowed from 行政许可法 32(4) by analogy.
K: a correction notice lists everything at once, so a later list may only repeat items of the
first; silence past the limit accepts from the day of receipt.
"""

from __future__ import annotations

from handlers.contract import Context, Handler, Outcome, Values
from handlers.effects import Notify, UpdateProject
from handlers.facts import Form
from handlers.values import instant, period, text, tonnes
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Refused

SUBMISSION = "project_application"
ONE_TIME = "服务规则：一次性告知（参照行政许可法第三十二条第四项）"


def _receive_application(inputs: Values, context: Context) -> Outcome:
    form = context.facts.form(SUBMISSION)
    if form is None:
        raise LookupError("no application was handed in")
    code = text(form.get("methodology"))
    methodology = context.facts.methodology(code)
    if methodology is None:
        raise Refused("methodology_unknown", "所选方法学不在已公布名录中", article="355号附件一")
    crediting = period(form.get("crediting_period"))
    fields: dict[str, object] = {
        "name": text(form.get("project_name")),
        "methodology_code": code,
        "field": methodology.field,
        "received_at": context.at,
        "annual_tonnes": tonnes(form.get("annual_reductions")),
        "total_tonnes": tonnes(form.get("total_reductions")),
    }
    if crediting is not None:
        fields["crediting_start"], fields["crediting_end"] = crediting
    values: dict[str, object] = {
        "received_at": context.at.isoformat(),
        "received_on": legal_date(context.at).isoformat(),
        "methodology_code": code,
        "methodology_kind": methodology.kind,
        "ets_enterprise": form.get("ets_enterprise") in (True, "yes"),
    }
    return Outcome(values, (UpdateProject("formal_review", fields),))  # type: ignore[arg-type]


def _redirect_to_ccer(inputs: Values, context: Context) -> Outcome:
    return Outcome({}, (UpdateProject("redirected"),))


def listed_items(form: Form) -> frozenset[str]:
    """Return the names of the materials a review asks to correct."""
    rows = form.get("corrections") or ()
    return frozenset(text(row.get("item")) for row in rows if text(row.get("item")))


def _issue_correction_notice(inputs: Values, context: Context) -> Outcome:
    reviews = [items for items in map(listed_items, context.facts.forms("formal_review")) if items]
    if not reviews:
        raise Refused("correction_empty", "补正通知须列明需补正的材料", article=ONE_TIME)
    added = reviews[-1] - reviews[0]
    if added:
        raise Refused(
            "correction_one_time",
            f"补正内容须一次性告知，不得新增：{'、'.join(sorted(added))}",
            article=ONE_TIME,
            details={"added": sorted(added)},
        )
    told = Notify(
        _applicant(context), "补正通知", f"请补正以下材料：{'、'.join(sorted(reviews[-1]))}"
    )
    values = {"correction_issued_at": context.at.isoformat(), "correction_round": len(reviews)}
    return Outcome(values, (UpdateProject("correction"), told))


def _receive_correction(inputs: Values, context: Context) -> Outcome:
    return Outcome({"received_at": context.at.isoformat()}, (UpdateProject("formal_review"),))


def _lapse_application(inputs: Values, context: Context) -> Outcome:
    told = Notify(_applicant(context), "申请视为撤回", "逾期未补正，申请视为撤回")
    return Outcome({}, (UpdateProject("withdrawn"), told))


def _accept_application(inputs: Values, context: Context) -> Outcome:
    received = instant(context.variables.get("received_at"))
    decided = context.variables.get("formal_result") == "complete" and context.facts.form("formal_review")
    overdue = context.variables.get("overdue_result") == "accept"
    deemed = not decided and not overdue
    accepted = received if deemed and received else context.at
    told = Notify(
        _applicant(context),
        "受理通知",
        "逾期未告知补正，自收到申请材料之日起视为受理" if deemed else "申请材料齐全，已受理",
    )
    values: dict[str, object] = {"accepted_at": accepted.isoformat(), "deemed_accepted": deemed}
    effect = UpdateProject("accepted", {"accepted_at": accepted})
    return Outcome(values, (effect, told))  # type: ignore[arg-type]


def _applicant(context: Context) -> tuple[str, ...]:
    organisation = context.variables.get("applicant_org")
    return (f"role:applicant:{organisation}",) if organisation else ()


HANDLERS = (
    Handler(
        "receive_application",
        "355号附件一（一）",
        _receive_application,
        outputs=("received_at", "received_on", "methodology_code", "methodology_kind", "ets_enterprise"),
        effects=(UpdateProject,),
    ),
    Handler("redirect_to_ccer", "355号四", _redirect_to_ccer, effects=(UpdateProject,)),
    Handler(
        "issue_correction_notice",
        ONE_TIME,
        _issue_correction_notice,
        outputs=("correction_issued_at", "correction_round"),
        effects=(UpdateProject, Notify),
    ),
    Handler(
        "receive_correction",
        ONE_TIME,
        _receive_correction,
        outputs=("received_at",),
        effects=(UpdateProject,),
    ),
    Handler("lapse_application", "服务规则：补正期限", _lapse_application, effects=(UpdateProject, Notify)),
    Handler(
        "accept_application",
        "355号附件一（二）",
        _accept_application,
        outputs=("accepted_at", "deemed_accepted"),
        effects=(UpdateProject, Notify),
    ),
)
