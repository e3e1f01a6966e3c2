"""A task: its form beside its materials; what is typed is kept whatever happens.

One address takes every button of the form: handing in, saving a draft, adding a row, storing a file. A
refused form comes back with its words and its files; a form somebody else was faster with is shown beside
theirs. The command judges everything again; the page only shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, cast

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.permissions import principals
from workflow_app.commands.requests import Attach, CompleteTask, RemoveAttachment, SaveDraft
from workflow_app.engine.forms import FormContext, FormDefinition
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, JcerError, Refused, TooLarge
from workflow_app.queries import (
    case_history,
    case_links,
    case_notes,
    case_papers,
    case_tasks,
    form_facts,
    inbox,
    limits,
    process_map,
    projects,
)
from workflow_app.queries.case_file import Case
from workflow_app.queries.case_tasks import Draft, Task
from workflow_app.web import case_view, conflicts, form_page
from workflow_app.web.desk import act, actor, desk, form_key, fresh_key, now, reading, somebody, today
from workflow_app.web.form_page import FormPage
from workflow_app.web.holders_way import holders_page, sent_back
from workflow_app.web.offers import choices, printed
from workflow_app.web.problems import status_of
from workflow_app.web.submitted_view import shown_forms
from workflow_app.web.texts import _
from workflow_app.web.words import moment
from workflow_app.web.worksheet import worksheet

blueprint = Blueprint("tasks", __name__)

LONGEST = 1_000_000
"""Characters a form takes in one field before it refuses to read it at all."""


@blueprint.get("/tasks/<task_id>")
def page(task_id: str) -> str | Response:
    """Show a task with its form: the draft, else what the case already knows."""
    found = somebody()
    task = case_tasks.task(reading(), task_id)
    if task is None:
        return conflicts.gone_page()
    _mine(task)
    case = case_view.case_of_task(task)
    form = printed(case.id, case.version, task.form)
    draft = case_tasks.draft_of(reading(), task_id, found.user_id)
    data: Mapping[str, Any] = draft.raw if draft else _initial(case, task, form)
    return _page(task, case, form, data, draft)


@blueprint.post("/tasks/<task_id>")
def submit(task_id: str) -> str | Response:
    """Take whichever button was pressed."""
    found = somebody()
    task = case_tasks.task(reading(), task_id)
    if task is None:
        return conflicts.gone_page()
    _mine(task)
    case = case_view.case_of_task(task)
    form = printed(case.id, case.version, task.form)
    raw = form_page.typed(request.form)
    errors = _store_files(task, form, raw)
    try:
        data = form.draft(raw)
    except TooLarge as error:
        return _too_large(task, case, form, raw, error)
    if errors:
        _keep(task, data)
        return _again(task, case, form, data, errors=errors)
    if button := _button(request.form):
        return _pressed(button, task, case, form, data)
    return _hand_in(task, case, form, raw, data, found.user_id)


@blueprint.post("/tasks/<task_id>/draft")
def keep_draft(task_id: str) -> Response:
    """Save what was typed while it is typed; answers with a line for the page."""
    found = somebody()
    task = case_tasks.task(reading(), task_id)
    if task is None:
        raise Conflict("task_gone", "此事项已由他人办理或已被终止，您填写的内容已保留在本机")
    _mine(task)
    case = case_view.case_of_task(task)
    data = printed(case.id, case.version, task.form).draft(form_page.typed(request.form))
    revision = _revision()
    try:
        act(SaveDraft(task_id, data, revision))
        note, draft = "", case_tasks.draft_of(reading(), task_id, found.user_id)
    except Conflict:
        note, draft = _("另一个窗口保存了较新的草稿，本页内容请用“存草稿”保存"), None
    return make_response(
        render_template("office/_draft_note.html", note=note, draft=draft, revision=revision)
    )


def _mine(task: Task) -> None:
    """Refuse whoever this task is not for, saying who has it.

    :raises Forbidden: somebody else has it in hand, or it was never offered to this person.
    """
    if case_view.task_of(task):
        return
    case_view.case_of_task(task)  # what may not be seen is not found
    if task.assignee:
        raise Forbidden("claimed_by_other", _("此事项由%(name)s领办，请先由其退回或转办", name=task.assignee))
    raise Forbidden("not_your_task", _("此事项不在您的职责范围内"))


def _button(form: Mapping[str, str]) -> str:
    names = ("save_draft", "overwrite", "add_row", "delete_row", "remove_file", "refresh", "upload", "resume")
    return next((name for name in names if name in form), "")


def _pressed(
    button: str, task: Task, case: Case, form: FormDefinition, data: dict[str, Any]
) -> str | Response:
    """Do what a button of the form asks short of handing it in."""
    value = request.form.get(button, "")
    if button == "add_row":
        form_page.add_row(form, data, value)
    elif button == "delete_row":
        form_page.delete_row(data, value)
    elif button == "remove_file":
        act(RemoveAttachment(value))
        data = form_page.without_file(data, value)
    if button in {"refresh", "resume"}:
        return _again(task, case, form, data, status=200)
    newer = _keep(task, data, overwrite=button == "overwrite")
    if newer is not None:
        return _again(task, case, form, data, newer=newer, status=409)
    if button in {"save_draft", "overwrite"}:
        flash(_("草稿已保存"))
        return redirect(url_for("tasks.page", task_id=task.id))
    return _again(task, case, form, data, status=200)


def _hand_in(
    task: Task,
    case: Case,
    form: FormDefinition,
    raw: dict[str, list[str]],
    data: dict[str, Any],
    user_id: str,
) -> str | Response:
    """Hand the form in, and go on with the next item."""
    raw = raw | {"action": request.form.getlist("action")}
    action = next((one for one in form.actions if one.value == request.form.get("action")), None)
    after = _following(task)
    try:
        if action is not None and action.confirm and not request.form.get("confirmed"):
            form.parse(raw, FormContext(today=today()))
            return _confirm(task, case, action, raw)
        result = act(CompleteTask(task.id, raw, request.form.get("expected_revision", type=int)), form_key())
    except TooLarge as error:
        return _too_large(task, case, form, raw, error)
    except (InvalidForm, Conflict, Refused, Forbidden) as error:
        _keep(task, data)
        return _refused(error, task, case, form, data, after)
    session["autosave_done"] = [*session.get("autosave_done", [])[-5:], autosave_key(user_id, task.id)]
    if words := sent_back(case):
        flash(words, "attention")
    else:
        flash(_("已办结：%(name)s（%(action)s）", name=task.name, action=action.label if action else ""))
    if page := holders_page(case):
        return redirect(page)
    if somebody().holds("owner", "agent") and case.project_id:
        return redirect(url_for("applicant.project", project_id=case.project_id))
    target = _next_of(result.values.get("next_tasks"), after)
    return redirect(url_for("tasks.page", task_id=target) if target else url_for("inbox.page"))


def _refused(
    error: JcerError, task: Task, case: Case, form: FormDefinition, data: dict[str, Any], after: str | None
) -> Response:
    """Give the form back with what was wrong, or beside the version that was faster."""
    if isinstance(error, InvalidForm):
        return _again(task, case, form, data, errors=form_page.html_errors(error.errors))
    if isinstance(error, Conflict):
        if case_tasks.task(reading(), task.id) is None:
            return conflicts.overtaken_page(task, case, form, data, after)
        return conflicts.moved_on_page(task, case, form, data)
    return _again(task, case, form, data, refusal=error, status=status_of(error))


def _next_of(opened: object, after: str | None) -> str | None:
    """Return the task to open: one that this act opened for the same person, else the next in the inbox."""
    for task_id in opened if isinstance(opened, list | tuple) else ():
        task = case_tasks.task(reading(), str(task_id))
        if task is not None and case_view.task_of(task):
            return task.id
    if after is None:
        return inbox.following(reading(), principals(actor()), inbox.Filter(), now(), "")
    later = case_tasks.task(reading(), after)
    return after if later is not None and case_view.task_of(later) else None


def _confirm(task: Task, case: Case, action: Any, raw: Mapping[str, list[str]]) -> str:
    controls = ("expected_revision", "draft_revision", "case_id", "element_id")
    kept = [(name, value) for name, values in raw.items() if name != "action" for value in values]
    kept += [(name, request.form[name]) for name in controls if name in request.form]
    return render_template(
        "office/confirm_action.html",
        task=task,
        case=case,
        action=action,
        kept=kept,
        url=url_for("tasks.submit", task_id=task.id),
        form_key=form_key() or fresh_key(),
    )


def _store_files(task: Task, form: FormDefinition, raw: dict[str, list[str]]) -> dict[str, list[str]]:
    """Store what was chosen at once, enter its ids into ``raw``, and return what could not be stored."""
    errors: dict[str, list[str]] = {}
    for name, upload in request.files.items(multi=True):
        if not upload.filename:
            continue
        one = form_page.field_named(form, name)
        try:
            command = Attach(task.id, name, upload.filename, cast(BinaryIO, upload.stream))
            stored = act(command).values["attachment_id"]
        except InvalidForm as error:
            errors.setdefault(name, []).extend(text for texts in error.errors.values() for text in texts)
            continue
        except (TooLarge, Refused) as error:
            errors.setdefault(name, []).append(error.message)
            continue
        finally:
            upload.close()
        many = one is not None and one.type == "files"
        raw[name] = [*(raw.get(name, []) if many else []), str(stored)]
    return errors


def _keep(task: Task, data: Mapping[str, Any], *, overwrite: bool = False) -> Draft | None:
    """Save the draft; return the newer one where another window was faster."""
    user_id = somebody().user_id
    present = case_tasks.draft_of(reading(), task.id, user_id)
    revision = (present.revision if present else 0) if overwrite else _revision()
    try:
        act(SaveDraft(task.id, data, revision))
    except Conflict:
        return case_tasks.draft_of(reading(), task.id, user_id)
    except JcerError:
        return None  # the task is gone or too much was typed: the page itself still holds every word
    return None


def _revision() -> int:
    return request.form.get("draft_revision", 0, type=int)


def _too_large(
    task: Task, case: Case, form: FormDefinition, raw: Mapping[str, list[str]], error: TooLarge
) -> str | Response:
    """Give everything back with the error at the field that is too long."""
    long = {name for name, values in raw.items() if any(len(value) > LONGEST for value in values)}
    short = {name: values for name, values in raw.items() if name not in long}
    try:
        data = form.draft(short)
    except TooLarge:
        raise error from None  # the whole is too much: the browser still has it
    data |= {name: raw[name][-1] for name in long if "-" not in name}
    return _again(task, case, form, data, errors={name: [error.message] for name in long}, status=413)


def _again(
    task: Task,
    case: Case,
    form: FormDefinition,
    data: Mapping[str, Any],
    *,
    errors: Mapping[str, Sequence[str]] | None = None,
    refusal: JcerError | None = None,
    newer: Draft | None = None,
    status: int = 422,
) -> Response:
    draft = case_tasks.draft_of(reading(), task.id, somebody().user_id)
    body = _page(task, case, form, data, draft, errors=errors, refusal=refusal, newer=newer)
    return make_response(body, 200 if request.headers.get("HX-Request") else status)


def _page(
    task: Task,
    case: Case,
    form: FormDefinition,
    data: Mapping[str, Any],
    draft: Draft | None,
    *,
    errors: Mapping[str, Any] | None = None,
    refusal: JcerError | None = None,
    newer: Draft | None = None,
) -> str:
    found = somebody()
    happened = case_history.moments(reading(), case.id)
    process = case_view.process_of(case)
    limit = limits.limit_of_task(reading(), task.deadline_id, desk().calendar(), now())
    related = case_links.related(reading(), found.viewer, case)
    drawn = FormPage(
        form=form,
        url=url_for("tasks.submit", task_id=task.id),
        data=data,
        errors=errors or {},
        choices=choices(case, form),
        facts=form_facts.facts(reading(), case, task),
        papers={paper.id: paper for paper in _papers(case, task)},
        worksheet=worksheet(case, form, data),
    )
    return render_template(
        "office/task.html",
        task=task,
        case=case,
        page=drawn,
        draft=draft,
        draft_revision=_revision() if newer else draft.revision if draft else 0,
        draft_conflict=newer,
        refusal=refusal,
        fresh=request.method == "POST",
        form_key=form_key() or fresh_key(),
        autosave_key=autosave_key(found.user_id, task.id),
        done_keys=session.pop("autosave_done", []),
        mine=task.assignee_id == found.user_id,
        assigned=task.candidates == (f"user:{found.user_id}",),
        after=_following(task),
        limit=case_view.limit_view(limit) if limit else None,
        project=projects.project_of(reading(), case.project_id) if case.project_id else None,
        element=process.elements.get(task.element_id),
        ahead=process_map.ahead(process, task.element_id),
        happened=case_view.timeline(case, happened[:6]),
        place=case_history.place(reading(), case.id, happened),
        submitted=shown_forms(case, related),
        notes=case_notes.notes(reading(), case.id),
        moment=moment,
    )


def _papers(case: Case, task: Task) -> tuple[case_papers.Paper, ...]:
    return (*case_papers.papers(reading(), case.id), *case_papers.papers(reading(), case.id, task_id=task.id))


def _initial(case: Case, task: Task, form: FormDefinition) -> dict[str, Any]:
    """Return what an untouched form starts with: the facts of the case, and the form it follows on."""
    earlier = None
    if form.prefill:
        handed_in = case_history.submitted(reading(), (case.id,))
        earlier = next((one.data for one in handed_in if one.key in {form.prefill, form.key}), None)
    return form.initial(form_facts.facts(reading(), case, task), earlier)


def _following(task: Task) -> str | None:
    return inbox.following(reading(), principals(actor()), inbox.Filter(), now(), task.id)


def autosave_key(user_id: str, task_id: str) -> str:
    """Return the name under which the browser keeps what is typed: one person, one task."""
    return f"{user_id}:{task_id}"
