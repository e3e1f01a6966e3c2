"""What every answer carries, and what every form must carry: security headers and CSRF tokens.

The policy holds without ``unsafe-inline`` and ``unsafe-eval``; only the designer's routes, whose editor
sets style attributes, say so with :func:`allow_style_attributes`. It must never know who is signed in.
"""

from __future__ import annotations

from flask import Flask, Response, g
from flask_wtf import CSRFProtect

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
csrf = CSRFProtect()


def install_security(app: Flask) -> None:
    """Add the headers to every answer of ``app``, errors included, and require a CSRF token on every form."""
    app.config.setdefault("SESSION_COOKIE_HTTPONLY", True)
    app.config.setdefault("SESSION_COOKIE_SAMESITE", "Lax")
    app.config.setdefault(
        "WTF_CSRF_TIME_LIMIT", None
    )  # as long as the session: a form may be typed for a day
    csrf.init_app(app)
    app.after_request(_headers)


def allow_style_attributes() -> None:
    """Let this one answer carry ``style`` attributes: for the diagram and decision editors only."""
    g.style_attributes = True


def _headers(response: Response) -> Response:
    policy = POLICY
    if g.get("style_attributes"):
        policy += "; style-src-attr 'unsafe-inline'"
    response.headers.setdefault("Content-Security-Policy", policy)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"  # pages hold personal data
    return response
