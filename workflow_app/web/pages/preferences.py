"""Language and text size: kept in a cookie of the browser, for people and passers-by alike."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from workflow_app.web.desk import desk
from workflow_app.web.languages import LANGUAGES
from workflow_app.web.session import local_path

blueprint = Blueprint("preferences", __name__)
_YEAR = 365 * 24 * 3600


@blueprint.post("/preferences/language")
def language() -> Response:
    """Choose Chinese or English for navigation and actions."""
    return _kept("language", request.form.get("language", ""), LANGUAGES)


@blueprint.post("/preferences/text-size")
def text_size() -> Response:
    """Choose the large-text edition (适老化) or the normal one."""
    return _kept("text_size", request.form.get("size", ""), ("large", "normal"))


def _kept(name: str, value: str, allowed: tuple[str, ...]) -> Response:
    answer = redirect(local_path(request.form.get("next"), url_for("home")))
    if value in allowed:
        answer.set_cookie(
            name, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=desk().config.production
        )
    return answer
