"""The hot path to the database: statements as text, straight to the driver's cursor.

A completion runs some fifteen statements; through SQLAlchemy each costs several times what the
driver needs. Here a statement is written once with ``{name}`` for its parameters, and values are
converted by the column's type. Transactions, pooling and everything off the hot path stay
SQLAlchemy's; an error is raised as SQLAlchemy would raise it.
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

from workflow_app.store.schema.columns import Decimal4, Instant, Json, from_micros

_NAME: Final = re.compile(r"\{(\w+)\}")


class Driver:
    """The driver's cursor of one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self.sqlite = connection.dialect.name == "sqlite"
        self._cursor: Any = connection.connection.cursor()
        self._error: type[Exception] = connection.dialect.loaded_dbapi.Error

    def execute(self, sql: str, parameters: Mapping[str, Any]) -> int:
        """Run one statement; returns how many rows it changed.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        try:
            self._cursor.execute(_marked(sql, self.sqlite), parameters)
        except self._error as error:
            raise self._wrapped(sql, error) from error
        return int(self._cursor.rowcount)

    def execute_many(self, sql: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        """Run one statement for several sets of parameters.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        if len(parameters) == 1:
            self.execute(sql, parameters[0])
            return
        try:
            self._cursor.executemany(_marked(sql, self.sqlite), parameters)
        except self._error as error:
            raise self._wrapped(sql, error) from error

    def ready(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a query whose text is the driver's own already; returns its rows as the driver gives them.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        try:
            self._cursor.execute(sql, parameters)
        except self._error as error:
            raise self._wrapped(sql, error) from error
        found: list[tuple[Any, ...]] = self._cursor.fetchall()
        return found

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a query; returns its rows as the driver gives them.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        self.execute(sql, parameters)
        found: list[tuple[Any, ...]] = self._cursor.fetchall()
        return found

    def close(self) -> None:
        """Give the cursor back."""
        self._cursor.close()

    def _wrapped(self, sql: str, error: Exception) -> BaseException:
        # Parameters are left out: they may hold personal values, and errors end up in logs.
        return DBAPIError.instance(sql, None, error, self._error, dialect=self.dialect)


class Query:
    """A prepared SELECT of typed columns of one table.

    :param rest: everything from WHERE on, with ``{name}`` for parameters.
    """

    def __init__(self, columns: Iterable[Column[Any]], rest: str) -> None:
        chosen = list(columns)
        names = ", ".join(f'"{column.name}"' for column in chosen)
        self._sql = f'SELECT {names} FROM "{chosen[0].table.name}" {rest}'  # noqa: S608 - our own metadata
        readers = [(index, reader(column.type)) for index, column in enumerate(chosen)]
        self._readers = [(index, read) for index, read in readers if read is not None]

    def all(self, driver: Driver, **parameters: Any) -> list[list[Any]]:
        """Return the rows, values as SQLAlchemy would return them."""
        return [self._read(row) for row in driver.rows(self._sql, parameters)]

    def first(self, driver: Driver, **parameters: Any) -> list[Any] | None:
        """Return the first row, or ``None``."""
        found = driver.rows(self._sql, parameters)
        return self._read(found[0]) if found else None

    def _read(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for index, read in self._readers:
            if values[index] is not None:
                values[index] = read(values[index])
        return values


@cache
def _marked(sql: str, sqlite: bool) -> str:
    return _NAME.sub(r":\1" if sqlite else r"%(\1)s", sql)


def reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """Return what makes a column's value of what the driver gives; ``None`` where it is the value already."""
    if isinstance(kind, Instant):
        return from_micros
    if isinstance(kind, Json):
        return json.loads
    if isinstance(kind, Decimal4):
        return _decimal
    if isinstance(kind, Date):
        return _day
    return bool if isinstance(kind, Boolean) else None


def _decimal(value: int) -> Decimal:
    return Decimal(value).scaleb(-4)


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
