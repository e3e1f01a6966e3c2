"""The JSON Schema of a form's answer, so that the API's description comes from the same definition.

It says what shape is taken; conditions between fields and checks against today or the register are
judged by ``parse`` alone and are only described here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from workflow_app.engine.form_model import Field, FormModel

Document: TypeAlias = dict[str, Any]


def schema(form: FormModel) -> Document:
    """Return the schema of the JSON answer, ``action`` included."""
    properties = _properties([field for field in form.fields() if field.type != "readonly"])
    properties["action"] = {
        "type": "string",
        "enum": [action.value for action in form.actions],
        "description": "；".join(f"{action.value}：{action.label}" for action in form.actions),
    }
    required = _required(tuple(form.fields())) + (["action"] if len(form.actions) > 1 else [])
    return _object(properties, required) | {"title": form.title, "description": form.article}


def _object(properties: Document, required: Sequence[str]) -> Document:
    document: Document = {"type": "object", "properties": properties, "additionalProperties": False}
    return document | ({"required": list(required)} if required else {})


def _required(fields: Sequence[Field]) -> list[str]:
    """Required whatever else was answered: a field that may be hidden is never among them."""
    return [
        field.name
        for field in fields
        if field.required and field.show_if is None and field.type != "readonly"
    ]


def _properties(fields: Sequence[Field]) -> Document:
    return {field.name: _described(field) for field in fields}


def _described(field: Field) -> Document:
    document = dict(_SHAPES[field.type](field))
    document["title"] = field.label
    if field.help or field.text:
        document["description"] = field.help or field.text
    return document


def _text(field: Field) -> Document:
    default = 200 if field.type == "text" else 5_000
    return {"type": "string", "maxLength": field.max_length or default}


def _choice(field: Field) -> Document:
    values = [choice.value for choice in field.choices]
    return {"type": "string", **({"enum": values} if values else {})}


def _counted(field: Field, items: Document) -> Document:
    document: Document = {"type": "array", "items": items}
    if field.min_items:
        document["minItems"] = field.min_items
    if field.max_items is not None:
        document["maxItems"] = field.max_items
    return document


def _integer(field: Field) -> Document:
    floor = field.min if field.min is not None else "0" if field.type == "tonnes" else None
    return {"type": "integer", **({"minimum": int(float(floor))} if floor is not None else {})}


def _decimal(field: Field) -> Document:
    places = 2 if field.type == "money" else field.places
    return {"type": "string", "format": "decimal", "examples": ["1" + ("." + "0" * places if places else "")]}


def _period(_field: Field) -> Document:
    day = {"type": "string", "format": "date"}
    return _object({"start": day, "end": day}, ["start", "end"])


def _signature(_field: Field) -> Document:
    return _object(
        {
            "name": {"type": "string", "maxLength": 50},
            "date": {"type": "string", "format": "date"},
            "seal": {"type": "boolean"},
        },
        ["name", "date", "seal"],
    )


def _declaration(_field: Field) -> Document:
    agreed = _object({"agreed": {"type": "boolean"}, "sha256": {"type": "string"}}, ["agreed"])
    return {"anyOf": [{"type": "boolean"}, agreed]}


def _rows(field: Field) -> Document:
    properties = _properties(field.rows)
    if field.fixed:
        properties["item"] = {"type": "string", "enum": [choice.value for choice in field.fixed]}
    return _counted(field, _object(properties, _required(field.rows)))


_IDENTIFIER: Document = {"type": "string", "maxLength": 64}
_SHAPES: Mapping[str, Callable[[Field], Document]] = {
    "text": _text,
    "textarea": _text,
    "select": _choice,
    "radio": _choice,
    "checkboxes": lambda field: _counted(field, _choice(field)),
    "checkbox": lambda _field: {"type": "boolean"},
    "yesno": lambda _field: {"type": "boolean"},
    "date": lambda _field: {"type": "string", "format": "date"},
    "period": _period,
    "integer": _integer,
    "tonnes": _integer,
    "decimal": _decimal,
    "money": _decimal,
    "file": lambda _field: _IDENTIFIER,
    "files": lambda field: _counted(field, _IDENTIFIER),
    "user": lambda _field: _IDENTIFIER,
    "users": lambda field: _counted(field, _IDENTIFIER),
    "rows": _rows,
    "declaration": _declaration,
    "signature": _signature,
}
