"""What a form's sources offer, and what the chosen values are called.

What may be chosen is asked of the commands, which hold every answer to it; the fixed list of counties is the
version's own file. It must never offer what a command would refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import yaml
from flask import g

from workflow_app.commands import choices as offered
from workflow_app.engine.forms import FormDefinition
from workflow_app.queries import labels as named
from workflow_app.queries.case_file import Case
from workflow_app.web.desk import desk, reading, today

Offers = Mapping[str, Mapping[str, str]]
COUNTIES = "counties.yaml"


def choices(case: Case, form: FormDefinition) -> Offers:
    """Return, for each source a form names, the values on offer at this moment and their labels."""
    product = desk()
    years = product.tools.parameters(case.version).flags["conflict_years"]
    with product.store.reading() as uow:
        row = uow.cases.get(case.id)
        found = offered.offered(uow, form, row, today(), years if isinstance(years, int) else 0)
    return {**found, "counties": counties(case.version)}


def labels() -> Offers:
    """Return what every value of every source is called, whether it is still on offer or not."""
    if "labels" not in g:
        g.labels = {**named.labels(reading()), "counties": counties(desk().effective_version())}
    found: Offers = g.labels
    return found


def counties(version: str) -> Mapping[str, str]:
    """Return code → 设区市 and county of a version's list."""
    return _counties(desk().tools.versions.files(version).get(COUNTIES, b""))


@lru_cache(maxsize=8)
def _counties(content: bytes) -> Mapping[str, str]:
    prefectures = yaml.safe_load(content) or {}
    return {code: f"{city}{name}" for city, names in prefectures.items() for code, name in names.items()}
