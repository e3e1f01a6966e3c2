"""The version a back-test runs, parsed apart from the deployed ones, and what it changes of another.

It stays in this one back-test: a draft is not kept among the versions cases run on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from workflow_app.commands import parameters
from workflow_app.commands.parameters import Parameters
from workflow_app.engine.forms import FormDefinition, load_forms
from workflow_app.engine.model import Definition
from workflow_app.engine.process import Engine
from workflow_app.store.repositories.definitions import version_of

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Design:
    """A version as a back-test needs it."""

    version: str
    files: Files
    engine: Engine
    forms: Mapping[str, FormDefinition]
    parameters: Parameters

    @classmethod
    def of(cls, files: Files) -> Design:
        """Parse a version.

        :raises DiagramFault: a diagram or a table cannot be read.
        :raises BadForm: a form does not hold.
        :raises Refused: the parameters do not hold.
        """
        whole = dict(files)
        engine = Engine(lambda _: whole)
        version = version_of(whole)
        engine.definition(version)
        return cls(version, whole, engine, load_forms(whole), parameters.load(whole))

    @property
    def definition(self) -> Definition:
        """Return the parsed diagrams."""
        return self.engine.definition(self.version)

    def names(self, process_id: str) -> dict[str, str]:
        """Return what fields, limits, tables and the elements of a process are called, by id."""
        process = self.definition.processes.get(process_id)
        elements = process.elements if process else {}
        forms = {one.properties["form"] for one in elements.values() if "form" in one.properties}
        known = [self.forms[key] for key in sorted(forms) if key in self.forms]
        return {
            **{field.name: field.label for form in known for field in form.fields()},
            **{rule.id: rule.name for rule in self.parameters.rules.values()},
            **self.definition.decisions,
            **{each.id: each.name for each in self.definition.processes.values()},
            **{one.id: one.name for one in elements.values()},
        }

    def processes_unlike(self, other: Design) -> frozenset[str]:
        """Return the processes of which something differs: diagram, table, form, limit or flag they name."""
        names = _changed_names(self, other)
        return frozenset(
            process.id
            for process in self.definition.processes.values()
            if _differs(process.path, self.files, other.files) or _names(self.files[process.path], names)
        ) | (other.definition.processes.keys() - self.definition.processes.keys())


def _changed_names(one: Design, other: Design) -> frozenset[str]:
    """Return the ids of what lies beside the diagrams and differs."""
    changed = {
        key for key in one.forms.keys() | other.forms.keys() if one.forms.get(key) != other.forms.get(key)
    }
    for mine, theirs in (
        (one.parameters.flags, other.parameters.flags),
        (one.parameters.rules, other.parameters.rules),
    ):
        changed |= {name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)}
    tables = one.definition.decisions.keys() | other.definition.decisions.keys()
    for path in one.files.keys() | other.files.keys():
        if path.endswith(".dmn") and _differs(path, one.files, other.files):
            text = one.files.get(path, b"") + other.files.get(path, b"")
            changed |= {table for table in tables if table.encode() in text}
    for path, data in one.files.items():
        if path.endswith(".dmn") and _names(data, frozenset(changed)):  # a flag a table asks for
            changed |= {table for table in tables if table.encode() in data}
    return frozenset(changed)


def _differs(path: str, one: Files, other: Files) -> bool:
    return one.get(path) != other.get(path)


def _names(data: bytes, names: frozenset[str]) -> bool:
    """Tell whether a file names any of these; a name in a longer word does not count."""
    return bool(names & set(re.findall(r"\w+", data.decode("utf-8", "replace"))))
