"""申请与形式审查: receipt, one-time correction notice, acceptance, redirection, lapse.

355号附件一（一）（二）. Periods are service standards borrowed from 行政许可法 32(4) by analogy.
K: a correction notice lists everything at once, so a later list may only repeat items of the
first; silence past the limit accepts from the day of receipt.
"""

from __future__ import annotations

from datetime import date

from handlers.contract import Context, Handler, Json, Outcome, Values, refuse
from handlers.effects import IssueDocument, MoveProject, Notify
from handlers.facts import Form, Methodology
from handlers.values import day, decimal, instant, period, text
from workflow_app.domain import review
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Refused

SUBMISSION = "project_application"
ONE_TIME = review.ONE_TIME
REVIEWS = ("formal_review", "overdue_review")


def _receive_application(inputs: Values, context: Context) -> Outcome:
    form = context.facts.form(SUBMISSION)
    if form is None:
        raise LookupError("no application was handed in")
    methodology = _methodology(form, context, legal_date(context.at))
    fields = described(form) | {
        "methodology_code": methodology.code,
        "methodology_version": methodology.version,
        "field": methodology.field,
        "received_at": context.at,
    }
    values: dict[str, Json] = {
        "received_at": context.at.isoformat(),
        "received_on": legal_date(context.at).isoformat(),
        "methodology_code": methodology.code,
        "methodology_kind": methodology.kind,
        "ets_enterprise": form.get("ets_enterprise") is True,
    }
    return Outcome(values, (MoveProject("submit", fields),))


def _methodology(form: Form, context: Context, applied_on: date) -> Methodology:
    found = context.facts.methodology(text(form.get("methodology")), applied_on)
    if found is None:
        raise Refused("methodology_unknown", "所选方法学不在已公布名录中", article="355号附件一")
    return found


def described(form: Form) -> dict[str, object]:
    """Return the project record's columns an application (or its correction) states."""
    crediting = period(form.get("crediting_period"))
    return {
        "name": text(form.get("project_name")),
        "division": text(form.get("project_county")),
        "address": text(form.get("project_address")),
        "started_on": day(form.get("project_start")),
        "annual_tonnes": decimal(form.get("annual_reduction")),
        "total_tonnes": decimal(form.get("total_reduction")),
        "summary": text(form.get("project_summary")),
        "pilot_filing_id": text(form.get("pilot_filing")) or None,
        "crediting_start": crediting[0] if crediting else None,
        "crediting_end": crediting[1] if crediting else None,
        "technical_service": text(form.get("technical_service")) or None,
        "technical_service_uscc": text(form.get("technical_service_uscc")).upper() or None,
        "mandate_until": day(form.get("mandate_until")),
    }


def _redirect_to_ccer(inputs: Values, context: Context) -> Outcome:
    return Outcome({}, (MoveProject("redirect"), IssueDocument("redirection_notice")))


def listed_items(form: Form) -> frozenset[str]:
    """Return the materials of the checklist a review found wanting."""
    rows = form.get("checklist") or ()
    return frozenset(text(row.get("item")) for row in rows if row.get("result") == "fail")


def _issue_correction_notice(inputs: Values, context: Context) -> Outcome:
    reviews = [items for items in map(listed_items, context.facts.forms(*REVIEWS)) if items]
    latest = reviews[-1] if reviews else frozenset()
    refuse(review.check_correction(reviews[0] if len(reviews) > 1 else None, latest))
    told = Notify(_applicant(context), "补正通知", f"请按补正通知一次补齐{len(latest)}项材料")
    values: dict[str, Json] = {
        "correction_issued_at": context.at.isoformat(),
        "correction_round": len(reviews),
    }
    return Outcome(values, (MoveProject("request_correction"), IssueDocument("correction_notice"), told))


def _receive_correction(inputs: Values, context: Context) -> Outcome:
    form = context.facts.form("application_correction")
    if form is None:
        raise LookupError("no correction was handed in")
    project = context.facts.project()
    # A correction keeps the application's day (R23), and so the version in force on it.
    applied_on = legal_date(project.received_at or context.at) if project else legal_date(context.at)
    methodology = _methodology(form, context, applied_on)
    before = context.facts.methodology(project.methodology_code or "") if project else None
    if before is not None and before.kind != methodology.kind:
        # The other kind is another procedure (355号正文四), which this case has passed by.
        raise Refused(
            "methodology_of_other_kind",
            "补正时不得改用另一类方法学；改用全国（CCER）方法学的，请撤回后另行申请",
            article="355号正文四",
        )
    fields = described(form) | {
        "methodology_code": methodology.code,
        "methodology_version": methodology.version,
        "field": methodology.field,
    }
    return Outcome({"received_at": context.at.isoformat()}, (MoveProject("correct", fields),))


def _lapse_application(inputs: Values, context: Context) -> Outcome:
    told = Notify(_applicant(context), "申请视为撤回", "逾期未补正，申请视为撤回")
    ended = IssueDocument(
        "end_decision",
        {
            "what": "项目申请逾期未补正",
            "effect": "按撤回申请办结",
            "reason": "在补正期限内未提交补正材料。",
            "follows": "材料齐全后可以重新申请。",
        },
    )
    return Outcome({}, (MoveProject("lapse"), ended, told))


def _return_to_review(inputs: Values, context: Context) -> Outcome:
    """The clerk's time begins anew; what was found excluded once is not accepted by silence."""
    return Outcome({"received_at": context.at.isoformat(), "deemed_acceptance": "escalate"})


def _accept_application(inputs: Values, context: Context) -> Outcome:
    if context.variables.get("eligible") is False:
        raise Refused(
            "applicant_excluded",
            "按申请资格问答，本项目属于不得申请的情形，不能受理：答错的，请退回补正；属实的，请提请签署不符合决定",
            article="355号附件一",
        )
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
    values: dict[str, Json] = {"accepted_at": accepted.isoformat(), "deemed_accepted": deemed}
    effect = MoveProject("accept", {"accepted_at": accepted})
    paper = IssueDocument("acceptance_notice", {"accepted-at": accepted.isoformat(), "deemed": deemed})
    return Outcome(values, (effect, paper, told))


def _applicant(context: Context) -> tuple[str, ...]:
    organisation = context.variables.get("applicant_org")
    return (f"role:applicant:{organisation}",) if organisation else ()


HANDLERS = (
    Handler(
        "receive_application",
        "355号附件一（一）",
        _receive_application,
        outputs=("received_at", "received_on", "methodology_code", "methodology_kind", "ets_enterprise"),
        effects=(MoveProject,),
    ),
    Handler("redirect_to_ccer", "355号四", _redirect_to_ccer, effects=(MoveProject, IssueDocument)),
    Handler(
        "issue_correction_notice",
        ONE_TIME,
        _issue_correction_notice,
        outputs=("correction_issued_at", "correction_round"),
        effects=(MoveProject, IssueDocument, Notify),
    ),
    Handler(
        "receive_correction",
        ONE_TIME,
        _receive_correction,
        outputs=("received_at",),
        effects=(MoveProject,),
    ),
    Handler(
        "return_to_review",
        "服务规则：不符合决定的退回",
        _return_to_review,
        outputs=("received_at", "deemed_acceptance"),
    ),
    Handler(
        "lapse_application",
        "服务规则：补正期限",
        _lapse_application,
        effects=(MoveProject, IssueDocument, Notify),
    ),
    Handler(
        "accept_application",
        "355号附件一（二）",
        _accept_application,
        outputs=("accepted_at", "deemed_accepted"),
        effects=(MoveProject, IssueDocument, Notify),
    ),
)
