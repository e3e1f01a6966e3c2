"""Writing live rows: the SQL and its record for the history in one call.

Everything an act changes in the live tables goes through here, so that the event of the act
holds every changed row, and the tables can be rebuilt from events alone. Changes of one row
within an act are folded into their net effect. The statements are built once for each table and
set of columns and handed to the driver as text: this is the hot path.

In an event, ``changes`` maps a table to ``{"+": [whole rows], "~": [key and changed columns],
"-": [keys]}`` with values as stored: instants in microseconds, calculations in ten-thousandths.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import Boolean, Column, Date, DefaultClause, Dialect, Integer, Table

from workflow_app.store.driver import Driver
from workflow_app.store.schema.columns import (
    Decimal4,
    Instant,
    Json,
    Value,
    canonical,
    to_micros,
    to_ten_thousandths,
)
from workflow_app.store.sealing import ERASED, PersonalValues

Row = Mapping[str, Any]
Changes = dict[str, dict[str, list[dict[str, Any]]]]

_Operation = Literal["insert", "put", "update", "delete"]


class Live:
    """Row writes of one unit of work, and the changes not yet taken into an event."""

    def __init__(self, driver: Driver, personal: PersonalValues) -> None:
        self._driver = driver
        self._personal = personal
        self._dialect = driver.dialect
        self._changes: dict[str, dict[tuple[Any, ...], tuple[str, dict[str, Any]]]] = {}

    @property
    def pending(self) -> bool:
        """Tell whether rows changed that no event has recorded yet."""
        return bool(self._changes)

    def insert(self, table: Table, *rows: Row) -> None:
        """Insert whole new rows, in one statement for rows of the same columns."""
        self._write("insert", table, rows)

    def put(self, table: Table, *rows: Row) -> None:
        """Insert whole rows, or replace those with the same primary key, columns not named included."""
        self._write("put", table, [{**_defaults(table), **row} for row in rows])

    def update(self, table: Table, key: Row, values: Row, *, where: Row | None = None) -> bool:
        """Change some columns of one row.

        :param key: the whole primary key.
        :param where: further columns that must hold these values, such as ``revision``.
        :returns: whether there was such a row; nothing is recorded where there was none.
        """
        sql, parameters = self._update(table, key, values, where)
        if self._driver.execute(sql, parameters) != 1:
            return False
        self._note(table, "~", {**key, **values})
        return True

    def must_update(
        self, table: Table, key: Row, values: Row, otherwise: Exception, *, where: Row | None = None
    ) -> None:
        """Change some columns of a row that must be there; nobody waits for the answer.

        :raises otherwise: there is none, at the latest when the transaction commits.
        """
        sql, parameters = self._update(table, key, values, where)
        self._driver.write(sql, parameters, otherwise)
        self._note(table, "~", {**key, **values})

    def _update(self, table: Table, key: Row, values: Row, where: Row | None) -> tuple[str, dict[str, Any]]:
        expected = {**key, **(where or {})}
        nulls = tuple(name for name, value in expected.items() if value is None)
        sql = _statement(table, "update", tuple(values), tuple(expected), nulls)
        parameters = _stored(table, self._dialect, values)
        parameters |= {f"k_{name}": value for name, value in _stored(table, self._dialect, expected).items()}
        return sql, parameters

    def delete(self, table: Table, *keys: Row) -> None:
        """Delete rows by their whole primary key; a row that is not there is no error."""
        if not keys:
            return
        sql = _statement(table, "delete", (), tuple(keys[0]))
        stored = [
            {f"k_{name}": value for name, value in _stored(table, self._dialect, key).items()} for key in keys
        ]
        self._driver.write_many(sql, stored)
        for key in keys:
            self._note(table, "-", key)

    def take(self) -> Changes:
        """Return the net changes so far, ready for an event, and start afresh."""
        result: Changes = {}
        for name, rows in self._changes.items():
            kinds: dict[str, list[dict[str, Any]]] = {}
            for kind, row in rows.values():
                kinds.setdefault(kind, []).append(row)
            if kinds:
                result[name] = kinds
        self._changes = {}
        return result

    def _write(self, operation: _Operation, table: Table, rows: Iterable[Row]) -> None:
        by_columns: dict[tuple[str, ...], list[Row]] = {}
        for row in rows:
            by_columns.setdefault(tuple(row), []).append(row)
        for columns, alike in by_columns.items():
            sql = _statement(table, operation, columns, key_names(table))
            stored = [_stored(table, self._dialect, row) for row in alike]
            self._driver.write_many(sql, stored)
            for row in alike:
                self._note(table, "+", row)

    def _note(self, table: Table, kind: str, row: Row) -> None:
        keys = key_names(table)
        kept, sealed = recorders(table), personal_columns(table)
        recorded: dict[str, Any] = {}
        for name, value in row.items():
            if value is None:
                if (
                    kind != "+" and name in kept
                ):  # a new row's absent columns are NULL, or the table's default
                    recorded[name] = None
                continue
            recorder = kept.get(name)
            if recorder is None:
                continue
            written = value if recorder is _same else recorder(value)
            recorded[name] = self._seal(sealed[name], row, written) if name in sealed else written
        identity = tuple(recorded[name] for name in keys)
        rows = self._changes.setdefault(table.name, {})
        before = rows.get(identity)
        if kind == "-":
            rows[identity] = ("-", {name: recorded[name] for name in keys})
        elif kind == "~" and before is not None:
            rows[identity] = (before[0], {**before[1], **recorded})
        else:
            if kind == "~" and recorded.keys() == set(keys):
                return  # nothing but bookkeeping of a machine
            rows[identity] = (kind, recorded)

    def _seal(self, mark: tuple[str, str], row: Row, value: Value) -> Value:
        if not value or str(value).startswith(ERASED):
            return value
        prefix, column = mark
        return self._personal.seal(f"{prefix}:{row[column]}", value)


def _same(value: Value) -> Value:
    return value


@cache
def key_names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


@cache
def personal_columns(table: Table) -> Mapping[str, tuple[str, str]]:
    """Return the columns sealed in events, and what each one's subject is made of."""
    marked = {column.name: column.info.get("personal") for column in table.columns}
    return {name: mark for name, mark in marked.items() if mark is not None}


@cache
def recorders(table: Table) -> Mapping[str, Callable[[Any], Any]]:
    """Return, for each column the history keeps, how its value is written there."""
    result: dict[str, Callable[[Any], Any]] = {}
    for column in table.columns:
        if column.info.get("secret") or column.info.get("volatile"):
            continue
        kind = column.type
        if isinstance(kind, Instant):
            result[column.name] = to_micros
        elif isinstance(kind, Decimal4):
            result[column.name] = to_ten_thousandths
        elif isinstance(kind, Date):
            result[column.name] = date.isoformat
        else:
            result[column.name] = _same
    return result


@cache
def _writers(table: Table, dialect: str) -> Mapping[str, Callable[[Any], Any]]:
    """Return, for each column that needs it, how its value is handed to the driver."""
    result: dict[str, Callable[[Any], Any]] = {}
    for column in table.columns:
        kind = column.type
        if isinstance(kind, Instant):
            result[column.name] = to_micros
        elif isinstance(kind, Decimal4):
            result[column.name] = to_ten_thousandths
        elif isinstance(kind, Json):
            result[column.name] = canonical
        elif isinstance(kind, Date) and dialect == "sqlite":
            result[column.name] = date.isoformat
    return result


@cache
def _defaults(table: Table) -> Row:
    """Return what a row holds in the columns nobody named: the table's default, else NULL."""
    return {column.name: default_of(column) for column in table.columns if not column.primary_key}


def default_of(column: Column[Any]) -> Value:
    """Return a column's default as a Python value, ``None`` where it has none."""
    default = column.server_default
    if not isinstance(default, DefaultClause):
        return None
    text = str(default.arg)
    if isinstance(column.type, Boolean):
        return text == "true"
    if isinstance(column.type, Integer):
        return int(text)
    plain = text.removeprefix("'").removesuffix("'")
    return json.loads(plain) if isinstance(column.type, Json) else plain


def _stored(table: Table, dialect: Dialect, row: Row) -> dict[str, Any]:
    result = dict(row)
    for name, write in _writers(table, dialect.name).items():
        value = result.get(name)
        if value is not None:
            result[name] = write(value)
    return result


@cache
def _statement(
    table: Table,
    operation: _Operation,
    columns: tuple[str, ...],
    key: tuple[str, ...],
    nulls: tuple[str, ...] = (),
) -> str:
    unknown = (set(columns) | set(key)) - set(table.columns.keys())
    if unknown:
        raise KeyError(f"{table.name} has no column {sorted(unknown)}")
    mark = "{{{}}}"  # the driver's own marks are put in by it
    quoted = {name: f'"{name}"' for name in (*columns, *key)}
    name = f'"{table.name}"'
    where = " AND ".join(
        f"{quoted[column]} IS NULL" if column in nulls else f"{quoted[column]} = {mark.format('k_' + column)}"
        for column in key
    )
    if operation == "delete":
        return f"DELETE FROM {name} WHERE {where}"  # noqa: S608 - names come from the metadata only
    if operation == "update":
        sets = ", ".join(f"{quoted[column]} = {mark.format(column)}" for column in columns)
        return f"UPDATE {name} SET {sets} WHERE {where}"  # noqa: S608
    values = ", ".join(mark.format(column) for column in columns)
    text = f"INSERT INTO {name} ({', '.join(quoted[c] for c in columns)}) VALUES ({values})"  # noqa: S608
    if operation == "put":
        rest = [column for column in columns if column not in key]
        sets = ", ".join(f"{quoted[column]} = excluded.{quoted[column]}" for column in rest)
        text += f" ON CONFLICT ({', '.join(quoted[column] for column in key)}) DO "
        text += f"UPDATE SET {sets}" if rest else "NOTHING"
    return text


TABLES_WITHOUT_HISTORY: Final = frozenset(
    {
        "attachment",
        "content",
        "counter",
        "draft",
        "event",
        "event_head",
        "idempotency",
        "incident",
        "notification",
        "notification_read",
        "outbox",
        "person_key",
        "setting",
    }
)
"""Tables that are not acts, or are the history itself: written directly, never rebuilt."""
