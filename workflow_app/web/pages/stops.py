"""中止 and 恢复 of a running limit, each asked with its reason and the number of its written notice.

服务规则: a limit stands still only while somebody outside must answer, and the applicant is told in writing.
The limits 355号 itself fixes cannot be stopped; the command refuses it whatever a page shows.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.requests import ResumeDeadline, SuspendDeadline
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound, Refused
from workflow_app.queries import limits
from workflow_app.queries.limits import Limit
from workflow_app.web import case_view
from workflow_app.web.desk import act, desk, form_key, now, reading, require
from workflow_app.web.texts import _

blueprint = Blueprint("stops", __name__)

MAY_STOP = ("department_clerk", "department_leader")
Errors = list[tuple[str, str]]


@blueprint.get("/cases/<case_id>/limits/<deadline_id>/stop")
def ask(case_id: str, deadline_id: str) -> str:
    """Ask why the limit stands still, or runs on, and by which notice."""
    return _asked(case_id, deadline_id, [])


@blueprint.post("/cases/<case_id>/limits/<deadline_id>/stop")
def stop(case_id: str, deadline_id: str) -> Response | tuple[str, int]:
    """Stop a running limit, or let a stopped one run on; ``step`` says which was meant."""
    require(*MAY_STOP)
    said = request.form.get("reason", ""), request.form.get("notice_no", "")
    resumes = request.form.get("step") == "resume"
    command = (ResumeDeadline if resumes else SuspendDeadline)(case_id, deadline_id, *said)
    try:
        act(command, form_key())
    except InvalidForm as error:
        return _asked(case_id, deadline_id, [(name, each[0]) for name, each in error.errors.items()]), 422
    except (Refused, Conflict) as error:
        return _asked(case_id, deadline_id, [("", error.message)]), 409
    flash(_("期限已恢复计时") if resumes else _("期限已中止计时"))
    return redirect(url_for("cases.page", case_id=case_id, _anchor="limits"))


def _asked(case_id: str, deadline_id: str, errors: Errors) -> str:
    require(*MAY_STOP)
    case = case_view.seen_case(case_id)
    limit = _limit(case_id, deadline_id)
    return render_template(
        "office/stop.html",
        case=case,
        limit=limit,
        resumes=limit.standing.state == "suspended",
        words=case_view.limit_words(limit),
        errors=errors,
        wrong=dict(errors),
    )


def _limit(case_id: str, deadline_id: str) -> Limit:
    found = limits.limits_of_case(reading(), case_id, desk().calendar(), now())
    limit = next((one for one in found if one.id == deadline_id), None)
    if limit is None:
        raise NotFound("no_such_deadline", "没有这个期限")
    return limit
