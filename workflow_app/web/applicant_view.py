"""我的办件 in words: what is asked of the reader now, and what the office told the applicant.

Never shows what the office keeps to itself: it is given only what ``queries.journey`` reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from workflow_app.engine.form_answers import is_blank
from workflow_app.engine.forms import FormDefinition
from workflow_app.queries import case_tasks
from workflow_app.queries.applicant import OpenTask
from workflow_app.queries.journey import Journey, Told
from workflow_app.queries.limits import Limit
from workflow_app.web import case_view
from workflow_app.web.applicant_steps import ENDED
from workflow_app.web.desk import reading, somebody
from workflow_app.web.offers import printed
from workflow_app.web.submitted_view import form_of
from workflow_app.web.texts import _
from workflow_app.web.words import project_state, role_name


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


def badge(found: Journey, asked: Sequence[Asked], *, by_agent: bool) -> tuple[str, str]:
    """Return the words and the tone of the mark beside the name.

    :param by_agent: the reader's agent acts for it.
    """
    if asked and by_agent:
        return _("由代理方办理"), "accent"
    if asked:
        words = {
            "submit_application": _("待您填报"),
            "correct_application": _("待您补正"),
            "revise_documents": _("待您修改"),
        }.get(asked[0].task.element_id, _("待您办理"))
        return words, "ochre"
    return project_state(found.state), "" if found.state in ENDED else "accent"


def mandate(found: Journey, today: date) -> tuple[str, str] | None:
    """Return how the owner's mandate stands, in words and the tone of its mark; ``None`` without an agent."""
    if not found.delegated:
        return None
    if found.mandate_revoked_at is not None:
        return _("已撤回"), ""
    if found.mandate_until is None:
        return (_("未载明期限"), "accent") if found.received_at else (_("尚未提交委托申请书"), "ochre")
    if found.mandate_until < today:
        return _("已于 %(date)s 到期", date=found.mandate_until), "ochre"
    return _("有效至 %(date)s", date=found.mandate_until), "accent"


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
    form = printed(leg.id, leg.version, task.form)
    draft = case_tasks.draft_of(reading(), task.id, somebody().user_id)
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


def waiting(found: Journey) -> tuple[str, ...]:
    """Return who has the project in hand now: the step and the post, never a person."""
    return tuple(
        dict.fromkeys(
            _("%(step)s（%(post)s）", step=task.name, post=role_name(task.role)) for task in found.tasks
        )
    )
