"""Registry accounts, orders on them, and money entered at the exchange's counter.

附件二（一）, R40. Rows as mappings of columns; the rules stand in the database too. Balances are the
ledger's. Must never know who may act.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, select

from workflow_app.store.live import Live
from workflow_app.store.schema.accounts import account, account_order, cash_entry
from workflow_app.store.schema.programme import project, registration

Record = dict[str, Any]


class AccountRepository:
    """Accounts in one unit of work."""

    def __init__(self, connection: Connection, live: Live) -> None:
        self._connection = connection
        self._live = live
        self._locks = connection.dialect.name == "postgresql"

    def add(self, table: Table, row: Record) -> None:
        """Enter a new record."""
        self._live.insert(table, row)

    def change(self, table: Table, record_id: str, values: Record) -> None:
        """Change columns of a record its caller has read."""
        self._live.update(table, {"id": record_id}, values)

    def of_holder(self, kind: str, organisation_id: str | None, person_id: str | None) -> Record | None:
        """Return a holder's account of a kind."""
        holder = (
            account.c.person_id == person_id
            if organisation_id is None
            else account.c.organisation_id == organisation_id
        )
        return self._first(select(account).where(holder, account.c.kind == kind))

    def last_order(self, account_id: str) -> Record | None:
        """Return the newest order of the department that set an account's state."""
        query = select(account_order).where(
            account_order.c.account_id == account_id, account_order.c.kind != "succession"
        )
        newest = query.order_by(account_order.c.ordered_at.desc(), account_order.c.id.desc())
        return self._first(newest.limit(1))

    def serves(self, account_id: str) -> str | None:
        """Return the number of a registered project whose units are minted to this account, if any."""
        query = (
            select(project.c.number)
            .join(registration, registration.c.project_id == project.c.id)
            .where(registration.c.account_id == account_id, registration.c.state == "active")
        )
        number: str | None = self._connection.execute(query.limit(1)).scalar_one_or_none()
        return number

    def cash_entry(self, entry_id: str) -> Record | None:
        """Return an entry of money, held till the end of the transaction."""
        query = select(cash_entry).where(cash_entry.c.id == entry_id)
        return self._first(query.with_for_update() if self._locks else query)

    def cash_under(self, kind: str, reference: str) -> Record | None:
        """Return the entry that stands under the bank's own number."""
        return self._first(
            select(cash_entry).where(
                cash_entry.c.kind == kind,
                cash_entry.c.reference == reference,
                cash_entry.c.state != "returned",
            )
        )

    def waiting_cash(self, account_id: str) -> bool:
        """Tell whether money of an account waits for its second person."""
        query = select(cash_entry.c.id).where(
            cash_entry.c.account_id == account_id, cash_entry.c.state == "entered"
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def _first(self, query: Any) -> Record | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else dict(row)
