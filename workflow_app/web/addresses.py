"""Addresses of pages, made once: a page names a hundred of them and few are new.

``address_of("inbox.page", task=…)`` gives what Flask's ``url_for`` gives for a page of this site, and keeps
it for as long as the process serves below the same root. It must never know what stands at an address.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, cast

from flask import Flask, url_for
from flask.globals import request_ctx

KEPT: Final = 8192
"""Addresses kept, each a few hundred bytes."""
_KEY: Final = "jcer_addresses"

Make = Callable[[str, str, tuple[tuple[str, Any], ...]], str]


def install_addresses(app: Flask) -> None:
    """Let ``app`` keep the addresses it made, and its templates ask for them by the usual name."""

    @lru_cache(maxsize=KEPT)
    def make(root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:  # noqa: ARG001 - a key
        return app.url_for(endpoint, **dict(values))

    app.extensions[_KEY] = make
    app.jinja_env.globals["url_for"] = address_of


def address_of(endpoint: str, **values: Any) -> str:
    """Return the address of a page, as ``flask.url_for`` does."""
    if not request_ctx or "_external" in values or endpoint[:1] == ".":
        return url_for(endpoint, **values)
    here = request_ctx._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - a proxy's one door
    for value in values.values():
        if (
            value.__class__ is not str and value.__class__ is not int
        ):  # True is 1 to a key, and not in an address
            return url_for(endpoint, **values)
    make = cast(Make, here.app.extensions[_KEY])
    return make(here.request.script_root, endpoint, tuple(values.items()))
