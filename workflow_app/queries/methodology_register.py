"""One methodology of the register as the public sees it: its versions, the projects that pin each (R12).

355号正文四. A project is named once it is registered; what is on the way there is not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import methodology, methodology_version, project


@dataclass(frozen=True, slots=True)
class Version:
    """A version and the days it may be chosen on; :param until: the first day it may not, if any."""

    number: int
    document: str
    since: date
    until: date | None
    gases: tuple[str, ...]
    gwp_set: str
    crediting_required: bool

    def state(self, day: date) -> str:
        """Return ``coming``, ``in_force`` or ``over`` on a day."""
        if day < self.since:
            return "coming"
        return "in_force" if self.until is None or day < self.until else "over"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A registered project and the version it pinned."""

    number: str
    name: str
    version: int
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A methodology; its versions newest first."""

    code: str
    name: str
    kind: str
    field: str
    document: str
    published_on: date
    demo: bool
    versions: tuple[Version, ...]
    projects: tuple[Pinned, ...]


def entry(reading: Reading, code: str) -> Entry | None:
    """Return a methodology by its code; ``None`` where the register has none."""
    row = reading.execute(select(methodology).where(methodology.c.code == code)).one_or_none()
    if row is None:
        return None
    return Entry(
        code=row.code,
        name=row.name,
        kind=row.kind,
        field=row.field,
        document=row.document,
        published_on=row.published_on,
        demo=bool(row.demo),
        versions=_versions(reading, code),
        projects=_projects(reading, code),
    )


def _versions(reading: Reading, code: str) -> tuple[Version, ...]:
    query = select(methodology_version).where(methodology_version.c.code == code)
    return tuple(
        Version(
            row.version,
            row.document,
            row.effective_from,
            row.effective_until,
            tuple(row.gases),
            row.gwp_set,
            bool(row.crediting_required),
        )
        for row in reading.execute(query.order_by(methodology_version.c.version.desc()))
    )


def _projects(reading: Reading, code: str) -> tuple[Pinned, ...]:
    query = select(
        project.c.number, project.c.name, project.c.methodology_version, project.c.registered_at
    ).where(project.c.methodology_code == code, project.c.registered_at.is_not(None))
    return tuple(
        Pinned(row.number, row.name, int(row.methodology_version or 1), row.registered_at)
        for row in reading.execute(query.order_by(project.c.registered_at.desc(), project.c.id))
    )
