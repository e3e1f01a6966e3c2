"""The programme as the public may see it: its figures, its methodologies, its pilot filings.

355号二, 三, 四. A filing stands here once it took effect; people and work in hand are no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    ledger_posting,
    methodology,
    organisation,
    pilot_filing,
    project,
    public_notice,
)

IN_FORCE = ("filed", "suspended", "terminated")
"""States of a filing the public may see: before, it is the unit's own affair."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Live figures of the programme. Tonnes are tCO₂e.

    :param issued: whole tonnes registered so far, reversals taken off.
    :param expected: yearly reductions the registered projects expect.
    """

    projects: int
    issued: int
    expected: Decimal
    open_notices: int
    methodologies: int
    filings: int


@dataclass(frozen=True, slots=True)
class Methodology:
    """A line of the methodology register."""

    code: str
    name: str
    kind: str
    field: str
    document: str
    published_on: date
    demo: bool
    projects: int


@dataclass(frozen=True, slots=True)
class Filing:
    """A pilot filing in force, suspended or ended."""

    number: str
    name: str
    organisation: str
    bureau: str
    kind: str
    division: str
    basis: str
    state: str
    filed_at: datetime
    projects: int


def figures(reading: Reading) -> Figures:
    """Return the programme's figures as they stand."""
    minted = _sum_of("mint")
    reversed_ = _sum_of("reverse")
    registered = project.c.registered_at.is_not(None)
    row = reading.execute(
        select(
            _number(project, registered).label("projects"),
            minted.label("minted"),
            reversed_.label("reversed"),
            _number(public_notice, public_notice.c.state == "open").label("open_notices"),
            _number(methodology, methodology.c.kind == "jcer").label("methodologies"),
            _number(pilot_filing, pilot_filing.c.state == "filed").label("filings"),
        )
    ).one()
    expected = reading.execute(
        select(project.c.annual_tonnes).where(
            project.c.state == "registered", project.c.annual_tonnes.is_not(None)
        )
    )
    return Figures(
        projects=int(row.projects),
        issued=int(row.minted or 0) - int(row.reversed or 0),
        expected=sum((value for value in expected.scalars()), Decimal(0)),
        open_notices=int(row.open_notices),
        methodologies=int(row.methodologies),
        filings=int(row.filings),
    )


def methodologies(reading: Reading, *, kind: str = "") -> tuple[Methodology, ...]:
    """Return the methodologies on record, the programme's own first, by field and date."""
    used = (
        select(func.count())
        .where(project.c.methodology_code == methodology.c.code, project.c.registered_at.is_not(None))
        .scalar_subquery()
    )
    query = select(methodology, used.label("projects"))
    if kind:
        query = query.where(methodology.c.kind == kind)
    rows = reading.execute(
        query.order_by(
            methodology.c.kind != "jcer", methodology.c.field, methodology.c.published_on, methodology.c.code
        )
    )
    return tuple(
        Methodology(
            row.code,
            row.name,
            row.kind,
            row.field,
            row.document,
            row.published_on,
            bool(row.demo),
            int(row.projects),
        )
        for row in rows
    )


def filings(reading: Reading) -> tuple[Filing, ...]:
    """Return the pilot filings that took effect, the newest first."""
    bureau = organisation.alias("bureau")
    hosted = (
        select(func.count())
        .where(project.c.pilot_filing_id == pilot_filing.c.id, project.c.registered_at.is_not(None))
        .scalar_subquery()
    )
    joined = pilot_filing.join(organisation, organisation.c.id == pilot_filing.c.organisation_id).outerjoin(
        bureau, bureau.c.id == pilot_filing.c.bureau_org
    )
    query = select(
        pilot_filing,
        organisation.c.name.label("organisation"),
        bureau.c.name.label("bureau"),
        hosted.label("projects"),
    ).select_from(joined)
    rows = reading.execute(
        query.where(pilot_filing.c.state.in_(IN_FORCE)).order_by(
            pilot_filing.c.filed_at.desc(), pilot_filing.c.id
        )
    )
    return tuple(
        Filing(
            number=row.number,
            name=row.name or row.organisation,
            organisation=row.organisation,
            bureau=row.bureau or "",
            kind=row.kind,
            division=row.division,
            basis=row.basis,
            state=row.state,
            filed_at=row.filed_at,
            projects=int(row.projects),
        )
        for row in rows
    )


def _number(table: Any, condition: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(table).where(condition).scalar_subquery()


def _sum_of(kind: str) -> Any:
    return select(func.sum(ledger_posting.c.quantity)).where(ledger_posting.c.kind == kind).scalar_subquery()
