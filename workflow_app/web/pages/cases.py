"""案卷: a case as it is read, the search over cases, notes, and the asking for personal values in full."""

from __future__ import annotations

import time

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.requests import AddNote
from workflow_app.kernel.errors import Forbidden, InvalidForm, NotFound
from workflow_app.queries import (
    case_file,
    case_history,
    case_links,
    case_notes,
    case_papers,
    case_tasks,
    documents,
    limits,
    projects,
    sight,
)
from workflow_app.queries.case_file import Case
from workflow_app.queries.projects import Notice
from workflow_app.queries.sight import EVERYTHING
from workflow_app.web import case_view, paging
from workflow_app.web.desk import act, desk, form_key, now, reading, require, somebody
from workflow_app.web.frame import WORKS_ON_CASES
from workflow_app.web.pages import documents as documents_page
from workflow_app.web.pages.publicity import MAY_TERMINATE
from workflow_app.web.pages.stops import MAY_STOP
from workflow_app.web.session import local_path
from workflow_app.web.submitted_view import form_of, shown_forms
from workflow_app.web.texts import _

blueprint = Blueprint("cases", __name__)

SHORTEST_REASON = 4
UNMASKED_SECONDS = 900
"""How long a granted look at personal values lasts, on the host's clock."""
PROCESSES = (
    "project_lifecycle",
    "project_application",
    "expert_assessment",
    "public_notice",
    "objection",
    "registration",
    "issuance_application",
    "issuance",
    "transfer_listing",
    "transfer_negotiated",
    "transfer_auction",
    "cancellation",
    "correction",
    "pilot_filing",
)


@blueprint.get("/cases")
def search() -> str:
    """Find cases by words, kind and state; the newest first."""
    found = require(*WORKS_ON_CASES, "auditor")
    process = request.args.get("process", "")
    status = request.args.get("status", "")
    text = request.args.get("q", "").strip()[:100]
    listed, more = case_file.search(
        reading(),
        found.viewer,
        text=text,
        process=process if process in PROCESSES else "",
        status=status if status in {"open", "closed", "cancelled", "incident"} else "",
        after=paging.read(request.args.get("after", "")),
    )
    kept = {name: request.args[name] for name in ("q", "process", "status") if request.args.get(name)}
    return render_template(
        "office/cases.html",
        cases=listed,
        text=text,
        process=process,
        status=status,
        processes=PROCESSES,
        more=paging.address("cases.search", {**kept, "after": paging.written(more)}) if more else "",
        filtered=bool(kept),
    )


@blueprint.get("/cases/<case_id>")
def page(case_id: str) -> str:
    """Show a case: facts, limits, forms, papers, diagram, what happened, what it is linked with."""
    found = somebody()
    case = case_view.seen_case(case_id)
    happened = case_history.moments(reading(), case.id)
    related = case_links.related(reading(), found.viewer, case)
    process = case_view.process_of(case)
    tasks = case_tasks.tasks_of_case(reading(), case.id)
    issued = documents.of_cases(reading(), (case.id,))
    return render_template(
        "office/case.html",
        case=case,
        project=projects.project_of(reading(), case.project_id) if case.project_id else None,
        process=process,
        limits=[
            case_view.limit_view(one)
            for one in limits.limits_of_case(reading(), case.id, desk().calendar(), now())
        ],
        tasks=[(task, case_view.task_of(task)) for task in tasks],
        happened=list(zip(happened, case_view.timeline(case, happened), strict=True)),
        elements=process.elements,
        place=case_history.place(reading(), case.id, happened),
        submitted=shown_forms(case, unmasked=_unmasked()),
        papers=case_papers.papers(reading(), case.id),
        documents=issued,
        recipients=documents_page.recipients_of(issued),
        notes=case_notes.notes(reading(), case.id),
        related=related,
        can_note=found.holds(*WORKS_ON_CASES),
        can_stop=found.holds(*MAY_STOP),
        notice=(notice := _running_notice(case)),
        can_terminate=notice is not None and found.holds(MAY_TERMINATE),
        whole=found.viewer.holds(EVERYTHING),
    )


@blueprint.post("/cases/<case_id>/notes")
def add_note(case_id: str) -> Response:
    """Write a note; notes are never changed."""
    case_view_or_task(case_id)
    try:
        act(AddNote(case_id, request.form.get("text", "")), form_key())
        flash(_("备注已记入"))
    except InvalidForm as error:
        for messages in error.errors.values():
            flash("；".join(messages), "attention")
    return redirect(local_path(request.form.get("next"), url_for("cases.page", case_id=case_id)))


@blueprint.get("/cases/<case_id>/forms/<int:seq>/unmask")
def ask_unmask(case_id: str, seq: int) -> str:
    """Ask why somebody needs to see personal values in full."""
    return _ask(case_id, seq, "", [])


@blueprint.post("/cases/<case_id>/forms/<int:seq>/unmask")
def unmask(case_id: str, seq: int) -> Response | tuple[str, int]:
    """Note the reason in the case's history, then show the values for a quarter of an hour."""
    case = case_view.seen_case(case_id)
    _may_ask()
    reason = request.form.get("reason", "").strip()
    if len(reason) < SHORTEST_REASON:
        return _ask(case_id, seq, reason, [("reason", _("请写明查看的原因，不少于 4 个字"))]), 422
    title = _form_title(case_id, seq)
    act(AddNote(case.id, f"查看个人信息（{title}，经过第 {seq} 项）。原因：{reason[:500]}"), form_key())
    granted = {name: until for name, until in session.get("unmasked", {}).items() if until > time.time()}
    session["unmasked"] = granted | {f"{case_id}-{seq}": int(time.time()) + UNMASKED_SECONDS}
    return redirect(url_for("cases.page", case_id=case_id, _anchor=f"form-{case_id}-{seq}"))


def case_view_or_task(case_id: str) -> None:
    """Refuse a case that is neither visible nor worked on.

    :raises NotFound: it is not the reader's to see.
    """
    if any(case_view.task_of(task) for task in case_tasks.tasks_of_case(reading(), case_id)):
        return
    case_view.seen_case(case_id)


def _running_notice(case: Case) -> Notice | None:
    """Return the notice that runs on this case, if one does."""
    found = projects.notices_of(reading(), case.project_id) if case.project_id else ()
    return next((one for one in found if one.case_id == case.id and one.state == "open"), None)


def _ask(case_id: str, seq: int, reason: str, errors: list[tuple[str, str]]) -> str:
    case = case_view.seen_case(case_id)
    _may_ask()
    return render_template(
        "office/unmask.html",
        case=case,
        seq=seq,
        reason=reason,
        errors=errors,
        title=_form_title(case_id, seq),
    )


def _may_ask() -> None:
    if not somebody().viewer.holds(sight.UNMASKED):
        raise Forbidden(
            "may_not_unmask", "只有省厅经办和领导可以申请查看完整的个人信息", article="个人信息保护法第六条"
        )


def _form_title(case_id: str, seq: int) -> str:
    handed_in = case_history.submitted(reading(), (case_id,))
    one = next((one for one in handed_in if one.seq == seq), None)
    if one is None:
        raise NotFound("form_not_found", "没有这份表单")
    return form_of(one.version, one.key).title


def _unmasked() -> frozenset[str]:
    """Return the forms whose values this browser was granted to see, as long as that lasts."""
    return frozenset(name for name, until in session.get("unmasked", {}).items() if until > time.time())
