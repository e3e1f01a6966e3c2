"""Official papers: issued once, their files kept by hash, every delivery written down.

What a paper says and who may have it is decided above. Papers and deliveries are acts and stand in the
history; a file can be made again from its paper, so it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from workflow_app.kernel.errors import NotFound
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.driver import Driver
from workflow_app.store.live import Live
from workflow_app.store.tables import delivery, document_file, official_document

IN_APP: Final = "in_app"
POST: Final = "post"
RECEIPT: Final = "receipt"
COUNTER: Final = "counter"


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper as it was issued.

    :param version: of the files its template is one of.
    :param data: everything the template is filled with, frozen when the number was given.
    """

    id: str
    key: str
    number: str
    title: str
    audience: str
    case_id: str | None
    project_id: str | None
    organisation_id: str | None
    subject_id: str | None
    version: str
    data: Mapping[str, Any]
    issued_at: datetime
    issued_by: str | None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """The file of a paper; the seal's four values are given together or not at all."""

    document_id: str
    sha256: str
    size: int
    typeset_with: str
    kept_at: datetime
    seal_issuer: str | None = None
    seal_algorithm: str | None = None
    seal_value: str | None = None
    sealed_at: datetime | None = None


class DocumentRepository:
    """Papers of one unit of work."""

    def __init__(self, connection: Connection, driver: Driver, live: Live) -> None:
        self._connection = connection
        self._driver = driver
        self._live = live
        self._insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def issue(self, row: Issued) -> None:
        """Enter a paper; its number is nobody else's."""
        self._live.insert(official_document, {name: getattr(row, name) for name in Issued.__slots__})

    def get(self, document_id: str) -> Issued:
        """Return a paper.

        :raises NotFound: there is none.
        """
        row = self._connection.execute(_PAPERS.where(official_document.c.id == document_id)).first()
        if row is None:
            raise NotFound("no_such_document", "没有这份文书")
        return Issued(*row)

    def of_subject(self, subject_id: str, key: str) -> Issued | None:
        """Return the paper of this kind about a subject, the latest."""
        query = _PAPERS.where(official_document.c.subject_id == subject_id, official_document.c.key == key)
        row = self._connection.execute(query.order_by(official_document.c.issued_at.desc())).first()
        return None if row is None else Issued(*row)

    def without_file(self, limit: int) -> tuple[str, ...]:
        """Return the ids of papers whose file was not made yet, oldest first."""
        joined = official_document.outerjoin(
            document_file, document_file.c.document_id == official_document.c.id
        )
        query = (
            select(official_document.c.id)
            .select_from(joined)
            .where(document_file.c.document_id.is_(None))
            .order_by(official_document.c.issued_at, official_document.c.id)
            .limit(limit)
        )
        return tuple(row[0] for row in self._connection.execute(query))

    def file(self, document_id: str) -> KeptFile | None:
        """Return the kept file of a paper, ``None`` where it was not made yet."""
        row = self._connection.execute(_FILES.where(document_file.c.document_id == document_id)).first()
        return None if row is None else KeptFile(*row)

    def keep(self, row: KeptFile) -> None:
        """Keep a paper's file; who comes second finds the first one's.

        SQLite's guard of kept rows refuses a second one before ``ON CONFLICT`` is looked at, but lets one
        writer in at a time, so that looking first is enough there; PostgreSQL waits for the first and passes.
        """
        if self.file(row.document_id) is not None:
            return
        query = self._insert(document_file).on_conflict_do_nothing()
        self._connection.execute(query, {name: getattr(row, name) for name in KeptFile.__slots__})

    def deliver(
        self, document_id: str, channel: str, recipient: str, result: str, at: datetime, detail: str = ""
    ) -> bool:
        """Write a delivery down, the same one once; tell whether it is new."""
        same = (
            delivery.c.document_id == document_id,
            delivery.c.recipient == recipient,
            delivery.c.channel == channel,
            delivery.c.result == result,
        )
        if self._connection.execute(select(delivery.c.id).where(*same)).first() is not None:
            return False
        self.place(document_id, channel, recipient, result, at, detail)
        return True

    def place(
        self, document_id: str, channel: str, recipient: str, result: str, at: datetime, detail: str = ""
    ) -> None:
        """Write down the first delivery of a paper that this transaction issues."""
        row = {
            "id": new_id(),
            "document_id": document_id,
            "channel": channel,
            "recipient": recipient,
            "result": result,
            "at": at,
            "detail": detail[:500],
        }
        self._live.insert(delivery, row)

    def placed_with(self, document_id: str) -> frozenset[str]:
        """Return everybody a paper was to be delivered to, whatever the way."""
        query = select(delivery.c.recipient).where(
            delivery.c.document_id == document_id, delivery.c.result == "placed"
        )
        return frozenset(row[0] for row in self._connection.execute(query))

    def recipients(self, document_id: str) -> frozenset[str]:
        """Return the principals a paper was placed before."""
        query = select(delivery.c.recipient).where(
            delivery.c.document_id == document_id, delivery.c.channel == IN_APP, delivery.c.result == "placed"
        )
        return frozenset(row[0] for row in self._connection.execute(query))


_PAPERS: Final = select(*(official_document.c[name] for name in Issued.__slots__))
_FILES: Final = select(*(document_file.c[name] for name in KeptFile.__slots__))
