"""The programme's records: methodologies, filings, projects, opinions, notices, comments, batches.

Rows are returned as mappings of columns, so that a caller can write a changed one back whole
through ``live.put``, or only what changed through ``change``. The K rules stand in the database.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Column, Connection, Select, Table, func, or_, select, text

from workflow_app.kernel.errors import NotFound
from workflow_app.store.driver import Driver, Query
from workflow_app.store.live import Live
from workflow_app.store.schema.columns import Value
from workflow_app.store.schema.programme import BATCH_VOID
from workflow_app.store.sealing import PersonalValues
from workflow_app.store.tables import (
    account,
    batch,
    comment,
    methodology,
    methodology_version,
    panel_opinion,
    pilot_filing,
    project,
    public_notice,
    registration,
)

Record = dict[str, Any]


class ProgrammeRepository:
    """The programme's records in one unit of work."""

    def __init__(self, connection: Connection, driver: Driver, live: Live, personal: PersonalValues) -> None:
        self._connection = connection
        self._driver = driver
        self._live = live
        self._personal = personal
        self._locks = connection.dialect.name == "postgresql"

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """Enter a new record."""
        self._live.insert(table, row)

    def change(self, table: Table, record_id: str, values: Mapping[str, Any]) -> None:
        """Change columns of a record.

        :raises NotFound: there is none.
        """
        if not self._live.update(table, {"id": record_id}, values):
            raise NotFound("no_such_record", "没有这条记录")

    def methodology(self, code: str) -> Record | None:
        """Return a methodology of the register."""
        return self._one(_METHODOLOGY, code)

    def methodologies(self) -> tuple[Record, ...]:
        """Return the register, by code."""
        return self._all(select(methodology).order_by(methodology.c.code))

    def methodology_in_force(self, code: str, day: date) -> Record | None:
        """Return the version of a methodology that may be chosen on a day."""
        versions = methodology_version.c
        return self._first(
            select(methodology_version)
            .where(versions.code == code, versions.effective_from <= day)
            .where(or_(versions.effective_until.is_(None), versions.effective_until > day))
        )

    def methodology_versions(self, code: str) -> tuple[Record, ...]:
        """Return a methodology's versions, oldest first."""
        return self._all(
            select(methodology_version)
            .where(methodology_version.c.code == code)
            .order_by(methodology_version.c.version)
        )

    def methodologies_in_force(self, day: date) -> tuple[Record, ...]:
        """Return the methodologies that may be chosen on a day, by code."""
        versions = methodology_version.c
        return self._all(
            select(methodology)
            .join(methodology_version, versions.code == methodology.c.code)
            .where(versions.effective_from <= day)
            .where(or_(versions.effective_until.is_(None), versions.effective_until > day))
            .order_by(methodology.c.code)
        )

    def project(self, project_id: str, *, lock: bool = False) -> Record | None:
        """Return a project.

        :param lock: hold it till the end of the transaction (PostgreSQL; SQLite holds all).
        """
        return self._one(_PROJECT_LOCKED if lock and self._locks else _PROJECT, project_id)

    def project_by_number(self, number: str) -> Record | None:
        """Return the registered project with this number."""
        return self._first(select(project).where(project.c.number == number))

    def projects_named(self, name: str) -> tuple[Record, ...]:
        """Return every project of this exact name, oldest first."""
        return self._all(
            select(project).where(project.c.name == name).order_by(project.c.created_at, project.c.id)
        )

    def filing(self, filing_id: str) -> Record | None:
        """Return a pilot filing."""
        return self._one(_FILING, filing_id)

    def filings(self, *states: str, organisation_id: str | None = None) -> tuple[Record, ...]:
        """Return pilot filings in these states (or all), by number."""
        query = select(pilot_filing).order_by(pilot_filing.c.number, pilot_filing.c.id)
        if states:
            query = query.where(pilot_filing.c.state.in_(states))
        if organisation_id is not None:
            query = query.where(pilot_filing.c.organisation_id == organisation_id)
        return self._all(query)

    def opinion(self, opinion_id: str) -> Record | None:
        """Return a panel's opinion."""
        return self._one(_OPINION, opinion_id)

    def opinions(self, project_id: str) -> tuple[Record, ...]:
        """Return a project's opinions, oldest first."""
        return _OPINIONS.records(self._driver, key=project_id)

    def notice(self, notice_id: str) -> Record | None:
        """Return a public notice."""
        return self._one(_NOTICE, notice_id)

    def notices(self, project_id: str) -> tuple[Record, ...]:
        """Return a project's notices, oldest first."""
        return self._all(
            select(public_notice)
            .where(public_notice.c.project_id == project_id)
            .order_by(public_notice.c.published_at, public_notice.c.id)
        )

    def comment(self, comment_id: str) -> Record | None:
        """Return a comment; its author is sealed (:meth:`author`)."""
        return self._one(_COMMENT, comment_id)

    def comment_by_receipt(self, receipt: str) -> Record | None:
        """Return the comment with this receipt number."""
        return self._first(select(comment).where(comment.c.receipt == receipt))

    def comments(self, notice_id: str) -> tuple[Record, ...]:
        """Return the comments on a notice, oldest first."""
        return self._all(
            select(comment)
            .where(comment.c.notice_id == notice_id)
            .order_by(comment.c.received_at, comment.c.id)
        )

    def sealed_author(self, comment_id: str, name: str, contact: str) -> Mapping[str, str] | None:
        """Return the ``author`` column of a new comment: ciphertext, or ``None`` where nothing was given."""
        if not name and not contact:
            return None
        return self._personal.seal(f"comment:{comment_id}", {"name": name, "contact": contact})

    def author(self, record: Mapping[str, Any]) -> Value:
        """Return a comment's ``{"name", "contact"}``, ``None``, or the mark of an erased person."""
        return None if record["author"] is None else self._personal.open(record["author"])

    def account(self, organisation_id: str | None, kind: str) -> Record | None:
        """Return an organisation's account of a kind; ``(None, "issuance")`` is the contra account."""
        return self._first(
            select(account).where(
                account.c.organisation_id.is_not_distinct_from(organisation_id), account.c.kind == kind
            )
        )

    def registration(self, project_id: str) -> Record | None:
        """Return a project's registration."""
        return self._first(select(registration).where(registration.c.project_id == project_id))

    def registrations(self) -> int:
        """Return how many projects were ever registered."""
        return int(self._connection.execute(select(func.count()).select_from(registration)).scalar_one())

    def batch(self, batch_id: str) -> Record | None:
        """Return a batch."""
        return self._one(_BATCH, batch_id)

    def batches(self, project_id: str, *, but: Collection[str] = ()) -> tuple[Record, ...]:
        """Return a project's batches, oldest first.

        :param but: states to leave out; what was withdrawn may be many times what stands.
        """
        query = select(batch).where(batch.c.project_id == project_id).order_by(batch.c.sequence)
        return self._all(query.where(batch.c.state.not_in(but)) if but else query)

    def last_standing_until(self, project_id: str, day: date, *, but: str) -> Record | None:
        """Return the standing batch that starts last, on or before a day; ``but`` is left out.

        Those that stand are disjoint, so that a period which ends on ``day`` can overlap no other.
        """
        return self._first(
            select(batch)
            .where(batch.c.project_id == project_id, batch.c.id != but, batch.c.period_start <= day)
            .where(_STANDING)
            .order_by(batch.c.period_start.desc())
            .limit(1)
        )

    def next_batch_sequence(self, project_id: str) -> int:
        """Return the number a project's next batch gets, from 1."""
        last = select(func.max(batch.c.sequence)).where(batch.c.project_id == project_id)
        return int(self._connection.execute(last).scalar_one() or 0) + 1

    def _one(self, query: Query, key: str) -> Record | None:
        return next(iter(query.records(self._driver, key=key)), None)

    def _first(self, query: Select[Any]) -> Record | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else dict(row)

    def _all(self, query: Select[Any]) -> tuple[Record, ...]:
        return tuple(dict(row) for row in self._connection.execute(query).mappings())


def _by(column: Column[str], rest: str = "") -> Query:
    return Query(column.table.c, f'WHERE "{column.name}" = {{key}}{rest}')


_STANDING: Final = text(f"state NOT IN ({', '.join(repr(state) for state in BATCH_VOID)})")
"""Said as ``ix_batch_standing`` says it: a partial index is not found through bound values."""
_METHODOLOGY: Final = _by(methodology.c.code)
_PROJECT: Final = _by(project.c.id)
_PROJECT_LOCKED: Final = _by(project.c.id, " FOR UPDATE")
_FILING: Final = _by(pilot_filing.c.id)
_OPINION: Final = _by(panel_opinion.c.id)
_OPINIONS: Final = _by(panel_opinion.c.project_id, " ORDER BY signed_at, id")
_NOTICE: Final = _by(public_notice.c.id)
_COMMENT: Final = _by(comment.c.id)
_BATCH: Final = _by(batch.c.id)
