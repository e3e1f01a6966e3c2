"""Texts in the reader's language: the message catalogues, typed. Chinese is the text itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

from flask import g, has_request_context
from flask_babel import get_domain, gettext

from workflow_app.web.languages import language

Given = ParamSpec("Given")
Found = TypeVar("Found")
WORDS: Final = 4096
"""Answers each kept function keeps."""


def _(text: str, **values: Any) -> str:
    """Return ``text`` in the reader's language, with ``%(name)s`` filled in.

    A page asks for many texts and has one language: the catalogue is found once a request.
    """
    if not has_request_context():
        return str(gettext(text, **values))
    told = g.get("told")
    if told is None:
        told = g.told = get_domain().get_translations().gettext
    found = str(told(text))
    return found % values if values else found


def once_a_language(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """Keep the answers of a function whose words hang on nothing but its arguments and the language.

    Its arguments must be hashable. Outside a request nothing is kept: the language there is the caller's.
    """

    @lru_cache(maxsize=WORDS)
    def kept(spoken: str, *args: Given.args, **kwargs: Given.kwargs) -> Found:  # noqa: ARG001 - a key
        return function(*args, **kwargs)

    @wraps(function)
    def answer(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        if not has_request_context():
            return function(*args, **kwargs)
        return kept(language(), *args, **kwargs)  # type: ignore[arg-type]  # they are hashable, as said

    return answer
