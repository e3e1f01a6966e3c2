"""The way of a project in steps: done, present and to come, each with its limit and what it took.

The stages are those the lifecycle of the project's own version calls; what each took is read from the stored
limits, never counted anew. A stage that never came up is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from calendars.rules import Rule
from workflow_app.kernel.clock import legal_date
from workflow_app.queries.journey import Journey, Leg
from workflow_app.queries.limits import Limit
from workflow_app.web.desk import desk, today
from workflow_app.web.texts import _
from workflow_app.web.words import outcome_name, project_state, short_day, weekday

FIRST = "issuance_application"
"""The process in which a first batch is applied for together with its project."""
ENDED = {"redirected", "ineligible", "failed", "lapsed", "withdrawn", "deregistered", "revoked", "completed"}
_CALLED = re.compile(rb'calledElement="([a-z_]+)"')


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the way, as the ``steps`` macro draws it."""

    title: str
    state: str
    when: str = ""
    note: str = ""
    kind: str = ""
    limit: str = ""


def steps(
    found: Journey, limits: Sequence[Limit], rules: Mapping[str, Rule], called: Sequence[str]
) -> list[Step]:
    """Return the way from the application to the issuance.

    :param limits: of every case of the project; :param rules: of the project's own version.
    :param called: processes the project's lifecycle calls; a stage it does not call is not shown.
    """
    by_rule: dict[str, Limit] = {}
    for limit in sorted(limits, key=lambda one: one.started_at):
        by_rule[limit.rule] = limit
    over = found.state in ENDED
    lines = [_submission(found)]
    for title, rule, states, done in _stages(found, called, by_rule):
        stored = by_rule.get(rule)
        current = found.state in states
        if over and not (stored or done):
            continue
        if not current and done is None:
            continue
        state = "current" if current else "done" if done else "todo"
        lines.append(
            _line(title, state, stored, rules.get(rule), done if isinstance(done, datetime) else None, found)
        )
    if over:
        lines.append(Step(project_state(found.state), "current", _day(found.ended_at)))
        return lines
    return lines + _issuance(found, called)


def _submission(found: Journey) -> Step:
    state = "current" if found.state == "draft" else "done"
    note = _("现在由您填报") if state == "current" else ""
    return Step(_("提交申请"), state, _day(found.received_at), note)


def _stages(
    found: Journey, called: Sequence[str], by_rule: Mapping[str, Limit]
) -> list[tuple[str, str, set[str], datetime | bool | None]]:
    """Title, limit, states it is the present one in, and when it was done (``None``: it never came up)."""
    order = [
        "draft",
        "formal_review",
        "correction",
        "accepted",
        "assessment",
        "revision",
        "recheck",
        "notice_pending",
        "public_notice",
        "objection",
        "registration_pending",
        "registered",
    ]
    at = order.index(found.state) if found.state in order else -1
    passed = {name: index < at for index, name in enumerate(order)}
    legs = {process: [leg for leg in found.legs if leg.process_id == process] for process in called}
    assessed = next(
        (leg.closed_at for leg in reversed(legs.get("expert_assessment", [])) if leg.closed_at), None
    )
    noticed = next((leg.closed_at for leg in reversed(legs.get("public_notice", [])) if leg.closed_at), None)
    stages: list[tuple[str, str, set[str], datetime | bool | None]] = [
        (_("形式审查"), "formal_review", {"formal_review"}, found.accepted_at or passed["formal_review"]),
    ]
    if "correction" in by_rule or found.state == "correction":
        stages.append((_("补正材料"), "correction", {"correction"}, passed["correction"] or None))
    first = _first_application(found)
    waiting = first is not None and first.status == "open"
    if first is not None:
        stages.append((_("首期签发申请"), "", {"accepted"} if waiting else set(), first.closed_at or False))
    if "expert_assessment" in called:
        stages.append(
            (
                _("专家评估"),
                "assessment",
                {"assessment"} if waiting else {"accepted", "assessment"},
                (assessed or True) if at > order.index("assessment") else False,
            )
        )
        if "revision" in by_rule or found.state in {"revision", "recheck"}:
            stages.append((_("修改完善"), "revision", {"revision"}, passed["revision"]))
            stages.append((_("专家复核"), "recheck", {"recheck"}, passed["recheck"]))
    if "public_notice" in called:
        states = {"notice_pending", "public_notice"}
        stages.append(
            (
                _("公示"),
                "public_notice",
                states,
                (noticed or True) if at > order.index("public_notice") else False,
            )
        )
        if found.state == "objection":
            stages.append((_("异议处理"), "objection", {"objection"}, False))
    if "registration" in called:
        stages.append(
            (_("开户并登记"), "registration", {"registration_pending"}, found.registered_at or False)
        )
    return stages


def _first_application(found: Journey) -> Leg | None:
    """The case in which a first batch is applied for with its project, unless it was taken back."""
    caller = found.lifecycle.id if found.lifecycle else ""
    own = (leg for leg in found.legs if leg.process_id == FIRST and leg.parent_id == caller)
    return next((leg for leg in own if leg.status == "open" or leg.outcome == "accepted"), None)


def _line(
    title: str, state: str, limit: Limit | None, rule: Rule | None, done_at: datetime | None, found: Journey
) -> Step:
    length = limit.due.budget if limit else rule.n if rule else 0
    sign = "≥" if rule and rule.direction == "min" else "≤" if rule and rule.kind == "statutory" else ""
    words = f"{sign}{length}" if length else ""
    when = note = ""
    if state == "done":
        when = _day(done_at)
        if limit and limit.ended_at:
            words += "・" + _("用 %(days)s", days=_used(limit, limit.ended_at))
    elif state == "current":
        note = _present(found, limit)
        if limit and limit.state == "open":
            words += "・" + _("已 %(days)s", days=_used(limit, None))
    else:
        note = {
            "public_notice": _("不少于 5 个工作日，任何人可提意见"),
            "registration": _("公示无异议后"),
            "assessment": _("受理后"),
            "recheck": _("收到修改稿后"),
        }.get(rule.id if rule else "", "")
    kind = limit.kind if limit else rule.kind if rule else ""
    return Step(title, state, when, note, kind, words)


def _present(found: Journey, limit: Limit | None) -> str:
    names = dict.fromkeys(f"{task.name}" for task in found.tasks)
    words = _("现在：%(names)s", names="、".join(names)) if names else ""
    if limit and limit.state == "open":
        end = legal_date(limit.due_at) if limit.due.last_day is None else limit.due.last_day
        words = "・".join(part for part in (words, _("%(day)s 到期", day=short_day(end, today()))) if part)
        if limit.provisional:
            words += _("（预估）")
    return words


def _used(limit: Limit, ended: datetime | None) -> int:
    until = legal_date(ended) if ended else today()
    return max((day.n for day in limit.due.trail if day.n and day.date <= until), default=0)


def _issuance(found: Journey, called: Sequence[str]) -> list[Step]:
    """The stages of issuance: those that were applied for, and that more may follow."""
    lines = []
    for leg in found.legs:
        if leg.process_id != "issuance":
            continue
        number = leg.batch or 1
        over = leg.status != "open"
        note = outcome_name(leg.outcome) if over and leg.outcome else ""
        title = _("减排量签发・第 %(number)s 期", number=number)
        lines.append(Step(title, "done" if over else "current", _day(leg.closed_at), note))
    going_on = found.state not in ENDED and not any(line.state == "current" for line in lines)
    if "issuance" in called and going_on:
        state = "current" if found.state == "registered" else "todo"
        lines.append(Step(_("减排量签发"), state, "", _("可分期申请，每期须提交材料并评估")))
    return lines


def called_by(leg: Leg) -> tuple[str, ...]:
    """Return the processes the diagram of a case calls, in the version the case runs on."""
    process = desk().engine.definition(leg.version).processes.get(leg.process_id)
    if process is None:
        return ()
    content = desk().tools.versions.files(leg.version).get(process.path, b"")
    return tuple(dict.fromkeys(name.decode() for name in _CALLED.findall(content)))


def _day(instant: datetime | None) -> str:
    if instant is None:
        return ""
    on = legal_date(instant)
    return f"{short_day(on, today())} {weekday(on)}"
