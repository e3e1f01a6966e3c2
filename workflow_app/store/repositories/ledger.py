"""The book: postings written whole, and what is derived from them kept in the same transaction.

docs/domain.md §5. Lines first, then holdings, then running totals, the posting last: it closes itself.
Whoever posts has locked the accounts before (:meth:`LedgerRepository.lock`), so that totals are read and
written by one transaction at a time. Must never know who may act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from workflow_app.domain.ledger.accounts import Bucket, MoneyBucket
from workflow_app.domain.ledger.entries import Posting
from workflow_app.domain.ledger.holdings import Hold, Holding
from workflow_app.kernel.errors import NotFound
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.driver import Driver
from workflow_app.store.live import Live
from workflow_app.store.repositories import ledger_picking
from workflow_app.store.repositories.ledger_begin import OWNER, begin
from workflow_app.store.repositories.ledger_picking import Wanted
from workflow_app.store.repositories.ledger_rows import holding_of, holding_row, line_row
from workflow_app.store.repositories.ledger_statement import Entry, read_statement
from workflow_app.store.repositories.ledger_totals import Totals
from workflow_app.store.schema.ledger import (
    holding,
    ledger_line,
    ledger_money,
    ledger_posting,
)


class LedgerRepository:
    """The book in one unit of work."""

    def __init__(self, connection: Connection, driver: Driver, live: Live) -> None:
        self._connection = connection
        self._driver = driver
        self._live = live
        self._totals = Totals(driver, live)
        self._owners: dict[str, str] = {}

    def lock(self, account_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Hold accounts till the end of the transaction, always in one order, and return their rows.

        :raises NotFound: there is no such account.
        """
        return self.begin(account_ids, "", None)[0]

    def begin(
        self, account_ids: Iterable[str], key: str, project_id: str | None
    ) -> tuple[dict[str, dict[str, Any]], dict[str, Any] | None]:
        """Hold accounts as :meth:`lock` does; return their rows, and the posting under an act's key.

        :raises NotFound: there is no such account.
        """
        wanted = sorted(set(account_ids))
        accounts, posted, money, units, owner = begin(self._driver, wanted, key, project_id)
        if len(accounts) != len(wanted):
            raise NotFound("no_such_account", "没有这个账户")
        self._totals.learn(wanted, project_id, money, units)
        if project_id is not None and owner:
            self._owners[project_id] = owner[0]["owner_org"]
        return {row["id"]: row for row in accounts}, posted[0] if posted else None

    def owner_of(self, project_id: str) -> str | None:
        """Return the organisation whose project it is; known already where an act on its units began."""
        if project_id not in self._owners:
            for row in OWNER.records(self._driver, project=project_id):
                self._owners[project_id] = row["owner_org"]
        return self._owners.get(project_id)

    def post(
        self,
        posting: Posting,
        at: datetime,
        *,
        posting_id: str | None = None,
        case_id: str | None = None,
        memo: str = "",
    ) -> str:
        """Write a posting whole, and what follows from it; its accounts are locked by the caller.

        :param posting_id: where other rows (a trade) already name it; else a new one.
        :returns: the posting's id.
        :raises Refused: a K rule forbids it, or a balance would fall below nought.
        :raises Conflict: this act was posted before, or its holdings are gone.
        """
        posting_id = posting_id or new_id()
        made: list[dict[str, Any]] = []
        lines: list[dict[str, Any]] = []
        for number, line in enumerate(posting.lines, start=1):
            row = line_row(line)
            if line.quantity > 0:
                row["holding_id"] = new_id()
                made.append(holding_row(row, posting.project_id, posting_id))
            lines.append({"posting_id": posting_id, "line": number, **row})
        self._live.insert(ledger_line, *lines)
        given = [{"id": line.holding_id} for line in posting.lines if line.holding_id is not None]
        self._live.delete(holding, *given)
        self._live.insert(holding, *made)
        self._live.insert(
            ledger_money,
            *(
                {
                    "posting_id": posting_id,
                    "line": number,
                    "account_id": line.account_id,
                    "bucket": line.bucket.value,
                    "cents": line.cents,
                }
                for number, line in enumerate(posting.money, start=1)
            ),
        )
        self._totals.carry(posting)
        self._live.insert(
            ledger_posting,
            {
                "id": posting_id,
                "key": posting.key,
                "kind": posting.kind.value,
                "project_id": posting.project_id,
                "batch_id": posting.batch_id,
                "order_id": posting.order_id,
                "quantity": posting.quantity.value,
                "lines": len(posting.lines),
                "money_lines": len(posting.money),
                "at": at,
                "case_id": case_id,
                "memo": memo,
            },
        )
        return posting_id

    def posted(self, key: str) -> dict[str, Any] | None:
        """Return the posting under an act's key, or ``None``."""
        row = (
            self._connection.execute(select(ledger_posting).where(ledger_posting.c.key == key))
            .mappings()
            .first()
        )
        return None if row is None else dict(row)

    def holdings(
        self,
        account_id: str,
        buckets: Bucket | Sequence[Bucket],
        *,
        project_id: str | None = None,
        batch_id: str | None = None,
        hold: Hold | None = None,
        limit: int | None = None,
    ) -> tuple[Holding, ...]:
        """Return an account's holdings, oldest vintage first, lowest number first."""
        wanted = Wanted(account_id, buckets, project_id, batch_id, hold)
        if limit is not None:
            return ledger_picking.first(self._driver, wanted, limit)
        return tuple(ledger_picking.each(self._driver, wanted))

    def tonnes(self, account_id: str, bucket: Bucket, project_id: str, batch_id: str | None = None) -> int:
        """Return what lies in one bucket of an account, of a project or of one of its batches."""
        return ledger_picking.tonnes(self._driver, Wanted(account_id, bucket, project_id, batch_id))

    def pick(
        self,
        account_id: str,
        buckets: Bucket | Sequence[Bucket],
        quantity: int | None,
        *,
        project_id: str | None = None,
        batch_id: str | None = None,
        hold: Hold | None = None,
    ) -> tuple[Holding, ...]:
        """Return as many of them as ``quantity`` tonnes need, or all of them for ``None``."""
        found: list[Holding] = []
        missing = quantity
        for each in ledger_picking.each(
            self._driver, Wanted(account_id, buckets, project_id, batch_id, hold)
        ):
            found.append(each)
            if missing is not None:
                missing -= each.quantity
                if missing <= 0:
                    break
        return tuple(found)

    def holding(self, project_id: str, unit: int) -> Holding | None:
        """Return the holding a unit of a project lies in now."""
        query = (
            select(holding)
            .where(holding.c.project_id == project_id, holding.c.first_unit <= unit)
            .order_by(holding.c.first_unit.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None or row["last_unit"] < unit else holding_of(row)

    def balance(self, account_id: str | None = None, project_id: str | None = None) -> dict[Bucket, int]:
        """Return tonnes by bucket: of an account, of a project (I1), of one in the other, or of all."""
        return self._totals.balance(account_id, project_id)

    def money(self, account_id: str) -> dict[MoneyBucket, int]:
        """Return an account's cents by bucket."""
        return {MoneyBucket(bucket): cents for bucket, cents in self._totals.money(account_id).items()}

    def balances(self, account_id: str) -> dict[tuple[str | None, str], int]:
        """Return tonnes by (batch id, bucket) of one account, from its holdings."""
        size = func.sum(holding.c.last_unit - holding.c.first_unit + 1).label("tonnes")
        query = select(holding.c.batch_id, holding.c.bucket, size).where(holding.c.account_id == account_id)
        rows = self._connection.execute(query.group_by(holding.c.batch_id, holding.c.bucket))
        return {(row.batch_id, row.bucket): int(row.tonnes) for row in rows}

    def statement(self, account_id: str, *, before: str | None = None, limit: int = 20) -> tuple[Entry, ...]:
        """Return an account's postings, the newest first.

        :param before: the posting id the last page ended with.
        """
        return read_statement(self._driver, account_id, before, limit)

    def last_unit(self, project_id: str) -> int:
        """Return the highest unit number ever issued to a project, 0 before the first."""
        of_project = select(holding.c.last_unit).where(holding.c.project_id == project_id)
        row = self._first(of_project.order_by(holding.c.first_unit.desc()).limit(1))
        return 0 if row is None else int(row.last_unit)

    def lines(self, posting_id: str) -> tuple[dict[str, Any], ...]:
        """Return the lines of a posting."""
        rows = self._connection.execute(
            select(ledger_line).where(ledger_line.c.posting_id == posting_id).order_by(ledger_line.c.line)
        )
        return tuple(dict(row) for row in rows.mappings())

    def _first(self, query: Select[Any]) -> Row[Any] | None:
        return self._connection.execute(query).first()
