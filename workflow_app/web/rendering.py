"""Pages in a request's own language, with the frame, the icons and the built files at hand.

``install_rendering(app, shell)`` is called once by the application's factory. Language: the ``language``
cookie, else Chinese. Text size: the ``text_size`` cookie. It must never know what a case is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_babel import Babel

from workflow_app.web.addresses import install_addresses
from workflow_app.web.assets import asset, icon
from workflow_app.web.languages import Pages, language
from workflow_app.web.shell import Shell


def install_rendering(app: Flask, shell: Callable[[], Shell], compiled: Path | None = None) -> None:
    """Give the templates of ``app`` their globals.

    :param shell: called once a page, when its frame is drawn.
    :param compiled: folder of this installation's own where compiled templates are kept, so that a process
        does not spend a second on them at each start; each is checked against its source.
    """
    if "jinja_env" in vars(app):
        raise RuntimeError("rendering comes first: somebody asked for the templates before it")
    app.jinja_environment = Pages
    if compiled is not None:
        compiled.mkdir(parents=True, exist_ok=True, mode=0o700)
        pages: Any = app.jinja_env
        pages.kept = compiled
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "zh")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    Babel(app, locale_selector=language)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["drawn_icon"] = icon
    install_addresses(app)
    app.context_processor(lambda: _frame(shell))


def _frame(shell: Callable[[], Shell]) -> dict[str, Any]:
    frame = shell()
    return {
        "shell": frame,
        "large_text": frame.large_text or request.cookies.get("text_size") == "large",
        "language": language(),
    }
