"""What changed between two JSON objects, so that an event need not repeat what stayed.

A case's header holds all its variables, long texts among them; each act changes a few. A difference is
``{"=": {name: new value}, "-": [names gone], "~": {name: difference}}``, empty parts left out; the
last is for names that hold an object before and after. It must never know what an object means.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow_app.store.schema.columns import Value, canonical


@dataclass(frozen=True, slots=True)
class Changed:
    """The canonical text of a JSON object before an act and after it."""

    before: str
    after: str

    def since(self, earlier: Value) -> Changed | str:
        """Return the change together with an ``earlier`` one of the same act, or what was written whole."""
        if isinstance(earlier, Changed):
            return Changed(earlier.before, self.after)
        return self if earlier is None else self.after

    def written(self) -> dict[str, Any]:
        """Return the change as an event holds it."""
        return difference(json.loads(self.before), json.loads(self.after))


def difference(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, Any]:
    """Return what makes ``after`` of ``before``."""
    new: dict[str, Value] = {}
    deeper: dict[str, Value] = {}
    for name, value in after.items():
        if name not in before:
            new[name] = value
            continue
        old = before[name]
        if isinstance(old, dict) and isinstance(value, dict):
            if inner := difference(old, value):
                deeper[name] = inner
        elif _differ(old, value):
            new[name] = value
    parts = {"=": new, "-": sorted(before.keys() - after.keys()), "~": deeper}
    return {sign: part for sign, part in parts.items() if part}


def _differ(old: Value, new: Value) -> bool:
    """Tell whether two values are written differently: to Python 1, 1.0 and true are equal."""
    if type(old) is type(new) and isinstance(new, str | int | None):
        return bool(old != new)
    return canonical(old) != canonical(new)


def applied(before: Mapping[str, Value], change: Mapping[str, Any]) -> dict[str, Value]:
    """Return what ``change`` makes of ``before``."""
    gone = set(change.get("-", ()))
    result = {name: value for name, value in before.items() if name not in gone}
    for name, inner in change.get("~", {}).items():
        result[name] = applied(result[name], inner)
    return {**result, **change.get("=", {})}


def rewritten(before: str, change: Mapping[str, Any]) -> str:
    """Return the text of an object after ``change``."""
    return canonical(applied(json.loads(before), change))
