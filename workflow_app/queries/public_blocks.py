"""Units by their serial numbers, as anybody may look them up: where a block is now and the way it came.

docs/domain.md §5, 附件二（一）. A whole serial, the beginning of one, or one unit's number. Organisations
stand by their whole names, persons as 张*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import and_, func, or_, select

from workflow_app.domain.ledger.serial import BadSerial, Serial
from workflow_app.domain.methodology import MethodologyField
from workflow_app.kernel.errors import NotFound, Refused
from workflow_app.queries.public_way import Step, holder_name, way_of
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    account,
    batch,
    holding,
    organisation,
    project,
    user_account,
)

ROWS: Final = 500
"""Blocks read for one page at most."""
_PART: Final = re.compile(
    r"(JX-JCER-[0-9]{2}-[0-9]{5})(?:-([0-9]{2})(?:-([0-9]{4})(?:-([0-9]{1,9})(?:-([0-9]{1,9}))?)?)?)?",
    re.ASCII,
)
_PARTS_OF_WHOLE: Final = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: units ``first`` to ``last`` of a project, or all of a batch or year."""

    project: str
    batch: int | None = None
    vintage: int | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Units side by side that share their batch, year, holder and state."""

    project_number: str
    project: str
    batch: int
    vintage: int
    first: int
    last: int
    bucket: str
    holder: str
    serial: str

    @property
    def quantity(self) -> int:
        """How many units, tCO2e."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Found:
    """The blocks the units lie in now, and the way of the first of them.

    :param after: unit to go on after; 0 where all are told.
    :param cut: the way is longer than what is told.
    """

    asked: Asked
    blocks: tuple[Block, ...]
    after: int
    way: tuple[Step, ...]
    cut: bool


def asked(text: str, unit: str = "") -> Asked | None:
    """Return what is looked for; ``None`` where the text is no part of a serial number.

    :param unit: number of one unit of the project the text names.
    :raises Refused: ``serial_mistyped``: a whole serial whose check character or form does not hold, or no
        number of a unit.
    """
    typed = text.strip().upper().replace("－", "-").replace(" ", "")
    if typed.count("-") == _PARTS_OF_WHOLE - 1 and typed.startswith("JX-JCER-"):
        try:
            whole = Serial.parse(typed)
        except BadSerial:
            raise Refused("serial_mistyped", "序列号有误：末位校验字符或者格式不符，请对照凭证核对") from None
        number = f"JX-JCER-{whole.field.value}-{whole.project:05d}"
        return Asked(number, whole.batch, whole.vintage, whole.start, whole.end)
    found = _PART.fullmatch(typed)
    if found is None:
        return None
    sequence, vintage, first, last = (int(one) if one else None for one in found.groups()[1:])
    if unit.strip():
        if not (unit.strip().isascii() and unit.strip().isdigit()) or not 0 < int(unit.strip()[:12]) < 10**9:
            raise Refused("serial_mistyped", "单位序号应为 1 至 999999999 的整数")
        first = last = int(unit)
    if first is not None and (last if last is not None else first) < first:
        raise Refused("serial_mistyped", "序列号有误：止号小于起号")
    return Asked(found[1], sequence, vintage, first, last if last is not None else first)


def find(reading: Reading, what: Asked, after: int = 0) -> Found:
    """Return where the units are now.

    :raises NotFound: ``no_such_serial``: none, or not all of them, were ever issued.
    """
    of = reading.execute(
        select(project.c.id, project.c.name).where(
            project.c.number == what.project, project.c.registered_at.is_not(None)
        )
    ).one_or_none()
    rows = list(_rows(reading, of.id, what, after)) if of is not None else []
    if of is None or not rows or not _complete(rows[:ROWS], what):
        raise NotFound("no_such_serial", "没有签发过这样的序列号")
    shown = rows[:ROWS]
    way, cut = way_of(reading, shown[0].id) if what.first is not None or len(shown) == 1 else ((), False)
    blocks = tuple(_merged(shown, what.project, of.name))
    return Found(what, blocks, shown[-1].last_unit if len(rows) > ROWS else 0, way, cut)


def all_blocks(reading: Reading, after: tuple[str, int] | None) -> tuple[list[Block], tuple[str, int] | None]:
    """Return blocks of all projects, by project and number, and the key to go on after.

    Neighbours are one block; a page ends where a block does, unless one block is longer than a page.
    """
    query = _held().add_columns(project.c.number, project.c.name.label("project"))
    query = query.join(project, project.c.id == holding.c.project_id)
    if after is not None:
        same = and_(holding.c.project_id == after[0], holding.c.first_unit > after[1])
        query = query.where(or_(holding.c.project_id > after[0], same))
    rows = list(
        reading.execute(query.order_by(holding.c.project_id, holding.c.first_unit).limit(ROWS + 1)).all()
    )
    shown = rows[:ROWS]
    if len(rows) > ROWS:
        shown = _whole_runs(shown)
    blocks: list[Block] = []
    for _project, group in groupby(shown, key=lambda row: row.project_id):
        of = list(group)
        blocks += _merged(of, of[0].number, of[0].project)
    return blocks, (shown[-1].project_id, shown[-1].first_unit) if len(rows) > ROWS else None


def _whole_runs(rows: list[Any]) -> list[Any]:
    """Return the rows without their last run, which may go on; all of them where there is but one run."""
    for end in range(len(rows) - 1, 0, -1):
        if rows[end - 1].project_id != rows[end].project_id or not _same(rows[end - 1], rows[end]):
            return rows[:end]
    return rows


def _held() -> Any:
    return (
        select(
            holding.c.id,
            holding.c.project_id,
            holding.c.account_id,
            holding.c.bucket,
            holding.c.vintage,
            holding.c.first_unit,
            holding.c.last_unit,
            batch.c.sequence,
            organisation.c.name.label("organisation"),
            user_account.c.name.label("person"),
        )
        .join(batch, batch.c.id == holding.c.batch_id)
        .join(account, account.c.id == holding.c.account_id)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .outerjoin(user_account, user_account.c.id == account.c.person_id)
    )


def _rows(reading: Reading, project_id: str, what: Asked, after: int) -> Any:
    query = _held().where(holding.c.project_id == project_id, holding.c.first_unit > after)
    if what.first is not None:
        around = holding.alias("around")
        start = select(func.max(around.c.first_unit)).where(
            around.c.project_id == project_id, around.c.first_unit <= what.first
        )
        query = query.where(
            holding.c.first_unit >= func.coalesce(start.scalar_subquery(), what.first),
            holding.c.first_unit <= what.last,
        )
    if what.batch is not None:
        query = query.where(batch.c.sequence == what.batch)
    if what.vintage is not None:
        query = query.where(holding.c.vintage == what.vintage)
    return reading.execute(query.order_by(holding.c.first_unit).limit(ROWS + 1)).all()


def _complete(rows: list[Any], what: Asked) -> bool:
    """Whether the rows hold every unit that was asked for, as far as they reach."""
    if what.first is None or what.last is None or len(rows) == ROWS:
        return True
    inside = sum(min(row.last_unit, what.last) - max(row.first_unit, what.first) + 1 for row in rows)
    return bool(inside == what.last - what.first + 1)


def _merged(rows: list[Any], number: str, name: str) -> Iterator[Block]:
    start = 0
    for index, row in enumerate(rows):
        following = rows[index + 1] if index + 1 < len(rows) else None
        if following is not None and _same(row, following):
            continue
        yield _block(rows[start], row, number, name)
        start = index + 1


def _same(row: Any, following: Any) -> bool:
    return bool(
        row.last_unit + 1 == following.first_unit
        and (row.account_id, row.bucket, row.sequence, row.vintage)
        == (following.account_id, following.bucket, following.sequence, following.vintage)
    )


def _block(first: Any, last: Any, number: str, name: str) -> Block:
    _, _, field, of = number.split("-")
    serial = Serial(
        MethodologyField(field), int(of), first.sequence, first.vintage, first.first_unit, last.last_unit
    )
    return Block(
        number,
        name,
        first.sequence,
        first.vintage,
        first.first_unit,
        last.last_unit,
        first.bucket,
        holder_name(first),
        str(serial),
    )
