"""Statements to PostgreSQL in one round trip: libpq's pipeline mode, prepared once a connection.

psycopg's own pipeline costs more processor time a statement than the statement; here its wrapper
of libpq is used directly. Values go out as text whose type the server infers from the column, rows
come back through psycopg's own loaders. While the server works the thread waits in ``poll``, so
that a lock held by another thread of this process can be released. This module must never know a
table.
"""

from __future__ import annotations

import itertools
import re
import select
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from psycopg import Connection, errors
from psycopg.abc import Transformer as Loader
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

_NAME: Final = re.compile(r"\{(\w+)\}")
_BEGIN: Final = b"BEGIN ISOLATION LEVEL READ COMMITTED"

Rows = list[tuple[Any, ...]]
Statement = tuple[str, Mapping[str, Any]]
Answer = tuple[Rows, int]
"""Rows of a query, and how many rows were found or changed."""


@dataclass(slots=True)
class Prepared:
    """The prepared statements of one connection: their names by text. A name is never used twice."""

    names: dict[str, bytes] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)


class Pipeline:
    """One connection's pipeline.

    :param prepared: its prepared statements; kept as long as the connection.
    """

    def __init__(self, connection: Connection[Any], prepared: Prepared) -> None:
        self._connection = connection
        self._pg: PGconn = connection.pgconn
        self._prepared = prepared

    def run(self, statements: Sequence[Statement]) -> list[Answer]:
        """Run statements in order, all or none of them, and return their answers.

        :raises psycopg.Error: the first that failed; the transaction can then only be rolled back.
        """
        # Whatever cannot be sent is found before anything is.
        ready = [(sql, *_bound(sql, parameters)) for sql, parameters in statements]
        pg, fresh = self._pg, dict[str, bytes]()
        expected: list[bool] = []  # of each command sent, in order: whether its result is an answer
        begins = pg.transaction_status == TransactionStatus.IDLE
        pg.enter_pipeline_mode()
        try:
            if begins:
                pg.send_query_params(_BEGIN, None)
                expected.append(False)
            for sql, text, values in ready:
                name = self._prepared.names.get(sql) or fresh.get(sql)
                if name is None:
                    name = fresh[sql] = f"jcer_{next(self._prepared.numbers)}".encode()
                    pg.send_prepare(name, text)
                    expected.append(False)
                pg.send_query_prepared(name, values)
                expected.append(True)
            pg.pipeline_sync()
            self._flush()
            results = [self._result() for _ in expected]
            self._next()  # the end of the pipeline
        finally:
            pg.exit_pipeline_mode()
        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                raise errors.error_from_result(result, self._connection.info.encoding)
        self._prepared.names |= fresh
        loader = Transformer(self._connection)
        return [_answer(loader, result) for result, wanted in zip(results, expected, strict=True) if wanted]

    def _flush(self) -> None:
        while self._pg.flush():
            if self._wait(select.POLLIN | select.POLLOUT) & select.POLLIN:
                self._pg.consume_input()

    def _result(self) -> PGresult:
        """Return the next command's result, and pass over the mark that ends it."""
        result = self._next()
        if result is None or self._next() is not None:
            raise errors.OperationalError("the server's answers are out of step")
        return result

    def _next(self) -> PGresult | None:
        while self._pg.is_busy():
            self._wait(select.POLLIN)
            self._pg.consume_input()
        return self._pg.get_result()

    def _wait(self, for_what: int) -> int:
        ready = select.poll()
        ready.register(self._pg.socket, for_what)
        return ready.poll()[0][1]


@cache
def positional(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a statement with ``$1``, ``$2`` … for ``{name}``, and the names in that order."""
    names = tuple(dict.fromkeys(_NAME.findall(sql)))
    numbers = {name: number for number, name in enumerate(names, 1)}
    return _NAME.sub(lambda found: f"${numbers[found[1]]}", sql).encode(), names


def _bound(sql: str, parameters: Mapping[str, Any]) -> tuple[bytes, list[bytes | None]]:
    text, names = positional(sql)
    return text, [_text(parameters[name]) for name in names]


def _text(value: object) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    if isinstance(value, str | int | date | Decimal):
        return str(value).encode()
    raise TypeError(f"no parameter of type {type(value).__name__} goes this way")


def _answer(loader: Loader, result: PGresult) -> Answer:
    if result.status != ExecStatus.TUPLES_OK:
        return [], result.command_tuples or 0
    loader.set_pgresult(result)
    return loader.load_rows(0, result.ntuples, tuple), result.ntuples
