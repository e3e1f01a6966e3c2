"""What the gate can say, code by code, with an example of the mistake and of what is right: one source.

The texts are data (``manual.yaml``), shown at ``/help/diagram-findings`` and named in
``docs/diagram-findings.md``. This module must never know how a code is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: its title, why it is refused, a wrong and a right example."""

    code: str
    title: str
    text: str
    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The codes about one subject."""

    title: str
    entries: tuple[Entry, ...]


@lru_cache(maxsize=1)
def manual() -> tuple[Chapter, ...]:
    """Return every chapter, in the order a reader needs them."""
    source = (files("workflow_app.engine.lint") / "manual.yaml").read_text("utf-8")
    return tuple(
        Chapter(
            chapter["chapter"],
            tuple(
                Entry(code, **{name: str(text) for name, text in told.items()})
                for code, told in chapter["codes"].items()
            ),
        )
        for chapter in yaml.safe_load(source)
    )
