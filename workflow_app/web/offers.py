"""What a form's sources offer, and what the chosen values are called.

What may be chosen is asked of the commands, which hold every answer to it; the fixed list of counties is the
version's own file. It must never offer what a command would refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import yaml
from flask import g

from workflow_app.commands import calculations
from workflow_app.commands import choices as offered
from workflow_app.engine.forms import FormDefinition
from workflow_app.queries import labels as named
from workflow_app.queries.case_file import Case
from workflow_app.web.desk import desk, reading, today

Offers = Mapping[str, Mapping[str, str]]
COUNTIES = "counties.yaml"


def choices(case: Case, form: FormDefinition) -> Offers:
    """Return, for each source a form names, the values on offer at this moment and their labels."""
    return _offered(case.id, case.version, form)


def _offered(case_id: str, version: str, form: FormDefinition) -> Offers:
    product = desk()
    flags = product.tools.parameters(version).flags
    known = product.tools.calculations(version)
    with product.store.reading() as uow:
        row = uow.cases.get(case_id)
        found = offered.offered(uow, form, row, today(), flags, known)
    return {**found, "counties": counties(version)}


def printed(case_id: str, version: str, key: str) -> FormDefinition:
    """Return a form as a case prints it: with the lines of its methodology, where it has tables of them."""
    form = desk().form(version, key)
    return form.with_lines(_offered(case_id, version, form)) if form.lined else form


def called(case_id: str, version: str, form: FormDefinition) -> Offers:
    """Return what every value of a form handed in on a case is called, its printed lines included."""
    if not form.lined:
        return labels()
    product = desk()
    with product.store.reading() as uow:
        known = product.tools.calculations(version)
        lines = calculations.lines(calculations.of_case(uow, uow.cases.get(case_id), known))
    return {**labels(), **dict.fromkeys(form.lined, lines)}


def labels() -> Offers:
    """Return what every value of every source is called, whether it is still on offer or not."""
    if "labels" not in g:
        g.labels = {
            **named.labels(reading()),
            "counties": counties(desk().effective_version()),
            "first_batch_ways": offered.FIRST_BATCH_WAYS,
        }
    found: Offers = g.labels
    return found


def counties(version: str) -> Mapping[str, str]:
    """Return code → 设区市 and county of a version's list."""
    return _counties(desk().tools.versions.files(version).get(COUNTIES, b""))


@lru_cache(maxsize=8)
def _counties(content: bytes) -> Mapping[str, str]:
    prefectures = yaml.safe_load(content) or {}
    return {code: f"{city}{name}" for city, names in prefectures.items() for code, name in names.items()}
