"""Texts in the reader's language: the message catalogues, typed. Chinese is the text itself."""

from __future__ import annotations

from typing import Any

import flask_babel


def _(text: str, **values: Any) -> str:
    """Return ``text`` in the reader's language, with ``%(name)s`` filled in."""
    return str(flask_babel.gettext(text, **values))
