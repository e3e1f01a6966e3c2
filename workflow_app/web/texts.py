"""Texts in the reader's language: the message catalogues, typed. Chinese is the text itself."""

from __future__ import annotations

from typing import Any

from flask import g, has_request_context
from flask_babel import get_domain, gettext


def _(text: str, **values: Any) -> str:
    """Return ``text`` in the reader's language, with ``%(name)s`` filled in.

    A page asks for a thousand texts and has one language: the catalogue is found once a request.
    """
    if not has_request_context():
        return str(gettext(text, **values))
    if "catalogue" not in g:
        g.catalogue = get_domain().get_translations()
    found = str(g.catalogue.gettext(text))
    return found % values if values else found
