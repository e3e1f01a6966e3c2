"""Two versions of a YAML file, key by key; entries of a list by what names them.

It must never know what a key means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from workflow_app.queries.differences import Change

NAMED: Final = ("id", "key", "name", "code", "number", "path")
"""What names an entry of a list, the first that all entries have."""
LONGEST: Final = 400


def changes(old: Any, new: Any) -> tuple[Change, ...]:
    """Return what differs between two values read from YAML."""
    return tuple(_walk("", old, new))


def _walk(path: str, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _keys(path, _named(old), _named(new))
        return
    if isinstance(old, list) and isinstance(new, list):
        name = next((each for each in NAMED if _names(each, old) and _names(each, new)), None)
        if name is not None:
            before, after = ({str(each[name]): each for each in found} for found in (old, new))
            yield from _keys(path, before, after)
            if [key for key in before if key in after] != [key for key in after if key in before]:
                yield Change("changed", "key", "", path, "order", "、".join(before), "、".join(after))
            return
    if old != new or type(old) is not type(new):
        yield Change("changed", "key", "", path, "", said(old), said(new))


def _keys(path: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for key in [*old, *(each for each in new if each not in old)]:
        below = f"{path}.{key}" if path else key
        if key not in new:
            yield Change("removed", "key", "", below, "", said(old[key]), "")
        elif key not in old:
            yield Change("added", "key", "", below, "", "", said(new[key]))
        else:
            yield from _walk(below, old[key], new[key])


def _named(found: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): one for key, one in found.items()}


def _names(name: str, entries: list[Any]) -> bool:
    """Tell whether a key names every entry of a list, each differently."""
    found = [str(each.get(name)) for each in entries if isinstance(each, dict) and each.get(name) is not None]
    return bool(entries) and len(found) == len(entries) == len(set(found))


def said(value: Any) -> str:
    """Return a value as its file would say it, shortened."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
