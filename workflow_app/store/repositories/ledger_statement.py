"""Statements of account: the newest postings first, a page at a time, however many there are.

Posting ids grow with time, so that an index on (account, posting) is the order of a statement. A page is two
round trips, whatever number of blocks the account has: its postings' ids, then all that is told of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from workflow_app.domain.ledger.accounts import Bucket, MoneyBucket
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.store.driver import Driver, Query
from workflow_app.store.schema.ledger import ledger_posting


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting as a statement of one account shows it.

    :param units: tonnes received or given, by bucket.
    :param money: cents received or given, by bucket.
    """

    posting_id: str
    kind: PostingKind
    project_id: str | None
    at: datetime
    case_id: str | None
    memo: str
    units: Mapping[Bucket, int]
    money: Mapping[MoneyBucket, int]


def read_statement(driver: Driver, account_id: str, before: str | None, limit: int) -> tuple[Entry, ...]:
    """Return an account's postings before one, the newest first."""
    asked = {"account": account_id, "before": before or _AFTER_ALL, "limit": limit}
    ids = [found for (found,) in driver.rows(_PAGE, asked)]
    if not ids:
        return ()
    postings, tonnes, cents = _of(len(ids))
    parameters = {"account": account_id} | {f"p{number}": each for number, each in enumerate(ids)}
    rows, units, money = driver.together([postings.sql, tonnes, cents], parameters)
    moved, paid = _by_posting(units), _by_posting(money)
    return tuple(
        Entry(
            posting_id,
            PostingKind(kind),
            project_id,
            at,
            case_id,
            memo,
            {Bucket(bucket): total for bucket, total in moved.get(posting_id, {}).items()},
            {MoneyBucket(bucket): total for bucket, total in paid.get(posting_id, {}).items()},
        )
        for posting_id, kind, project_id, at, case_id, memo in postings.read(rows)
    )


def _by_posting(rows: Iterable[tuple[Any, ...]]) -> dict[str, dict[str, int]]:
    result: dict[str, dict[str, int]] = {}
    for posting_id, bucket, total in rows:
        if total:
            result.setdefault(posting_id, {})[bucket] = int(total)
    return result


@cache
def _of(count: int) -> tuple[Query, str, str]:
    """Return the queries for what is told of so many postings: themselves, their tonnes, their cents."""
    these = ", ".join(f"{{p{number}}}" for number in range(count))
    mine = f"account_id = {{account}} AND posting_id IN ({these})"
    columns = [ledger_posting.c[name] for name in ("id", "kind", "project_id", "at", "case_id", "memo")]
    return (
        Query(columns, f"WHERE id IN ({these}) ORDER BY id DESC"),
        _TONNES.format(mine),
        _CENTS.format(mine),
    )


_TONNES: Final = (
    "SELECT posting_id, bucket, sum(quantity) FROM ledger_line"
    " WHERE {} AND bucket <> 'issued' GROUP BY posting_id, bucket"
)
_CENTS: Final = "SELECT posting_id, bucket, sum(cents) FROM ledger_money WHERE {} GROUP BY posting_id, bucket"
_AFTER_ALL: Final = "g"
"""Greater than every identifier, which is hexadecimal."""
_NEWEST: Final = """
    SELECT max(newest) FROM (
      SELECT max(posting_id) AS newest FROM ledger_line
      WHERE account_id = {{account}} AND posting_id < {before}
      UNION ALL
      SELECT max(posting_id) FROM ledger_money
      WHERE account_id = {{account}} AND posting_id < {before}) AS both_books
"""
_PAGE: Final = (
    "WITH RECURSIVE page (posting_id, place) AS ("  # noqa: S608 - constants of this module
    f" SELECT ({_NEWEST.format(before='{before}')}), 1"
    f" UNION ALL SELECT ({_NEWEST.format(before='page.posting_id')}), place + 1 FROM page"
    " WHERE posting_id IS NOT NULL AND place < {limit}"
    ") SELECT posting_id FROM page WHERE posting_id IS NOT NULL"
)
"""Walks down the postings of an account by the indexes, whatever number of lines each has."""
