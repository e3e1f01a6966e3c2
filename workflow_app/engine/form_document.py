"""A form's file: safe YAML, without surprises, and what a form takes over from the one it extends.

An administrator edits these files: whatever is wrong is said with its place, and nothing in them can
blow up (no aliases, a size limit, no tags). What the keys mean is ``form_loader``'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from workflow_app.engine.form_raw import CONTROLS, RESERVED
from workflow_app.engine.tame_yaml import BadYaml, read_yaml

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class BadForm(ValueError):
    """A form definition does not hold; the message names the form, the place and the mistake."""


def document(data: bytes) -> dict[str, Any]:
    """Read a definition's YAML.

    :raises BadForm: too large, not YAML, with aliases, or not a mapping.
    """
    try:
        loaded = read_yaml(data)
    except BadYaml as error:
        raise BadForm(f"表单定义{error}") from None
    if not isinstance(loaded, dict):
        raise BadForm("表单定义应为键值结构")
    return loaded


def merged(
    own: dict[str, Any], find: Callable[[str], bytes | None], seen: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return a definition with the sections and rules of the one it extends.

    :raises BadForm: there is no such form, or forms extend each other in a circle.
    """
    where = str(own.get("key"))
    base_key = str(own.get("extends") or "")
    if not base_key:
        return own
    data = None if base_key in seen else find(base_key)
    if data is None:
        raise BadForm(f"{where}: 找不到所沿用的表单 {base_key}")
    base = merged(document(data), find, (*seen, base_key))
    result = {key: value for key, value in base.items() if key not in {"public", "prefill"}}
    result |= {key: value for key, value in own.items() if key not in {"extends", "before", "after", "rules"}}
    result["sections"] = [
        *list_of(own.get("before") or [], where),
        *list_of(base.get("sections") or [], where),
        *list_of(own.get("after") or [], where),
    ]
    result["rules"] = [*list_of(base.get("rules") or [], where), *list_of(own.get("rules") or [], where)]
    return result


def name_of(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or value in RESERVED | CONTROLS:
        raise BadForm(f"{where}: 名称 {value!r} 应为小写字母开头的英文标识，且不是保留字")
    return value


def list_of(value: Any, where: str) -> Sequence[Any]:
    if not isinstance(value, list):
        raise BadForm(f"{where}: 此处应为列表")
    return value


def only(entry: Any, keys: frozenset[str], where: str) -> None:
    if not isinstance(entry, dict):
        raise BadForm(f"{where}: 此处应为键值结构")
    unknown = sorted(str(key) for key in entry if key not in keys)
    if unknown:
        raise BadForm(f"{where}: 不认识的键 {'、'.join(unknown)}")
