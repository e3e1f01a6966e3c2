"""The book: postings written whole, and balances derived from them, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from workflow_app.store.live import Live
from workflow_app.store.tables import ledger_line, ledger_posting


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a posting: plus is received, minus is given, in whole tonnes."""

    account_id: str
    bucket: str
    quantity: int
    batch_id: str | None = None
    vintage: int | None = None
    first_unit: int | None = None
    last_unit: int | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """One legal act in the book.

    :param key: idempotency key of the act; a second posting under it is refused.
    :param quantity: tonnes moved, the sum of the positive lines.
    """

    id: str
    key: str
    kind: str
    project_id: str
    batch_id: str | None
    quantity: int
    at: datetime
    case_id: str | None
    memo: str
    lines: Sequence[Line]


class LedgerRepository:
    """The book in one unit of work."""

    def __init__(self, connection: Connection, live: Live) -> None:
        self._connection = connection
        self._live = live

    def post(self, posting: Posting) -> None:
        """Write a posting: its lines first, then itself, which closes it.

        :raises Refused: the lines do not balance, or a K rule forbids it (trigger).
        :raises Conflict: this act was posted before.
        """
        self._live.insert(
            ledger_line,
            *(
                {"posting_id": posting.id, "line": number}
                | {name: getattr(line, name) for name in Line.__slots__}
                for number, line in enumerate(posting.lines, start=1)
            ),
        )
        self._live.insert(
            ledger_posting, {name: getattr(posting, name) for name in Posting.__slots__ if name != "lines"}
        )

    def posted(self, key: str) -> dict[str, Any] | None:
        """Return the posting under an act's key, or ``None``."""
        row = (
            self._connection.execute(select(ledger_posting).where(ledger_posting.c.key == key))
            .mappings()
            .first()
        )
        return None if row is None else dict(row)

    def balances(self, account_id: str) -> dict[tuple[str | None, str], int]:
        """Return tonnes by (batch id, bucket) of one account."""
        rows = self._connection.execute(
            select(ledger_line.c.batch_id, ledger_line.c.bucket, func.sum(ledger_line.c.quantity))
            .where(ledger_line.c.account_id == account_id)
            .group_by(ledger_line.c.batch_id, ledger_line.c.bucket)
        )
        return {(batch_id, bucket): int(total) for batch_id, bucket, total in rows if total}

    def last_unit(self, project_id: str) -> int:
        """Return the highest unit number ever issued to a project, 0 before the first."""
        found = self._connection.execute(
            select(func.max(ledger_line.c.last_unit))
            .join(ledger_posting, ledger_posting.c.id == ledger_line.c.posting_id)
            .where(ledger_posting.c.project_id == project_id, ledger_posting.c.kind == "mint")
        ).scalar()
        return int(found or 0)

    def lines(self, posting_id: str) -> tuple[dict[str, Any], ...]:
        """Return the lines of a posting."""
        rows = self._connection.execute(
            select(ledger_line).where(ledger_line.c.posting_id == posting_id).order_by(ledger_line.c.line)
        )
        return tuple(dict(row) for row in rows.mappings())
