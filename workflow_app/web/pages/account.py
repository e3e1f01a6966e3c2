"""我的账号: who I am and in which posts, my password, and my personal tokens for the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.requests import CreateApiToken, RevokeApiToken, SetPassword
from workflow_app.kernel.errors import InvalidForm, JcerError
from workflow_app.queries import credentials, people
from workflow_app.web.desk import act, desk, form_key, reading, somebody
from workflow_app.web.form_page import html_errors
from workflow_app.web.problems import status_of
from workflow_app.web.session import local_path, open_session
from workflow_app.web.texts import _

blueprint = Blueprint("account", __name__)
DAYS = (30, 90, 365)


@blueprint.get("/account")
def page() -> str:
    """Show who I am, and ask for a new password."""
    return _page({})


@blueprint.post("/account/password")
def change_password() -> Response | tuple[str, int]:
    """Change my password; every other session of mine ends, this one goes on."""
    found = somebody()
    present, password = request.form.get("present", ""), request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _again({"again": [_("两次填写的新密码不一致")]}), 422
    try:
        act(SetPassword(found.user_id, password[:1000], present[:1000]))
    except InvalidForm as error:
        return _again(html_errors(error.errors)), status_of(error)
    except JcerError as error:
        return _again({"present": [error.message]}), status_of(error)
    renewed = people.signed_in(reading(), found.user_id)
    if renewed is not None:
        open_session(renewed)
    flash(_("密码已修改，其他设备上的登录已退出，接口令牌已全部停用"))
    return redirect(local_path(request.form.get("next"), url_for("account.page")))


@blueprint.get("/account/first-password")
def first_password() -> str | Response:
    """Ask for a password of one's own, where an administrator set the present one."""
    if not somebody().must_change:
        return redirect(local_path(request.args.get("next"), url_for("account.page")))
    return _again({})


@blueprint.get("/account/tokens")
def tokens() -> str:
    """List my tokens."""
    return _tokens({})


@blueprint.post("/account/tokens")
def create_token() -> str | tuple[str, int]:
    """Make a token and show its secret, once."""
    label = request.form.get("label", "").strip()[:100]
    days = request.form.get("days", DAYS[0], type=int)
    if not label:
        return _tokens({"label": [_("请填写用途，便于日后辨认")]}), 422
    expires_at = datetime.now(UTC) + timedelta(days=days if days in DAYS else DAYS[0])
    result = act(CreateApiToken(label, expires_at), form_key())
    return _tokens({}, secret=str(result.values.get("secret") or result.values.get("token") or ""))


@blueprint.post("/account/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> Response:
    """Make a token useless."""
    act(RevokeApiToken(token_id))
    flash(_("令牌已停用"))
    return redirect(url_for("account.tokens"))


def _again(errors: object) -> str:
    """Show the form again: the page of whoever must change it has nothing else on it."""
    found = somebody()
    if not found.must_change:
        return _page(errors)
    return render_template(
        "office/first_password.html",
        given=credentials.password_given(reading(), found.user_id),
        next=local_path(request.values.get("next"), ""),
        login=found.login,
        errors=errors,
    )


def _page(errors: object) -> str:
    found = somebody()
    return render_template("office/account.html", me=people.user(reading(), found.user_id), errors=errors)


def _tokens(errors: object, secret: str = "") -> str:
    found = somebody()
    return render_template(
        "office/tokens.html",
        tokens=credentials.tokens(reading(), found.user_id),
        errors=errors,
        secret=secret,
        days=DAYS,
        address=desk().config.public_url.rstrip("/"),
    )
