"""Official papers as a test speaks of them: those issued so far, by kind, and their deliveries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.scenarios.programme import Programme
from workflow_app.store import tables
from workflow_app.store.repositories.documents import Issued


def issued(programme: Programme, key: str | None = None) -> list[Issued]:
    """The papers issued so far (of one kind), in the order they were issued."""
    table = tables.official_document
    query = select(*(table.c[name] for name in Issued.__slots__)).order_by(table.c.issued_at, table.c.id)
    if key is not None:
        query = query.where(table.c.key == key)
    with programme.app.store.reading() as uow:
        return [Issued(*row) for row in uow.connection.execute(query)]


def deliveries(programme: Programme, document_id: str) -> set[tuple[str, str, str]]:
    """Channel, recipient and result of every delivery of a paper."""
    table = tables.delivery
    query = select(table.c.channel, table.c.recipient, table.c.result).where(
        table.c.document_id == document_id
    )
    with programme.app.store.reading() as uow:
        return {tuple(row) for row in uow.connection.execute(query)}


def said(paper: Issued, name: str) -> Any:
    """What a paper says under a row of its facts."""
    return dict(paper.data["facts"]).get(name)
