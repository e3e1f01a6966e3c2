"""Forms: one definition beside the diagrams is the truth for the page, the API and the command.

``load_form`` reads a definition, ``FormDefinition.parse`` judges an answer whatever face it came
through, ``draft`` keeps what was typed without judging it. All output is JSON-ready. This file and its
``form_*`` companions are the only ones besides the web that know marshmallow; none knows of carbon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from marshmallow import ValidationError

from workflow_app.engine import form_json_schema, form_view
from workflow_app.engine.form_answers import declaration_hash, html_name, is_blank
from workflow_app.engine.form_document import BadForm
from workflow_app.engine.form_lines import lined, printed
from workflow_app.engine.form_loader import read
from workflow_app.engine.form_memo import Memo
from workflow_app.engine.form_model import (
    FILE_TYPES,
    Action,
    Choice,
    Condition,
    Field,
    FormContext,
    FormModel,
    FormValue,
    Json,
    Rule,
    Section,
)
from workflow_app.engine.form_raw import nested
from workflow_app.engine.form_rules import broken, visible
from workflow_app.engine.form_schema import flat, load
from workflow_app.engine.form_view import Change, ShownRow, ShownSection
from workflow_app.kernel.errors import InvalidForm

__all__ = [
    "Action",
    "BadForm",
    "Change",
    "Choice",
    "Condition",
    "Field",
    "FormContext",
    "FormDefinition",
    "FormValue",
    "Json",
    "Rule",
    "Section",
    "ShownRow",
    "ShownSection",
    "declaration_hash",
    "html_name",
    "load_form",
    "load_forms",
]

_FOLDER = "forms/"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDefinition(FormModel):
    """A form that can judge, keep, show and describe its answers."""

    def parse(self, raw: Mapping[str, Any], context: FormContext | None = None) -> FormValue:
        """Return the valid answer.

        :param raw: HTML names to lists of strings (``sources-0-load``), or JSON; ``action`` names the
            button and may be left out where the form has only one.
        :raises InvalidForm: Chinese messages by dotted path (``sources.0.load``).
        :raises TooLarge: the answer exceeds the limits of ``form_raw``.
        """
        context = context or FormContext()
        answers = nested(self, raw, strict=True)
        action, errors = self._action(raw)
        answers["action"] = action.value if action else ""
        data: dict[str, Any] = {}
        try:
            data = load(tuple(self.fields()), answers, context)
        except ValidationError as error:
            errors.update(flat(error.messages))
            data = dict(error.valid_data) if isinstance(error.valid_data, Mapping) else {}
        judged = {**data, "action": answers["action"]}
        for rule in self.rules:
            for path, messages in broken(rule, judged, context).items():
                errors.setdefault(path, messages)
        if errors or action is None:
            raise InvalidForm(errors)
        return FormValue(
            data=data,
            variables=self.variables(data, action),
            personal=self._personal(data),
            files=self._files(data),
            action=action.value,
        )

    @property
    def lined(self) -> frozenset[str]:
        """Return the sources this form takes the lines of tables from."""
        return lined(self.sections)

    def with_lines(self, offered: Mapping[str, Mapping[str, str]]) -> FormDefinition:
        """Return the form as one case prints it: tables with the lines on offer, or without those tables.

        :param offered: for each source its values and what is printed of them.
        """
        return replace(self, sections=printed(self.sections, offered)) if self.lined else self

    def draft(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return everything that was typed, invalid or hidden as it may be, for the page to show again.

        :raises TooLarge: the answer exceeds the limits of ``form_raw``.
        """
        return nested(self, raw, strict=False)

    def initial(self, facts: Mapping[str, Any], earlier: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what the empty form starts with: an earlier answer, then the facts of the case."""
        start: dict[str, Any] = {}
        for field in self.fields():
            if field.type in {"declaration", "signature", "readonly"}:
                continue  # nobody signs by prefilling
            if field.fixed:
                start[field.name] = _blank_checklist(field)
            if field.default:
                start[field.name] = field.default
            if earlier is not None and not is_blank(earlier.get(field.name)):
                start[field.name] = earlier[field.name]
            elif field.fact and _fits(field, facts.get(field.fact)):
                start[field.name] = facts[field.fact]
        return start

    def visible(self, data: Mapping[str, Any]) -> frozenset[str]:
        """Return the names of the fields that show for these answers (a draft or a value)."""
        return frozenset(field.name for field in visible(tuple(self.fields()), data))

    def display(
        self,
        data: Mapping[str, Any],
        *,
        unmasked: bool = False,
        context: FormContext | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> tuple[ShownSection, ...]:
        """Return an answer as sections of labelled rows, personal values masked unless ``unmasked``."""
        return form_view.display(self, data, unmasked=unmasked, context=context, facts=facts)

    def diff(
        self,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        *,
        unmasked: bool = False,
        context: FormContext | None = None,
    ) -> tuple[Change, ...]:
        """Return what changed between two answers, for a resubmission."""
        return form_view.diff(self, old, new, unmasked=unmasked, context=context)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) of an answer, for the OpenAPI description."""
        return form_json_schema.schema(self)

    def _action(self, raw: Mapping[str, Any]) -> tuple[Action | None, dict[str, list[str]]]:
        chosen = raw.get("action")
        chosen = chosen[-1] if isinstance(chosen, list) and chosen else chosen
        if is_blank(chosen) and len(self.actions) == 1:
            return self.actions[0], {}
        for action in self.actions:
            if action.value == chosen:
                return action, {}
        return None, {"action": ["请选择办理意见：" + "、".join(action.label for action in self.actions)]}

    def variables(self, data: Mapping[str, Any], action: Action) -> dict[str, Any]:
        """Every declared variable is set, absent answers to ``None``: no value of an earlier round stays."""
        variables = {field.variable: data.get(field.name) for field in self.fields() if field.variable}
        return variables | dict(action.sets)

    def _personal(self, data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        return tuple((path, field.personal) for path, field, _ in self._leaves(data) if field.personal)

    def _files(self, data: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(
            (path, tuple(value) if isinstance(value, list) else (value,))
            for path, field, value in self._leaves(data)
            if field.type in FILE_TYPES
        )

    def _leaves(self, data: Mapping[str, Any]) -> list[tuple[str, Field, Any]]:
        leaves: list[tuple[str, Field, Any]] = []
        for field in self.fields():
            if field.name not in data:
                continue
            if field.type != "rows":
                path = f"{field.name}.name" if field.type == "signature" else field.name
                leaves.append((path, field, data[field.name]))
                continue
            for index, row in enumerate(data[field.name]):
                leaves += [
                    (f"{field.name}.{index}.{column.name}", column, row[column.name])
                    for column in field.rows
                    if column.name in row
                ]
        return leaves


_MEMO: Final = Memo(lambda data, find: FormDefinition(**read(data, find)))


def load_form(data: bytes, files: Mapping[str, bytes] | None = None) -> FormDefinition:
    """Read one definition.

    :param files: the files of the same version (``forms/<key>.yaml`` → bytes), for ``extends``.
    :raises BadForm: it does not hold; the message names the place.
    """
    others = files or {}
    return _MEMO.get(data, lambda key: others.get(f"{_FOLDER}{key}.yaml"))


def load_forms(files: Mapping[str, bytes]) -> dict[str, FormDefinition]:
    """Read every form of a version by key.

    :raises BadForm: one does not hold, or its key is not its file's name.
    """
    forms: dict[str, FormDefinition] = {}
    for path, data in sorted(files.items()):
        if not (path.startswith(_FOLDER) and path.endswith(".yaml")):
            continue
        form = load_form(data, files)
        if path != f"{_FOLDER}{form.key}.yaml":
            raise BadForm(f"{path}: 文件名应为表单的 key（{form.key}）")
        forms[form.key] = form
    return forms


def _blank_checklist(field: Field) -> list[dict[str, Any]]:
    defaults = {column.name: column.default for column in field.rows if column.default}
    return [{"item": choice.value, **defaults} for choice in field.fixed]


def _fits(field: Field, fact: Any) -> bool:
    """Tell whether a fact can stand in the field: something, and rows of columns for a table."""
    if is_blank(fact):
        return False
    rows = isinstance(fact, list | tuple) and all(isinstance(row, Mapping) for row in fact)
    return rows if field.type == "rows" else True
