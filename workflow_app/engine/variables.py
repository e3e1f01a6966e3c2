"""A case's variables at rest: one name in them replaced by another, without running anything.

For what is no step of the process: somebody named in a case leaves, and another is named in their place. The
header keeps its form; tokens, which hold no such name, stay as they are. This module must never know who.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from workflow_app.engine.plain import dumps


def variables_of(header: str) -> dict[str, Any]:
    """Return the variables a header holds; none of a case that has not begun."""
    found: dict[str, Any] = json.loads(header).get("variables", {}) if header else {}
    return found


def replaced(header: str, names: Collection[str], old: str, new: str) -> str:
    """Return a header in whose variables ``names`` the text ``old`` is ``new``, also as a list's member."""
    whole: dict[str, Any] = json.loads(header)
    variables = whole.get("variables", {})
    for name in names:
        value = variables.get(name)
        if value == old:
            variables[name] = new
        elif isinstance(value, list):
            variables[name] = [new if each == old else each for each in value]
    return dumps(whole)
