"""What 355号附件一 and 附件二（一） say of a project, from its application to the minting of a batch."""

from __future__ import annotations

from tests.diagrams.mutants.histories import Judge, Past, before, by, did, last, says, since
from tests.diagrams.mutants.play import Act

MATERIAL = ("receive_application", "receive_correction")
PERIOD = ("receive_issuance", "receive_issuance_correction")

# 附件一（一）申请


def application(past: Past, act: Act) -> str | None:
    if not did(act, "accept_application"):
        return None
    if not before(past, "project_application", "receive_application"):
        return "没有收到申请就受理"
    now = since(past, *MATERIAL)
    eligible = last(now, "eligibility", what="decision")
    ruling = last(now, "ineligibility_decision", what="task")
    if ruling is not None:
        lawful = by(ruling, "department_leader") and says(ruling, "ineligibility_result", "return")
        return None if lawful else "领导签署不符合决定后仍然受理"
    return None if says(eligible, "eligible", True) else "未核对资格或者不符合资格仍然受理"


def ccer(past: Past, act: Act) -> str | None:
    """355号四：采用 CCER 方法学的在国家体系交易。"""
    if not did(act, "accept_application"):
        return None
    route = last(since(past, "receive_application"), "methodology_routing", what="decision")
    if route is None:
        return "没有核对方法学"
    return "受理了 CCER 项目" if says(route, "route", "ccer") else None


# 附件一（二）形式审查和专家评估


def formal_review(past: Past, act: Act) -> str | None:
    if not did(act, "accept_application"):
        return None
    now = since(past, *MATERIAL)
    review = last(now, "formal_review", what="task")
    late = next((a for a in reversed(now) if a.what == "timer" and a.name == "formal_review"), None)
    ruling = last(now, "overdue_review", what="task")
    if late is None or (review is not None and now.index(review) > now.index(late)):
        if by(review, "department_clerk") and says(review, "formal_result", "complete"):
            return None
        return "没有省厅经办认定材料齐全"
    received = last(past, *MATERIAL, "return_to_review", what="operation")
    if received is None or late.start != received.values["received_at"]:
        return "逾期不自收到之日起算"
    if ruling is not None:
        lawful = by(ruling, "department_leader") and says(ruling, "overdue_result", "accept")
        return None if lawful else "逾期后领导没有决定受理"
    return None if act.seen.get("deemed_acceptance") == "accept" else "逾期后没有任何人决定受理"


def panel(past: Past, act: Act) -> str | None:
    if not did(act, "appoint_panel"):
        return None
    if not last(past, "accept_application", what="operation"):
        return "未受理就评估"
    batch = last(past, *PERIOD, "record_round", "mint_units", what="operation")
    gone = any(a.name == "batch_withdrawal" or did(a, "lapse_issuance") for a in since(past, *PERIOD))
    if batch is None or batch.name not in PERIOD or gone:
        return None
    review = last(since(past, *PERIOD), "issuance_review", what="task")
    lawful = by(review, "department_clerk") and says(review, "formal_result", "complete")
    return None if lawful else "本期申请未经形式审查就评估"


def review(past: Past, act: Act) -> str | None:
    if not did(act, "count_quorum"):
        return None
    now = since(past, "appoint_panel")
    if not now or now[0].name != "appoint_panel":
        return "没有聘任专家组"
    read = by(last(now, "expert_review", what="task"), "expert")
    return None if read or last(now, "expert_review", what="timer") else "没有专家评审"


def opinion(past: Past, act: Act) -> str | None:
    if not did(act, "record_opinion"):
        return None
    now = since(past, "appoint_panel")
    if not now or now[0].name != "appoint_panel":
        return "没有聘任专家组"
    if not before(past, "receive_application") or len(now) > len(
        since(past, "receive_application", "receive_issuance")
    ):
        return "专家组是为别的申请聘任的"
    if not says(last(now, "count_quorum", what="operation"), "quorum", True):
        return "到会人数不足"
    meeting = last(now, "assessment_meeting", what="task")
    if not by(meeting, "department_clerk") or not says(meeting, "meeting_result", "held"):
        return "没有召开评估会"
    given = last(since(now, "assessment_meeting"), "panel_opinion", what="task")
    return None if by(given, "panel_chair") else "专家组意见不是组长在会后出具的"


def recheck(past: Past, act: Act) -> str | None:
    if not did(act, "record_recheck"):
        return None
    now = since(past, "record_opinion", "record_recheck", "announce_result")
    if not before(now, "revision_response", "revision_recheck"):
        return "没有修改或者没有复核"
    return None if by(last(now, "revision_recheck"), "panel_chair") else "复核不是组长作出的"


# 附件一（三）公示


def _favourable(past: Past) -> bool:
    """Whether the last word of the panel, since the material came in, is in favour."""
    now = since(past, "receive_application", "receive_issuance")
    word = last(now, "record_opinion", "record_recheck", what="operation")
    if word is None:
        return False
    if word.name == "record_opinion":
        return says(last(now, "panel_opinion", what="task"), "panel_result", "passed")
    return says(last(now, "revision_recheck", what="task"), "recheck_result", "confirmed")


def _outcome(past: Past) -> str:
    """Return how the last notice closed, from the objections and their decision."""
    now = since(past, "close_notice")
    if not now or now[0].name != "close_notice":
        return "never"
    settled = last(now, "objections_settled", what="message")
    if settled is not None:
        return str(settled.values["notice_outcome"])
    return "unopposed" if says(now[0], "open_objections", 0) else "open"


def noticed_after_assessment(past: Past, act: Act) -> str | None:
    if not did(act, "open_notice"):
        return None
    if not _favourable(past):
        return "评估未通过就公示"
    this = since(past, "receive_application", "receive_issuance")
    if not last(this, "announce_result", what="operation"):
        return None
    before = _outcome(this)
    if before == "upheld_fatal":
        return "异议成立、不可修改的再次公示"
    again = last(since(this, "announce_result"), "record_opinion", "record_recheck", what="operation")
    if before == "upheld_fixable" and again is None:
        return "异议成立，没有修改就再次公示"
    return None


def notice_published(past: Past, act: Act) -> str | None:
    if not did(act, "open_notice"):
        return None
    now = since(past, "close_notice", "terminate_notice", "record_opinion", "record_recheck")
    release = last(now, "notice_release", what="task")
    if not by(release, "department_leader") or not says(release, "release_result", "release"):
        return "未经领导核定"
    published = last(since(now, "notice_release"), "notice_publication", what="task")
    return None if by(published, "exchange_checker") else "不是交易机构发布的"


def notice_period(past: Past, act: Act) -> str | None:
    if not did(act, "close_notice"):
        return None
    now = since(past, "open_notice")
    if not now or now[0].name != "open_notice":
        return "没有发布就截止"
    over = last(now, "public_notice", what="timer")
    if over is None or over.kind != "deadline":
        return "公示期未满就截止"
    return None if over.start == now[0].values["published_at"] else "公示期不自发布之时起算"


def result_of_notice(past: Past, act: Act) -> str | None:
    if not did(act, "announce_result"):
        return None
    return {"never": "没有截止就公告", "open": "还有未决异议"}.get(_outcome(since(past, "open_notice")))


# 附件二（一）注册登记


def _clear(past: Past) -> bool:
    """Whether the last notice ran its time, was announced, and stands unopposed."""
    opened = since(past, "open_notice")
    announced = last(opened, "announce_result", what="operation")
    ended = any(did(a, "terminate_notice") for a in opened)
    return announced is not None and not ended and _outcome(opened) in ("unopposed", "dismissed")


def _registered(past: Past) -> bool:
    return any(did(a, "register_project") for a in past)


def registered_after_notice(past: Past, act: Act) -> str | None:
    if not did(act, "register_project"):
        return None
    this = since(past, "receive_application")
    if not any(did(a, "open_notice") for a in this) or not _clear(this):
        return "公示未满、有异议或者没有公示就登记"
    now = since(past, "announce_result")
    check = last(since(now, "account_opening"), "registration_check", what="task")
    if not by(last(now, "account_opening", what="task"), "exchange_maker"):
        return "账户不是交易机构经办办理的"
    lawful = by(check, "exchange_checker") and says(check, "check_result", "approve")
    return None if lawful else "登记未经交易机构复核"


def three_days(past: Past, act: Act) -> str | None:
    if act.what != "task" or not past:
        return None
    now = since(past, "announce_result")
    if now[0].name != "announce_result" or not _clear(past):
        return None
    done = ("register_project", "mint_units", "record_round", "withdrawal", "revocation")
    if any(a.name in done for a in now):
        return None
    timed = act.limit in ("registration", "issuance_registration")
    return None if timed and act.start == now[0].values["clock_starts_at"] else "登记的环节不在3个工作日之内"


def registration_owed(past: Past, act: Act) -> str | None:
    if act.what != "end" or act.process != "project_lifecycle":
        return None
    if any(a.name == "withdrawal" for a in past) or _registered(past):
        return None
    return "公示无异议却没有登记" if _clear(past) else None


def minted(past: Past, act: Act) -> str | None:
    if not did(act, "mint_units"):
        return None
    this = since(past, "receive_issuance")
    if not this or this[0].name != "receive_issuance":
        return "没有签发申请"
    if not _registered(past):
        return "项目未登记"
    if not _favourable(past):
        return "本期未经评估通过"
    noticed = any(did(a, "open_notice") for a in this) and _clear(this)
    if act.seen.get("notice_required") is not False and not noticed:
        return "本期没有期满、无异议的公示"
    return None


def minted_by_two_hands(past: Past, act: Act) -> str | None:
    if not did(act, "mint_units"):
        return None
    this = since(past, "receive_issuance")
    check = last(since(this, "minting_preparation"), "minting_check", what="task")
    if not by(last(this, "minting_preparation", what="task"), "exchange_maker"):
        return "不是交易机构经办办理的"
    lawful = by(check, "exchange_checker") and says(check, "check_result", "approve")
    return None if lawful else "未经交易机构复核"


JUDGES: tuple[Judge, ...] = (
    *(application, ccer, formal_review, panel, review, opinion, recheck),
    *(noticed_after_assessment, notice_published, notice_period, result_of_notice),
    *(registered_after_notice, three_days, registration_owed, minted, minted_by_two_hands),
)
