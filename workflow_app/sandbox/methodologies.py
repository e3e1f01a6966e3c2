"""The shipped register of methodologies (``bpmn/methodologies.yaml``), entered through commands (R10-R13).

A production register starts with what was really published; the sandbox adds the demonstration ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib import resources
from typing import Any

import yaml

from workflow_app.commands.requests import EnterMethodology


def shipped(*, demo: bool) -> tuple[EnterMethodology, ...]:
    """Return the shipped register's entries, oldest first.

    :param demo: with the methodologies made for the sandbox.
    """
    read = yaml.safe_load(resources.files("bpmn").joinpath("methodologies.yaml").read_bytes())
    entries = (_entry(row) for row in read["methodologies"] if demo or not row["demo"])
    return tuple(sorted(entries, key=lambda entry: entry.published_on))


def published_by(entries: Iterable[EnterMethodology], day: date) -> tuple[EnterMethodology, ...]:
    """Return the entries published by a day (R23)."""
    return tuple(entry for entry in entries if entry.published_on <= day)


def _entry(row: dict[str, Any]) -> EnterMethodology:
    return EnterMethodology(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        field=row["field"],
        published_on=row["published_on"],
        document=row["document"],
        gases=tuple(row["gases"]),
        crediting_required=row["crediting_required"],
        demo=row["demo"],
        gwp_set=row.get("gwp_set", ""),
    )
