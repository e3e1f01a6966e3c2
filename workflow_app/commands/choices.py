"""The values a form's sources offer at this moment in this case: people, pilots, methodologies.

One function a source, in one visible table; the page shows them, the command holds the answer to
them. A source that is not here (a fixed list such as the counties) is not judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from workflow_app.commands import recusal
from workflow_app.engine.forms import FormDefinition
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.unit_of_work import UnitOfWork

Offer = Callable[[UnitOfWork, CaseRow, date, int], Mapping[str, str]]


def offered(
    uow: UnitOfWork, form: FormDefinition, case: CaseRow, today: date, conflict_years: int
) -> dict[str, Mapping[str, str]]:
    """Return, for each source the form names, its values and their labels.

    :param conflict_years: how long a tie of an expert bars them.
    """
    fields = [each for field in form.fields() for each in (field, *field.rows)]
    names = {field.source for field in fields if field.source in SOURCES}
    return {name: SOURCES[name](uow, case, today, conflict_years) for name in sorted(names)}


def _methodologies(uow: UnitOfWork, case: CaseRow, today: date, years: int) -> Mapping[str, str]:
    """R23: only what is published by today."""
    return {row["code"]: row["name"] for row in uow.programme.methodologies() if row["published_on"] <= today}


def _pilot_filings(uow: UnitOfWork, case: CaseRow, today: date, years: int) -> Mapping[str, str]:
    """R27: only filings in force."""
    return {row["id"]: f"{row['number']} {row['name']}" for row in uow.programme.filings("filed")}


def _experts(uow: UnitOfWork, case: CaseRow, today: date, years: int) -> Mapping[str, str]:
    """Recusal: conflicted experts are not even offered."""
    found = {user.id: user.name for user in uow.people.users(role="expert")}
    barred = recusal.conflicted(uow, case, found, today, years)
    return {expert: name for expert, name in found.items() if expert not in barred}


def _panel_members(uow: UnitOfWork, case: CaseRow, today: date, years: int) -> Mapping[str, str]:
    """The panel this case's clerk appointed last."""
    panel = uow.history.form(f"case:{case.id}", "panel") or {}
    return {expert: uow.people.user(expert).name for expert in panel.get("experts") or ()}


def _bureaus(uow: UnitOfWork, case: CaseRow, today: date, years: int) -> Mapping[str, str]:
    return {row.id: row.name for row in uow.people.organisations("prefecture_bureau")}


SOURCES: Final[Mapping[str, Offer]] = {
    "bureaus": _bureaus,
    "experts": _experts,
    "methodologies": _methodologies,
    "panel_members": _panel_members,
    "pilot_filings": _pilot_filings,
}
