"""What is done on a pilot's pages: mechanism revised, activities entered or voided, comments, 暂停 and 终止.

Each act is a form that comes back with what was typed and what is wrong. Whether it may be done the commands
decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.pilot_requests import CommentOnPilot, EnterActivity, ReviseMechanism, VoidActivity
from workflow_app.commands.requests import Request, SuspendFiling, TerminateFiling
from workflow_app.domain.pilot import Activity, Mechanism, check_activity
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Forbidden, InvalidForm, JcerError, NotFound
from workflow_app.queries.pilots import Pilot
from workflow_app.web import pilot_view
from workflow_app.web.desk import act, form_key, today
from workflow_app.web.problems import status_of
from workflow_app.web.texts import _

blueprint = Blueprint("pilot_acts", __name__)

Errors = list[tuple[str, str]]
Page = Response | tuple[str, int] | str
LONGEST: Final = 3000
LONGEST_REASON: Final = 500
MOST_ROWS: Final = 50
_DIGITS: Final = 9


@blueprint.route("/pilots/<filing_id>/mechanism", methods=["GET", "POST"])
def mechanism(filing_id: str) -> Page:
    """Revise the work mechanism: a new version, with its reason."""
    pilot = _writable(filing_id)
    said = pilot.mechanism[0] if pilot.mechanism else None
    if request.method == "GET":
        typed: dict[str, Any] = {name: getattr(said, name) if said else "" for name in _TEXTS}
        return _mechanism(pilot, typed, [dict(row) for row in said.duties] if said else [{}], [])
    typed = {name: _typed(name) for name in _TEXTS}
    rows = _rows()
    if "add_row" in request.form and len(rows) < MOST_ROWS:
        return _mechanism(pilot, typed, [*rows, {}], [])
    if request.form.get("delete_row", "").startswith("duties-"):
        gone = request.form["delete_row"].removeprefix("duties-")
        return _mechanism(pilot, typed, [row for n, row in enumerate(rows) if str(n) != gone], [])
    version = request.form.get("version", "")
    asked = ReviseMechanism(
        filing_id,
        Mechanism(duties=tuple(rows), **typed),
        _typed("reason"),
        int(version) if version.isdecimal() and len(version) < _DIGITS else -1,
    )
    return _done(asked, _("工作机制已更新"), pilot, lambda errors: _mechanism(pilot, typed, rows, errors))


@blueprint.route("/pilots/<filing_id>/activities/new", methods=["GET", "POST"])
def enter(filing_id: str) -> Page:
    """Enter an activity."""
    pilot = _writable(filing_id)
    if request.method == "GET":
        return _activity(pilot, [])
    errors: Errors = []
    try:
        held_on = date.fromisoformat(_typed("held_on"))
    except ValueError:
        held_on = today()
        errors.append(("held_on", _("请填写活动日期")))
    counts = {}
    for name, label in (("sessions", _("场次")), ("people", _("人数"))):
        text = _typed(name).replace(",", "").replace("，", "")
        if text.isascii() and text.isdecimal() and len(text) < _DIGITS:
            counts[name] = int(text)
        else:
            errors.append((name, _("%(label)s应为整数", label=label)))
    said = Activity(
        _typed("kind"),
        _typed("title"),
        held_on,
        _typed("place"),
        sessions=counts.get("sessions", 1),
        people=counts.get("people", 0),
        note=_typed("note"),
    )
    if errors:  # said together with what the command would say of the rest
        rest = check_activity(said, today(), legal_date(pilot.line.filed_at))
        told = {name for name, _text in errors}
        errors += [(name, each) for name, texts in rest.items() if name not in told for each in texts]
        return _activity(pilot, errors), 422
    return _done(
        EnterActivity(filing_id, said), _("活动已填报"), pilot, lambda errors: _activity(pilot, errors)
    )


@blueprint.route("/pilots/<filing_id>/activities/<activity_id>/void", methods=["GET", "POST"])
def void(filing_id: str, activity_id: str) -> Page:
    """Take an activity out of the count, with a reason."""
    pilot = _writable(filing_id)
    one = next((each for each in pilot.activities if each.id == activity_id), None)
    if one is None:
        raise NotFound("no_such_activity", "没有这条活动记录")

    def again(errors: Errors) -> str:
        return render_template(
            "pilots/void.html", pilot=pilot, line=pilot.line, one=one, view=pilot_view, **_told(errors)
        )

    if request.method == "GET":
        return again([])
    return _done(VoidActivity(activity_id, _typed("reason")), _("活动记录已作废"), pilot, again)


@blueprint.route("/pilots/<filing_id>/comments/new", methods=["GET", "POST"])
def comment(filing_id: str) -> Page:
    """Write a comment of the bureau."""
    pilot = pilot_view.seen(filing_id)
    if not pilot_view.offered(pilot).comment:
        raise Forbidden("other_area", "只能对本局组织备案的试点提出指导意见", article="355号正文五（一）")

    def again(errors: Errors) -> str:
        return render_template("pilots/comment.html", pilot=pilot, line=pilot.line, **_told(errors))

    if request.method == "GET":
        return again([])
    asked = CommentOnPilot(filing_id, _typed("text"), _typed("project_id") or None)
    return _done(asked, _("指导意见已送达试点单位"), pilot, again)


@blueprint.route("/pilots/<filing_id>/<any(suspend, terminate):how>", methods=["GET", "POST"])
def decide(filing_id: str, how: str) -> Page:
    """Suspend or end a pilot, by a leader; it says what follows and asks once more."""
    pilot = pilot_view.seen(filing_id)
    acts = pilot_view.offered(pilot)
    if not (acts.suspend if how == "suspend" else acts.terminate):
        raise Forbidden("role_required", "试点的暂停、终止由省厅领导决定", article="355号正文三")

    def again(errors: Errors) -> str:
        return render_template("pilots/decide.html", pilot=pilot, line=pilot.line, how=how, **_told(errors))

    if request.method == "GET":
        return again([])
    if not request.form.get("understood"):
        return again([("understood", _("请确认已知悉后果"))]), 422
    asked = (SuspendFiling if how == "suspend" else TerminateFiling)(filing_id, _typed("reason"))
    return _done(asked, _("试点已暂停") if how == "suspend" else _("试点已终止"), pilot, again)


_TEXTS: Final = (
    "leader_name",
    "leader_post",
    "contact_name",
    "contact_phone",
    "contact_email",
    "training_plan",
    "absorption_plan",
)


def _writable(filing_id: str) -> Pilot:
    pilot = pilot_view.seen(filing_id)
    if not pilot_view.offered(pilot).write:
        raise Forbidden("other_pilot", "只能填报本单位的试点", article="355号正文五")
    return pilot


def _done(asked: Request, told: str, pilot: Pilot, again: Callable[[Errors], str]) -> Page:
    try:
        act(asked, form_key())
    except InvalidForm as error:
        return again([(name, each) for name, texts in error.errors.items() for each in texts]), 422
    except JcerError as error:
        return again([("reason", error.message)]), status_of(error)
    flash(told)
    return redirect(url_for("pilots.pilot", filing_id=pilot.line.id), 303)


def _mechanism(pilot: Pilot, typed: dict[str, Any], rows: Sequence[dict[str, str]], errors: Errors) -> str:
    return render_template(
        "pilots/revise.html",
        pilot=pilot,
        line=pilot.line,
        typed=typed,
        rows_typed=rows,
        version=pilot.mechanism[0].version if pilot.mechanism else 0,
        most=MOST_ROWS,
        **_told(errors),
    )


def _activity(pilot: Pilot, errors: Errors) -> str:
    return render_template(
        "pilots/activity.html", pilot=pilot, line=pilot.line, view=pilot_view, **_told(errors)
    )


def _told(errors: Errors) -> dict[str, Any]:
    return {
        "errors": errors,
        "wrong": dict(reversed(errors)),
        "longest": LONGEST,
        "longest_reason": LONGEST_REASON,
        "said": {name: request.form.get(name, "") for name in request.form},
    }


def _typed(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def _rows() -> list[dict[str, str]]:
    found = []
    for number in range(MOST_ROWS):
        names = {name: f"duties-{number}-{name}" for name in ("department", "duty")}
        if not any(key in request.form for key in names.values()):
            break
        found.append({name: _typed(key) for name, key in names.items()})
    return found
