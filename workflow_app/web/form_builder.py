"""A form's definition changed piece by piece: sections and fields as a page sends them, one button at a time.

The definition travels with the page as its YAML, so what the page has no field for (tables, rules, buttons)
stays as it was. Judging is the loader's and the gate's. This module must never keep anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml

from workflow_app.engine.forms import BadForm
from workflow_app.engine.tame_yaml import BadYaml, read_yaml

TEXTS: Final = (
    "name",
    "label",
    "help",
    "unit",
    "placeholder",
    "check",
    "personal",
    "mask",
    "source",
    "fact",
    "text",
)
"""What a field says in words."""
NUMBERS: Final = ("min", "max", "max_length", "places", "min_items", "max_items")
CONDITIONS: Final = ("show_if", "required_if")
SWITCHES: Final = ("required", "variable")
OF_A_SECTION: Final = ("key", "title", "help", "article")
OF_A_FORM: Final = ("title", "article", "intro")
MOST: Final = 200
"""Sections of a form, and fields of a section, the page draws."""
WIDTH: Final = 110

Document = dict[str, Any]


def document(text: str) -> Document:
    """Return a definition as data.

    :raises BadForm: not YAML, or not shaped as a form.
    """
    try:
        found = read_yaml(text.encode())
    except BadYaml as error:
        raise BadForm(str(error)) from None
    if not isinstance(found, dict) or not _are_maps(found.get("sections") or []):
        raise BadForm("表单应为一组名称与值，sections 为列表")
    if not all(_are_maps(section.get("fields") or []) for section in found.get("sections") or []):
        raise BadForm("每个部分的 fields 应为列表")
    return found


def written(found: Document) -> str:
    """Return a definition as YAML, short mappings on a line."""
    text: str = yaml.dump(found, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=WIDTH)
    return text


def typed(found: Document, sent: Mapping[str, str]) -> Document:
    """Return the definition with what the page sent in place of what it showed; empty is left out."""
    form = dict(found)
    for key in OF_A_FORM:
        _put(form, key, sent.get(f"form-{key}"))
    if "sections" in form:
        form["sections"] = [
            _section(section, place, sent) for place, section in enumerate(form["sections"] or [])
        ]
    return form


def done(found: Document, act: str) -> Document:
    """Return the definition after one button: ``add``, ``up``, ``down`` or ``remove`` of a section or field.

    :param act: ``add-section``, ``add-field:0``, ``up-field:0:3``, ``remove-section:1`` …
    """
    word, _, places = act.partition(":")
    what, _, kind = word.partition("-")
    numbers = [int(each) for each in places.split(":") if each.isascii() and each.isdigit() and len(each) < 5]  # noqa: PLR2004
    sections: list[Document] = found.get("sections") or []
    if kind == "section":
        new = {"key": _free(sections, "key", "section"), "title": "新的部分", "fields": []}
        _moved(sections, what, numbers[0] if numbers else -1, new)
        if sections or "sections" in found:
            found["sections"] = sections
    elif kind == "field" and numbers and numbers[0] < len(sections):
        fields: list[Document] = sections[numbers[0]]["fields"]
        every = [field for section in sections for field in section["fields"]]
        new = {"name": _free(every, "name", "field"), "label": "新的一项", "type": "text"}
        _moved(fields, what, numbers[1] if len(numbers) > 1 else -1, new)
    return found


def choices_of(field: Mapping[str, Any]) -> str:
    """Return a field's choices as the page shows them: a line each, value and label."""
    lines = []
    for each in field.get("choices") or []:
        value, label = (
            (each, each) if isinstance(each, str) else (each.get("value", ""), each.get("label", ""))
        )
        lines.append(str(value) if value == label else f"{value} {label}")
    return "\n".join(lines)


def condition_of(field: Mapping[str, Any], key: str) -> str:
    """Return a condition as the page shows it: ``field=value,value``."""
    found = field.get(key)
    if not isinstance(found, Mapping):
        return ""
    values = found.get("equals")
    spoken = values if isinstance(values, list) else [values]
    return f"{found.get('field', '')}={','.join(_said(value) for value in spoken)}"


def _section(section: Document, place: int, sent: Mapping[str, str]) -> Document:
    one = dict(section)
    for key in OF_A_SECTION:
        _put(one, key, sent.get(f"section-{place}-{key}"))
    one["fields"] = [
        _field(field, f"field-{place}-{number}", sent) for number, field in enumerate(one.get("fields") or [])
    ]
    return one


def _field(field: Document, name: str, sent: Mapping[str, str]) -> Document:
    if f"{name}-name" not in sent:
        return field
    one = dict(field)
    _put(one, "type", sent.get(f"{name}-type"))
    for key in TEXTS:
        _put(one, key, sent.get(f"{name}-{key}"))
    for key in NUMBERS:
        value = sent.get(f"{name}-{key}")
        _put(one, key, int(value) if value and value.strip().isascii() and value.strip().isdigit() else value)
    for key in SWITCHES:
        named = isinstance(one.get(key), str)
        _put(one, key, (one[key] if named else True) if f"{name}-{key}" in sent else "")
    for key in CONDITIONS:
        if (value := sent.get(f"{name}-{key}")) is not None and value.strip() != condition_of(field, key):
            asked, _, values = value.strip().partition("=")
            _put(one, key, {"field": asked.strip(), "equals": _values(values)} if asked else "")
    if (lines := sent.get(f"{name}-choices")) is not None and _lines(lines) != _lines(choices_of(field)):
        _put(one, "choices", [_choice(line) for line in _lines(lines)] or "")
    return one


def _put(one: Document, key: str, value: object) -> None:
    """Set a value; nothing typed takes it out, nothing sent leaves it."""
    if value is None:
        return
    value = value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
    if value == "":
        one.pop(key, None)
    elif str(one.get(key, "")).strip() != str(value) or isinstance(value, bool | list | dict):
        one[key] = value


def _moved(entries: list[Document], what: str, place: int, new: Document) -> None:
    if what == "add" and len(entries) < MOST:
        entries.append(new)
    elif not 0 <= place < len(entries):
        return
    elif what == "remove":
        del entries[place]
    else:
        other = place + {"up": -1, "down": 1}.get(what, 0)
        if 0 <= other < len(entries):
            entries[place], entries[other] = entries[other], entries[place]


def _free(entries: list[Document], key: str, stem: str) -> str:
    taken = {str(each.get(key)) for each in entries}
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}_{number}") not in taken)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _choice(line: str) -> Document:
    value, _, label = line.partition(" ")
    return {"value": value, "label": label.strip() or value}


def _values(text: str) -> object:
    found: list[object] = [
        {"true": True, "false": False}.get(each.strip(), each.strip()) for each in text.split(",")
    ]
    return found if len(found) > 1 else found[0]


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _are_maps(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(each, dict) for each in found)


class _Writer(yaml.SafeDumper):
    """Writes mappings of plain values on one line where they fit, as the shipped forms are written."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:  # noqa: ARG002
        """Indent lists below their key."""
        return super().increase_indent(flow, False)


def _map(writer: yaml.SafeDumper, found: Mapping[str, Any]) -> yaml.Node:
    plain = all(isinstance(value, str | int | float | bool | type(None)) for value in found.values())
    short = sum(len(str(key)) + 2 * len(str(value)) + 4 for key, value in found.items()) < 2 * WIDTH
    single = not any("\n" in str(value) for value in found.values())
    flow = plain and short and single and len(writer.represented_objects) > 0
    return writer.represent_mapping("tag:yaml.org,2002:map", found, flow_style=flow)


_Writer.add_representer(dict, _map)
