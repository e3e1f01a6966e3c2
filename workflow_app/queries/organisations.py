"""Organisations, for the pages and addresses that administer them: what they are and were called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from workflow_app.queries.reading import Reading
from workflow_app.store.repositories.posts import in_service
from workflow_app.store.tables import organisation, organisation_name, user_account


@dataclass(frozen=True, slots=True)
class Organisation:
    """A line of the organisations page; ``people`` counts those who work there today."""

    id: str
    name: str
    uscc: str
    kind: str
    status: str
    people: int
    division: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Name:
    """What an organisation was called from ``valid_from`` to ``valid_to``; the present name has no end."""

    name: str
    valid_from: date
    valid_to: date | None
    reason: str
    entered_at: datetime
    entered_by: str


def organisations(reading: Reading, *, kind: str = "", active: bool = False) -> tuple[Organisation, ...]:
    """Return organisations by kind and name: all, of one kind, or those in use."""
    query = _lines(reading).order_by(organisation.c.status, organisation.c.kind, organisation.c.name)
    if kind:
        query = query.where(organisation.c.kind == kind)
    if active:
        query = query.where(organisation.c.status == "active")
    return tuple(_line(row) for row in reading.execute(query))


def one(reading: Reading, organisation_id: str) -> Organisation | None:
    """Return one organisation."""
    row = reading.execute(_lines(reading).where(organisation.c.id == organisation_id)).one_or_none()
    return None if row is None else _line(row)


def names(reading: Reading, organisation_id: str) -> tuple[Name, ...]:
    """Return what an organisation is and was called, newest first."""
    query = (
        select(organisation_name, user_account.c.name.label("by"))
        .outerjoin(user_account, user_account.c.id == organisation_name.c.entered_by)
        .where(organisation_name.c.organisation_id == organisation_id)
        .order_by(organisation_name.c.valid_from.desc())
    )
    found: list[Name] = []
    for row in reading.execute(query):
        until = date.fromordinal(found[-1].valid_from.toordinal() - 1) if found else None
        found.append(Name(row.name, row.valid_from, until, row.reason, row.entered_at, row.by or ""))
    return tuple(found)


def _lines(reading: Reading) -> Select[Any]:
    people = (
        select(func.count())
        .where(user_account.c.organisation_id == organisation.c.id, in_service(reading.today))
        .scalar_subquery()
    )
    return select(organisation, people.label("people"))


def _line(row: Any) -> Organisation:
    return Organisation(
        row.id, row.name, row.uscc or "", row.kind, row.status, row.people, row.division, row.closed_on
    )
