"""Two people, one task: the slower one is told who, when and what, with both versions side by side.

Nothing typed is lost: it stands on the page, may be kept as a note of the case, or carried on where the task
is still open. It must never decide whose version holds; the first commit did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from workflow_app.engine.forms import FormContext, FormDefinition
from workflow_app.kernel.errors import Conflict
from workflow_app.queries import case_history
from workflow_app.queries.case_file import Case
from workflow_app.queries.case_history import Moment, Submitted
from workflow_app.queries.case_tasks import Task
from workflow_app.web import case_view, form_page
from workflow_app.web.desk import reading, somebody, today
from workflow_app.web.offers import labels, printed
from workflow_app.web.texts import _
from workflow_app.web.words import moment, role_name


def gone_page() -> BaseResponse:
    """Answer for a task that is no longer open: with the case and element the form itself names.

    :raises Conflict: nothing says which case it was, or it is not the reader's to see.
    """
    case_id, element_id = request.form.get("case_id", ""), request.form.get("element_id", "")
    if not case_id:
        raise Conflict("task_gone", _("此事项已由他人办理或已被终止"))
    case = case_view.seen_case(case_id)
    element = case_view.process_of(case).elements.get(element_id)
    if element is None:
        raise Conflict("task_gone", _("此事项已由他人办理或已被终止"))
    form = printed(case.id, case.version, element.properties.get("form", ""))
    data = form.draft(form_page.typed(request.form))
    return _page(case, element.name, element_id, form, data, None)


def overtaken_page(
    task: Task, case: Case, form: FormDefinition, data: Mapping[str, Any], after: str | None
) -> BaseResponse:
    """Answer for a task somebody else completed between the page and the button."""
    return _page(case, task.name, task.element_id, form, data, after)


def moved_on_page(task: Task, case: Case, form: FormDefinition, data: Mapping[str, Any]) -> BaseResponse:
    """Answer where the case moved on while the task stayed open: the form may be carried on."""
    happened = case_history.moments(reading(), case.id, at_most=1)
    text = _(
        "办件有了新的进展（%(what)s），请核对后再提交。", what=_told(case, happened[0]) if happened else ""
    )
    rows = [(label, "—", value, False) for label, value in _lines(form, data)]
    page = render_template(
        "office/conflict.html",
        case=case,
        name=task.name,
        title=_("办件有新进展，您填写的内容已保留"),
        text=text,
        theirs_label=_("最新情况"),
        rows=rows,
        mine_text=_text(form, data),
        kept=[(name, value) for name, values in form_page.typed(request.form).items() for value in values],
        again_url=url_for("tasks.submit", task_id=task.id),
        after=None,
    )
    return make_response(page, 409)


def _page(
    case: Case,
    name: str,
    element_id: str,
    form: FormDefinition,
    data: Mapping[str, Any],
    after: str | None,
) -> BaseResponse:
    done = case_history.completed(reading(), case.id, element_id)
    theirs = _theirs(case, done)
    rows = _rows(form, theirs.data if theirs else {}, data)
    if (
        done is not None
        and done.actor_id == somebody().user_id
        and not any(differs for *_cells, differs in rows)
    ):
        flash(_("此事项您已办结，没有重复提交"), "info")  # the second of two clicks
        return redirect(url_for("cases.page", case_id=case.id))
    title = _("他人已办理此事项，您填写的内容已保留") if done else _("此事项已终止，您填写的内容已保留")
    page = render_template(
        "office/conflict.html",
        case=case,
        name=name,
        title=title,
        text=_told(case, done, theirs, form)
        if done
        else _("办件已有新进展，本环节已结束，您的判定没有提交。"),
        theirs_label=_("已办结果（%(name)s）", name=done.actor) if done else _("已办结果"),
        rows=rows,
        mine_text=_text(form, data),
        kept=[],
        again_url="",
        after=after,
    )
    return make_response(page, 409)


def _theirs(case: Case, done: Moment | None) -> Submitted | None:
    if done is None:
        return None
    return next((one for one in case_history.submitted(reading(), (case.id,)) if one.seq == done.seq), None)


def _told(
    case: Case, done: Moment, theirs: Submitted | None = None, form: FormDefinition | None = None
) -> str:
    element = case_view.process_of(case).elements.get(done.element_id)
    action = ""
    if theirs is not None and form is not None:
        action = next((one.label for one in form.actions if one.value == theirs.action), "")
    told = _(
        "%(who)s（%(role)s）于 %(at)s 办理“%(name)s”",
        who=done.actor or _("系统"),
        role=role_name(done.role) if done.role else _("系统"),
        at=moment(done.at, today()),
        name=element.name if element else done.kind,
    )
    return told + (
        _("，结论为“%(action)s”。本环节已结束，您的判定没有提交。", action=action) if action else ""
    )


def _rows(
    form: FormDefinition, theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> list[tuple[str, str, str, bool]]:
    left, right = dict(_lines(form, theirs)), dict(_lines(form, mine))
    labels = list(dict.fromkeys([*left, *right]))
    return [
        (
            label,
            left.get(label) or _("（未填）"),
            right.get(label) or _("（未填）"),
            _said(left.get(label)) != _said(right.get(label)),
        )
        for label in labels
    ]


def _said(value: str | None) -> str:
    """Return a value for comparing: a box left unticked says no, as stored ones do."""
    return value or _("否")


def _lines(form: FormDefinition, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and text of every answer, rows cell by cell; personal values stay masked."""
    context = FormContext(today=today(), choices=labels())
    found = []
    for section in form.display(_readable(form, data), context=context):
        for row in section.rows:
            if row.table:
                for index, line in enumerate(row.table):
                    cells = "，".join(cell.value for cell in line if cell.value)
                    found.append((f"{row.label} {index + 1}", cells))
            else:
                found.append((row.label, row.value))
    return found


def _readable(form: FormDefinition, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return typed answers as stored ones are: a printed line carries its item."""
    shaped = dict(data)
    for one in form.fields():
        value = shaped.get(one.name)
        if one.fixed and isinstance(value, list):
            items = [choice.value for choice in one.fixed]
            pairs = zip(items, value, strict=False)
            shaped[one.name] = [
                {"item": item, **(row if isinstance(row, dict) else {})} for item, row in pairs
            ]
    return shaped


def _text(form: FormDefinition, data: Mapping[str, Any]) -> str:
    """Return what was typed as plain lines, for a note or for the clipboard."""
    lines = [f"{label}：{value}" for label, value in _lines(form, data) if value]
    head = _("（未提交的内容）%(title)s", title=form.title)
    return "\n".join([head, *lines])[:4000] if lines else ""
