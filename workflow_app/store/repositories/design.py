"""Drafts of the next version and proposals to deploy one.

A draft's files are work in hand and no act; a proposal is a live row like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from workflow_app.kernel.errors import NotFound
from workflow_app.store.live import Live
from workflow_app.store.schema.columns import Value
from workflow_app.store.tables import definition_draft, definition_draft_file, proposal


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft; ``editor`` may change it until ``editing_until``."""

    id: str
    title: str
    base: str
    state: str
    opened_by: str
    opened_at: datetime
    changed_at: datetime
    editor: str | None
    editing_until: datetime | None


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of a draft as it is to be; ``body`` is ``None`` where it is to go."""

    path: str
    body: bytes | None
    revision: int
    changed_by: str
    changed_at: datetime


class DesignRepository:
    """Drafts and proposals of one unit of work."""

    def __init__(self, connection: Connection, live: Live) -> None:
        self._connection = connection
        self._live = live

    def open(self, draft: Draft) -> None:
        """Begin a draft."""
        self._connection.execute(insert(definition_draft).values(_values(draft)))

    def draft(self, draft_id: str, *, lock: bool = False) -> Draft:
        """Return a draft.

        :raises NotFound: there is none of that id.
        """
        query = select(*(definition_draft.c[name] for name in Draft.__slots__))
        query = query.where(definition_draft.c.id == draft_id)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise NotFound("no_such_draft", "没有这份草稿")
        return Draft(*row)

    def change(self, draft_id: str, **values: Value) -> None:
        """Change a draft's own row."""
        self._connection.execute(
            update(definition_draft).where(definition_draft.c.id == draft_id).values(values)
        )

    def files(self, draft_id: str) -> tuple[DraftFile, ...]:
        """Return the files a draft changes, by path."""
        query = select(*(definition_draft_file.c[name] for name in DraftFile.__slots__))
        query = query.where(definition_draft_file.c.draft_id == draft_id)
        return tuple(
            _file(row) for row in self._connection.execute(query.order_by(definition_draft_file.c.path))
        )

    def file(self, draft_id: str, path: str) -> DraftFile | None:
        """Return one changed file, or ``None`` where it is as in the base."""
        return next((file for file in self.files(draft_id) if file.path == path), None)

    def keep(self, draft_id: str, file: DraftFile) -> None:
        """Keep a file as it is to be now."""
        mine = (definition_draft_file.c.draft_id == draft_id) & (definition_draft_file.c.path == file.path)
        if file.revision > 1:
            self._connection.execute(update(definition_draft_file).where(mine).values(_values(file)))
        else:
            self._connection.execute(insert(definition_draft_file).values(draft_id=draft_id, **_values(file)))

    def propose(self, row: Mapping[str, Value]) -> None:
        """Hand a proposal in."""
        self._live.insert(proposal, row)

    def proposal(self, proposal_id: str, *, lock: bool = False) -> Mapping[str, Value]:
        """Return a proposal.

        :raises NotFound: there is none of that id.
        """
        query = select(proposal).where(proposal.c.id == proposal_id)
        row = self._connection.execute(query.with_for_update() if lock else query).mappings().first()
        if row is None:
            raise NotFound("no_such_proposal", "没有这项部署申请")
        return dict(row)

    def decide(self, proposal_id: str, values: Mapping[str, Value]) -> None:
        """Decide a proposal, once."""
        self._live.update(proposal, {"id": proposal_id}, values)


def _file(row: Row[Any]) -> DraftFile:
    body = None if row.body is None else bytes(row.body)
    return DraftFile(row.path, body, row.revision, row.changed_by, row.changed_at)


def _values(record: Draft | DraftFile) -> dict[str, Value]:
    names: Sequence[str] = type(record).__slots__
    return {name: getattr(record, name) for name in names}
