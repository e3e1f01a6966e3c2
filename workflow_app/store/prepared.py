"""Queries of the hot pages: written in SQLAlchemy, compiled once, run on the driver's own cursor.

SQLAlchemy spends several times what a short query costs on finding again what it compiled before. A
:class:`Prepared` query keeps its text, its parameters' converters and its columns' readers for each kind of
database, and gives plain named tuples. It must never know what its query is about.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import CompoundSelect, Dialect, Select
from sqlalchemy.dialects import sqlite

from workflow_app.store.driver import Driver, reader

_NAMED: Final = sqlite.dialect(paramstyle="named")
"""SQLite's dialect with parameters by name: the cursor then takes the same mapping PostgreSQL takes."""

Convert = Callable[[Any], Any]
Row = Any
"""A named tuple of the query's columns, values as SQLAlchemy would return them."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A query in one dialect.

    :param values: every parameter, those of the query's own already in the driver's form.
    """

    sql: str
    values: Mapping[str, Any]
    converters: Mapping[str, Convert]
    readers: tuple[tuple[int, Convert], ...]
    row: Callable[[Any], Any]


class Prepared:
    """A SELECT whose changing values are ``bindparam`` s.

    :param query: its columns must have names of their own; it has no ``IN`` of a list of values.
    """

    def __init__(self, query: Select[Any] | CompoundSelect[Any]) -> None:
        self._query = query
        self._compiled: dict[str, _Compiled] = {}

    def all(self, driver: Driver, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Return the rows.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        compiled, rows = self._run(driver, values)
        if not compiled.readers:
            return [compiled.row(row) for row in rows]
        return [compiled.row(_read(row, compiled.readers)) for row in rows]

    def raw(self, driver: Driver, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows as the driver gives them: hashable, so that what is made of one can be kept.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        return self._run(driver, values)[1]

    def read(self, driver: Driver, row: tuple[Any, ...]) -> Row:
        """Return one row of :meth:`raw` as :meth:`all` returns it."""
        compiled = self._for(driver)
        return compiled.row(_read(row, compiled.readers))

    def first(self, driver: Driver, values: Mapping[str, Any] | None = None) -> Row | None:
        """Return the first row, or ``None``.

        :raises DBAPIError: as SQLAlchemy raises it.
        """
        compiled, rows = self._run(driver, values)
        return compiled.row(_read(rows[0], compiled.readers)) if rows else None

    def _run(
        self, driver: Driver, values: Mapping[str, Any] | None
    ) -> tuple[_Compiled, list[tuple[Any, ...]]]:
        compiled = self._for(driver)
        given = {**compiled.values, **(values or {})}
        for name, convert in compiled.converters.items():
            if values and name in values:
                given[name] = convert(values[name])
        return compiled, driver.ready(compiled.sql, given)

    def _for(self, driver: Driver) -> _Compiled:
        name = driver.dialect.name
        found = self._compiled.get(name)
        if found is None:
            found = self._compiled[name] = self._compile(_NAMED if driver.sqlite else driver.dialect)
        return found

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled: Any = self._query.compile(dialect=dialect)
        if compiled.post_compile_params:
            raise ValueError("a prepared query has no lists: write each value out")
        given = {name for bound, name in compiled.bind_names.items() if bound.required}
        values = {name: value for name, value in compiled.params.items() if name not in given}
        converters = {}
        for bound, name in compiled.bind_names.items():
            convert = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                converters[name] = convert
                if name in values:
                    values[name] = convert(values[name])
        columns = list(self._query.selected_columns)
        names = [column.name for column in columns]
        made = namedtuple("Row", names)  # type: ignore[misc]  # noqa: PYI024 - its columns are the query's
        readers = tuple(
            (at, read) for at, column in enumerate(columns) if (read := reader(column.type)) is not None
        )
        return _Compiled(str(compiled), values, converters, readers, made._make)


def _read(row: tuple[Any, ...], readers: tuple[tuple[int, Convert], ...]) -> Any:
    values = list(row)
    for at, read in readers:
        if values[at] is not None:
            values[at] = read(values[at])
    return values
