"""Statements of account: the newest postings first, a page at a time, however many there are.

Posting ids grow with time, so that an index on (account, posting) is the order of a statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, CursorResult, Executable, func, select, text

from workflow_app.domain.ledger.accounts import Bucket, MoneyBucket
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.store.schema.ledger import ledger_line, ledger_money, ledger_posting


class Reads(Protocol):
    """What runs a query: a connection, or a page's reading."""

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, /
    ) -> CursorResult[Any]:
        """Run one query."""
        ...


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


def read_statement(connection: Reads, account_id: str, before: str | None, limit: int) -> tuple[Entry, ...]:
    """Return an account's postings before one, the newest first."""
    ids = _page(connection, account_id, before, limit)
    if not ids:
        return ()
    tonnes = _sums(connection, ledger_line.c, ledger_line.c.quantity, account_id, ids)
    cents = _sums(connection, ledger_money.c, ledger_money.c.cents, account_id, ids)
    query = select(ledger_posting).where(ledger_posting.c.id.in_(ids)).order_by(ledger_posting.c.id.desc())
    return tuple(
        Entry(
            row.id,
            PostingKind(row.kind),
            row.project_id,
            row.at,
            row.case_id,
            row.memo,
            {Bucket(bucket): total for bucket, total in tonnes.get(row.id, {}).items()},
            {MoneyBucket(bucket): total for bucket, total in cents.get(row.id, {}).items()},
        )
        for row in connection.execute(query)
    )


def _page(connection: Reads, account_id: str, before: str | None, limit: int) -> list[str]:
    """Walk down the postings of an account by the indexes, whatever number of lines each has."""
    asked = {"account": account_id, "before": before or _AFTER_ALL, "limit": limit}
    return list(connection.execute(_PAGE, asked).scalars())


def _sums(
    connection: Reads, columns: Any, amount: ColumnElement[int], account_id: str, ids: Sequence[str]
) -> dict[str, dict[str, int]]:
    query = (
        select(columns.posting_id, columns.bucket, func.sum(amount).label("total"))
        .where(columns.account_id == account_id, columns.posting_id.in_(ids), columns.bucket != "issued")
        .group_by(columns.posting_id, columns.bucket)
    )
    result: dict[str, dict[str, int]] = {}
    for row in connection.execute(query):
        if row.total:
            result.setdefault(row.posting_id, {})[row.bucket] = int(row.total)
    return result


_AFTER_ALL: Final = "g"
"""Greater than every identifier, which is hexadecimal."""
_NEWEST: Final = """
    SELECT max(newest) FROM (
      SELECT max(posting_id) AS newest FROM ledger_line
      WHERE account_id = :account AND posting_id < {before}
      UNION ALL
      SELECT max(posting_id) FROM ledger_money
      WHERE account_id = :account AND posting_id < {before}) AS both_books
"""
_PAGE: Final = text(
    "WITH RECURSIVE page (posting_id, place) AS ("  # noqa: S608 - constants of this module
    f" SELECT ({_NEWEST.format(before=':before')}), 1"
    f" UNION ALL SELECT ({_NEWEST.format(before='page.posting_id')}), place + 1 FROM page"
    " WHERE posting_id IS NOT NULL AND place < :limit"
    ") SELECT posting_id FROM page WHERE posting_id IS NOT NULL"
)
