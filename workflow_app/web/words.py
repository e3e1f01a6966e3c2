"""How dates, limits, sizes and roles read on a page, in the reader's language.

``2026-11-30 周一 24:00``, 剩 5 个工作日, 法定: zero is 0, none is —. Plain data in; no record is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from workflow_app.kernel.clock import legal_date, shanghai
from workflow_app.web.texts import _, once_a_language

_KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class DueWords:
    """A limit as the ``due`` macros draw it.

    :param state: overdue, today, left, suspended or none.
    :param kind: statutory, promised or none.
    """

    text: str
    state: str
    kind: str = "none"
    detail: str = ""
    date_text: str = ""
    consequence: str = ""
    provisional: bool = False


@once_a_language
def weekday(day: date) -> str:
    """Return 周一 … 周日."""
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[day.weekday()]


def short_day(day: date, today: date) -> str:
    """Return ``11-30``, or ``2027-01-05`` outside the year of ``today``."""
    return f"{day:%m-%d}" if day.year == today.year else day.isoformat()


def moment(instant: datetime | None, today: date | None = None) -> str:
    """Return ``2026-11-23 10:00`` in Shanghai; without the year where ``today`` has the same one."""
    if instant is None:
        return "—"
    local = shanghai(instant)
    if today is not None and local.year == today.year:
        return f"{local:%m-%d %H:%M}"
    return f"{local:%Y-%m-%d %H:%M}"


def end_of_limit(due_at: datetime) -> tuple[date, str]:
    """Return the last day of a limit and its hour: midnight is 24:00 of the day before."""
    local = shanghai(due_at)
    if (local.hour, local.minute) == (0, 0):
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"


def due_words(
    *,
    due_at: datetime | None,
    state: str,
    number: int,
    kind: str,
    now: datetime,
    provisional: bool = False,
    consequence: str = "",
) -> DueWords:
    """Put a limit into words, as :func:`due_words_on` does for a date."""
    return due_words_on(
        due_at=due_at,
        state=state,
        number=number,
        kind=kind,
        today=legal_date(now),
        provisional=provisional,
        consequence=consequence,
    )


def due_words_on(
    *,
    due_at: datetime | None,
    state: str,
    number: int,
    kind: str,
    today: date,
    provisional: bool = False,
    consequence: str = "",
) -> DueWords:
    """Put a limit into words on a legal date; ``number`` are working days, left or over."""
    if state == "suspended":
        return DueWords(
            _("中止计时"),
            state,
            kind,
            _("尚余 %(number)s 天", number=number),
            _("恢复后重新推算"),
            consequence,
        )
    if due_at is None or state == "none":
        return DueWords(_("无期限"), "none")
    day, hour = end_of_limit(due_at)
    words = {
        "overdue": _("超期 %(number)s 个工作日", number=number),
        "today": _("今日到期"),
        "left": _("剩 %(number)s 个工作日", number=number),
    }[state]
    detail = hour if state == "today" else f"{short_day(day, today)} {weekday(day)}"
    date_text = f"{day.isoformat()} {weekday(day)} {hour}"
    return DueWords(words, state, kind, detail, date_text, consequence, provisional)


def size(number: int) -> str:
    """Return a file's size as ``412 KB`` or ``6.2 MB``."""
    if number < _KILOBYTE * _KILOBYTE:
        return f"{max(1, round(number / _KILOBYTE))} KB"
    return f"{number / _KILOBYTE / _KILOBYTE:.1f} MB"


@once_a_language
def role_name(role: str) -> str:
    """Return the Chinese name of a role id."""
    return {
        "owner": _("项目业主"),
        "agent": _("代理机构"),
        "applicant": _("申请方"),
        "pilot_unit": _("试点单位"),
        "prefecture_bureau": _("设区市生态环境局"),
        "department_clerk": _("省厅经办"),
        "department_leader": _("省厅领导"),
        "expert": _("评审专家"),
        "panel_chair": _("专家组组长"),
        "exchange_maker": _("交易机构经办"),
        "exchange_checker": _("交易机构复核"),
        "buyer": _("购买方"),
        "process_admin": _("流程管理员"),
        "certificate_delegate": _("凭证受托机构"),
        "auditor": _("审计员"),
        "system_admin": _("系统管理员"),
        "system": _("系统"),
        "public": _("社会公众"),
    }.get(role, role)


def role_initial(role: str) -> str:
    """Return the one character on a role's card."""
    return {
        "owner": "业",
        "agent": "代",
        "pilot_unit": "试",
        "prefecture_bureau": "市",
        "department_clerk": "经",
        "department_leader": "处",
        "expert": "专",
        "panel_chair": "长",
        "exchange_maker": "交",
        "exchange_checker": "复",
        "buyer": "购",
        "process_admin": "流",
        "certificate_delegate": "凭",
        "auditor": "审",
        "system_admin": "运",
    }.get(role, "员")


@once_a_language
def process_name(process_id: str) -> str:
    """Return the short name of a process, for columns and filters."""
    return {
        "project_lifecycle": _("项目全程"),
        "project_application": _("申请"),
        "expert_assessment": _("评估"),
        "public_notice": _("公示"),
        "objection": _("异议"),
        "registration": _("登记"),
        "issuance_application": _("签发申请"),
        "issuance": _("签发"),
        "pilot_filing": _("备案"),
        "transfer_listing": _("挂牌"),
        "transfer_negotiated": _("协议"),
        "transfer_auction": _("竞价"),
        "cancellation": _("注销"),
        "correction": _("更正"),
        "complaint": _("投诉"),
        "pilot_evaluation": _("试点评估"),
    }.get(process_id, process_id)


@once_a_language
def case_status(status: str, outcome: str | None) -> str:
    """Return where a case stands, its outcome when it is over."""
    if status == "closed" and outcome:
        return outcome_name(outcome)
    return {
        "open": _("办理中"),
        "closed": _("已办结"),
        "cancelled": _("已取消"),
        "incident": _("待排障"),
    }.get(status, status)


@once_a_language
def outcome_name(outcome: str) -> str:
    """Return the Chinese name of an outcome literal of the diagrams."""
    return {
        "accepted": _("已受理"),
        "redirected": _("转国家系统"),
        "ineligible": _("不符合"),
        "withdrawn": _("已撤回"),
        "passed": _("通过"),
        "failed": _("未通过"),
        "lapsed": _("逾期未修改"),
        "unopposed": _("公示无异议"),
        "dismissed": _("异议不成立"),
        "upheld_fixable": _("异议成立，可修改"),
        "upheld_fatal": _("异议成立，不可修改"),
        "terminated": _("公示终止"),
        "registered": _("已登记"),
        "issued": _("已签发"),
        "filed": _("已备案"),
        "answered": _("已答复"),
        "reported": _("已出具报告"),
        "deregistered": _("已注销"),
        "revoked": _("已撤销"),
        "completed": _("计入期届满"),
    }.get(outcome, outcome)


@once_a_language
def project_state(state: str) -> str:
    """Return the Chinese name of a project's state (docs/domain.md §3)."""
    return {
        "draft": _("草稿"),
        "formal_review": _("待形式审查"),
        "correction": _("待补正"),
        "accepted": _("已受理"),
        "assessment": _("评估中"),
        "revision": _("修改中"),
        "recheck": _("复核"),
        "notice_pending": _("待公示"),
        "public_notice": _("公示中"),
        "objection": _("异议处理"),
        "registration_pending": _("待登记"),
    }.get(state) or outcome_name(state)


@once_a_language
def field_name(code: str) -> str:
    """Return one of the six fields of 355号二."""
    return {
        "01": _("生态系统碳汇"),
        "02": _("农业农村减排固碳"),
        "03": _("工业减污降碳"),
        "04": _("公众低碳行为"),
        "05": _("资源节约循环利用"),
        "06": _("节能和可再生能源利用"),
        "99": _("其他"),
    }.get(code, "")


@once_a_language
def event_name(kind: str, element: str) -> str:
    """Return what happened, in words; ``element`` is the step's name in the diagram."""
    if kind == "task_completed":
        return element or _("办结一个环节")
    words = {
        "case_started": _("办件开始"),
        "case_cancelled": _("办件终止"),
        "call_returned": _("下级办件办结"),
        "timer_fired": _("期限届满"),
        "message_sent": _("收到消息"),
        "message_received": _("收到消息"),
        "task_claimed": _("认领"),
        "task_released": _("退回待认领"),
        "task_handed_over": _("转办"),
        "draft_handed_over": _("草稿移交"),
        "panel_seat_moved": _("专家席位移交"),
        "duty_handed_over": _("待办移交"),
        "note_added": _("备注"),
        "comment_received": _("收到公众意见"),
        "deadline_suspended": _("中止计时"),
        "deadline_resumed": _("恢复计时"),
        "deadline_recomputed": _("期限重新推算"),
        "incident_opened": _("执行出错，已整体退回"),
        "incident_resolved": _("故障已排除"),
        "project_withdrawn": _("申请方撤回"),
        "case_migrated": _("改按新版本流程办理"),
        "case_moved_back": _("恢复按原版本流程办理"),
    }.get(kind, kind)
    return f"{words}：{element}" if element else words


def tonnes(value: object) -> str:
    """Return a quantity of tCO₂e with thousands apart: ``8,370``; decimals only where there are any."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day_span(first: date, last: date) -> str:
    """Return ``10-01 至 10-07``, or the one day."""
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d} " + _("至") + f" {last:%m-%d}"


def limit_end(due_at: datetime) -> str:
    """Return ``2026-11-27 周五 24:00``."""
    day, hour = end_of_limit(due_at)
    return f"{day.isoformat()} {weekday(day)} {hour}"
