"""From what a browser or the API sends to one nested shape, keeping everything that was typed.

HTML names (``sources-0-load``, ``crediting_period-start``) and JSON (``{"sources": [{"load": …}]}``)
end in the same mapping. Nothing is judged here except size and keys no form may carry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflow_app.engine.form_model import COMPOSITE_PARTS, Field, FormModel
from workflow_app.kernel.errors import InvalidForm, TooLarge

MAX_TOTAL = 4_000_000
MAX_VALUE = 1_000_000
MAX_KEYS = 5_000
MAX_ROWS = 200
MAX_DEPTH = 6

RESERVED = frozenset({"typename", "constructor", "prototype", "self", "cls"})
CONTROLS = frozenset({"action", "csrf_token", "revision", "expected_revision", "idempotency_key", "next"})
CONTROL_PREFIXES = ("add-", "remove-", "move-", "upload-", "detach-")
_MULTIPLE = frozenset({"checkboxes", "files", "users"})


def nested(form: FormModel, raw: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
    """Return the answers by field name, rows as lists and composites as mappings.

    :param strict: refuse reserved and unknown keys; a draft silently leaves them out instead.
    :raises TooLarge: the whole, one value, the keys or a table exceed their limit.
    :raises InvalidForm: a key is reserved, or no field of this form.
    """
    _measure(raw)
    fields = {field.name: field for field in form.fields() if field.type != "readonly"}
    errors: dict[str, list[str]] = {}
    result: dict[str, Any] = {}
    for key, value in raw.items():
        name, *rest = key.split("-")
        if key in CONTROLS or key.startswith(CONTROL_PREFIXES):
            continue
        field = fields.get(name)
        if _reserved(name) or any(_reserved(part) for part in rest):
            errors[key.replace("-", ".")[:200]] = ["此名称为系统保留，不能作为表单字段"]
        elif field is None:
            if not any(candidate.name == name for candidate in form.fields()):
                errors[key.replace("-", ".")[:200]] = ["表单中没有这个字段"]
        elif not _place(result, field, rest, value):
            errors[key.replace("-", ".")[:200]] = ["表单中没有这个字段"]
    if strict and errors:
        raise InvalidForm(errors)
    return {name: _finish(fields[name], value) for name, value in result.items()}


def _reserved(name: str) -> bool:
    return name in RESERVED or name.startswith("_")


def _place(result: dict[str, Any], field: Field, rest: list[str], value: Any) -> bool:
    """Put one HTML or JSON value where it belongs; ``False`` where the field has no such part."""
    if not rest:
        result[field.name] = _plain(field, value)
        return True
    if field.type == "rows":
        return _place_row(result, field, rest, value)
    if field.type in COMPOSITE_PARTS and len(rest) == 1 and rest[0] in COMPOSITE_PARTS[field.type]:
        target = result.setdefault(field.name, {})
        if isinstance(target, dict):
            target[rest[0]] = _last(value)
        return True
    return False


def _place_row(result: dict[str, Any], field: Field, rest: list[str], value: Any) -> bool:
    index, *inner = rest
    if not (index.isascii() and index.isdigit()) or not inner:
        return False
    if len(index) > len(str(MAX_ROWS)) or int(index) >= MAX_ROWS:
        raise TooLarge("too_many_rows", f"“{field.label}”最多填写{MAX_ROWS}行，请分次提交")
    column = next((column for column in field.rows if column.name == inner[0]), None)
    if column is None or column.type == "rows":
        return False
    rows = result.setdefault(field.name, {})
    if not isinstance(rows, dict):
        return False
    return _place(rows.setdefault(int(index), {}), column, inner[1:], value)


def _plain(field: Field, value: Any) -> Any:
    if field.type == "rows" and isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) > MAX_ROWS:
            raise TooLarge("too_many_rows", f"“{field.label}”最多填写{MAX_ROWS}行，请分次提交")
        return list(value)
    if field.type in _MULTIPLE:
        return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return _last(value)


def _last(value: Any) -> Any:
    """Return the last of repeated HTML values: a hidden ``false`` before a ticked box."""
    last = value[-1] if isinstance(value, list) and value else value
    return dict(last) if isinstance(last, Mapping) else last  # parts may be added; the sender's stay his


def _finish(field: Field, value: Any) -> Any:
    """Turn the numbered rows of HTML into a list, keeping blank ones where they stood."""
    if field.type != "rows" or not isinstance(value, dict) or not value:
        return value
    if not all(isinstance(index, int) for index in value):
        return value
    return [value.get(index, {}) for index in range(max(value) + 1)]


def _measure(raw: Mapping[str, Any]) -> None:
    total = keys = 0
    pending: list[tuple[Any, int]] = [(raw, 0)]
    while pending:
        value, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise TooLarge("form_too_deep", "提交的内容嵌套过深，无法受理")
        if isinstance(value, str):
            if len(value) > MAX_VALUE:
                raise TooLarge("field_too_large", "单项内容过长，请精简，或改为上传附件")
            total += len(value)
        elif isinstance(value, Mapping):
            keys += len(value)
            total += sum(len(key) for key in value)
            pending += [(item, depth + 1) for item in value.values()]
        elif isinstance(value, Sequence):
            keys += len(value)
            pending += [(item, depth + 1) for item in value]
        if total > MAX_TOTAL or keys > MAX_KEYS:
            raise TooLarge("form_too_large", "提交的内容过多，请精简，或改为上传附件")
