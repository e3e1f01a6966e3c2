"""Reading a form definition: YAML in, a checked model out.

An administrator edits these files, so every mistake is named with its place: unknown keys, types and
checks, conditions on fields that do not exist or come later, personal values that would become case
variables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from typing import Any

from workflow_app.engine.form_consistency import ensure_consistent
from workflow_app.engine.form_document import BadForm, document, list_of, merged, name_of, only
from workflow_app.engine.form_model import (
    CHECKS,
    CHOICE_TYPES,
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

_MAX_PLACES = 6
_MAX_TEXT = 50_000
_OWN_KEYS = frozenset(
    {"key", "version", "title", "titles", "article", "intro", "actions", "prefill", "public"}
)
_FORM_KEYS = _OWN_KEYS | {"sections", "rules", "extends", "before", "after"}
_FIELD_KEYS = frozenset(field.name for field in dataclass_fields(Field))
_SECTION_KEYS = frozenset({"key", "title", "help", "article", "fields"})
_ACTION_KEYS = frozenset({"value", "label", "sets", "confirm", "style"})


def read(data: bytes, find: Callable[[str], bytes | None]) -> dict[str, Any]:
    """Return the arguments of a ``FormModel``.

    :param find: gives the bytes of another form of the same version by its key (for ``extends``).
    :raises BadForm: the definition does not hold.
    """
    form = merged(document(data), find)
    where = str(form.get("key", "?"))
    only(form, _FORM_KEYS, where)
    for key in ("key", "version", "title", "article", "sections", "actions"):
        if not form.get(key):
            raise BadForm(f"{where}: 缺少 {key}")
    if not isinstance(form["version"], int):
        raise BadForm(f"{where}: version 应为整数")
    sections = tuple(_section(entry, where) for entry in list_of(form["sections"], where))
    actions = tuple(_action(entry, where) for entry in list_of(form["actions"], where))
    rules = tuple(_rule(entry, where) for entry in list_of(form.get("rules") or [], where))
    ensure_consistent(where, sections, actions, rules)
    return {
        "key": name_of(form["key"], where),
        "version": form["version"],
        "title": str(form["title"]),
        "article": str(form["article"]),
        "titles": {str(name): str(text) for name, text in dict(form.get("titles") or {}).items()},
        "intro": str(form.get("intro", "")),
        "prefill": str(form.get("prefill", "")),
        "public": bool(form.get("public", False)),
        "sections": sections,
        "actions": actions,
        "rules": rules,
    }


def _section(entry: Any, where: str) -> Section:
    only(entry, _SECTION_KEYS, where)
    place = f"{where}/{entry.get('key', '?')}"
    return Section(
        key=name_of(entry.get("key"), place),
        title=str(entry.get("title") or ""),
        help=str(entry.get("help", "")),
        article=str(entry.get("article", "")),
        fields=tuple(_field(field, place) for field in list_of(entry.get("fields"), place)),
    )


def _field(entry: Any, where: str, *, inside_row: bool = False) -> Field:
    only(entry, _FIELD_KEYS, where)
    name = name_of(entry.get("name"), where)
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
        values[key] = tuple(_choice(choice, place) for choice in list_of(entry.get(key) or [], place))
    if kind == "yesno":
        values["choices"] = (Choice("true", "是"), Choice("false", "否"))
    for key in ("min", "max"):
        values[key] = None if entry.get(key) is None else str(entry[key])
    values["accept"] = tuple(str(kind) for kind in list_of(entry.get("accept") or [], place))
    values["rows"] = tuple(
        _field(row, place, inside_row=True) for row in list_of(entry.get("rows") or [], place)
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
        (not 0 <= field.places <= _MAX_PLACES, "places 应为0至6"),
        (field.max_length is not None and not 1 <= field.max_length <= _MAX_TEXT, "max_length 应为1至50000"),
    )
    for wrong, mistake in mistakes:
        if wrong:
            raise BadForm(f"{place}: {mistake}")


def _choice(entry: Any, where: str) -> Choice:
    if isinstance(entry, str):
        return Choice(entry, entry)
    only(entry, frozenset({"value", "label"}), where)
    if not isinstance(entry.get("value"), str) or not entry.get("label"):
        raise BadForm(f"{where}: 选项须有文字的 value 和 label（是/否等须加引号）")
    return Choice(entry["value"], str(entry["label"]))


def _condition(entry: Any, where: str) -> Condition:
    only(entry, frozenset({"field", "equals"}), where)
    values = entry.get("equals")
    spoken = values if isinstance(values, list) else [values]
    if not entry.get("field") or values is None:
        raise BadForm(f"{where}: 条件须有 field 和 equals")
    return Condition(
        str(entry["field"]),
        tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in spoken),
    )


def _action(entry: Any, where: str) -> Action:
    only(entry, _ACTION_KEYS, where)
    if not entry.get("label"):
        raise BadForm(f"{where}: 按钮须有 label")
    return Action(
        value=name_of(entry.get("value"), where),
        label=str(entry["label"]),
        sets=dict(entry.get("sets") or {}),
        confirm=str(entry.get("confirm", "")),
        style=str(entry.get("style", "")),
    )


def _rule(entry: Any, where: str) -> Rule:
    only(entry, frozenset({"rule", "fields", "message", "values", "when"}), where)
    if entry.get("rule") not in RULES:
        raise BadForm(f"{where}: 没有这种跨字段校验 {entry.get('rule')!r}")
    if not entry.get("message"):
        raise BadForm(f"{where}: 跨字段校验须有 message")
    return Rule(
        rule=entry["rule"],
        fields=tuple(str(path) for path in list_of(entry.get("fields"), where)),
        message=str(entry["message"]),
        values=tuple(str(value) for value in list_of(entry.get("values") or [], where)),
        when=_condition(entry["when"], where) if entry.get("when") else None,
    )
