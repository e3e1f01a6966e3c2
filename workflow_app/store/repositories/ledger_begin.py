"""Beginning an act on the book in one round trip: hold its accounts, see whether it was posted, read totals.

On PostgreSQL the statements of one pipeline run in order, each with a snapshot of its own, so that totals
read after the lock are those the last holder of the accounts left.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from workflow_app.store.driver import Driver, Query
from workflow_app.store.schema.accounts import account
from workflow_app.store.schema.ledger import ledger_posting, money_balance, unit_balance
from workflow_app.store.schema.programme import project

Record = dict[str, Any]
OWNER = Query((project.c.owner_org,), "WHERE id = {project}")
"""Whose project it is: only its owner's account may sell its units (R39)."""


def begin(
    driver: Driver, account_ids: Sequence[str], key: str, project_id: str | None
) -> tuple[list[Record], list[Record], list[Record], list[Record], list[Record]]:
    """Return rows of the accounts, now held, of the posting under ``key``, of money, units and the owner.

    :param account_ids: in the one order in which accounts are ever held.
    """
    queries = _queries(len(account_ids), driver.sqlite)
    parameters: dict[str, Any] = {f"a{number}": each for number, each in enumerate(account_ids)}
    parameters |= {"key": key, "project": project_id}
    answers = driver.together([query.sql for query in queries], parameters)
    accounts, posted, money, units, owner = (
        [dict(zip(query.names, row, strict=True)) for row in query.read(rows)]
        for query, rows in zip(queries, answers, strict=True)
    )
    return accounts, posted, money, units, owner


@cache
def _queries(count: int, sqlite: bool) -> tuple[Query, Query, Query, Query, Query]:
    these = ", ".join(f"{{a{number}}}" for number in range(count))
    held = "" if sqlite else " FOR NO KEY UPDATE"
    return (
        Query(account.columns, f"WHERE id IN ({these}) ORDER BY id{held}"),
        Query(ledger_posting.columns, "WHERE key = {key}"),
        Query(money_balance.columns, f"WHERE account_id IN ({these})"),
        Query(unit_balance.columns, f"WHERE account_id IN ({these}) AND project_id = {{project}}"),
        OWNER,
    )
