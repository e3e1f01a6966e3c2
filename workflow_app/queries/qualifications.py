"""交易资质 of the exchanges: the papers entered, and until when each may publish and trade (R45)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from workflow_app.queries.holders import people_of
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import exchange_qualification, organisation

WARNED: int = 60
"""Days before its end from which a qualification is warned of."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A qualification as it was entered."""

    id: str
    number: str
    issuer: str
    valid_from: date
    valid_until: date
    note: str
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """An exchange and its qualification.

    :param days_left: calendar days after today up to its last day; ``None`` where it has none in force.
    """

    id: str
    name: str
    uscc: str
    qualified_until: date | None
    days_left: int | None
    papers: tuple[Paper, ...]

    @property
    def state(self) -> str:
        """``valid``, ``ending`` within :data:`WARNED` days, ``expired`` or ``none``."""
        if self.qualified_until is None:
            return "none"
        if self.days_left is None:
            return "expired"
        return "ending" if self.days_left <= WARNED else "valid"


def ending(reading: Reading, on: date) -> int:
    """Return how many exchanges have no qualification, or one over or to end within :data:`WARNED` days."""
    until = organisation.c.qualified_until
    query = select(func.count()).where(
        organisation.c.kind == "exchange",
        organisation.c.status == "active",
        or_(until.is_(None), until <= on + timedelta(days=WARNED)),
    )
    return int(reading.execute(query).scalar_one())


def exchanges(reading: Reading, on: date) -> tuple[Exchange, ...]:
    """Return the exchanges there are, each with its papers, the last entered first."""
    rows = reading.execute(
        select(organisation)
        .where(organisation.c.kind == "exchange", organisation.c.status == "active")
        .order_by(organisation.c.name)
    ).all()
    papers = reading.execute(
        select(exchange_qualification).order_by(exchange_qualification.c.id.desc())
    ).all()
    names = people_of(reading, [paper.entered_by for paper in papers])
    return tuple(
        Exchange(
            row.id,
            row.name,
            row.uscc or "",
            row.qualified_until,
            _left(row.qualified_until, on),
            tuple(
                Paper(
                    paper.id,
                    paper.number,
                    paper.issuer,
                    paper.valid_from,
                    paper.valid_until,
                    paper.note,
                    names.get(paper.entered_by, ""),
                    paper.entered_at,
                )
                for paper in papers
                if paper.organisation_id == row.id
            ),
        )
        for row in rows
    )


def _left(until: date | None, on: date) -> int | None:
    return None if until is None or until < on else (until - on).days
