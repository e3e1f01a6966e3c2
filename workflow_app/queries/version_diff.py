"""What is different between two versions: file by file, and within a file by what it means to its readers.

Diagrams by element and property, decision tables by rule and cell, forms and parameters by key, anything
else line by line. It must never know who changed something, nor judge it.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workflow_app.engine.faults import DiagramFault
from workflow_app.engine.tame_yaml import BadYaml, read_yaml
from workflow_app.queries import diff_diagram, diff_table, diff_values
from workflow_app.queries.differences import Change, How

CONTEXT: Final = 3
"""Unchanged lines shown around a difference."""
MOST_LINES: Final = 2_000


@dataclass(frozen=True, slots=True)
class ChangedPath:
    """A file that is not the same in both versions."""

    path: str
    how: How


@dataclass(frozen=True, slots=True)
class FileDifference:
    """What is different in one file.

    :param changes: by meaning; empty where the file is only known as text.
    :param lines: a unified diff, where there is no meaning to show.
    :param redrawn: elements that only lie elsewhere on the canvas.
    """

    path: str
    how: How
    changes: tuple[Change, ...] = ()
    lines: tuple[str, ...] = ()
    redrawn: int = 0


def changed_paths(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[ChangedPath, ...]:
    """Return the files that differ, by path."""
    found = []
    for path in sorted(before.keys() | after.keys()):
        if path not in before:
            found.append(ChangedPath(path, "added"))
        elif path not in after:
            found.append(ChangedPath(path, "removed"))
        elif before[path] != after[path]:
            found.append(ChangedPath(path, "changed"))
    return tuple(found)


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[FileDifference, ...]:
    """Return what is different in each file that differs, by path."""
    return tuple(
        _difference(one, before.get(one.path, b""), after.get(one.path, b""))
        for one in changed_paths(before, after)
    )


def _difference(one: ChangedPath, old: bytes, new: bytes) -> FileDifference:
    """Return a file's differences; as text where it is new, gone, cannot be read or differs in form only."""
    if one.how == "changed":
        try:
            found, redrawn = _meant(one.path, old, new)
        except (DiagramFault, BadYaml):
            found, redrawn = (), 0
        if found or redrawn:
            return FileDifference(one.path, one.how, found, (), redrawn)
    return FileDifference(one.path, one.how, (), _lines(old, new))


def _meant(path: str, old: bytes, new: bytes) -> tuple[tuple[Change, ...], int]:
    if path.endswith(".bpmn"):
        return diff_diagram.changes(old, new)
    if path.endswith(".dmn"):
        return diff_table.changes(old, new), 0
    if path.endswith(".yaml"):
        return diff_values.changes(read_yaml(old), read_yaml(new)), 0
    return (), 0


def _lines(old: bytes, new: bytes) -> tuple[str, ...]:
    said = difflib.unified_diff(
        old.decode("utf-8", "replace").splitlines(),
        new.decode("utf-8", "replace").splitlines(),
        lineterm="",
        n=CONTEXT,
    )
    return tuple(said)[2 : MOST_LINES + 2]
