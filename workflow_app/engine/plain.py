"""Plain JSON at the door: copies what enters and leaves, refuses what JSON would bend.

Python's encoder turns integer keys into strings and lets NaN pass; a case reloaded from
its rows would then differ from the one in memory. This module must never know a case.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final

from workflow_app.engine.faults import EngineFault
from workflow_app.engine.model import Json

MAX_DEPTH: Final = 40


def plain(value: object, depth: int = 0) -> Json:
    """Return a deep copy of ``value`` made of dicts, lists and scalars; tuples become lists.

    :raises EngineFault: ``not_json`` for any other type, a key that is not text, NaN or too deep a value.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise EngineFault("not_json", "数据中有非有限数值")
        return value
    if depth > MAX_DEPTH:
        raise EngineFault("not_json", f"数据嵌套超过 {MAX_DEPTH} 层")
    if isinstance(value, Mapping):
        copied: dict[str, Json] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise EngineFault("not_json", f"数据的键必须是文本：{key!r}")
            copied[key] = plain(item, depth + 1)
        return copied
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    raise EngineFault("not_json", f"数据类型不受支持：{type(value).__name__}")


def weight(value: object, enough: int) -> int:
    """Return the characters and items in ``value``, all levels together; counting stops beyond ``enough``."""
    found = 0
    pending = [value]
    while pending and found <= enough:
        item = pending.pop()
        if isinstance(item, str | Mapping | list | tuple):
            found += len(item)
        if found <= enough and isinstance(item, Mapping):
            pending.extend(item.values())
        elif found <= enough and isinstance(item, list | tuple):
            pending.extend(item)
    return found


def plain_mapping(value: Mapping[str, Json]) -> dict[str, Json]:
    """Return :func:`plain` of a mapping."""
    if not isinstance(value, Mapping):
        raise EngineFault("not_json", "数据必须是键值对")
    copied = plain(value)
    return copied if isinstance(copied, dict) else {}


def dumps(value: Any) -> str:
    """Return canonical JSON: sorted keys, no spaces, UTF-8 text, no NaN."""
    return _encode(value)


_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode
