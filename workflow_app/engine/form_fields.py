"""One marshmallow field for every type a form may use: it finds the reader of its definition's type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from marshmallow import fields

from workflow_app.engine import form_composites as composites
from workflow_app.engine import form_scalars as scalars
from workflow_app.engine.form_checks import CATALOGUE
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


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one judgement rests on besides the definition: the context, and the answers beside a row."""

    context: FormContext
    answers: Mapping[str, Any]


JUDGEMENT: ContextVar[Judgement] = ContextVar("judgement")
"""The judgement under way: schemas are kept and shared between threads, so they hold none of it."""


class FormField(fields.Field[Any]):
    """A marshmallow field that knows its definition, and the check its text must pass, if any."""

    def __init__(self, field: Field, check: str = "") -> None:
        super().__init__(allow_none=True)
        self.field = field
        self.check = check

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        read = READERS[self.field.type](value, self.field, JUDGEMENT.get().context)
        return CATALOGUE[self.check](read) if self.check else read
