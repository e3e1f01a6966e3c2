"""One marshmallow field for every type a form may use: it finds the reader of its definition's type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import fields

from workflow_app.engine import form_composites as composites
from workflow_app.engine import form_scalars as scalars
from workflow_app.engine.form_model import Field, FormContext

READERS: Mapping[str, Callable[[Any, Field, FormContext], Any]] = {
    "text": scalars.read_text,
    "textarea": scalars.read_text,
    "select": scalars.read_choice,
    "radio": scalars.read_choice,
    "checkboxes": scalars.read_many,
    "checkbox": scalars.read_checkbox,
    "yesno": scalars.read_yesno,
    "date": scalars.read_date,
    "period": composites.read_period,
    "integer": scalars.read_integer,
    "tonnes": scalars.read_integer,
    "decimal": scalars.read_decimal,
    "money": scalars.read_decimal,
    "file": scalars.read_identifier,
    "files": scalars.read_identifiers,
    "declaration": composites.read_declaration,
    "signature": composites.read_signature,
    "user": scalars.read_identifier,
    "users": scalars.read_identifiers,
}


class FormField(fields.Field[Any]):
    """A marshmallow field that knows its definition and the context of the judgement."""

    def __init__(self, field: Field, context: FormContext) -> None:
        super().__init__(allow_none=True)
        self.field = field
        self.context = context

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return READERS[self.field.type](value, self.field, self.context)
