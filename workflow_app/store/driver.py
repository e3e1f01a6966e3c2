"""The hot path to the database: statements as text, straight to the driver's cursor.

Through SQLAlchemy a statement costs several times what the driver needs. Here it is written once
with ``{name}`` for its parameters, and values are converted by the column's type. On PostgreSQL
several statements travel together (:mod:`.pipeline`), so that a completion waits for a handful of
answers and not for one a statement; SQLite has no way to travel. Transactions, pooling and
everything off the hot path stay SQLAlchemy's; an error is raised as SQLAlchemy would raise it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Date
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from workflow_app.store.schema.columns import Decimal4, Instant, Json, Packed, from_micros, unpack

_NAME: Final = re.compile(r"\{(\w+)\}")

_PERCENT: Final = re.compile(r"%(?:\((\w+)\)s|%)")

HELD: Final = "jcer_driver"
"""Where a connection's ``info`` names the driver whose statements wait; see :func:`send_waiting`."""

_PREPARED: Final = "jcer_prepared"

Parameters = Mapping[str, Any]
Rows = list[tuple[Any, ...]]
Statement = tuple[str, Parameters]
Answer = tuple[Rows, int]
"""Rows of a query, and how many rows were found or changed."""


class Driver:
    """The driver of one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self.sqlite = connection.dialect.name == "sqlite"
        self._info = connection.info
        self._error: type[Exception] = connection.dialect.loaded_dbapi.Error
        self._behind = False
        self._waiting: list[tuple[str, Parameters, Exception | None]] = []
        raw: Any = connection.connection.driver_connection
        self._run = _on_sqlite(raw) if self.sqlite else _on_postgresql(raw, self._info)

    def write_behind(self) -> None:
        """Let writes wait from now on, where sending them together pays: until a read, or the commit."""
        if not self.sqlite:
            self._behind = True
            self._info[HELD] = self

    def write(self, sql: str, parameters: Parameters, otherwise: Exception | None = None) -> None:
        """Run one statement whose result nobody waits for, now or with the next that is sent.

        :param otherwise: raised where it did not change exactly one row.
        :raises DBAPIError: as SQLAlchemy raises it; at the latest when the transaction commits.
        """
        if self._behind:
            self._waiting.append((sql, parameters, otherwise))
        elif self.execute(sql, parameters) != 1 and otherwise is not None:
            raise otherwise

    def write_many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run one statement for several sets of parameters, as :meth:`write` does."""
        for each in parameters:
            self.write(sql, each)

    def execute(self, sql: str, parameters: Parameters) -> int:
        """Run one statement now; returns how many rows it changed.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        return self._now([(sql, parameters)])[0][1]

    def rows(self, sql: str, parameters: Parameters) -> Rows:
        """Run a query; returns its rows as the driver gives them.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        return self._now([(sql, parameters)])[0][0]

    def ready(self, sql: str, parameters: Parameters) -> Rows:
        """Run a query whose text is the driver's own already; returns its rows as the driver gives them.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        return self.rows(_named(sql, self.sqlite), parameters)

    def together(self, queries: Sequence[str], parameters: Parameters) -> list[Rows]:
        """Run several queries with the same parameters, in order; returns the rows of each.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        return [rows for rows, _ in self._now([(sql, parameters) for sql in queries])]

    def send(self) -> None:
        """Send what waits, and wait for its answers.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        if self._waiting:
            self._now([])

    def close(self) -> None:
        """Let go of the connection; what still waits is dropped with the transaction."""
        self._waiting = []
        self._info.pop(HELD, None)

    def _now(self, statements: list[Statement]) -> list[Answer]:
        """Run what waits and then ``statements``; returns the answers of these."""
        waiting, self._waiting = self._waiting, []
        sent = [*((sql, parameters) for sql, parameters, _ in waiting), *statements]
        try:
            answers = self._run(sent)
        except self._error as error:
            # Parameters are left out: they may hold personal values, and errors end up in logs.
            told = "; ".join(dict.fromkeys(sql for sql, _ in sent))
            raised = DBAPIError.instance(told, None, error, self._error, dialect=self.dialect)
            raise raised from error
        for (_, changed), (_, _, otherwise) in zip(answers, waiting, strict=False):
            if otherwise is not None and changed != 1:
                raise otherwise
        return answers[len(waiting) :]


def _on_sqlite(raw: Any) -> Callable[[Sequence[Statement]], list[Answer]]:
    execute = raw.execute

    def run(statements: Sequence[Statement]) -> list[Answer]:
        answers = []
        for sql, parameters in statements:
            cursor = execute(_marked(sql), parameters)
            answers.append((cursor.fetchall(), cursor.rowcount))
        return answers

    return run


def _on_postgresql(raw: Any, info: dict[str, Any]) -> Callable[[Sequence[Statement]], list[Answer]]:
    from workflow_app.store.pipeline import Pipeline, Prepared  # noqa: PLC0415 - psycopg is loaded where it is used

    prepared = info.get(_PREPARED)
    if prepared is None:
        prepared = info[_PREPARED] = Prepared()
    return Pipeline(raw, prepared).run


def send_waiting(connection: Connection) -> None:
    """Send what a driver holds back on ``connection``: called before SQLAlchemy runs a statement on it."""
    driver: Driver | None = connection.info.get(HELD)
    if driver is not None:
        driver.send()


class Query:
    """A prepared SELECT of typed columns of one table.

    :param rest: everything from WHERE on, with ``{name}`` for parameters.
    """

    def __init__(self, columns: Iterable[Column[Any]], rest: str) -> None:
        chosen = list(columns)
        self.names = tuple(column.name for column in chosen)
        names = ", ".join(f'"{name}"' for name in self.names)
        self.sql = f'SELECT {names} FROM "{chosen[0].table.name}" {rest}'  # noqa: S608 - our own metadata
        readers = [(index, reader(column.type)) for index, column in enumerate(chosen)]
        self._readers = [(index, read) for index, read in readers if read is not None]

    def all(self, driver: Driver, **parameters: Any) -> list[list[Any]]:
        """Return the rows, values as SQLAlchemy would return them."""
        return self.read(driver.rows(self.sql, parameters))

    def first(self, driver: Driver, **parameters: Any) -> list[Any] | None:
        """Return the first row, or ``None``."""
        found = driver.rows(self.sql, parameters)
        return self._read(found[0]) if found else None

    def records(self, driver: Driver, **parameters: Any) -> tuple[dict[str, Any], ...]:
        """Return the rows as mappings of columns."""
        return tuple(dict(zip(self.names, row, strict=True)) for row in self.all(driver, **parameters))

    def read(self, rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
        """Return rows the driver gave, values as SQLAlchemy would return them."""
        return [self._read(row) for row in rows]

    def _read(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for index, read in self._readers:
            if values[index] is not None:
                values[index] = read(values[index])
        return values


@cache
def _named(sql: str, sqlite: bool) -> str:
    """Return a statement of the driver's own marks with ``{name}`` for its parameters."""
    if sqlite:
        return sql  # ``:name`` is left alone
    return _PERCENT.sub(lambda found: f"{{{found[1]}}}" if found[1] else "%", sql)


@cache
def _marked(sql: str) -> str:
    return _NAME.sub(r":\1", sql)


def reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """Return what makes a column's value of what the driver gives; ``None`` where it is the value already."""
    if isinstance(kind, Instant):
        return from_micros
    if isinstance(kind, Json):
        return json.loads
    if isinstance(kind, Decimal4):
        return _decimal
    if isinstance(kind, Packed):
        return unpack
    if isinstance(kind, Date):
        return _day
    return bool if isinstance(kind, Boolean) else None


def _decimal(value: int) -> Decimal:
    return Decimal(value).scaleb(-4)


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
