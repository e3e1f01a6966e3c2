"""What a form is: sections of typed fields, conditions, actions and form-wide rules, all frozen.

A form belongs to a human task of a diagram and stands beside it in ``bpmn/forms``. These types only
hold the definition; reading it is ``form_loader``, judging an answer ``form_schema``, showing one
``form_view``. Nothing here may know of projects, carbon, pages or the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""What JSON can say: ``None``, booleans, numbers, text, lists and mappings of these."""

TEXT_TYPES = frozenset({"text", "textarea"})
CHOICE_TYPES = frozenset({"select", "radio", "checkboxes"})
NUMBER_TYPES = frozenset({"integer", "tonnes", "decimal", "money"})
FILE_TYPES = frozenset({"file", "files"})
COMPOSITE_PARTS: Mapping[str, tuple[str, ...]] = {
    "period": ("start", "end"),
    "signature": ("name", "date", "seal"),
}
TYPES = (
    TEXT_TYPES
    | CHOICE_TYPES
    | NUMBER_TYPES
    | FILE_TYPES
    | frozenset(COMPOSITE_PARTS)
    | frozenset({"checkbox", "yesno", "date", "rows", "declaration", "readonly", "user", "users"})
)
CHECKS = frozenset({"uscc", "uscc_shape", "phone", "email", "postcode", "id_number"})
MASKS = frozenset({"name", "phone", "email", "id_number", "address", "text"})
RULES = frozenset(
    {
        "all_or_none",
        "not_after",
        "not_future",
        "one_of",
        "member_of",
        "unique",
        "difference",
        "column_excludes",
        "column_includes",
        "column_sum",
        "equals",
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select, radio or checkboxes field."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when ``field`` (or ``action``) has one of ``values``; booleans are ``true`` / ``false``."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. Units: ``tonnes`` tCO2e, integer; ``money`` yuan, two places.

    ``variable`` is the case variable the answer becomes, ``personal`` the group of personal values it
    belongs to, ``fact`` the fact of the case that fills it in beforehand (or, for ``readonly``, shows; its
    ``choices`` are then what each of the fact's values, separated by commas, is called).
    A table with a ``source`` is printed with that source's lines, all of them to be filled in; without any
    it is left out. A ``computed`` field is the system's own wherever there are such lines.
    """

    name: str
    label: str
    type: str
    required: bool = False
    help: str = ""
    placeholder: str = ""
    unit: str = ""
    text: str = ""
    article: str = ""
    max_length: int | None = None
    min: str | None = None
    max: str | None = None
    places: int = 4
    min_items: int = 0
    max_items: int | None = None
    accept: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    source: str = ""
    check: str = ""
    check_unless: Condition | None = None
    personal: str = ""
    mask: str = ""
    fact: str = ""
    variable: str = ""
    default: str = ""
    show_if: Condition | None = None
    required_if: Condition | None = None
    rows: tuple[Field, ...] = ()
    row_label: str = ""
    fixed: tuple[Choice, ...] = ()
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields, in the order of the printed form."""

    key: str
    title: str
    fields: tuple[Field, ...]
    help: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A submit button; the first of a form is its primary one. ``sets`` become case variables."""

    value: str
    label: str
    sets: Mapping[str, Json] = field(default_factory=dict)
    confirm: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A check across fields, from the catalogue ``RULES``."""

    rule: str
    fields: tuple[str, ...]
    message: str
    values: tuple[str, ...] = ()
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a judgement may depend on besides the answer itself.

    :param today: the legal date in Asia/Shanghai; without it the checks against today are left out.
    :param choices: for each source the values on offer and their labels; a source that is absent is
        not checked here.
    """

    today: date | None = None
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormValue:
    """A submitted answer: JSON-ready, without anything hidden, blank or unknown."""

    data: dict[str, Json]
    variables: dict[str, Json]
    personal: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, tuple[str, ...]], ...]
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormModel:
    """A whole form as its YAML file says it."""

    key: str
    version: int
    title: str
    article: str
    sections: tuple[Section, ...]
    actions: tuple[Action, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    intro: str = ""
    rules: tuple[Rule, ...] = ()
    prefill: str = ""
    public: bool = False

    def fields(self) -> Iterator[Field]:
        """Yield the top-level fields in printed order."""
        for section in self.sections:
            yield from section.fields

    def field(self, name: str) -> Field:
        """Return the top-level field called ``name``.

        :raises KeyError: there is no such field.
        """
        for candidate in self.fields():
            if candidate.name == name:
                return candidate
        raise KeyError(name)
