"""A holding cut into very many blocks, in bulk: as if its owner had offered it fifty tonnes at a time.

The rows are those the book would have written, so that the proof holds over them; only the rules that judge
each row are switched off while they go in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Table

from tests.support.book import Book
from tests.support.records import NOON
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.entries import Line, Posting
from workflow_app.domain.ledger.holdings import Hold, Holding, HoldKind
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.repositories.ledger_rows import holding_row, line_row
from workflow_app.store.schema.columns import to_micros

A_POSTING: Final = 50
"""Blocks cut off by one posting."""
_HOLD: Final = Hold(HoldKind.ORDER, "o1")


def shatter(book: Book, blocks: int) -> None:
    """Freeze ``blocks`` units of the owner's one available block, each as a block of its own.

    :param blocks: a multiple of :data:`A_POSTING`, fewer than there are units.
    """
    with book.store.reading() as uow:
        (whole,) = uow.ledger.holdings(book.owner, Bucket.AVAILABLE)
    last: dict[str, Any] = {}
    made: dict[Table, list[dict[str, Any]]] = {
        tables.ledger_line: [],
        tables.holding: [],
        tables.ledger_posting: [],
    }
    with book.store.engine.connect() as connection, _without_rules(connection):
        connection.execute(tables.holding.delete().where(tables.holding.c.id == whole.id))
        for _ in range(blocks // A_POSTING):
            whole, last = _cut(whole, made)
        made[tables.holding].append(last)
        _write(connection, made)
        total = tables.unit_balance
        mine = (total.c.account_id == book.owner, total.c.project_id == book.project)
        connection.execute(total.update().where(*mine).values(quantity=whole.quantity))
        row = {"account_id": book.owner, "project_id": book.project, "bucket": "frozen", "quantity": blocks}
        connection.execute(total.insert(), row)
        connection.commit()
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _cut(whole: Holding, made: dict[Table, list[dict[str, Any]]]) -> tuple[Holding, dict[str, Any]]:
    """Add the posting that cuts fifty units off; return what is left, and its row if nobody cuts on."""
    posting, posting_id = _posting(whole), new_id()
    received = []
    for number, line in enumerate(posting.lines, start=1):
        row = line_row(line)
        if line.quantity > 0:
            row["holding_id"] = new_id()
            received.append(holding_row(row, whole.project_id, posting_id))
        made[tables.ledger_line].append({"posting_id": posting_id, "line": number, **row})
    *cut, left = received
    made[tables.holding] += cut
    made[tables.ledger_posting].append(
        {
            "id": posting_id,
            "key": posting.key,
            "kind": posting.kind.value,
            "project_id": posting.project_id,
            "quantity": posting.quantity.value,
            "lines": len(posting.lines),
            "money_lines": 0,
            "at": to_micros(NOON),
            "memo": "挂单",
        }
    )
    return replace(whole, id=left["id"], block=posting.lines[-1].block), left


def _posting(whole: Holding) -> Posting:
    given = Line(
        whole.account_id, whole.bucket, -whole.quantity, whole.block, whole.batch_id, holding_id=whole.id
    )
    lines, rest = [given], whole.block
    for _ in range(A_POSTING):
        one, rest = rest.split(1)
        lines.append(Line(whole.account_id, Bucket.FROZEN, 1, one, whole.batch_id, hold=_HOLD, of=1))
    lines.append(Line(whole.account_id, Bucket.AVAILABLE, rest.quantity, rest, whole.batch_id, of=1))
    return Posting(f"shatter:{whole.id}", PostingKind.FREEZE, whole.project_id, None, tuple(lines))


def _write(connection: Connection, made: dict[Table, list[dict[str, Any]]]) -> None:
    """Hand the rows to the driver in bulk: COPY on PostgreSQL, one prepared statement on SQLite."""
    raw: Any = connection.connection.driver_connection
    for table, rows in made.items():
        names = list(rows[0]) if rows else []
        values = [[row[name] for name in names] for row in rows]
        quoted = ", ".join(f'"{name}"' for name in names)
        if connection.dialect.name == "postgresql":
            with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({quoted}) FROM STDIN") as copy:
                for each in values:
                    copy.write_row(each)
        else:
            marks = ", ".join("?" for _ in names)
            raw.executemany(f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})", values)  # noqa: S608
        rows.clear()


@contextmanager
def _without_rules(connection: Connection) -> Iterator[None]:
    """Switch the database's rules off, and on again; on PostgreSQL it takes a superuser."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")
        yield
        connection.exec_driver_sql("SET session_replication_role = DEFAULT")
        connection.commit()
        return
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    rules = connection.exec_driver_sql(query).all()
    for name, _ in rules:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, rule in rules:
        connection.exec_driver_sql(rule)
    connection.commit()
