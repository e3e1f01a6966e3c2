"""Migrations: the running cases a version could take over, and the batches in which they are moved.

Cases are read in pages with all that a rehearsal looks at, names of fields in drafts and no values among
it. This module must never know what can be moved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from workflow_app.store.live import Live
from workflow_app.store.repositories.tokens import Token
from workflow_app.store.tables import (
    attachment,
    case_file,
    draft,
    inbox_task,
    migration,
    migration_case,
    token,
)

OPEN: Final = ("open", "incident")
AT_ONCE: Final = 200
"""Cases read together, and ids named in one statement."""


@dataclass(frozen=True, slots=True)
class Child:
    """A linked case that is awaited."""

    id: str
    version: str
    process_id: str


@dataclass(frozen=True, slots=True)
class Running:
    """A running case as a rehearsal looks at it.

    :param drafted: the fields that somebody has filled in and not handed in, by task.
    :param children: the open linked cases by the token that waits for each.
    """

    id: str
    number: str
    process_id: str
    version: str
    header: str
    revision: int
    parent_case_id: str | None
    tokens: Mapping[str, Token]
    drafted: Mapping[str, frozenset[str]]
    children: Mapping[str, Child]


@dataclass(frozen=True, slots=True)
class Migration:
    """A batch; ``back`` where its cases go back to where they came from."""

    id: str
    target: str
    reason: str
    state: str
    back: bool
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class MigrationCase:
    """One case of a batch, and what became of it."""

    migration_id: str
    case_id: str
    position: int
    from_version: str
    state: str
    remarks: Sequence[Mapping[str, str]]
    revision: int | None
    changed_at: datetime


class MigrationRepository:
    """Migrations of one unit of work."""

    def __init__(self, connection: Connection, live: Live) -> None:
        self._connection = connection
        self._live = live
        self._locks = connection.dialect.name == "postgresql"

    # --- running cases

    def running(self, target: str, *, after: str = "", limit: int = AT_ONCE) -> tuple[Running, ...]:
        """Return the next running cases on another version than ``target``, by id."""
        query = _RUNNING.where(case_file.c.version != target, case_file.c.id > after)
        return self._read(query.order_by(case_file.c.id).limit(limit))

    def running_of(self, case_ids: Iterable[str]) -> tuple[Running, ...]:
        """Return those of ``case_ids`` that run, on whatever version."""
        wanted = sorted(case_ids)
        found: list[Running] = []
        for start in range(0, len(wanted), AT_ONCE):
            found += self._read(_RUNNING.where(case_file.c.id.in_(wanted[start : start + AT_ONCE])))
        return tuple(found)

    def _read(self, query: Any) -> tuple[Running, ...]:
        rows = self._connection.execute(query).all()
        ids = [row.id for row in rows]
        tokens: dict[str, dict[str, Token]] = defaultdict(dict)
        found = self._connection.execute(select(token).where(token.c.case_id.in_(ids)))
        for each in found:
            tokens[each.case_id][each.id] = Token(each.id, each.element, each.state, each.body)
        drafted = self._drafted(ids)
        children = self._children(ids)
        return tuple(
            Running(
                row.id,
                row.number,
                row.process_id,
                row.version,
                row.header,
                row.revision,
                row.parent_case_id,
                tokens[row.id],
                drafted[row.id],
                children[row.id],
            )
            for row in rows
        )

    def _drafted(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, frozenset[str]]]:
        names: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        joined = draft.join(inbox_task, inbox_task.c.id == draft.c.task_id)
        query = select(inbox_task.c.case_id, draft.c.task_id, draft.c.raw).select_from(joined)
        for case_id, task_id, raw in self._connection.execute(query.where(inbox_task.c.case_id.in_(ids))):
            names[case_id][task_id] |= {_root(name) for name in raw}
        files = select(attachment.c.case_id, attachment.c.task_id, attachment.c.field)
        files = files.where(attachment.c.case_id.in_(ids), attachment.c.state == "draft")
        for case_id, task_id, name in self._connection.execute(files):
            names[case_id][task_id or ""].add(_root(name))
        return defaultdict(
            dict,
            {case: {task: frozenset(all_) for task, all_ in each.items()} for case, each in names.items()},
        )

    def _children(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, Child]]:
        found: dict[str, dict[str, Child]] = defaultdict(dict)
        query = select(
            case_file.c.parent_case_id,
            case_file.c.parent_token_id,
            *(case_file.c[name] for name in ("id", "version", "process_id")),
        )
        query = query.where(case_file.c.parent_case_id.in_(ids), case_file.c.status.in_(OPEN))
        for parent, waiting, *child in self._connection.execute(query):
            found[parent][waiting] = Child(*child)
        return found

    # --- batches

    def add(self, row: Migration, cases: Iterable[MigrationCase]) -> None:
        """Ask for a batch."""
        self._live.insert(migration, {name: getattr(row, name) for name in Migration.__slots__})
        self._live.insert(
            migration_case,
            *({name: getattr(each, name) for name in MigrationCase.__slots__} for each in cases),
        )

    def get(self, migration_id: str, *, lock: bool = False) -> Migration | None:
        """Return a batch.

        :param lock: hold its row till the end of the transaction.
        """
        query = _BATCHES.where(migration.c.id == migration_id)
        if lock and self._locks:
            query = query.with_for_update()
        row = self._connection.execute(query).first()
        return None if row is None else Migration(*row)

    def under_way(self) -> tuple[Migration, ...]:
        """Return the batches that are to go on, the oldest first."""
        query = _BATCHES.where(migration.c.state == "running")
        rows = self._connection.execute(query.order_by(migration.c.requested_at, migration.c.id))
        return tuple(Migration(*row) for row in rows)

    def next_of(self, batch: Migration, limit: int) -> tuple[MigrationCase, ...]:
        """Return the cases whose turn is next: linked ones before their callers, and the other way back."""
        place = migration_case.c.position
        query = _CASES.where(
            migration_case.c.migration_id == batch.id,
            migration_case.c.state == ("moved" if batch.back else "pending"),
        )
        rows = self._connection.execute(query.order_by(place.desc() if batch.back else place).limit(limit))
        return tuple(MigrationCase(*row) for row in rows)

    def case(self, migration_id: str, case_id: str) -> MigrationCase | None:
        """Return one case of a batch."""
        query = _CASES.where(
            migration_case.c.migration_id == migration_id, migration_case.c.case_id == case_id
        )
        row = self._connection.execute(query).first()
        return None if row is None else MigrationCase(*row)

    def counts(self, migration_id: str) -> dict[str, int]:
        """Return how many cases of a batch are in which state."""
        query = select(migration_case.c.state, func.count()).where(
            migration_case.c.migration_id == migration_id
        )
        rows = self._connection.execute(query.group_by(migration_case.c.state))
        return {row[0]: row[1] for row in rows}

    def change(self, migration_id: str, values: Mapping[str, Any]) -> None:
        """Change a batch."""
        self._live.update(migration, {"id": migration_id}, values)

    def settle(self, migration_id: str, case_id: str, values: Mapping[str, Any]) -> None:
        """Note what became of a case."""
        self._live.update(migration_case, {"migration_id": migration_id, "case_id": case_id}, values)


def _root(name: str) -> str:
    """Return the field a name of an input belongs to: ``rows.0.amount`` to ``rows``."""
    return name.replace("-", ".").partition(".")[0]


_RUNNING: Final = select(
    *(
        case_file.c[name]
        for name in ("id", "number", "process_id", "version", "header", "revision", "parent_case_id")
    )
).where(case_file.c.status.in_(OPEN))
_BATCHES: Final = select(*(migration.c[name] for name in Migration.__slots__))
_CASES: Final = select(*(migration_case.c[name] for name in MigrationCase.__slots__))
