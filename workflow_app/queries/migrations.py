"""迁移 as process administrators see it: batches, and what became of each of their cases.

They stay off cases: a case is its number, its process, its versions and what was said of its elements; its
title, its parties and everything typed are not read here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Label, func, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    case_file,
    deployment,
    migration,
    migration_case,
    user_account,
)

READERS: Final = ("process_admin", "department_leader", "auditor")
"""Roles that read migrations and rehearsals."""
STATES: Final = ("pending", "moved", "skipped", "failed", "kept", "reverted")


@dataclass(frozen=True, slots=True)
class MigrationCounts:
    """How many cases of a batch are in which state."""

    pending: int = 0
    moved: int = 0
    skipped: int = 0
    failed: int = 0
    kept: int = 0
    reverted: int = 0

    @property
    def total(self) -> int:
        """Return all of them."""
        return sum(getattr(self, state) for state in STATES)


@dataclass(frozen=True, slots=True)
class MigrationLine:
    """A batch.

    :param sequence: number of the version its cases are moved to; 0 where it is not known.
    :param back: its cases go back, or went back.
    """

    id: str
    target: str
    sequence: int
    reason: str
    state: str
    back: bool
    requested_by_id: str
    requested_by: str
    requested_at: datetime
    decided_by: str
    decided_at: datetime | None
    changed_at: datetime
    counts: MigrationCounts


@dataclass(frozen=True, slots=True)
class MoveRemark:
    """What a rehearsal or a move said of a case."""

    code: str
    element_id: str
    element: str
    text: str


@dataclass(frozen=True, slots=True)
class MovedCase:
    """One case of a batch."""

    number: str
    process_id: str
    position: int
    from_version: str
    from_sequence: int
    state: str
    remarks: tuple[MoveRemark, ...]
    changed_at: datetime


def migrations(reading: Reading, *, at_most: int = 100) -> tuple[MigrationLine, ...]:
    """Return the batches, the newest first."""
    query = _LINES.order_by(migration.c.requested_at.desc(), migration.c.id.desc()).limit(at_most)
    rows = reading.execute(query).all()
    counts = _counts(reading, [row.id for row in rows])
    return tuple(_line(row, counts.get(row.id, MigrationCounts())) for row in rows)


def one(reading: Reading, migration_id: str) -> MigrationLine | None:
    """Return one batch."""
    row = reading.execute(_LINES.where(migration.c.id == migration_id)).first()
    return None if row is None else _line(row, _counts(reading, [row.id]).get(row.id, MigrationCounts()))


def cases(
    reading: Reading, migration_id: str, *, after: int = -1, at_most: int = 100
) -> tuple[tuple[MovedCase, ...], int | None]:
    """Return the cases of a batch in the order of their turns, and the place to go on after."""
    joined = migration_case.join(case_file, case_file.c.id == migration_case.c.case_id)
    query = select(
        migration_case, case_file.c.number, case_file.c.process_id, _number_of(migration_case.c.from_version)
    )
    query = query.select_from(joined).where(
        migration_case.c.migration_id == migration_id, migration_case.c.position > after
    )
    rows = reading.execute(query.order_by(migration_case.c.position).limit(at_most + 1)).all()
    found = tuple(_case(row) for row in rows[:at_most])
    return found, found[-1].position if len(rows) > at_most else None


def running(reading: Reading) -> Mapping[str, int]:
    """Return how many running cases there are on each version."""
    query = select(case_file.c.version, func.count()).where(case_file.c.status.in_(("open", "incident")))
    rows: list[Any] = list(reading.execute(query.group_by(case_file.c.version)))
    return {row[0]: row[1] for row in rows}


def _counts(reading: Reading, ids: Sequence[str]) -> dict[str, MigrationCounts]:
    query = select(migration_case.c.migration_id, migration_case.c.state, func.count())
    query = query.where(migration_case.c.migration_id.in_(ids))
    found: dict[str, dict[str, int]] = {}
    query = query.group_by(migration_case.c.migration_id, migration_case.c.state)
    rows: list[Any] = list(reading.execute(query))
    for row in rows:
        found.setdefault(row[0], {})[row[1]] = row[2]
    return {batch: MigrationCounts(**numbers) for batch, numbers in found.items()}


def _line(row: Any, counts: MigrationCounts) -> MigrationLine:
    return MigrationLine(
        row.id,
        row.target,
        row.sequence or 0,
        row.reason,
        row.state,
        row.back,
        row.requested_by,
        row.requester or "",
        row.requested_at,
        row.decider or "",
        row.decided_at,
        row.changed_at,
        counts,
    )


def _case(row: Any) -> MovedCase:
    remarks = tuple(MoveRemark(**each) for each in row.remarks)
    return MovedCase(
        row.number,
        row.process_id,
        row.position,
        row.from_version,
        row.sequence or 0,
        row.state,
        remarks,
        row.changed_at,
    )


def _number_of(version: ColumnElement[str]) -> Label[Any]:
    """Return the number a version was last deployed under."""
    known = select(func.max(deployment.c.sequence)).where(deployment.c.version == version)
    return known.scalar_subquery().label("sequence")


_REQUESTER: Final = user_account.alias("requester")
_DECIDER: Final = user_account.alias("decider")
_LINES: Final = select(
    migration,
    _number_of(migration.c.target),
    _REQUESTER.c.name.label("requester"),
    _DECIDER.c.name.label("decider"),
).select_from(
    migration.outerjoin(_REQUESTER, _REQUESTER.c.id == migration.c.requested_by).outerjoin(
        _DECIDER, _DECIDER.c.id == migration.c.decided_by
    )
)
