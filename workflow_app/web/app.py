"""The web application, made from a wired product: pages for people, in their own frame and language.

``create_app`` is the only place that knows every page. Security headers, CSRF, sessions, languages and
errors are installed once, here; a page adds nothing of the kind. It must never know what a case is.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, redirect, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from calendars.typed import named
from workflow_app.bootstrap import App
from workflow_app.web.api.registry import install_api
from workflow_app.web.case_view import element_name
from workflow_app.web.decision_words import decision_words
from workflow_app.web.desk import KEY, fresh_key, person
from workflow_app.web.form_folds import folded, folds
from workflow_app.web.frame import WORKS_ON_CASES, shell
from workflow_app.web.pages import public_home
from workflow_app.web.pages.registry import BLUEPRINTS
from workflow_app.web.problems import install_problems
from workflow_app.web.rendering import install_rendering
from workflow_app.web.sections import APPLIES
from workflow_app.web.security import install_security
from workflow_app.web.session import LIFETIME_SECONDS, install_session
from workflow_app.web.words import (
    case_status,
    day_span,
    field_name,
    limit_end,
    moment,
    outcome_name,
    process_name,
    project_state,
    role_name,
    size,
    tonnes,
)

MAX_FORM_BYTES = 4 * 1024 * 1024
"""All text fields of one request together; files are measured on their own."""
MAX_FIELDS = 6_000
SIGN_INS = "20 per minute; 200 per hour"
"""How often one address may try to sign in, in host time."""


def create_app(product: App) -> Flask:
    """Return the WSGI application that serves ``product``."""
    config = product.config
    app = Flask("workflow_app.web", static_url_path="/static")
    app.config.update(
        SECRET_KEY=config.secret,
        SESSION_COOKIE_NAME="jcer",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.production,
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=LIFETIME_SECONDS),
        MAX_CONTENT_LENGTH=config.request_limit,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=MAX_FIELDS,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # built files carry their content's hash in their names
        RATELIMIT_HEADERS_ENABLED=True,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.extensions[KEY] = product
    install_rendering(app, shell, config.var / "templates")
    install_security(app)
    install_session(app)
    install_problems(app)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    _words(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    install_api(app)
    app.add_url_rule("/", "home", _home)
    enter: Any = app.view_functions["signin.enter"]
    app.view_functions["signin.enter"] = limiter.limit(SIGN_INS)(enter)
    return app


def _words(app: Flask) -> None:
    app.jinja_env.globals.update(
        tonnes=tonnes,
        folded=folded,
        folds=folds,
        decision_words=decision_words,
        field_name=field_name,
        project_state=project_state,
        day_span=day_span,
        limit_end=limit_end,
        element_name=element_name,
        role_name=role_name,
        process_name=process_name,
        case_status=case_status,
        outcome_name=outcome_name,
        fresh_key=fresh_key,
    )
    app.jinja_env.filters.update(moment=moment, size=size, day_named=named)


def _home() -> Response:
    """Lead each person to the page their work begins on."""
    found = person()
    if found is None:
        return public_home.page()
    if found.holds(*APPLIES):
        return redirect(url_for("applicant.page"))
    if found.holds("buyer"):
        return redirect(url_for("registry_accounts.mine"))
    if found.holds(*WORKS_ON_CASES):
        return redirect(url_for("inbox.page"))
    for role, endpoint in (
        ("auditor", "cases.search"),
        ("process_admin", "definitions.page"),
        ("system_admin", "people.page"),
    ):
        if found.holds(role):
            return redirect(url_for(endpoint))
    return redirect(url_for("account.page"))
