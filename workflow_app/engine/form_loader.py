"""Reading a form definition: YAML in, a checked model out.

An administrator edits these files, so every mistake is named with its place: unknown keys, types and
checks, conditions on fields that do not exist or come later, personal values that would become case
variables. A form may extend another (``extends``): its sections come first, before or between its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields as dataclass_fields
from typing import Any

import yaml

from workflow_app.engine.form_model import (
    CHECKS,
    CHOICE_TYPES,
    COMPOSITE_PARTS,
    MASKS,
    RULES,
    TYPES,
    Action,
    Choice,
    Condition,
    Field,
    Rule,
    Section,
)
from workflow_app.engine.form_raw import CONTROLS, RESERVED

MAX_FILE = 400_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_OWN_KEYS = frozenset(
    {"key", "version", "title", "titles", "article", "intro", "actions", "prefill", "public"}
)
_FORM_KEYS = _OWN_KEYS | {"sections", "rules", "extends", "before", "after"}
_FIELD_KEYS = frozenset(field.name for field in dataclass_fields(Field))
_SECTION_KEYS = frozenset({"key", "title", "help", "article", "fields"})
_ACTION_KEYS = frozenset({"value", "label", "sets", "confirm", "style"})


class BadForm(ValueError):
    """A form definition does not hold; the message names the form, the place and the mistake."""


def read(data: bytes, find: Callable[[str], bytes | None]) -> dict[str, Any]:
    """Return the arguments of a ``FormModel``.

    :param find: gives the bytes of another form of the same version by its key (for ``extends``).
    :raises BadForm: the definition does not hold.
    """
    document = _merged(_document(data), find, ())
    where = str(document.get("key", "?"))
    _only(document, _FORM_KEYS, where)
    for key in ("key", "version", "title", "article", "sections", "actions"):
        if not document.get(key):
            raise BadForm(f"{where}: 缺少 {key}")
    if not isinstance(document["version"], int):
        raise BadForm(f"{where}: version 应为整数")
    sections = tuple(_section(entry, where) for entry in _list(document["sections"], where))
    result = {
        "key": _name(document["key"], where),
        "version": document["version"],
        "title": str(document["title"]),
        "article": str(document["article"]),
        "titles": {str(name): str(text) for name, text in dict(document.get("titles") or {}).items()},
        "intro": str(document.get("intro", "")),
        "prefill": str(document.get("prefill", "")),
        "public": bool(document.get("public", False)),
        "sections": sections,
        "actions": tuple(_action(entry, where) for entry in _list(document["actions"], where)),
        "rules": tuple(_rule(entry, where) for entry in _list(document.get("rules") or [], where)),
    }
    _consistent(result, where)
    return result


def _document(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_FILE:
        raise BadForm("表单定义文件过大")
    try:
        text = data.decode()
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise BadForm("表单定义不得使用 YAML 别名")
        document = yaml.safe_load(text)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadForm(f"表单定义不是有效的 YAML：{error}") from None
    if not isinstance(document, dict):
        raise BadForm("表单定义应为键值结构")
    return document


def _merged(
    document: dict[str, Any], find: Callable[[str], bytes | None], seen: tuple[str, ...]
) -> dict[str, Any]:
    base_key = document.get("extends")
    if not base_key:
        return document
    data = find(str(base_key)) if base_key not in seen else None
    if data is None:
        raise BadForm(f"{document.get('key')}: 找不到所沿用的表单 {base_key}")
    base = _merged(_document(data), find, (*seen, str(base_key)))
    where = str(document.get("key"))
    merged = {key: value for key, value in base.items() if key not in {"public", "prefill"}}
    merged.update(
        {key: value for key, value in document.items() if key not in {"extends", "before", "after", "rules"}}
    )
    merged["sections"] = [
        *_list(document.get("before") or [], where),
        *_list(base.get("sections") or [], where),
        *_list(document.get("after") or [], where),
    ]
    merged["rules"] = [*_list(base.get("rules") or [], where), *_list(document.get("rules") or [], where)]
    return merged


def _section(entry: Any, where: str) -> Section:
    _only(entry, _SECTION_KEYS, where)
    place = f"{where}/{entry.get('key', '?')}"
    return Section(
        key=_name(entry.get("key"), place),
        title=str(entry.get("title") or ""),
        help=str(entry.get("help", "")),
        article=str(entry.get("article", "")),
        fields=tuple(_field(field, place) for field in _list(entry.get("fields"), place)),
    )


def _field(entry: Any, where: str, *, inside_row: bool = False) -> Field:
    _only(entry, _FIELD_KEYS, where)
    name = _name(entry.get("name"), where)
    place = f"{where}/{name}"
    kind = entry.get("type", "")
    if kind not in TYPES:
        raise BadForm(f"{place}: 没有这种字段类型 {kind!r}")
    if not entry.get("label"):
        raise BadForm(f"{place}: 缺少 label")
    values = dict(entry)
    for key in ("show_if", "required_if", "check_unless"):
        values[key] = _condition(entry[key], place) if entry.get(key) else None
    for key in ("choices", "fixed"):
        values[key] = tuple(_choice(choice, place) for choice in _list(entry.get(key) or [], place))
    if kind == "yesno":
        values["choices"] = (Choice("true", "是"), Choice("false", "否"))
    for key in ("min", "max"):
        values[key] = None if entry.get(key) is None else str(entry[key])
    values["accept"] = tuple(str(kind) for kind in _list(entry.get("accept") or [], place))
    values["rows"] = tuple(
        _field(row, place, inside_row=True) for row in _list(entry.get("rows") or [], place)
    )
    values["variable"] = name if entry.get("variable") is True else str(entry.get("variable") or "")
    field = Field(**values)
    _field_holds(field, place, inside_row=inside_row)
    return field


def _field_holds(field: Field, place: str, *, inside_row: bool) -> None:
    mistakes = (
        (field.check and field.check not in CHECKS, f"没有这种校验 {field.check!r}"),
        (field.check and field.type != "text", "校验只用于单行文字"),
        (field.mask and field.mask not in MASKS, f"没有这种遮盖方式 {field.mask!r}"),
        (field.personal and field.variable, "个人信息不得作为流程变量"),
        (inside_row and field.type == "rows", "表格内不得再套表格"),
        (inside_row and field.variable, "表格内的列不得作为流程变量"),
        ((field.type == "rows") != bool(field.rows), "rows 类型须有列，其他类型不得有列"),
        (field.fixed and field.type != "rows", "fixed 只用于表格"),
        (field.fixed and any(row.name == "item" for row in field.rows), "固定行的表格自带 item，列不得同名"),
        (field.type in CHOICE_TYPES and not (field.choices or field.source), "须有 choices 或 source"),
        (field.type == "declaration" and not field.text, "声明须有 text"),
        (field.type == "readonly" and not field.fact, "只读项须有 fact"),
        (not 0 <= field.places <= 6, "places 应为0至6"),
        (field.max_length is not None and not 1 <= field.max_length <= 50_000, "max_length 应为1至50000"),
    )
    for wrong, mistake in mistakes:
        if wrong:
            raise BadForm(f"{place}: {mistake}")


def _choice(entry: Any, where: str) -> Choice:
    if isinstance(entry, str):
        return Choice(entry, entry)
    _only(entry, frozenset({"value", "label"}), where)
    if not isinstance(entry.get("value"), str) or not entry.get("label"):
        raise BadForm(f"{where}: 选项须有文字的 value 和 label（是/否等须加引号）")
    return Choice(entry["value"], str(entry["label"]))


def _condition(entry: Any, where: str) -> Condition:
    _only(entry, frozenset({"field", "equals"}), where)
    values = entry.get("equals")
    spoken = values if isinstance(values, list) else [values]
    if not entry.get("field") or values is None:
        raise BadForm(f"{where}: 条件须有 field 和 equals")
    return Condition(
        str(entry["field"]),
        tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in spoken),
    )


def _action(entry: Any, where: str) -> Action:
    _only(entry, _ACTION_KEYS, where)
    if not entry.get("label"):
        raise BadForm(f"{where}: 按钮须有 label")
    return Action(
        value=_name(entry.get("value"), where),
        label=str(entry["label"]),
        sets=dict(entry.get("sets") or {}),
        confirm=str(entry.get("confirm", "")),
        style=str(entry.get("style", "")),
    )


def _rule(entry: Any, where: str) -> Rule:
    _only(entry, frozenset({"rule", "fields", "message", "values", "when"}), where)
    if entry.get("rule") not in RULES:
        raise BadForm(f"{where}: 没有这种跨字段校验 {entry.get('rule')!r}")
    if not entry.get("message"):
        raise BadForm(f"{where}: 跨字段校验须有 message")
    return Rule(
        rule=entry["rule"],
        fields=tuple(str(path) for path in _list(entry.get("fields"), where)),
        message=str(entry["message"]),
        values=tuple(str(value) for value in _list(entry.get("values") or [], where)),
        when=_condition(entry["when"], where) if entry.get("when") else None,
    )


def _consistent(form: Mapping[str, Any], where: str) -> None:
    known: dict[str, Field] = {}
    for section in form["sections"]:
        for field in section.fields:
            if field.name in known:
                raise BadForm(f"{where}: 字段 {field.name} 重复")
            _earlier(field, known, where)
            known[field.name] = field
            columns: dict[str, Field] = {}
            for column in field.rows:
                if column.name in columns:
                    raise BadForm(f"{where}: 列 {field.name}.{column.name} 重复")
                _earlier(column, {**known, **columns}, where)
                columns[column.name] = column
    for field in known.values():
        for condition in (field.required_if, field.check_unless):
            if condition and condition.field != "action" and condition.field not in known:
                raise BadForm(f"{where}: {field.name} 的条件指向不存在的字段 {condition.field}")
    for rule in form["rules"]:
        for path in rule.fields:
            _path_exists(path, known, where)
    for name in ([section.key for section in form["sections"]], [action.value for action in form["actions"]]):
        if len(set(name)) != len(name):
            raise BadForm(f"{where}: 分节或按钮重名")


def _earlier(field: Field, known: Mapping[str, Field], where: str) -> None:
    """A field may only depend on what stands before it: so there is no cycle, and no surprise."""
    if field.show_if and field.show_if.field not in known:
        raise BadForm(f"{where}: {field.name} 的显示条件须指向排在前面的字段")


def _path_exists(path: str, known: Mapping[str, Field], where: str) -> None:
    name, _, part = path.partition(".")
    field = known.get(name)
    parts = COMPOSITE_PARTS.get(field.type, ()) if field else ()
    columns = tuple(row.name for row in field.rows) if field else ()
    if field is None or (part and part not in parts + columns):
        raise BadForm(f"{where}: 跨字段校验指向不存在的字段 {path}")


def _name(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or value in RESERVED | CONTROLS:
        raise BadForm(f"{where}: 名称 {value!r} 应为小写字母开头的英文标识，且不是保留字")
    return value


def _list(value: Any, where: str) -> Sequence[Any]:
    if not isinstance(value, list):
        raise BadForm(f"{where}: 此处应为列表")
    return value


def _only(entry: Any, keys: frozenset[str], where: str) -> None:
    if not isinstance(entry, dict):
        raise BadForm(f"{where}: 此处应为键值结构")
    unknown = sorted(str(key) for key in entry if key not in keys)
    if unknown:
        raise BadForm(f"{where}: 不认识的键 {'、'.join(unknown)}")
