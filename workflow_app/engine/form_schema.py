"""Judging an answer: the marshmallow schema of a form, built at run time for what shows.

Hidden fields are left out of the schema, blank ones are absent, required ones among the rest are
missed in Chinese; rows keep the index they were typed at, so that an error finds its line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from workflow_app.engine.form_answers import is_blank
from workflow_app.engine.form_fields import JUDGEMENT, FormField, Judgement
from workflow_app.engine.form_model import FILE_TYPES, Field, FormContext
from workflow_app.engine.form_rules import answer, holds, visible

_CHOSEN = frozenset({"select", "radio", "checkboxes", "yesno", "user", "users"})
_FIELD_ERROR = "_schema"


class RowsField(fields.Field[Any]):
    """A repeating group. Blank rows are dropped; the others keep their typed index in errors."""

    def __init__(self, field: Field) -> None:
        super().__init__(allow_none=True)
        self.field = field

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
            raise ValidationError("填写内容格式有误")
        judgement = JUDGEMENT.get()
        rows: list[dict[str, Any]] = []
        errors: dict[Any, Any] = {}
        for index, row in enumerate(_with_fixed(self.field, value)):
            if not self.field.fixed and _blank_row(self.field, row):
                continue
            unknown = [name for name in row if all(name != column.name for column in self.field.rows)]
            if unknown:
                errors[index] = {name: ["表单中没有这个字段"] for name in unknown}
                continue
            label = {"item": self.field.fixed[index].value} if self.field.fixed else {}
            try:
                rows.append(label | load(self.field.rows, row, judgement.context, outer=judgement.answers))
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise ValidationError(errors)
        self._counted(rows)
        return rows

    def _counted(self, rows: Sequence[Any]) -> None:
        noun = self.field.row_label or "项"
        if len(rows) < self.field.min_items:
            raise ValidationError(f"至少填写{self.field.min_items}条（{noun}）")
        if self.field.max_items is not None and len(rows) > self.field.max_items:
            raise ValidationError(f"最多填写{self.field.max_items}条（{noun}）")


def load(
    definition: Sequence[Field],
    answers: Mapping[str, Any],
    context: FormContext,
    outer: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the valid, JSON-ready answers of the fields that show.

    :raises ValidationError: messages nested as the answers are.
    """
    shown = [field for field in visible(definition, answers, outer) if field.type != "readonly"]
    filled = {field.name: answers[field.name] for field in shown if not is_blank(answers.get(field.name))}
    standing = {field.name: answer(field, answers) for field in shown} | {"action": answers.get("action")}
    schema = _schema(tuple((field, _check(field, standing, outer)) for field in shown))
    errors: dict[str, Any] = {}
    data: dict[str, Any] = {}
    under_way = JUDGEMENT.set(Judgement(context, standing))
    try:
        data = schema.load(filled)
    except ValidationError as error:
        errors = dict(_by_field(error.messages))
        data = dict(error.valid_data) if isinstance(error.valid_data, Mapping) else {}
    finally:
        JUDGEMENT.reset(under_way)
    data = {name: value for name, value in data.items() if value is not None}
    data.update({field.name: False for field in shown if field.type == "checkbox" and field.name not in data})
    for field in shown:
        if field.name not in data and field.name not in errors and _required(field, standing, outer):
            errors[field.name] = [missing(field)]
    if errors:
        raise ValidationError(errors, valid_data=data)
    return {field.name: data[field.name] for field in shown if field.name in data}


def _by_field(messages: Any) -> Mapping[str, Any]:
    return messages if isinstance(messages, Mapping) else {"": messages}


@lru_cache(maxsize=1_000)
def _schema(shown: tuple[tuple[Field, str], ...]) -> Schema:
    """Build the schema of what shows; each combination is built once, for building costs more than using."""
    built: dict[str, fields.Field[Any]] = {
        field.name: RowsField(field) if field.type == "rows" else FormField(field, check)
        for field, check in shown
    }
    return Schema.from_dict(built)(unknown=EXCLUDE)


def _check(field: Field, answers: Mapping[str, Any], outer: Mapping[str, Any] | None) -> str:
    if field.check == "uscc" and field.check_unless and holds(field.check_unless, answers, outer):
        return "uscc_shape"
    return field.check


def _required(field: Field, answers: Mapping[str, Any], outer: Mapping[str, Any] | None) -> bool:
    return field.required or (field.required_if is not None and holds(field.required_if, answers, outer))


def missing(field: Field) -> str:
    """Return what to say when a required field is blank."""
    if field.type == "declaration":
        return "请阅读并勾选确认"
    if field.type == "rows" and field.fixed:
        return "请逐项作出判断"
    if field.type == "rows":
        return f"请至少填写一条{field.row_label or field.label}"
    if field.type in FILE_TYPES:
        return f"请上传{field.label}"
    if field.type == "yesno":
        return "请选择“是”或“否”"
    return f"请选择{field.label}" if field.type in _CHOSEN else f"请填写{field.label}"


def _with_fixed(field: Field, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return as many rows as the form prints; their ``item`` is the form's, never the sender's."""
    if not field.fixed:
        return rows
    if len(rows) > len(field.fixed):
        raise ValidationError("行数与表单不符")
    bare = [{name: value for name, value in row.items() if name != "item"} for row in rows]
    return bare + [{} for _ in range(len(field.fixed) - len(bare))]


def _blank_row(field: Field, row: Mapping[str, Any]) -> bool:
    """A row counts as blank when nothing but tick boxes was sent in it."""
    ticks = {column.name for column in field.rows if column.type == "checkbox"}
    return all(is_blank(value) for name, value in row.items() if name not in ticks)


def flat(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    """Return nested marshmallow messages as dotted paths."""
    if isinstance(messages, Mapping):
        result: dict[str, list[str]] = {}
        for key, value in messages.items():
            path = prefix if key == _FIELD_ERROR else f"{prefix}.{key}" if prefix else str(key)
            result.update(flat(value, path))
        return result
    return {prefix: [str(message) for message in messages]}
