"""我的办件 in words: the steps done and to come, what is asked now, what the office told the applicant.

The stages are those the lifecycle of the project's own version calls; what each took is read from the stored
limits. Never shows what the office keeps to itself: it is given only what ``queries.journey`` reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from calendars.rules import Rule
from workflow_app.engine.form_answers import is_blank
from workflow_app.engine.forms import FormDefinition
from workflow_app.kernel.clock import legal_date
from workflow_app.queries import case_file
from workflow_app.queries.applicant import OpenTask
from workflow_app.queries.journey import Journey, Leg, Told
from workflow_app.queries.limits import Limit
from workflow_app.web import case_view
from workflow_app.web.desk import desk, reading, somebody, today
from workflow_app.web.submitted_view import form_of
from workflow_app.web.texts import _
from workflow_app.web.words import outcome_name, project_state, role_name, short_day, weekday

ENDED = {"redirected", "ineligible", "failed", "lapsed", "withdrawn", "deregistered", "revoked"}
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


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to answer or to fill in."""

    title: str
    text: str
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the reader now."""

    task: OpenTask
    heading: str
    items: tuple[Item, ...]
    done: int
    has_draft: bool
    button: str
    url: str
    limit: case_view.LimitView | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A paper of the office that was addressed to the applicant: what it found and what it asks for."""

    title: str
    at: datetime
    result: str
    attention: bool
    items: tuple[tuple[str, str], ...]
    paragraphs: tuple[tuple[str, str], ...]


def badge(found: Journey, asked: Sequence[Asked]) -> tuple[str, str]:
    """Return the words and the tone of the mark beside the name."""
    if asked:
        words = {
            "submit_application": _("待您填报"),
            "correct_application": _("待您补正"),
            "revise_documents": _("待您修改"),
        }.get(asked[0].task.element_id, _("待您办理"))
        return words, "ochre"
    return project_state(found.state), "" if found.state in ENDED else "accent"


def asked_now(
    found: Journey, tasks: Sequence[OpenTask], limits: Sequence[Limit], told: Sequence[Told]
) -> tuple[Asked, ...]:
    """Return the reader's own open tasks with what each asks for.

    :param told: what the office told the applicant, the newest first.
    """
    return tuple(
        _asked(found, task, limits, [one for one in told if one.case_id == task.case_id]) for task in tasks
    )


def _asked(found: Journey, task: OpenTask, limits: Sequence[Limit], told: Sequence[Told]) -> Asked:
    leg = next(leg for leg in found.legs if leg.id == task.case_id)
    form = form_of(leg.version, task.form)
    draft = case_file.draft_of(reading(), task.id, somebody().user_id)
    raw: Mapping[str, Any] = draft.raw if draft else {}
    url = url_for("tasks.page", task_id=task.id)
    items = _required(task, raw, url, told) or _sections(form, raw, url)
    done = sum(item.state == "done" for item in items)
    limit = next((one for one in limits if one.id == task.deadline_id), None)
    return Asked(
        task=task,
        heading=_heading(task),
        items=items,
        done=done,
        has_draft=draft is not None,
        button=_button(task, len(items), done, has_draft=draft is not None),
        url=url,
        limit=case_view.limit_view(limit) if limit else None,
    )


def _heading(task: OpenTask) -> str:
    return {
        "submit_application": _("请填报申请材料"),
        "correct_application": _("请按补正通知逐项补正"),
        "revise_documents": _("请逐条答复专家意见"),
    }.get(task.element_id, task.name)


def _button(task: OpenTask, total: int, done: int, *, has_draft: bool) -> str:
    if task.element_id == "revise_documents" and 0 < done < total:
        return _("继续答复第 %(number)s 条", number=done + 1)
    words = {
        "submit_application": _("填报申请材料"),
        "correct_application": _("补正材料"),
        "revise_documents": _("答复专家意见"),
    }.get(task.element_id, task.name)
    return _("继续：%(what)s", what=words) if has_draft else words


def _required(task: OpenTask, raw: Mapping[str, Any], url: str, told: Sequence[Told]) -> tuple[Item, ...]:
    """What a correction notice or an opinion lists, item by item; answered ones are marked."""
    rows = _rows_of(task, told)
    answers = raw.get("responses")
    given = [row for row in answers if isinstance(row, Mapping)] if isinstance(answers, list) else []
    items = []
    for index, (title, text) in enumerate(rows):
        answered = any(row.get("item") == title and not is_blank(row.get("change")) for row in given)
        target = (
            f"{url}#responses-{index}-change"
            if task.form == "revision_response"
            else f"{url}#correction_note"
        )
        items.append(Item(title, text, "done" if answered else "todo", target))
    return tuple(items)


def _rows_of(task: OpenTask, told: Sequence[Told]) -> tuple[tuple[str, str], ...]:
    if task.element_id in {"correct_application", "correct_issuance"}:
        return next((rows for rows in map(failed_items, told) if rows), ())
    if task.element_id == "revise_documents":
        return next((rows for rows in map(required_changes, told) if rows), ())
    return ()


def _sections(form: FormDefinition, raw: Mapping[str, Any], url: str) -> tuple[Item, ...]:
    """The sections of a long form, each with how much of what it must hold is filled in."""
    if len(form.sections) < 3:  # noqa: PLR2004  # two sections need no table of contents
        return ()
    shown = form.visible({**raw, "action": form.actions[0].value})
    items = []
    for section in form.sections:
        needed = [field for field in section.fields if field.required and field.name in shown]
        if not needed:
            continue
        filled = sum(not is_blank(raw.get(field.name)) for field in needed)
        words = _("必填 %(filled)s / %(needed)s", filled=filled, needed=len(needed))
        state = "done" if filled == len(needed) else "todo"
        items.append(Item(section.title, words, state, f"{url}#section-{section.key}"))
    return tuple(items)


def failed_items(told: Told) -> tuple[tuple[str, str], ...]:
    """Return the materials a review found wanting, with what is to be put right."""
    field = next((one for one in form_of(told.version, told.key).fields() if one.name == "checklist"), None)
    rows = told.data.get("checklist")
    if field is None or not isinstance(rows, list):
        return ()
    labels = {choice.value: choice.label for choice in field.fixed}
    found = []
    for index, row in enumerate(rows):
        if not isinstance(row, Mapping) or row.get("result") != "fail":
            continue
        key = str(row.get("item") or (field.fixed[index].value if index < len(field.fixed) else ""))
        found.append((labels.get(key, key), str(row.get("remark") or "")))
    return tuple(found)


def required_changes(told: Told) -> tuple[tuple[str, str], ...]:
    """Return the changes an opinion asks for."""
    rows = told.data.get("required_changes")
    if not isinstance(rows, list):
        return ()
    return tuple((str(row.get("item") or ""), str(row.get("requirement") or "")) for row in rows)


def notices(told: Sequence[Told]) -> tuple[Notice, ...]:
    """Return what the office told the applicant, the newest first."""
    return tuple(one for one in map(_notice, told) if one is not None)


def _notice(told: Told) -> Notice | None:
    form = form_of(told.version, told.key)
    result = next((action.label for action in form.actions if action.value == told.action), "")
    items = failed_items(told) or required_changes(told)
    shown = form.display(
        {name: value for name, value in told.data.items() if name not in {"checklist", "required_changes"}}
    )
    paragraphs = tuple((row.label, row.value) for section in shown for row in section.rows if row.value)
    title = {
        "formal_review": _("补正通知") if told.action == "incomplete" else _("形式审查结果"),
        "overdue_review": _("形式审查结果"),
        "ineligibility_decision": _("不符合申请条件决定"),
        "panel_opinion": _("专家组意见"),
        "revision_recheck": _("修改复核意见"),
        "objection_decision": _("异议处理决定"),
        "issuance_review": _("签发补正通知") if told.action == "incomplete" else _("签发形式审查结果"),
        "filing_review": _("备案审核结果"),
    }.get(told.key, form.title)
    if not (items or paragraphs or result):
        return None
    attention = told.action in {"incomplete", "ineligible", "sign", "revise", "failed", "again", "returned"}
    return Notice(title, told.at, result, attention, items, paragraphs)


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
    """Title, limit, states in which it is the present one, and when it was done (``None``: it never came up)."""
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
    if "expert_assessment" in called:
        stages.append(
            (
                _("专家评估"),
                "assessment",
                {"accepted", "assessment"},
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
    if "issuance" in called and not any(line.state == "current" for line in lines):
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


def waiting(found: Journey) -> tuple[str, ...]:
    """Return who has the project in hand now: the step and the post, never a person."""
    return tuple(
        dict.fromkeys(
            _("%(step)s（%(post)s）", step=task.name, post=role_name(task.role)) for task in found.tasks
        )
    )


def _day(instant: datetime | None) -> str:
    if instant is None:
        return ""
    on = legal_date(instant)
    return f"{short_day(on, today())} {weekday(on)}"
