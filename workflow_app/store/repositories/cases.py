"""Case files: opening, reading at a revision, moving on under that revision.

The revision is the optimistic lock of ADR 1: whoever moves a case says which revision they saw,
and a second writer is told so. A case file's past is its history stream ``case:<id>``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from workflow_app.kernel.errors import Conflict, NotFound
from workflow_app.store.driver import Driver, Query
from workflow_app.store.live import Live
from workflow_app.store.tables import case_file, message_wait


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case file."""

    id: str
    number: str
    process_id: str
    version: str
    title: str
    project_id: str | None
    batch_id: str | None
    parent_case_id: str | None
    parent_token_id: str | None
    status: str
    outcome: str | None
    revision: int
    header: str
    owner_org: str | None
    applicant_org: str | None
    exchange_org: str | None
    bureau_org: str | None
    opened_by: str | None
    opened_at: datetime
    closed_at: datetime | None


def stream_of(case_id: str) -> str:
    """Return the history stream of a case."""
    return f"case:{case_id}"


class CaseRepository:
    """Case files of one unit of work."""

    def __init__(self, connection: Connection, driver: Driver, live: Live) -> None:
        self._connection = connection
        self._driver = driver
        self._live = live
        self._locks = connection.dialect.name == "postgresql"

    def insert(self, row: CaseRow) -> None:
        """Open a case file."""
        self._live.insert(case_file, {name: getattr(row, name) for name in CaseRow.__slots__})

    def get(self, case_id: str, *, lock: bool = False) -> CaseRow:
        """Return a case file.

        :param lock: hold the row till the end of the transaction (PostgreSQL; SQLite holds all).
        :raises NotFound: there is none.
        """
        query = _GET_LOCKED if lock and self._locks else _GET
        row = query.first(self._driver, id=case_id)
        if row is None:
            raise NotFound("no_such_case", "没有这个办件")
        return CaseRow(*row)

    def numbers_of_open(self) -> dict[str, str]:
        """Return the numbers of the cases under way by their ids."""
        query = select(case_file.c.id, case_file.c.number).where(case_file.c.status.in_(("open", "incident")))
        return {row.id: row.number for row in self._connection.execute(query)}

    def identified(self, name: str) -> CaseRow:
        """Return the case with this id or this number.

        :raises NotFound: there is none.
        """
        query = _SELECT.where((case_file.c.id == name) | (case_file.c.number == name))
        row = self._connection.execute(query).first()
        if row is None:
            raise NotFound("no_such_case", f"没有这个办件：{name}")
        return CaseRow(*row)

    def move(
        self, case_id: str, revision: int, values: Mapping[str, Any] | None = None, header: str = ""
    ) -> int:
        """Change a case seen at ``revision``; returns the new revision.

        :param header: the header at that revision, so that the event tells only what changes of it.
        :raises Conflict: somebody else moved it first, or it is gone; at the latest at the commit.
        """
        self._live.must_update(
            case_file,
            {"id": case_id},
            {**(values or {}), "revision": revision + 1},
            Conflict("case_moved", "他人刚刚办理了此件，您填写的内容已保留，请刷新后再决定"),
            where={"revision": revision},
            before={"header": header},
        )
        return revision + 1

    def children(self, case_id: str, *, open_only: bool = False) -> tuple[CaseRow, ...]:
        """Return the linked cases a case called, in the order they were opened."""
        query = _SELECT.where(case_file.c.parent_case_id == case_id).order_by(
            case_file.c.opened_at, case_file.c.id
        )
        if open_only:
            query = query.where(case_file.c.status.in_(("open", "incident")))
        return tuple(CaseRow(*row) for row in self._connection.execute(query))

    def child_of(self, case_id: str, token_id: str) -> CaseRow | None:
        """Return the linked case that was opened for a waiting call of ``case_id``."""
        query = _SELECT.where(
            case_file.c.parent_case_id == case_id, case_file.c.parent_token_id == token_id
        ).limit(1)
        row = self._connection.execute(query).first()
        return None if row is None else CaseRow(*row)

    def of_project(self, project_id: str, process_id: str | None = None) -> tuple[CaseRow, ...]:
        """Return every case of a project, or those of one process, in the order they were opened."""
        query = _SELECT.where(case_file.c.project_id == project_id).order_by(
            case_file.c.opened_at, case_file.c.id
        )
        if process_id is not None:
            query = query.where(case_file.c.process_id == process_id)
        return tuple(CaseRow(*row) for row in self._connection.execute(query))

    def closed(self) -> Iterator[tuple[str, str, str]]:
        """Yield version, process and id of every case that is over, the last closed first."""
        query = select(case_file.c.version, case_file.c.process_id, case_file.c.id)
        query = query.where(case_file.c.status.in_(("closed", "cancelled")))
        query = query.order_by(case_file.c.closed_at.desc(), case_file.c.id.desc())
        for row in self._connection.execute(query).all():
            yield row.version, row.process_id, row.id

    def change_waits(
        self,
        case_id: str,
        before: Collection[tuple[str, str]],
        waits: Mapping[tuple[str, str], str],
    ) -> None:
        """Replace the messages a case waits for.

        :param before: (token id, message name) of each it waited for.
        :param waits: (token id, message name) to element id of each it waits for now.
        """
        present = set(before)
        gone = [
            {"case_id": case_id, "token_id": token_id, "name": name}
            for token_id, name in present - waits.keys()
        ]
        self._live.delete(message_wait, *gone)
        new = [
            {"case_id": case_id, "token_id": token_id, "name": name, "element_id": waits[token_id, name]}
            for token_id, name in sorted(waits.keys() - present)
        ]
        self._live.insert(message_wait, *new)

    def waiting_for(self, case_id: str, name: str) -> tuple[str, ...]:
        """Return the tokens of a case that can receive message ``name``."""
        rows = _WAITS.all(self._driver, case_id=case_id)
        return tuple(token_id for token_id, message, _ in rows if message == name)


_SELECT: Final = select(*(case_file.c[name] for name in CaseRow.__slots__))
_COLUMNS: Final = [case_file.c[name] for name in CaseRow.__slots__]
_GET: Final = Query(_COLUMNS, "WHERE id = {id}")
_GET_LOCKED: Final = Query(_COLUMNS, "WHERE id = {id} FOR UPDATE")
_WAITS: Final = Query(
    [message_wait.c.token_id, message_wait.c.name, message_wait.c.element_id], "WHERE case_id = {case_id}"
)
