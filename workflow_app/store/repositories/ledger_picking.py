"""The holdings an act takes: oldest vintage first, lowest number first, no more read than are taken.

docs/domain.md §5. Most acts take a block or two of an account that may have a hundred thousand: pages begin
small and grow, along the index that has this order. What is set aside for an order or a cancellation is found
by what it is set aside for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.holdings import Hold, Holding
from workflow_app.store.driver import Driver, Query
from workflow_app.store.repositories.ledger_rows import holding_of
from workflow_app.store.schema.ledger import holding

FIRST_PAGE: Final = 8
GROWTH: Final = 8
LARGEST_PAGE: Final = 4_096


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which holdings of an account.

    :param hold: only what is set aside for this.
    """

    account_id: str
    buckets: Bucket | Sequence[Bucket]
    project_id: str | None = None
    batch_id: str | None = None
    hold: Hold | None = None


def first(driver: Driver, wanted: Wanted, limit: int) -> tuple[Holding, ...]:
    """Return the first of them, in the order in which acts take them."""
    return tuple(map(holding_of, _page(driver, wanted, limit, 0)))


def each(driver: Driver, wanted: Wanted) -> Iterator[Holding]:
    """Yield them in the order in which acts take them; whoever has enough stops asking."""
    size, seen = FIRST_PAGE, 0
    while True:
        page = _page(driver, wanted, size, seen)
        yield from map(holding_of, page)
        if len(page) < size:
            return
        seen, size = seen + size, min(size * GROWTH, LARGEST_PAGE)


def tonnes(driver: Driver, wanted: Wanted) -> int:
    """Return how many tonnes they hold, added up where they lie."""
    ((total,),) = driver.rows(_TONNES + _conditions(*_shape(driver, wanted)), _asked(wanted))
    return int(total)


def _page(driver: Driver, wanted: Wanted, limit: int, offset: int) -> tuple[dict[str, Any], ...]:
    query = _query(*_shape(driver, wanted))
    return query.records(driver, **_asked(wanted), limit=limit, offset=offset)


def _buckets(wanted: Wanted) -> tuple[Bucket, ...]:
    return (wanted.buckets,) if isinstance(wanted.buckets, Bucket) else tuple(wanted.buckets)


def _asked(wanted: Wanted) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "account": wanted.account_id,
        "project": wanted.project_id,
        "batch": wanted.batch_id,
    }
    asked |= {f"bucket{number}": bucket.value for number, bucket in enumerate(_buckets(wanted))}
    if wanted.hold is not None:
        asked |= {"hold_kind": wanted.hold.kind.value, "hold": wanted.hold.id}
    return asked


def _shape(driver: Driver, wanted: Wanted) -> tuple[int, bool, bool, bool, bool]:
    """Return what a query's text depends on: how many buckets, and what is named."""
    named = (wanted.project_id is not None, wanted.batch_id is not None, wanted.hold is not None)
    return (len(_buckets(wanted)), *named, driver.sqlite)


@cache
def _query(buckets: int, of_project: bool, of_batch: bool, held: bool, sqlite: bool) -> Query:
    conditions = _conditions(buckets, of_project, of_batch, held, sqlite)
    order = "ORDER BY vintage, project_id, first_unit LIMIT {limit} OFFSET {offset}"
    return Query(holding.columns, f"WHERE {conditions} {order}")


@cache
def _conditions(buckets: int, of_project: bool, of_batch: bool, held: bool, sqlite: bool) -> str:
    # SQLite keeps no statistics unless asked to: the plus sign tells it by which index not to go.
    mark, aside = ("+" if sqlite and held else ""), ("+" if sqlite else "")
    these = ", ".join(f"{{bucket{number}}}" for number in range(buckets))
    where = [f"{mark}account_id = {{account}}", f"bucket IN ({these})"]
    if of_project:
        where.append(f"{mark}project_id = {{project}}")
    if of_batch:
        where.append(f"{aside}batch_id = {{batch}}")
    if held:
        where.append("hold_kind = {hold_kind} AND hold_id = {hold}")
    return " AND ".join(where)


_TONNES: Final = "SELECT coalesce(sum(last_unit - first_unit + 1), 0) FROM holding WHERE "
