"""The blocks of an account as a holder reads them: whole ranges of serial numbers, a page at a time.

docs/domain.md §5. A block is shown whole however often it was cut, as long as its parts lie side by side in
one batch, year and bucket. The rows are read along the index in their order and never counted, so that a
holding of a hundred thousand blocks has its first page as soon as one of ten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Integer, String, bindparam, select, tuple_

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.serial import Serial
from workflow_app.domain.methodology import MethodologyField
from workflow_app.queries.reading import Reading
from workflow_app.store.prepared import Prepared
from workflow_app.store.tables import batch, holding, registration

PAGE: Final = 50
MOST_ROWS: Final = 500
"""Rows one page reads at most."""
LIVE: Final = (Bucket.AVAILABLE, Bucket.FROZEN, Bucket.HELD, Bucket.PENDING, Bucket.DISPUTED)
ENDED: Final = (Bucket.CANCELLED, Bucket.REVERSED)
BUCKETS: Final = LIVE + ENDED
"""In the order a page shows them."""


@dataclass(frozen=True, slots=True)
class Block:
    """Units side by side in one bucket of an account.

    :param serial: as it would be printed for the whole of them.
    """

    project_number: str
    batch: int
    vintage: int
    bucket: Bucket
    quantity: int
    serial: str


Run = tuple[Any, Any]
"""The first and the last row of a range."""
_KEY: Final = re.compile(r"([0-9])\.([0-9a-z-]{1,40})\.([0-9]{1,5})\.([0-9]{1,18})", re.ASCII)
Key = tuple[int, str, int, int]
"""Where a page ended: place of the bucket, project, year, first unit of the last row."""


def blocks_of(
    reading: Reading,
    account_id: str,
    *,
    project_id: str | None = None,
    buckets: Sequence[Bucket] = BUCKETS,
    after: str = "",
    size: int = PAGE,
    most_rows: int = MOST_ROWS,
) -> tuple[tuple[Block, ...], str]:
    """Return ranges of an account by bucket, project, year and number, and the key to go on after.

    :param project_id: of this project only.
    :param after: what the last page gave; what is no key is the first page.
    :param most_rows: rows read; a run of more neighbours goes on over the page.
    """
    runs: list[Run] = []
    for read, row in enumerate(_rows(reading, account_id, project_id, buckets, _key(after), most_rows)):
        if read == most_rows or (len(runs) == size and not _goes_on(runs[-1][1], row)):
            return _blocks(reading, runs), _written(runs[-1][1])
        if runs and _goes_on(runs[-1][1], row):
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return _blocks(reading, runs), ""


def _rows(
    reading: Reading,
    account_id: str,
    project_id: str | None,
    buckets: Sequence[Bucket],
    start: Key | None,
    most: int,
) -> Iterator[Any]:
    """Walk the index (account, bucket, project, year, number), bucket by bucket."""
    left = most + 1
    for place, bucket in enumerate(BUCKETS):
        if bucket not in buckets or (start is not None and place < start[0]):
            continue
        _, project, vintage, first = start if start is not None and place == start[0] else _FIRST
        wanted = {"account": account_id, "bucket": bucket.value, "limit": left}
        wanted |= {"vintage": vintage, "first": first}
        if project_id is not None:
            rows = reading.all(_OF_PROJECT, {**wanted, "project": project_id})
        else:
            rows = reading.all(_OF_ALL, {**wanted, "project": project})
        yield from rows
        left -= len(rows)
        if left <= 0:
            return


def _goes_on(row: Any, following: Any) -> bool:
    return bool(
        row.batch_id == following.batch_id
        and row.vintage == following.vintage
        and row.bucket == following.bucket
        and row.last_unit + 1 == following.first_unit
    )


def _blocks(reading: Reading, runs: Sequence[Run]) -> tuple[Block, ...]:
    query = (
        select(batch.c.id, registration.c.number, batch.c.sequence)
        .join(registration, registration.c.project_id == batch.c.project_id)
        .where(batch.c.id.in_({first.batch_id for first, _ in runs}))
    )
    names = {row.id: (row.number, row.sequence) for row in reading.execute(query)} if runs else {}
    return tuple(_block(*names[first.batch_id], first, last) for first, last in runs)


def _block(number: str, sequence: int, first: Any, last: Any) -> Block:
    _, _, field, project = number.split("-")
    serial = Serial(
        MethodologyField(field), int(project), sequence, first.vintage, first.first_unit, last.last_unit
    )
    quantity = last.last_unit - first.first_unit + 1
    return Block(number, sequence, first.vintage, Bucket(first.bucket), quantity, str(serial))


def _written(row: Any) -> str:
    return f"{BUCKETS.index(Bucket(row.bucket))}.{row.project_id}.{row.vintage}.{row.first_unit}"


def _key(text: str) -> Key | None:
    found = _KEY.fullmatch(text)
    if found is None or int(found[1]) >= len(BUCKETS):
        return None
    return int(found[1]), found[2], int(found[3]), int(found[4])


_FIRST: Final[Key] = (0, "", 0, 0)
"""Before every key."""
_IN_BUCKET: Final = select(
    holding.c.project_id,
    holding.c.batch_id,
    holding.c.vintage,
    holding.c.bucket,
    holding.c.first_unit,
    holding.c.last_unit,
).where(holding.c.account_id == bindparam("account"), holding.c.bucket == bindparam("bucket"))
_PLACE: Final = (holding.c.vintage, holding.c.first_unit)
_GIVEN: Final = (bindparam("vintage", type_=Integer), bindparam("first", type_=Integer))
_OF_PROJECT: Final = Prepared(
    _IN_BUCKET.where(
        holding.c.project_id == bindparam("project"),
        tuple_(*_PLACE) > tuple_(*_GIVEN),
    )
    .order_by(*_PLACE)
    .limit(bindparam("limit", type_=Integer))
)
_OF_ALL: Final = Prepared(
    _IN_BUCKET.where(
        tuple_(holding.c.project_id, *_PLACE) > tuple_(bindparam("project", type_=String), *_GIVEN)
    )
    .order_by(holding.c.project_id, *_PLACE)
    .limit(bindparam("limit", type_=Integer))
)
