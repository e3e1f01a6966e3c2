"""Who is signed in: a signed cookie, checked on the server at every request.

The cookie names a person, the epoch of that person's sessions and two instants of the host's clock. A new
password or a revoked role raises the epoch, and every older cookie is worthless at once. Idle and absolute
limits use the host's time, never the legal clock. A form sent with an expired sign-in is not lost: its words
travel through the sign-in page and back, for the same person only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as BaseResponse

from workflow_app.kernel.errors import Unauthenticated
from workflow_app.queries.people import SignedIn, signed_in, user
from workflow_app.web.desk import desk, end_reading, person, reading
from workflow_app.web.problems import error_page

IDLE_SECONDS: Final = 4 * 3600
LIFETIME_SECONDS: Final = 12 * 3600
_REFRESH_SECONDS: Final = 60
_NOT_KEPT: Final = frozenset({"csrf_token", "password", "present", "again", "idempotency_key"})
KEPT: Final = "kept."
_OWN_PASSWORD_FIRST: Final = frozenset(
    {
        "account.first_password",
        "account.change_password",
        "signin.page",
        "signin.enter",
        "signin.enter_as",
        "signin.leave",
        "preferences.language",
        "preferences.text_size",
    }
)

host_seconds: Callable[[], float] = time.time


def install_session(app: Flask) -> None:
    """Find out who is signed in before every request of ``app``."""
    app.before_request(_identify)
    app.register_error_handler(CSRFError, _csrf_failed)
    app.register_error_handler(Unauthenticated, lambda _error: ask_to_sign_in())
    app.teardown_request(end_reading)


def open_session(found: SignedIn) -> None:
    """Sign ``found`` in on this browser; whatever the old session held is gone."""
    session.clear()
    seconds = int(host_seconds())
    session.update(user=found.user_id, epoch=found.epoch, since=seconds, seen=seconds)
    g.person = found


def close_session() -> None:
    """Sign out on this browser."""
    session.clear()
    g.pop("person", None)


def _identify() -> BaseResponse | None:
    g.person = None
    if request.endpoint == "static" or "user" not in session:
        return None
    found = None if _expired() else signed_in(reading(), session["user"])
    if found is None or found.epoch != session.get("epoch"):
        g.expired_user = session.pop("user")
        return None
    g.person = found
    seconds = int(host_seconds())
    if seconds - session["seen"] >= _REFRESH_SECONDS:
        session["seen"] = seconds
    if found.must_change and not _before_own_password(request.endpoint or ""):
        way_on = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("account.first_password", next=way_on))
    return None


def _before_own_password(endpoint: str) -> bool:
    """Tell what is open to somebody who still has the password an administrator gave them.

    The API says so in its own words (``api.entry``).
    """
    return endpoint in _OWN_PASSWORD_FIRST or endpoint.startswith("api_")


def _expired() -> bool:
    seconds = host_seconds()
    idle, age = seconds - session["seen"], seconds - session["since"]
    return bool(idle > IDLE_SECONDS or age > LIFETIME_SECONDS)


def local_path(target: str | None, otherwise: str) -> str:
    """Return ``target`` when it is a path of this site, else ``otherwise``."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    if not target.isprintable():  # a browser drops tabs and line ends, and what is left may lead elsewhere
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc or "\\" in target else target.rstrip("?") or otherwise


def ask_to_sign_in() -> BaseResponse:
    """Answer a request that needs somebody: the sign-in page, with what was typed kept in it."""
    target = request.full_path.rstrip("?")
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("signin.page", next=target))
    user_id = g.get("expired_user")
    found = user(reading(), user_id) if user_id and desk().config.sandbox else None
    page = render_template(
        "office/signin_again.html",
        next=request.path,
        kept=kept_fields(),
        owner=seal(user_id),
        again=found.name if found else "",
    )
    return make_response(page, 401)


def kept_fields() -> list[tuple[str, str]]:
    """Return what was typed into the form of this request, secrets and tokens left out."""
    return [
        (name, value)
        for name, values in request.form.lists()
        if name not in _NOT_KEPT and not name.startswith(KEPT)
        for value in values
    ]


def seal(user_id: str | None) -> str:
    """Return who typed a kept form, so that it is handed back to nobody else."""
    return _sealer().dumps(user_id or "")


def typed_by(token: str) -> str | None:
    """Return whom :func:`seal` named; ``None`` when it was not made here."""
    try:
        return str(_sealer().loads(token))
    except BadSignature:
        return None


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(desk().config.secret, salt="kept-form")


def _csrf_failed(_error: CSRFError) -> BaseResponse:
    """A form of an older session: kept and shown again where it came from this site, refused where not."""
    if request.headers.get("Origin", "") != request.host_url.rstrip("/"):
        return error_page(400, "请求有误", "页面已过期，请返回上一页刷新后重试。")
    _identify()  # the token is asked for before anybody is
    if person() is None:
        return ask_to_sign_in()
    return resume_page(request.path, kept_fields())


def resume_page(target: str, kept: list[tuple[str, str]]) -> Response:
    """Return the page that hands a kept form back, to be looked at or sent by its own button."""
    return make_response(render_template("office/resume.html", next=target, kept=kept))
