"""续展或撤回委托: the owner says how long its agent may act for it, or takes the mandate back (R29).

355号附件一（一）: 委托申请项目的，须提供项目业主出具的项目委托申请书. Only the owner sees this page; what an
agent did before stands. Whether it may, the command decides.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.requests import RenewMandate, RevokeMandate
from workflow_app.kernel.errors import Forbidden, InvalidForm, NotFound, Refused
from workflow_app.queries import journey
from workflow_app.queries.journey import Journey
from workflow_app.web import applicant_view
from workflow_app.web.desk import act, form_key, reading, require, today
from workflow_app.web.texts import _

blueprint = Blueprint("mandates", __name__)

LONGEST_REASON = 500
Errors = list[tuple[str, str]]


@blueprint.get("/my/projects/<project_id>/mandate")
def ask(project_id: str) -> str:
    """Show how the mandate stands, with both acts."""
    return _asked(_own(project_id), [])


@blueprint.post("/my/projects/<project_id>/mandate")
def change(project_id: str) -> Response | tuple[str, int]:
    """Renew the mandate or take it back; ``step`` says which was meant."""
    shown = _own(project_id)
    errors, command = _read(project_id)
    if command is None:
        return _asked(shown, errors), 422
    try:
        act(command, form_key())
    except InvalidForm as error:
        return _asked(shown, [(name, each[0]) for name, each in error.errors.items()]), 422
    except Refused as error:
        return _asked(shown, [("reason", error.message)]), 409
    flash(_("委托已续展") if isinstance(command, RenewMandate) else _("委托已撤回，今后由本单位自行办理"))
    return redirect(url_for("applicant.project", project_id=project_id), 303)


def _read(project_id: str) -> tuple[Errors, RenewMandate | RevokeMandate | None]:
    if request.form.get("step") == "renew":
        try:
            until = date.fromisoformat(request.form.get("until", ""))
        except ValueError:
            return [("until", _("请填写委托有效期的最后一天"))], None
        return [], RenewMandate(project_id, until)
    reason = request.form.get("reason", "").strip()
    errors = []
    if len(reason) > LONGEST_REASON:
        errors.append(("reason", _("原因不得超过 %(number)s 字", number=LONGEST_REASON)))
    if not request.form.get("understood"):
        errors.append(("understood", _("请确认已知悉撤回的后果")))
    return (errors, None) if errors else ([], RevokeMandate(project_id, reason))


def _own(project_id: str) -> Journey:
    """Return the owner's own project that has an agent.

    :raises NotFound: it is not theirs to see, or nobody acts for them.
    :raises Forbidden: its agent.
    """
    viewer = require("owner", "agent").viewer
    shown = journey.journey(reading(), viewer.organisations("owner", "agent"), project_id)
    if shown is None:
        raise NotFound("project_not_found", "没有这个项目，或者您无权查看")
    if shown.owner_org not in viewer.organisations("owner"):
        raise Forbidden("not_the_owner", "只有项目业主可以撤回或续展委托")
    if not shown.delegated:
        raise NotFound("not_delegated", "本项目由项目业主自行申请，没有委托")
    return shown


def _asked(shown: Journey, errors: Errors) -> str:
    return render_template(
        "applicant/mandate.html",
        project=shown,
        mandate=applicant_view.mandate(shown, today()),
        revoked=shown.mandate_revoked_at is not None,
        errors=errors,
        wrong=dict(errors),
        longest=LONGEST_REASON,
    )
