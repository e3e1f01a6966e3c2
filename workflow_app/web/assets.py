"""Addresses of the built front-end files, by their plain names.

The build writes content-hashed files and ``manifest.json`` into ``static/dist``; pages ask for
``asset('app.css')`` and get an address that never changes its content. It must never know what a page shows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from markupsafe import Markup

from workflow_app.kernel.errors import NotFound
from workflow_app.web.addresses import address_of


@cache
def manifest() -> Mapping[str, str]:
    """Return plain name → built name.

    :raises RuntimeError: the front end has not been built; the message says how.
    """
    path = files("workflow_app.web").joinpath("static", "dist", "manifest.json")
    if not path.is_file():
        raise RuntimeError("the front end is not built: run `make setup`")
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names


def asset(name: str) -> str:
    """Return the address of a built file, for example ``asset('app.css')``.

    :raises NotFound: no bundle of that name was built.
    """
    try:
        built = manifest()[name]
    except KeyError as unknown:
        raise NotFound("asset_unknown", f"没有名为 {name} 的前端文件") from unknown
    return address_of("static", filename=f"dist/{built}")


def icon(name: str, label: str = "", **more: str) -> Markup:
    """Return an icon of the built sheet; it is decoration beside its word, and alone needs a ``label``.

    :param name: one of ``frontend/icons.json``.
    :param more: ``class`` for further classes.
    """
    return _drawn(asset("icons.svg"), str(name), str(label), more.get("class", ""))


@lru_cache(maxsize=1024)
def _drawn(sheet: str, name: str, label: str, further: str) -> Markup:
    shown = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    classes = f"icon {further}" if further else "icon"
    return Markup('<svg class="{}"{} focusable="false"><use href="{}#{}"/></svg>').format(
        classes, shown, sheet, name
    )


@cache
def licences() -> Markup:
    """Return the third-party licence texts as trusted HTML: the build made and escaped it from the lock."""
    built = files("workflow_app.web").joinpath("static", "dist", manifest()["licences.html"])
    return Markup(built.read_text(encoding="utf-8"))  # noqa: S704
