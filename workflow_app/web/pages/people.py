"""人员与岗位, for the system administrator: who takes part, in which posts, from which day to which.

Which posts exclude each other is judged by the commands (K). The administrator sees no case.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.people_requests import EndPost
from workflow_app.commands.permissions import KNOWN as ROLES
from workflow_app.commands.requests import (
    AssignRole,
    CreateUser,
    DisableUser,
    EnableUser,
    Result,
    RevokeRole,
    SetPassword,
)
from workflow_app.domain.roles import SCOPED
from workflow_app.kernel.errors import InvalidForm, JcerError, NotFound
from workflow_app.queries import organisations, people, posts
from workflow_app.web.desk import act, form_key, reading, require, today
from workflow_app.web.form_page import html_errors
from workflow_app.web.pages.organisations import day_of
from workflow_app.web.texts import _

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
def page() -> str:
    """List people with their posts."""
    require("system_admin", "auditor")
    text = request.args.get("find", "").strip()[:100]
    return render_template("office/people.html", users=people.users(reading(), text=text), text=text)


@blueprint.get("/people/new")
def new_user() -> str:
    """Ask for a new person."""
    require("system_admin")
    return _user_form({}, {})


@blueprint.post("/people/new")
def create_user() -> Response | tuple[str, int]:
    """Enter a person with a first password, shown once."""
    require("system_admin")
    typed = {
        name: request.form.get(name, "").strip() for name in ("login", "name", "post", "organisation_id")
    }
    password = first_password()
    try:
        result = act(
            CreateUser(
                typed["login"], typed["name"], typed["organisation_id"] or None, password, typed["post"]
            ),
            form_key(),
        )
    except InvalidForm as error:
        return _user_form(typed, html_errors(error.errors)), 422
    except JcerError as error:
        return _user_form(typed, {"login": [error.message]}), 422
    user_id = str(result.values.get("user_id", ""))
    if not result.replayed:
        flash(_("已建立账号，初始密码（只显示这一次）：%(password)s", password=password))
    return redirect(url_for("people.user", user_id=user_id))


@blueprint.get("/people/<user_id>")
def user(user_id: str) -> str:
    """Show one person with posts, lock and passwords."""
    found = require("system_admin", "auditor")
    shown = people.user(reading(), user_id)
    if shown is None:
        raise NotFound("user_not_found", "没有这个人员")
    return render_template(
        "office/user.html",
        user=shown,
        roles=sorted(ROLES),
        scoped=SCOPED,
        organisations=organisations.organisations(reading(), active=True),
        posts=posts.of_person(reading(), user_id),
        today=today(),
        in_hand=people.claimed_by(reading(), user_id),
        may_write=found.holds("system_admin"),
    )


@blueprint.post("/people/<user_id>/roles")
def assign(user_id: str) -> Response:
    """Give a post from a day to a day."""
    require("system_admin")
    role = request.form.get("role", "")
    organisation_id = (request.form.get("organisation_id", "") or None) if role in SCOPED else None
    _done(
        lambda: act(AssignRole(user_id, role, organisation_id, _day("valid_from"), _day("valid_to"))),
        _("岗位已增配"),
    )
    return redirect(url_for("people.user", user_id=user_id))


@blueprint.post("/people/<user_id>/roles/revoke")
def revoke(user_id: str) -> Response:
    """Take a post away; the person's sessions end."""
    require("system_admin")
    role, organisation_id = request.form.get("role", ""), request.form.get("organisation_id", "") or None
    _done(lambda: act(RevokeRole(user_id, role, organisation_id)), _("岗位已收回"))
    return redirect(url_for("people.user", user_id=user_id))


@blueprint.post("/people/<user_id>/posts/<post_id>/end")
def end_post(user_id: str, post_id: str) -> Response:
    """Set the last day of a post; an empty one leaves its end open."""
    require("system_admin")
    _done(lambda: act(EndPost(user_id, post_id, _day("valid_to"))), _("任职的最后一日已设定"))
    return redirect(url_for("people.user", user_id=user_id))


@blueprint.post("/people/<user_id>/password")
def reset_password(user_id: str) -> Response:
    """Give a new first password, shown once; every session of the person ends."""
    require("system_admin")
    password = first_password()
    _done(
        lambda: act(SetPassword(user_id, password)),
        _("密码已重置（只显示这一次）：%(password)s", password=password),
    )
    return redirect(url_for("people.user", user_id=user_id))


@blueprint.post("/people/<user_id>/disable")
def disable(user_id: str) -> Response:
    """Shut a person out; what they have in hand is handed over from the inbox."""
    require("system_admin")
    reason = request.form.get("reason", "")
    _done(lambda: act(DisableUser(user_id, reason)), _("账号已停用，登录和接口令牌立即失效"))
    return redirect(url_for("people.user", user_id=user_id))


@blueprint.post("/people/<user_id>/enable")
def enable(user_id: str) -> Response:
    """Let a person in again."""
    require("system_admin")
    _done(lambda: act(EnableUser(user_id)), _("账号已恢复使用"))
    return redirect(url_for("people.user", user_id=user_id))


def first_password() -> str:
    """Return a password that can be read aloud and holds some 77 bits."""
    alphabet = "23456789abcdefghjkmnpqrstuvwxyz"
    return "-".join("".join(secrets.choice(alphabet) for _char in range(4)) for _part in range(4))


def _done(command: Callable[[], Result], told: str) -> None:
    try:
        command()
        flash(told)
    except InvalidForm as error:
        flash("；".join(one for messages in error.errors.values() for one in messages), "attention")
    except JcerError as error:
        flash(error.message, "attention")


def _day(field: str) -> date | None:
    """Return a typed day, ``None`` where none was typed.

    :raises InvalidForm: what was typed is no day.
    """
    typed = request.form.get(field, "").strip()
    if typed and day_of(typed) is None:
        raise InvalidForm({field: ["请填写日期，如2027-01-31"]})
    return day_of(typed)


def _user_form(typed: dict[str, str], errors: object) -> str:
    return render_template(
        "office/user_new.html",
        typed=typed,
        errors=errors,
        organisations=[(one.id, one.name) for one in organisations.organisations(reading(), active=True)],
    )
