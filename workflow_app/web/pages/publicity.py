"""终止公示: the department's leader stops a running notice because something material has changed.

docs/domain.md §3. It asks once more and names what follows: the panel looks again, and a new notice runs its
full five working days (355号附件一（三）). Who may and when, the command decides whatever a page shows.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.requests import TerminateNotice
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound, Refused
from workflow_app.queries import projects
from workflow_app.web import case_view
from workflow_app.web.desk import act, form_key, reading, require
from workflow_app.web.texts import _

blueprint = Blueprint("publicity", __name__)

MAY_TERMINATE = "department_leader"
LONGEST_REASON = 500
Errors = list[tuple[str, str]]


@blueprint.get("/office/notices/<notice_id>/terminate")
def ask(notice_id: str) -> str:
    """Ask what has changed, and say what follows."""
    return _asked(notice_id, "", [])


@blueprint.post("/office/notices/<notice_id>/terminate")
def terminate(notice_id: str) -> Response | tuple[str, int]:
    """Stop the notice."""
    require(MAY_TERMINATE)
    reason = request.form.get("reason", "").strip()
    errors: Errors = []
    if len(reason) > LONGEST_REASON:
        errors.append(("reason", _("原因不得超过 %(number)s 字", number=LONGEST_REASON)))
    if not request.form.get("understood"):
        errors.append(("understood", _("请确认已知悉终止的后果")))
    if errors:
        return _asked(notice_id, reason, errors), 422
    try:
        done = act(TerminateNotice(notice_id, reason), form_key())
    except InvalidForm as error:
        return _asked(notice_id, reason, [(name, each[0]) for name, each in error.errors.items()]), 422
    except (Refused, Conflict) as error:
        return _asked(notice_id, reason, [("reason", error.message)]), 409
    flash(_("公示已终止，项目重新评估后另行全期公示"))
    return redirect(url_for("projects.page", project_id=done.values["project_id"]), 303)


def _asked(notice_id: str, reason: str, errors: Errors) -> str:
    require(MAY_TERMINATE)
    found = projects.notice_of(reading(), notice_id)
    if found is None or found[0].case_id is None:
        raise NotFound("no_such_notice", "没有这个公示")
    return render_template(
        "office/terminate_notice.html",
        case=case_view.seen_case(found[0].case_id),
        notice=found[0],
        reason=reason,
        errors=errors,
        wrong=dict(errors),
        longest=LONGEST_REASON,
    )
