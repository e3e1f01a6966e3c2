"""Official papers as they are read: of a case, a project, a notice; where each copy went.

Who may have which is asked by the face: a paper to the public is everybody's, an internal one the office's,
any other its addressees' and of whoever may read the case (docs/domain.md §6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import delivery, document_file, official_document

OFFICE = "office"
COMPLAINANT = "complainant"
INSIDE = (OFFICE, COMPLAINANT)
"""Audiences whose papers nobody outside the office finds in a case."""
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Delivered:
    """One thing that happened to a copy; ``recipient`` is a principal, or ``public``."""

    channel: str
    recipient: str
    result: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A paper's card. ``sha256`` and ``seal_issuer`` are empty until its file was made, or sealed."""

    id: str
    key: str
    number: str
    title: str
    audience: str
    case_id: str | None
    project_id: str | None
    subject_id: str | None
    recipient: str
    issued_at: datetime
    sha256: str
    size: int
    seal_issuer: str
    deliveries: tuple[Delivered, ...] = ()

    @property
    def opened_at(self) -> datetime | None:
        """When an addressee first opened it."""
        return min((one.at for one in self.deliveries if one.result == "opened"), default=None)

    @property
    def copies(self) -> tuple[tuple[str, bool], ...]:
        """The bodies outside this system a copy goes to, and whether it was sent (R47)."""
        sent = {one.recipient for one in self.deliveries if one.result == "sent"}
        bodies = [
            one.recipient for one in self.deliveries if one.channel == "post" and one.result == "placed"
        ]
        return tuple((one.removeprefix("copy:"), one in sent) for one in bodies)

    @property
    def placed_with(self) -> frozenset[str]:
        """The principals it was placed before."""
        return frozenset(one.recipient for one in self.deliveries if one.result == "placed")


def of_cases(reading: Reading, case_ids: Sequence[str]) -> tuple[Document, ...]:
    """Return the papers of these cases, newest first; whoever is outside reads none of the office's own."""
    return _found(reading, official_document.c.case_id.in_(list(case_ids)))


def placed_before(reading: Reading, principals: Sequence[str], at_most: int) -> tuple[Document, ...]:
    """Return the papers placed before any of these principals, the newest first."""
    mine = select(delivery.c.document_id).where(
        delivery.c.recipient.in_(list(principals)), delivery.c.result == "placed"
    )
    query = _CARDS.where(official_document.c.id.in_(mine))
    newest = query.order_by(official_document.c.issued_at.desc(), official_document.c.id.desc())
    rows = reading.execute(newest.limit(at_most))
    return _with_deliveries(reading, [_card(row) for row in rows])


def of_subject(reading: Reading, subject_id: str, *keys: str) -> tuple[Document, ...]:
    """Return the papers of these kinds about one thing, the newest first."""
    return _found(
        reading,
        official_document.c.subject_id == subject_id,
        or_(*[official_document.c.key == k for k in keys]),
    )


def document(reading: Reading, document_id: str) -> Document | None:
    """Return one paper, whoever asks; ``None`` where there is none."""
    rows = reading.execute(_CARDS.where(official_document.c.id == document_id)).all()
    return _with_deliveries(reading, [_card(row) for row in rows])[0] if rows else None


def _found(reading: Reading, *conditions: Any) -> tuple[Document, ...]:
    query = _CARDS.where(*conditions)
    if reading.viewer is None or reading.outside:
        query = query.where(official_document.c.audience.not_in(INSIDE))
    rows = reading.execute(
        query.order_by(official_document.c.issued_at.desc(), official_document.c.id.desc())
    )
    return _with_deliveries(reading, [_card(row) for row in rows])


def _with_deliveries(reading: Reading, cards: list[Document]) -> tuple[Document, ...]:
    if not cards:
        return ()
    query = select(delivery).where(delivery.c.document_id.in_([card.id for card in cards]))
    happened: dict[str, list[Delivered]] = {}
    for row in reading.execute(query.order_by(delivery.c.at, delivery.c.channel, delivery.c.id)):
        one = Delivered(row.channel, row.recipient, row.result, row.at, row.detail)
        happened.setdefault(row.document_id, []).append(one)
    return tuple(replace(card, deliveries=tuple(happened.get(card.id, ()))) for card in cards)


def _card(row: Any) -> Document:
    return Document(
        id=row.id,
        key=row.key,
        number=row.number,
        title=row.title,
        audience=row.audience,
        case_id=row.case_id,
        project_id=row.project_id,
        subject_id=row.subject_id,
        recipient=str(row.data.get("recipient") or ""),
        issued_at=row.issued_at,
        sha256=row.sha256 or "",
        size=int(row.size or 0),
        seal_issuer=row.seal_issuer or "",
    )


_CARDS = select(
    official_document, document_file.c.sha256, document_file.c.size, document_file.c.seal_issuer
).select_from(
    official_document.outerjoin(document_file, document_file.c.document_id == official_document.c.id)
)
