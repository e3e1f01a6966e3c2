"""What is different between two versions: file by file, and within a file by what it means to its readers.

It must never know who changed something, nor judge it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

How = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class ChangedPath:
    """A file that is not the same in both versions."""

    path: str
    how: How


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
