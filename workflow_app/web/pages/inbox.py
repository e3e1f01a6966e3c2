"""待办: what I may work on, in due order; claim, release and hand over; and what I have done (我的已办).

The address holds every filter, so that a view can be kept, shared and gone back to. Everything works as plain
links and forms; scripts only add keys. The page never decides who may take a task: commands do.
"""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.permissions import principals
from workflow_app.commands.requests import ClaimTask, HandOver, ReleaseTask
from workflow_app.kernel.errors import JcerError, NotFound
from workflow_app.queries import case_file, case_history, case_tasks, inbox, people
from workflow_app.queries.inbox import VIEWS, Filter
from workflow_app.web import paging
from workflow_app.web.case_view import Preview, preview, task_of
from workflow_app.web.desk import act, actor, desk, now, reading, somebody
from workflow_app.web.inbox_lines import groups
from workflow_app.web.session import local_path
from workflow_app.web.texts import _
from workflow_app.web.words import process_name

blueprint = Blueprint("inbox", __name__)

_KEPT = ("view", "process", "element", "project", "q")


@blueprint.get("/inbox")
def page() -> str:
    """Show the inbox, and beside it the task the address names."""
    found = somebody()
    mine = principals(actor())
    wanted = _wanted()
    listed = inbox.inbox(reading(), mine, found.user_id, wanted, desk().calendar(), now())
    if not (wanted.process or wanted.element or wanted.project or wanted.text):
        g.inbox_total = listed.counts.all  # the frame shows the same number: it is not counted twice
    chosen = request.args.get("task") or (listed.rows[0].id if listed.rows else "")
    shown: Preview | None = None
    if chosen:
        task = case_tasks.task(reading(), chosen)
        shown = preview(task) if task is not None and task_of(task) else None
    return render_template(
        "office/inbox.html",
        groups=groups(listed.rows, shown.task.id if shown else "", _here()),
        counts=listed.counts,
        chips=_chips(listed.counts, wanted),
        active=_active(wanted),
        stages=_stages(mine, wanted),
        wanted=wanted,
        filters=_address(),
        more=_here(after=paging.written(listed.more)) if listed.more else "",
        back=request.full_path.rstrip("?"),
        preview=shown,
        explicit="task" in request.args,
    )


@blueprint.post("/inbox/claim")
def claim_many() -> Response:
    """Claim every ticked task; what somebody else was faster with is said, not hidden."""
    taken, refused = 0, []
    for task_id in request.form.getlist("task")[:100]:
        try:
            act(ClaimTask(task_id))
            taken += 1
        except JcerError as error:
            refused.append(error.message)
    if taken:
        flash(_("已认领 %(count)s 件", count=taken))
    for message in dict.fromkeys(refused):
        flash(message, "attention")
    if not taken and not refused:
        flash(_("请先勾选要认领的事项"), "attention")
    return redirect(local_path(request.form.get("next"), url_for("inbox.page")))


@blueprint.post("/tasks/<task_id>/claim")
def claim(task_id: str) -> Response:
    """Take a group's task, and work on it at once where the button says so."""
    act(ClaimTask(task_id))
    if request.form.get("then") == "open":
        return redirect(url_for("tasks.page", task_id=task_id))
    flash(_("已认领"))
    return redirect(local_path(request.form.get("next"), url_for("inbox.page", task=task_id)))


@blueprint.post("/tasks/<task_id>/release")
def release(task_id: str) -> Response:
    """Give a task back to its group."""
    act(ReleaseTask(task_id))
    flash(_("已退回待认领"))
    return redirect(local_path(request.form.get("next"), url_for("inbox.page", task=task_id)))


@blueprint.get("/tasks/<task_id>/hand-over")
def hand_over_form(task_id: str) -> str:
    """Ask whom a task is handed to, and why."""
    return _hand_over(task_id)


@blueprint.post("/tasks/<task_id>/hand-over")
def hand_over(task_id: str) -> Response | tuple[str, int]:
    """转办 with a reason; the reason stays in the history."""
    to_user, reason = request.form.get("to_user", ""), request.form.get("reason", "").strip()
    errors = []
    if not to_user:
        errors.append(("to_user", _("请选择转办给谁")))
    if not reason:
        errors.append(("reason", _("请填写转办原因")))
    if errors:
        return _hand_over(task_id, to_user, reason, errors), 422
    act(HandOver(task_id, to_user, reason))
    colleague = people.user(reading(), to_user)
    flash(_("已转办给%(name)s", name=colleague.name if colleague else ""))
    return redirect(url_for("inbox.page"))


@blueprint.get("/done")
def done() -> str:
    """Show what I completed, the newest first."""
    found = somebody()
    after = request.args.get("after", type=int)
    listed, more = case_history.done_by(reading(), found.user_id, after=after)
    return render_template("office/done.html", acts=listed, more=more)


def _hand_over(
    task_id: str, to_user: str = "", reason: str = "", errors: list[tuple[str, str]] | None = None
) -> str:
    found = somebody()
    task = case_tasks.task(reading(), task_id)
    if task is None or not task_of(task):
        raise NotFound("task_not_found", "没有这个事项，或者它已经办结")
    colleagues = people.colleagues(reading(), task.candidates, found.user_id)
    return render_template(
        "office/hand_over.html",
        task=task,
        case=case_file.case(reading(), found.viewer, task.case_id),
        colleagues=[(one.id, f"{one.name}・{one.organisation}") for one in colleagues],
        to_user=to_user,
        reason=reason,
        errors=errors or [],
    )


def _wanted() -> Filter:
    view = request.args.get("view", "all")
    return Filter(
        view=next((one for one in VIEWS if one == view), "all"),
        process=request.args.get("process", "")[:64],
        element=request.args.get("element", "")[:200],
        project=request.args.get("project", "")[:32],
        text=request.args.get("q", "").strip()[:100],
        after=paging.read(request.args.get("after", "")),
    )


def _here(**changes: str) -> str:
    """Return the address of the inbox with the present filters and ``changes``."""
    return paging.address("inbox.page", _address(**changes))


def _address(**changes: str) -> dict[str, str]:
    """Return the present filters with ``changes``; what is empty is left out."""
    present = {name: request.args.get(name, "") for name in _KEPT}
    return {name: value for name, value in (present | changes).items() if value}


def _chips(counts: inbox.Counts, wanted: Filter) -> list[dict[str, object]]:
    labels = {
        "all": _("全部"),
        "mine": _("我已认领"),
        "open": _("待认领"),
        "overdue": _("已超期"),
        "today": _("今日到期"),
    }
    return [
        {
            "label": label,
            "url": _here(view=view),
            "count": _many(getattr(counts, view)),
            "current": wanted.view == view,
        }
        for view, label in labels.items()
    ]


def _many(number: int) -> str:
    return f"{inbox.MANY - 1}+" if number >= inbox.MANY else str(number)


def _active(wanted: Filter) -> list[dict[str, object]]:
    """The filters in force beside the view, each with the address that takes it off."""
    found: list[dict[str, object]] = []
    if wanted.element or wanted.process:
        label = wanted.element and next(
            (
                name
                for _process, element, name in inbox.stages(reading(), principals(actor()))
                if element == wanted.element
            ),
            wanted.element,
        )
        text = _("环节：%(name)s", name=label or process_name(wanted.process))
        found.append({"label": text, "url": _here(element="", process=""), "current": True})
    if wanted.project:
        found.append({"label": _("同一项目"), "url": _here(project=""), "current": True})
    if wanted.text:
        text = _("含“%(words)s”", words=wanted.text)
        found.append({"label": text, "url": _here(q=""), "current": True})
    return found


def _stages(mine: tuple[str, ...], wanted: Filter) -> list[dict[str, object]]:
    return [
        {
            "label": f"{process_name(process)}・{name}",
            "url": _here(process=process, element=element),
            "current": wanted.element == element,
        }
        for process, element, name in inbox.stages(reading(), mine)
    ]
