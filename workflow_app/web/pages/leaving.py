"""离任交接, for the system administrator: what hangs on somebody, by kind, and whom it goes to, in one act.

Case numbers and elements are shown, never what is in them. What could not go is named with its reason, and
what is left stays listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.people_requests import ArrangeLeave, CancelLeave
from workflow_app.kernel.errors import Conflict, InvalidForm, JcerError, NotFound
from workflow_app.queries import people
from workflow_app.queries.people import User
from workflow_app.web.desk import act, desk, form_key, reading, require, somebody, today
from workflow_app.web.form_page import html_errors
from workflow_app.web.leaving_view import chosen, groups, staying
from workflow_app.web.pages.organisations import day_of
from workflow_app.web.texts import _
from workflow_app.web.words import limit_end

blueprint = Blueprint("leaving", __name__)

MOST = 5000
"""People offered as successors."""


@blueprint.get("/people/<user_id>/leave")
def page(user_id: str) -> str:
    """List what is open of a person, by kind."""
    require("system_admin")
    return _page(_known(user_id), {}, {}, None)


@blueprint.post("/people/<user_id>/leave")
def arrange(user_id: str) -> str | tuple[str, int]:
    """Move what is open, end the posts, and say what became of each."""
    require("system_admin")
    person = _known(user_id)
    typed = {name: value.strip() for name, value in request.form.items()}
    day = day_of(typed.get("last_day", ""))
    if day is None:
        return _page(person, typed, {"last_day": [_("请填写日期")]}, None), 422
    successors = chosen(desk().leaver(user_id, day), typed)
    asked = ArrangeLeave(user_id, day, typed.get("reason", ""), successors, typed.get("seen", ""))
    try:
        done = act(asked, form_key())
    except InvalidForm as error:
        return _page(person, typed, html_errors(error.errors), None), 422
    except Conflict as error:
        return _page(person, typed, {"last_day": [error.message]}, None), 409
    except NotFound:
        raise
    except JcerError as error:
        return _page(person, typed, {"last_day": [error.message]}, None), 422
    return _page(_known(user_id), {}, {}, done.values)


@blueprint.post("/people/<user_id>/leave/cancel")
def cancel(user_id: str) -> Response:
    """Let a person stay, or come back."""
    require("system_admin")
    try:
        act(CancelLeave(user_id, request.form.get("reason", "")), form_key())
        flash(_("离任已取消；岗位须另行配置"))
    except InvalidForm as error:
        flash("；".join(one for messages in error.errors.values() for one in messages), "attention")
    except JcerError as error:
        flash(error.message, "attention")
    return redirect(url_for("people.user", user_id=user_id))


def _known(user_id: str) -> User:
    found = people.user(reading(), user_id)
    if found is None:
        raise NotFound("user_not_found", "没有这个人员")
    return found


def _page(person: User, typed: Mapping[str, str], errors: object, done: Mapping[str, Any] | None) -> str:
    day = day_of(typed.get("last_day", "")) or person.last_day or today()
    found = desk().leaver(person.id, day)
    everybody = people.users(reading(), at_most=MOST)
    return render_template(
        "office/leave.html",
        user=person,
        groups=groups(found, everybody, somebody().user_id),
        staying=staying(found),
        open_posts=found.posts,
        seen=found.seen,
        typed={"last_day": day.isoformat(), **typed},
        errors=errors,
        done=done,
        limit_end=limit_end,
        names={user.id: user.name for user in everybody},
    )
