"""What 355号附件二（二）（三）, 355号三 and the service rules say of all that is no project."""

from __future__ import annotations

from tests.diagrams.mutants.histories import Judge, Past, before, by, did, last, says, since
from tests.diagrams.mutants.play import Act

OFFERS = ("transfer_listing", "transfer_negotiated", "transfer_auction")

# 附件二（二）转让


def offered(past: Past, act: Act) -> str | None:
    if act.what == "task" and act.name in OFFERS and not by(act, "owner"):
        return "不是项目业主提出的转让"
    if not did(act, "place_order"):
        return None
    offer = last(past, *OFFERS, what="task")
    if not by(offer, "owner"):
        return "没有项目业主的申请就挂单"
    return "业主放弃后仍然挂单" if says(offer, "offer_action", "give_up") else None


def priced(past: Past, act: Act) -> str | None:
    if not did(act, "place_order") or act.process == "transfer_auction":
        return None
    now = since(past, *OFFERS)
    band = last(since(now, "measure_price"), "price_band", what="decision")
    if band is None or not any(did(a, "measure_price") for a in now):
        return "没有比对价格"
    return "价格超出区间" if says(band, "band_result", "beyond") else None


def _order(past: Past) -> Past:
    """Return what happened since an order was placed that still stands."""
    now = since(past, "place_order", "close_order")
    return now if now and now[0].name == "place_order" else ()


def auction_settled(past: Past, act: Act) -> str | None:
    if not did(act, "settle_order"):
        return None
    now = _order(past)
    if not now:
        return "没有冻结减排量就交割"
    if act.process != "transfer_auction":
        return None
    over = last(now, "auction_bidding", what="timer")
    if over is None:
        return "报价期未满"
    return None if over.start == now[0].values["opens_at"] else "报价期不自公告起算"


def negotiated_settled(past: Past, act: Act) -> str | None:
    if not did(act, "settle_order") or act.process == "transfer_auction":
        return None
    now = since(past, *OFFERS)
    agreed = last(now, "transfer_confirmation", what="task")
    check = last(now, "transfer_review", what="task")
    if not by(agreed, "buyer") or not says(agreed, "confirmation_result", "agree"):
        return "购买方没有确认"
    if not any(did(a, "reserve_payment") for a in since(now, "transfer_confirmation")):
        return "价款没有冻结"
    lawful = by(check, "exchange_checker") and says(check, "review_result", "approve")
    return None if lawful else "交易机构没有同意"


# 附件二（三）抵（注）销


def cancellation(past: Past, act: Act) -> str | None:
    if not did(act, "cancel_units"):
        return None
    now = since(past, "cancellation_application")
    if not says(now[0] if now else None, "application_result", "submitted"):
        return "没有申请就注销"
    for name in ("cancellation_evidence", "hold_units"):
        if not any(a.name == name for a in now):
            return f"没有{name}"
    if any(did(a, "return_units") for a in now):
        return "已经退回"
    check = last(now, "cancellation_check", what="task")
    lawful = by(check, "exchange_checker") and says(check, "check_result", "approve")
    return None if lawful else "未经交易机构核验"


def certificate(past: Past, act: Act) -> str | None:
    cancelled = last(past, "cancel_units", what="operation")
    if act.what == "end" and act.process == "cancellation":
        issued = any(did(a, "issue_certificate") for a in past)
        return "注销后没有凭证" if cancelled and not issued else None
    if not did(act, "issue_certificate"):
        return None
    if cancelled is None:
        return "没有注销就出具凭证"
    now = since(past, "cancel_units")
    paper = last(now, "certificate_issue", "certificate_delegated", what="task")
    if paper is None:
        return "没有人出具凭证"
    if paper.name == "certificate_issue":
        return None if by(paper, "department_leader") else "凭证不是省厅出具的"
    route = last(now, "cancel_units", "delegation_revoked")
    lawful = by(paper, "certificate_delegate") and says(paper, "delegate_result", "issue")
    return None if lawful and says(route, "certificate_route", "delegate") else "没有有效委托就出具"


# 355号三、试点；服务规则


def pilot(past: Past, act: Act) -> str | None:
    if not did(act, "file_pilot"):
        return None
    filing = last(past, "pilot_filing", what="task")
    check = last(since(past, "pilot_filing"), "filing_review", what="task")
    if not by(filing, "pilot_unit", "prefecture_bureau"):
        return "不是试点单位或者设区市局提交的"
    lawful = by(check, "department_clerk") and says(check, "filing_result", "filed")
    return None if lawful else "未经省厅审查同意"


def correction(past: Past, act: Act) -> str | None:
    if act.what == "end" and act.process == "correction":
        lock = any(did(a, "lock_units") for a in past)
        freed = any(did(a, "unlock_units") or did(a, "reverse_units") for a in past)
        return "锁定的减排量没有了结" if lock and not freed else None
    if not did(act, "reverse_units"):
        return None
    if not before(
        past, "lock_units", "correction_investigation", "correction_decision", "enter_correction_decision"
    ):
        return "没有锁定、核查、决定就核减"
    decided = last(past, "correction_decision", what="task")
    done = last(past, "correction_execution", what="task")
    if not by(last(past, "correction_investigation", what="task"), "department_clerk"):
        return "不是省厅经办核查的"
    if not by(decided, "department_leader") or not says(decided, "correction_result", "confirmed"):
        return "领导没有决定更正"
    lawful = by(done, "exchange_checker") and says(done, "execution_result", "execute")
    after = last(since(past, "correction_decision"), "correction_execution", what="task")
    return None if lawful and after is not None else "不是交易机构复核岗执行的"


def objection_decided(past: Past, act: Act) -> str | None:
    theirs = act.what == "task" and act.name == "objection_decision" and not by(act, "department_leader")
    return "不是省厅领导决定的" if theirs else None


def comment_answered(past: Past, act: Act) -> str | None:
    if act.what != "end" or act.process != "objection":
        return None
    settled = any(did(a, "settle_objection") for a in past)
    return "意见没有办结" if any(a.name == "comment_classification" for a in past) and not settled else None


def objection_settled(past: Past, act: Act) -> str | None:
    if not did(act, "settle_objection"):
        return None
    if before(past, "objection_investigation", "objection_decision"):
        lawful = by(last(past, "objection_investigation"), "department_clerk")
        return None if lawful else "不是省厅经办调查的"
    if says(
        next((a for a in reversed(past) if "comment_kind" in a.values), None), "comment_kind", "objection"
    ):
        return "没有调查、决定"
    sure = last(past, "downgrade_confirmation", what="task")
    if not by(sure, "department_clerk") or not says(sure, "downgrade_result", "confirmed"):
        return "未经省厅确认就按意见答复"
    return None if by(last(past, "comment_reply", what="task"), "department_clerk") else "不是省厅答复的"


# 职责分离


APART = {
    "ineligibility_decision": ("formal_review",),
    "registration_check": ("account_opening",),
    "minting_check": ("minting_preparation",),
    "notice_release": ("notice_draft",),
    "notice_publication": ("notice_draft",),
    "correction_decision": ("correction_investigation",),
    "objection_decision": ("objection_investigation", "comment_classification"),
    "panel_opinion": ("panel", "assessment_meeting"),
    "revision_recheck": ("panel", "assessment_meeting"),
    **dict.fromkeys(
        ("formal_review", "issuance_review", "panel", "assessment_meeting"),
        ("project_application", "issuance_application"),
    ),
}
APART |= {
    name: (*APART[name], "project_application", "issuance_application")
    for name in ("registration_check", "minting_check")
}
LEADERS = ("ineligibility_decision", "correction_decision")
CHAIRS = ("panel_opinion", "revision_recheck")


def separation(past: Past, act: Act) -> str | None:
    if act.what != "task":
        return None
    if act.name in LEADERS and not by(act, "department_leader"):
        return f"{act.name} 不是领导作出的"
    if act.name in CHAIRS and not by(act, "panel_chair"):
        return f"{act.name} 不是专家组组长作出的"
    for other in past:
        if other.what == "task" and other.name in APART.get(act.name, ()) and other.roles & act.roles:
            return f"{act.name} 与 {other.name} 由同一岗位办理"
    return None


JUDGES: tuple[Judge, ...] = (
    *(offered, priced, auction_settled, negotiated_settled, cancellation, certificate, pilot, correction),
    *(objection_decided, comment_answered, objection_settled, separation),
)
