"""Showing an answer again: read-only rows with personal values masked, and what changed between two.

Masking follows 个人信息保护法 第6、51条: who may not see a value in full sees its masked form. Knows
nothing of templates: a page, a document and the API all show the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow_app.engine.form_answers import is_blank
from workflow_app.engine.form_model import FILE_TYPES, NUMBER_TYPES, Field, FormContext, FormModel
from workflow_app.engine.form_rules import visible
from workflow_app.kernel import codes

_CHECK_MASKS = {"phone": "phone", "email": "email", "id_number": "id_number"}
_MASKERS: Mapping[str, Callable[[str], str]] = {
    "name": codes.mask_name,
    "phone": codes.mask_phone,
    "email": codes.mask_email,
    "id_number": codes.mask_id_number,
    "address": codes.mask_address,
    "text": lambda _text: "（已隐藏）",
}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One label with its value as text; ``files`` are attachment ids, ``table`` the cells of rows."""

    path: str
    label: str
    value: str
    type: str
    files: tuple[str, ...] = ()
    table: tuple[tuple[ShownRow, ...], ...] = ()
    masked: bool = False


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section with the rows that have something to show."""

    key: str
    title: str
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that differs: ``before`` or ``after`` is empty where it was added or removed."""

    path: str
    label: str
    before: str
    after: str


def display(
    form: FormModel,
    data: Mapping[str, Any],
    *,
    unmasked: bool = False,
    context: FormContext | None = None,
    facts: Mapping[str, Any] | None = None,
) -> tuple[ShownSection, ...]:
    """Return an answer as sections of labelled rows; what was left blank is left out.

    :param unmasked: show personal values in full, to who may see them.
    :param context: labels of values chosen from sources.
    :param facts: what the ``readonly`` fields show.
    """
    context = context or FormContext()
    answers = {
        **data,
        **{field.name: (facts or {}).get(field.fact) for field in form.fields() if field.type == "readonly"},
    }
    shown = {field.name for field in visible(tuple(form.fields()), answers)}
    sections = []
    for section in form.sections:
        rows = tuple(
            _row(field, answers[field.name], field.name, unmasked, context)
            for field in section.fields
            if field.name in shown and not is_blank(answers.get(field.name))
        )
        if rows:
            sections.append(ShownSection(section.key, section.title, rows))
    return tuple(sections)


def diff(
    form: FormModel,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    unmasked: bool = False,
    context: FormContext | None = None,
) -> tuple[Change, ...]:
    """Return what differs between two answers, in printed order, row by row."""
    context = context or FormContext()
    changes: list[Change] = []
    for field in form.fields():
        for path, label, part, before, after in _pairs(field, old.get(field.name), new.get(field.name)):
            if before == after:
                continue
            texts = [_value(part, value, unmasked, context) for value in (before, after)]
            changes.append(Change(path, label, texts[0], texts[1]))
    return tuple(changes)


def _pairs(field: Field, old: Any, new: Any) -> Iterator[tuple[str, str, Field, Any, Any]]:
    if field.type != "rows":
        yield field.name, field.label, field, old, new
        return
    before, after = old or [], new or []
    for index in range(max(len(before), len(after))):
        was = before[index] if index < len(before) else {}
        now = after[index] if index < len(after) else {}
        for column in field.rows:
            label = f"{field.label} 第{index + 1}{'项' if field.fixed else '行'} {column.label}"
            yield (
                f"{field.name}.{index}.{column.name}",
                label,
                column,
                was.get(column.name),
                now.get(column.name),
            )


def _row(field: Field, value: Any, path: str, unmasked: bool, context: FormContext) -> ShownRow:
    if field.type == "rows":
        return ShownRow(
            path, field.label, "", field.type, table=_table(field, value, path, unmasked, context)
        )
    files = tuple(value) if field.type == "files" else (value,) if field.type == "file" else ()
    return ShownRow(
        path,
        field.label,
        _value(field, value, unmasked, context),
        field.type,
        files=files,
        masked=bool(field.personal) and not unmasked,
    )


def _table(
    field: Field, value: Sequence[Mapping[str, Any]], path: str, unmasked: bool, context: FormContext
) -> tuple[tuple[ShownRow, ...], ...]:
    items = {choice.value: choice.label for choice in field.fixed}
    if field.source and not items:
        # As it was handed in: a line that is no longer known is called by its symbol.
        known = context.choices.get(field.source, {})
        items = {
            str(row.get("item", "")): known.get(row.get("item", ""), row.get("item", "")) for row in value
        }
    table = []
    for index, row in enumerate(value):
        first = (
            [ShownRow(f"{path}.{index}.item", "项目", items.get(row.get("item", ""), ""), "text")]
            if items
            else []
        )
        cells = [
            _row(column, row.get(column.name), f"{path}.{index}.{column.name}", unmasked, context)
            if not is_blank(row.get(column.name))
            else ShownRow(f"{path}.{index}.{column.name}", column.label, "", column.type)
            for column in field.rows
        ]
        table.append((*first, *cells))
    return tuple(table)


def _value(field: Field, value: Any, unmasked: bool, context: FormContext) -> str:
    if is_blank(value):
        return ""
    if field.type in FILE_TYPES:
        return f"{len(value) if isinstance(value, list) else 1}个附件"
    if field.type == "signature":
        name = (
            value.get("name", "")
            if unmasked or not field.personal
            else codes.mask_name(value.get("name", ""))
        )
        return f"{name}（已盖章） {_day(value.get('date', ''))}"
    if field.type == "declaration":
        return "已确认"
    text = _text(field, value, context)
    return text if unmasked or not field.personal else masked(field, text)


def _text(field: Field, value: Any, context: FormContext) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.type == "period":
        return f"{_day(value.get('start', ''))}至{_day(value.get('end', ''))}"
    if isinstance(value, list):
        return "、".join(_label(field, str(item), context) for item in value)
    if field.type in NUMBER_TYPES:
        return _unit(f"{value:,}" if isinstance(value, int) else str(value), field)
    if field.type == "date":
        return _day(str(value))
    return _label(field, str(value), context)


def _label(field: Field, value: str, context: FormContext) -> str:
    if field.type == "readonly" and field.choices:
        return named(field, value)
    own = {choice.value: choice.label for choice in field.choices}
    return own.get(value) or context.choices.get(field.source, {}).get(value, value)


def named(field: Field, value: Any) -> str:
    """Return what the values of a ``readonly`` field's fact are called, where its form names them."""
    labels = {choice.value: choice.label for choice in field.choices}
    return "、".join(labels.get(one, one) for one in str(value).split(","))


def _unit(text: str, field: Field) -> str:
    unit = field.unit or {"tonnes": "吨二氧化碳当量", "money": "元"}.get(field.type, "")
    return f"{text} {unit}".strip()


def _day(text: str) -> str:
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return f"{year}年{int(month)}月{int(day)}日" if month.isdigit() and day.isdigit() else text


def masked(field: Field, text: str) -> str:
    """Return a personal value as those see it who may not see it in full."""
    kind = field.mask or _CHECK_MASKS.get(field.check) or ("text" if field.type == "textarea" else "name")
    return _MASKERS[kind](text)
