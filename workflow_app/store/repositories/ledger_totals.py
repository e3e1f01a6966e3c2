"""Running totals of the book: what an account has of each project and of money, kept with every posting.

The lines are the truth; ``jcer ledger verify`` proves the totals equal to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.entries import Posting
from workflow_app.store.live import Live
from workflow_app.store.schema.ledger import money_balance, unit_balance


def carry(connection: Connection, live: Live, posting: Posting) -> None:
    """Carry the running totals on; the caller holds the accounts."""
    nets: Counter[tuple[str, str]] = Counter()
    for line in posting.lines:
        if line.bucket is not Bucket.ISSUED:
            nets[line.account_id, line.bucket.value] += line.quantity
    cents: Counter[tuple[str, str]] = Counter()
    for money in posting.money:
        cents[money.account_id, money.bucket.value] += money.cents
    changed = {name: net for name, net in nets.items() if net}
    if changed:
        table = unit_balance.c
        before = _totals(connection, table, table.quantity, changed, table.project_id == posting.project_id)
        live.put(
            unit_balance,
            *(
                {
                    "account_id": name[0],
                    "project_id": posting.project_id,
                    "bucket": name[1],
                    "quantity": before.get(name, 0) + net,
                }
                for name, net in sorted(changed.items())
            ),
        )
    paid = {name: net for name, net in cents.items() if net}
    if paid:
        before = _totals(connection, money_balance.c, money_balance.c.cents, paid)
        live.put(
            money_balance,
            *(
                {"account_id": name[0], "bucket": name[1], "cents": before.get(name, 0) + net}
                for name, net in sorted(paid.items())
            ),
        )


def _totals(
    connection: Connection,
    columns: Any,
    amount: ColumnElement[int],
    wanted: Iterable[tuple[str, str]],
    *where: ColumnElement[bool],
) -> dict[tuple[str, str], int]:
    ids = sorted({account_id for account_id, _ in wanted})
    query = select(columns.account_id, columns.bucket, amount.label("amount"))
    rows = connection.execute(query.where(columns.account_id.in_(ids), *where))
    return {(row.account_id, row.bucket): int(row.amount) for row in rows}
