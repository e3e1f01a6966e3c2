"""A long form in parts: each section folded, with how much of what it must hold is filled in.

On a phone the two forms of an application are a hundred fields long; folded, they are a table of contents.
Which sections stand open is decided here, so that it works without a script: where something is wrong,
where a button was just pressed, and otherwise the first that is not complete.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from workflow_app.engine.form_answers import is_blank
from workflow_app.engine.forms import Field, Section
from workflow_app.web.form_page import FormPage

MANY_SECTIONS = 7
"""A form of so many sections is folded."""
_BUTTONS = ("add_row", "delete_row", "upload", "remove_file", "refresh")


@dataclass(frozen=True, slots=True)
class Fold:
    """A section as it is drawn: ``filled`` of ``needed`` required fields, ``wrong`` messages in it."""

    section: Section
    fields: tuple[Field, ...]
    open: bool
    filled: int
    needed: int
    wrong: int

    @property
    def complete(self) -> bool:
        """Nothing that is required is missing."""
        return self.filled == self.needed


def folded(page: FormPage) -> bool:
    """Tell whether a form is long enough to be folded."""
    return len(page.form.sections) >= MANY_SECTIONS


def folds(page: FormPage) -> tuple[Fold, ...]:
    """Return the sections that show something, each with where it stands."""
    shown = [(section, tuple(page.shown(section))) for section in page.form.sections]
    found = [_fold(page, section, fields) for section, fields in shown if fields]
    if any(fold.open for fold in found):
        return tuple(found)
    first = next((fold for fold in found if not fold.complete), None)
    return tuple(_opened(fold) if fold is first else fold for fold in found)


def _fold(page: FormPage, section: Section, fields: tuple[Field, ...]) -> Fold:
    needed = [field for field in fields if field.required and field.type != "readonly"]
    filled = sum(not is_blank(page.data.get(field.name)) for field in needed)
    wrong = sum(len(page.errors_below(field.name)) for field in fields)
    return Fold(section, fields, bool(wrong) or _pressed(fields), filled, len(needed), wrong)


def _opened(fold: Fold) -> Fold:
    return Fold(fold.section, fold.fields, True, fold.filled, fold.needed, fold.wrong)


def _pressed(fields: tuple[Field, ...]) -> bool:
    """Tell whether the button that drew the form anew belongs to one of these fields."""
    named = [request.form.get(button, "") for button in _BUTTONS] if request.method == "POST" else []
    named.append(request.headers.get("HX-Trigger", "").removeprefix("watch-"))
    uploaded = [name for name, file in request.files.items() if file.filename]
    names = {name.partition("-")[0] for name in (*named, *uploaded) if name}
    return bool(names & {field.name for field in fields})
