"""Running totals of the book: what an account has of each project and of money, kept with every posting.

The lines are the truth; ``jcer ledger verify`` proves the totals equal to them. What was read stays true to
the end of the transaction, because the accounts are held; so it is read once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.entries import Posting
from workflow_app.store.driver import Driver, Query
from workflow_app.store.live import Live
from workflow_app.store.schema.ledger import money_balance, unit_balance

MONEY = Query(money_balance.columns, "WHERE account_id = {account_id}")
UNITS = Query(unit_balance.columns, "WHERE account_id = {account_id} AND project_id = {project_id}")
_BALANCES: Final = {
    (False, False): "SELECT bucket, sum(quantity) FROM unit_balance GROUP BY bucket",
    (
        True,
        False,
    ): "SELECT bucket, sum(quantity) FROM unit_balance WHERE account_id = {account_id} GROUP BY bucket",
    (
        False,
        True,
    ): "SELECT bucket, sum(quantity) FROM unit_balance WHERE project_id = {project_id} GROUP BY bucket",
    (True, True): (
        "SELECT bucket, sum(quantity) FROM unit_balance"
        " WHERE account_id = {account_id} AND project_id = {project_id} GROUP BY bucket"
    ),
}
"""By whether an account and whether a project is named."""


class Totals:
    """The running totals of one unit of work."""

    def __init__(self, driver: Driver, live: Live) -> None:
        self._driver = driver
        self._live = live
        self._money: dict[str, dict[str, int]] = {}
        self._units: dict[tuple[str, str], dict[str, int]] = {}

    def learn(
        self,
        account_ids: Iterable[str],
        project_id: str | None,
        money: Iterable[Mapping[str, Any]],
        units: Iterable[Mapping[str, Any]],
    ) -> None:
        """Take in the rows of held accounts, unless they are known and carried on already."""
        ids = list(account_ids)
        fresh = {account_id: dict[str, int]() for account_id in ids}
        for row in money:
            fresh[row["account_id"]][row["bucket"]] = row["cents"]
        self._money = {**fresh, **self._money}
        if project_id is not None:
            places = {(account_id, project_id): dict[str, int]() for account_id in ids}
            for row in units:
                places[row["account_id"], project_id][row["bucket"]] = row["quantity"]
            self._units = {**places, **self._units}

    def balance(self, account_id: str | None, project_id: str | None) -> dict[Bucket, int]:
        """Return tonnes by bucket: of an account, of a project, of one in the other, or of all."""
        sql = _BALANCES[account_id is not None, project_id is not None]
        rows = self._driver.rows(sql, {"account_id": account_id, "project_id": project_id})
        return {Bucket(bucket): int(tonnes) for bucket, tonnes in rows if tonnes}

    def money(self, account_id: str) -> Mapping[str, int]:
        """Return any account's cents by bucket; of one that is not held, as they are just now."""
        if account_id in self._money:
            return self._money[account_id]
        rows = MONEY.records(self._driver, account_id=account_id)
        return {row["bucket"]: row["cents"] for row in rows}

    def _held_money(self, account_id: str) -> dict[str, int]:
        return self._money.setdefault(account_id, dict(self.money(account_id)))

    def _held_units(self, account_id: str, project_id: str) -> dict[str, int]:
        place = (account_id, project_id)
        if place not in self._units:
            rows = UNITS.records(self._driver, account_id=account_id, project_id=project_id)
            self._units[place] = {row["bucket"]: row["quantity"] for row in rows}
        return self._units[place]

    def carry(self, posting: Posting) -> None:
        """Carry the totals on by a posting, whose accounts are held."""
        tonnes: Counter[tuple[str, str]] = Counter()
        for line in posting.lines:
            if line.bucket is not Bucket.ISSUED:
                tonnes[line.account_id, line.bucket.value] += line.quantity
        cents: Counter[tuple[str, str]] = Counter()
        for money in posting.money:
            cents[money.account_id, money.bucket.value] += money.cents
        for (account_id, bucket), net in sorted(tonnes.items()):
            if net and posting.project_id is not None:
                held = self._held_units(account_id, posting.project_id)
                held[bucket] = held.get(bucket, 0) + net
                row = {"account_id": account_id, "project_id": posting.project_id, "bucket": bucket}
                self._live.put(unit_balance, {**row, "quantity": held[bucket]})
        for (account_id, bucket), net in sorted(cents.items()):
            if net:
                held = self._held_money(account_id)
                held[bucket] = held.get(bucket, 0) + net
                self._live.put(
                    money_balance, {"account_id": account_id, "bucket": bucket, "cents": held[bucket]}
                )
