"""A form as a page draws it: the definition, what was typed, what was wrong, what may be chosen.

What a browser sends comes in by :func:`typed`: the form's own names, files stored at once as draft
attachments, rows added and deleted by ordinary buttons. Judging is the form's and the command's; this only
shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import url_for
from werkzeug.datastructures import MultiDict

from workflow_app.engine.form_view import named
from workflow_app.engine.forms import Field, FormDefinition, Section, html_name
from workflow_app.queries.case_papers import Paper
from workflow_app.web.texts import _
from workflow_app.web.words import size
from workflow_app.web.worksheet import TABLE, Worksheet

CONTROLS: Final = frozenset(
    {
        "csrf_token",
        "idempotency_key",
        "expected_revision",
        "draft_revision",
        "save_draft",
        "add_row",
        "delete_row",
        "remove_file",
        "refresh",
        "resume",
        "upload",
        "overwrite",
        "next",
        "action",
        "confirmed",
        "case_id",
        "element_id",
    }
)
"""Names of the page's own buttons and hidden fields; everything else is the form's."""

_LONG_CHOICES = 4
_LONG_LABEL = 14
_WIDE = frozenset(
    {"textarea", "rows", "files", "file", "checkboxes", "users", "declaration", "signature", "checkbox"}
)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file the server already holds for a field."""

    id: str
    name: str
    url: str
    size: str


@dataclass(frozen=True, slots=True)
class FormPage:
    """Everything the field macros ask.

    :param errors: messages by HTML name.
    :param choices: for each source the values on offer and their labels.
    :param facts: what ``readonly`` fields show.
    :param worksheet: 附件4 as worked out from what was typed so far.
    """

    form: FormDefinition
    url: str
    data: Mapping[str, Any]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    worksheet: Worksheet | None = None

    @property
    def watched(self) -> frozenset[str]:
        """Fields on which others depend: changing one draws the form anew."""
        asked = {one.show_if.field for one in self.form.fields() if one.show_if}
        asked |= {one.required_if.field for one in self.form.fields() if one.required_if}
        asked |= {TABLE} if self.worksheet else set()
        return frozenset(asked - {"action"})

    def shown(self, section: Section) -> list[Field]:
        """Return the fields of a section that show for what was typed; those of any button always do."""
        facts = {one.name: self.facts.get(one.fact) for one in self.form.fields() if one.type == "readonly"}
        visible: set[str] = set()
        for action in self.form.actions:
            visible |= self.form.visible({**self.data, **facts, "action": action.value})
        return [one for one in section.fields if one.name in visible and not self._empty_fact(one)]

    def _empty_fact(self, one: Field) -> bool:
        return one.type == "readonly" and self.facts.get(one.fact) in (None, "", [], {})

    def action_labels(self, values: Iterable[str]) -> str:
        """Return the words of the buttons with these values."""
        wanted = set(values)
        return "、".join(action.label for action in self.form.actions if action.value in wanted)

    def errors_below(self, name: str) -> list[str]:
        """Return the messages of a field and of all its parts."""
        return [
            text
            for path, texts in self.errors.items()
            if path == name or path.startswith(f"{name}-")
            for text in texts
        ]

    def options(self, one: Field) -> list[tuple[str, str]]:
        """Return value and words of each choice."""
        if one.choices:
            return [(choice.value, choice.label) for choice in one.choices]
        return list(self.choices.get(one.source, {}).items())

    def judgements(self, column: Field) -> list[tuple[str, ...]]:
        """Return the choices of a judgement; an adverse one is drawn with attention."""
        return [
            (choice.value, choice.label, "attention")
            if choice.value in {"fail", "no"}
            else (choice.value, choice.label)
            for choice in column.choices
        ]

    def remark(self, column: Field) -> bool:
        """Tell whether a column of a printed line is only for what failed."""
        return column.required_if is not None and column.required_if.values == ("fail",)

    def long(self, one: Field) -> bool:
        """Tell whether choices stand better one below another."""
        options = self.options(one)
        return len(options) > _LONG_CHOICES or any(len(words) > _LONG_LABEL for _value, words in options)

    def wide(self, one: Field) -> bool:
        """Tell whether a field takes the whole width."""
        return (
            one.type in _WIDE
            or (one.type in {"radio", "select"} and self.long(one))
            or one.type == "readonly"
        )

    def words(self, value: Any) -> str:
        """Return a typed value as the text of an input."""
        if value is None or isinstance(value, Mapping | list):
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value)

    def part(self, value: Any, name: str) -> Any:
        """Return one part of a period or a signature."""
        return (value.get(name) or "") if isinstance(value, Mapping) else ""

    def many(self, value: Any) -> list[str]:
        """Return a typed list of choices."""
        return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []

    def ticked(self, value: Any) -> bool:
        """Tell whether a box was ticked."""
        if isinstance(value, Mapping):
            return bool(value.get("agreed"))
        return value is True or str(value).lower() in {"true", "on", "1"}

    def rows(self, one: Field, value: Any) -> list[Mapping[str, Any]]:
        """Return the rows to draw: what was typed, or as many empty ones as the form asks for."""
        typed_rows = (
            [row if isinstance(row, Mapping) else {} for row in value] if isinstance(value, list) else []
        )
        least = one.min_items or (1 if one.required else 0)
        return typed_rows + [{} for _row in range(least - len(typed_rows))]

    def fixed_row(self, value: Any, index: int) -> Mapping[str, Any]:
        """Return what was typed into a printed line."""
        if isinstance(value, list) and index < len(value) and isinstance(value[index], Mapping):
            row: Mapping[str, Any] = value[index]
            return row
        return {}

    def row_shows(self, column: Field, row: Mapping[str, Any]) -> bool:
        """Tell whether a column shows in a row: its condition may look at the row or at the form."""
        if column.show_if is None or column.show_if.field == "action":
            return True
        asked = row if column.show_if.field in row else self.data
        value = asked.get(column.show_if.field)
        spoken = "true" if value is True else "false" if value in (False, None, "") else str(value)
        return spoken in column.show_if.values or (not row and column.show_if.field not in self.data)

    def kept(self, value: Any) -> list[KeptFile]:
        """Return the files a field holds."""
        found = [self.papers[one] for one in self.many(value) if one in self.papers]
        return [
            KeptFile(one.id, one.filename, url_for("files.download", attachment_id=one.id), size(one.size))
            for one in found
        ]

    def accept(self, one: Field) -> str:
        """Return the kinds of file a chooser offers."""
        return ",".join(f".{kind}" for kind in (one.accept or ("pdf", "jpg", "jpeg", "png", "ofd")))

    def file_hint(self, one: Field) -> str:
        """Return what may be uploaded, in words."""
        kinds = "、".join(kind.upper() for kind in (one.accept or ("pdf", "jpg", "png", "ofd")))
        return _("%(kinds)s，上传后即存入草稿", kinds=kinds)

    def fact(self, one: Field) -> str:
        """Return what a ``readonly`` field shows."""
        value = self.facts.get(one.fact)
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if one.choices and value not in (None, ""):
            return named(one, value)
        if isinstance(value, list):
            return "；".join(_spoken(item) for item in value)
        return _spoken(value)

    def summary(self) -> list[tuple[str, str]]:
        """Return the errors for the top of the page: where each is, and its field with its message."""
        labels = dict(_labels(self.form))
        found = []
        for path, texts in self.errors.items():
            label = labels.get(_shape(path), "")
            found += [(path or "task-form", f"{label}：{text}" if label else text) for text in texts]
        return found


def _spoken(value: Any) -> str:
    if isinstance(value, Mapping):
        return "，".join(str(part) for part in value.values() if part not in (None, ""))
    return "—" if value in (None, "") else str(value)


def _shape(name: str) -> str:
    """Return a name without its row numbers."""
    return "-".join(part for part in name.split("-") if not part.isdigit())


def _labels(form: FormDefinition) -> Iterable[tuple[str, str]]:
    for one in form.fields():
        yield one.name, one.label
        for part in ("start", "end", "name", "date", "seal"):
            yield f"{one.name}-{part}", one.label
        for column in one.rows:
            yield f"{one.name}-{column.name}", f"{one.label}・{column.label}"


def html_errors(errors: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Return a form's messages by HTML name."""
    return {html_name(path): messages for path, messages in errors.items()}


def typed(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """Return what a browser sent of the form itself, the page's own buttons left out."""
    return {name: values for name, values in form.lists() if name not in CONTROLS}


def add_row(form: FormDefinition, data: dict[str, Any], name: str) -> None:
    """Add an empty row to a table of the form; a name that is none changes nothing."""
    if any(one.name == name and one.rows and not one.fixed for one in form.fields()):
        rows = data.get(name)
        data[name] = [*(rows if isinstance(rows, list) else []), {}]


def delete_row(data: dict[str, Any], target: str) -> None:
    """Delete the row ``sources-1`` names."""
    name, _dash, index = target.rpartition("-")
    rows = data.get(name)
    if isinstance(rows, list) and index.isdigit() and int(index) < len(rows):
        data[name] = [row for at, row in enumerate(rows) if at != int(index)]


def field_named(form: FormDefinition, name: str) -> Field | None:
    """Return the field an HTML name belongs to, a row's column included."""
    parts = [part for part in name.split("-") if not part.isdigit()]
    found = next((one for one in form.fields() if one.name == parts[0]), None)
    if found is None or len(parts) == 1:
        return found
    return next((column for column in found.rows if column.name == parts[1]), None)


def put_file(data: dict[str, Any], name: str, attachment_id: str, *, many: bool) -> None:
    """Enter a stored file under its field: one more of ``files``, instead of the one of ``file``."""
    target: Any = data
    *path, last = name.split("-")
    for part in path:
        if isinstance(target, list) and part.isdigit() and int(part) < len(target):
            target = target[int(part)]
        elif isinstance(target, dict):
            target = target.setdefault(part, {})
        else:
            return
    if isinstance(target, dict):
        present = target.get(last)
        kept = present if isinstance(present, list) else [present] if present else []
        target[last] = [*kept, attachment_id] if many else attachment_id


def without_file(data: Any, attachment_id: str) -> Any:
    """Return typed data without one file, wherever it stood."""
    if isinstance(data, Mapping):
        return {
            name: without_file(value, attachment_id) for name, value in data.items() if value != attachment_id
        }
    if isinstance(data, list):
        return [without_file(value, attachment_id) for value in data if value != attachment_id]
    return data
