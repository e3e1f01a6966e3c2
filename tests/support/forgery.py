"""Postings by direct SQL, as somebody with a database client might: lawful but for what a test spoils."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, select

from tests.support.records import NOON
from workflow_app.kernel.errors import Conflict, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.unit_of_work import Store

Row = Mapping[str, Any]
_SHARED = (
    "account_id",
    "bucket",
    "batch_id",
    "vintage",
    "first_unit",
    "last_unit",
    "serial",
    "transfer_count",
    "hold_kind",
    "hold_id",
    "prior_bucket",
    "prior_hold_kind",
    "prior_hold_id",
)


@dataclass
class Forgery:
    """A posting that gives holdings whole and receives blocks of them.

    :param received: for each given holding, what becomes of it: rows of changed columns.
    :param money: account, bucket, cents.
    :param posting: changed columns of the posting.
    :param spare: holdings that are given and yet not deleted.
    :param hide: received blocks (by number) for which no holding is made.
    """

    kind: str
    given: Sequence[Row] = ()
    received: Sequence[Sequence[Row]] = ()
    money: Sequence[tuple[str, str, int]] = ()
    posting: Row = field(default_factory=dict)
    trade: Row | None = None
    spare: bool = False
    hide: frozenset[int] = frozenset()
    id: str = field(default_factory=new_id)

    def write(self, connection: Connection) -> None:
        """Write it: lines, holdings, trade, posting."""
        lines, made = self._lines()
        if lines:
            connection.execute(tables.ledger_line.insert(), lines)
        if not self.spare:
            for row in self.given:
                connection.execute(tables.holding.delete().where(tables.holding.c.id == row["id"]))
        for number, row in enumerate(made):
            if number not in self.hide:
                connection.execute(tables.holding.insert(), row)
        for number, (account_id, bucket, cents) in enumerate(self.money, start=1):
            connection.execute(
                tables.ledger_money.insert(),
                {
                    "posting_id": self.id,
                    "line": number,
                    "account_id": account_id,
                    "bucket": bucket,
                    "cents": cents,
                },
            )
        if self.trade is not None:
            connection.execute(tables.trade.insert(), {"posting_id": self.id, **self.trade})
        moved = sum(
            row["quantity"]
            for row in lines
            if row["quantity"] > 0
            and (row["account_id"], row["bucket"])
            != (lines[row["of_line"] - 1]["account_id"], lines[row["of_line"] - 1]["bucket"])
        )
        values = {
            "id": self.id,
            "key": self.id,
            "kind": self.kind,
            "project_id": self.given[0]["project_id"] if self.given else None,
            "quantity": moved,
            "lines": len(lines),
            "money_lines": len(self.money),
            "at": NOON,
        }
        connection.execute(tables.ledger_posting.insert(), values | dict(self.posting))

    def _lines(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        lines = [self._line(row, number, of=None) for number, row in enumerate(self.given, start=1)]
        made = []
        for of, (row, blocks) in enumerate(zip(self.given, self.received, strict=True), start=1):
            for block in blocks:
                whole = {**row, **block, "id": new_id(), "posting_id": self.id}
                line = self._line(whole, len(lines) + 1, of=of)
                lines.append(line)
                names = (*_SHARED, "id", "project_id", "posting_id")
                made.append({name: whole[name] for name in names})
        return lines, made

    def _line(self, row: Row, number: int, of: int | None) -> dict[str, Any]:
        size = row["last_unit"] - row["first_unit"] + 1
        return {
            "posting_id": self.id,
            "line": number,
            "quantity": -size if of is None else size,
            "of_line": of,
            "holding_id": row["id"],
            **{name: row[name] for name in _SHARED},
        }


def holdings(store: Store, **wanted: Any) -> list[dict[str, Any]]:
    """Rows of holdings that hold these values, lowest units first."""
    query = select(tables.holding).order_by(tables.holding.c.first_unit)
    for name, value in wanted.items():
        query = query.where(tables.holding.c[name] == value)
    with store.reading() as uow:
        return [dict(row) for row in uow.connection.execute(query).mappings()]


def forge(store: Store, forgery: Forgery) -> None:
    """Write a forgery in a transaction of its own, and commit it if the database lets it."""
    with store.unit_of_work() as uow:
        forgery.write(uow.connection)
        uow.commit()


def sql(store: Store, statement: Any, parameters: Any = None) -> None:
    """What somebody with a database client might try."""
    with store.unit_of_work() as uow:
        uow.connection.execute(statement, parameters)
        uow.commit()


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """Expect one of these refusals, in words for people."""
    with pytest.raises((Refused, Conflict)) as caught:
        yield
    assert caught.value.code in codes
    assert caught.value.message


def report(seller: str, buyer: str, project: str, quantity: int, **changes: Any) -> dict[str, Any]:
    """A trade the exchange's system reported: no money moves."""
    values = {
        "id": new_id(),
        "confirmation_number": new_id(),
        "channel": "reported",
        "external_id": new_id(),
        "seller_account": seller,
        "buyer_account": buyer,
        "project_id": project,
        "quantity": quantity,
        "price_cents": 100,
        "amount_cents": quantity * 100,
        "fee_cents": 0,
        "at": NOON,
    }
    return values | changes
