"""Writing live rows: the SQL and its record for the history in one call.

Everything an act changes in the live tables goes through here, so that the event of the act
holds every changed row, and the tables can be rebuilt from events alone. Changes of one row
within an act are folded into their net effect. The statements are built once for each table and
set of columns and handed to the driver as text: this is the hot path.

In an event, ``changes`` maps a table to ``{"+": [whole rows], "~": [key and changed columns],
"-": [keys]}`` with values as stored: instants in microseconds, calculations in ten-thousandths. Of a changed
JSON object a changed row holds the difference (:mod:`workflow_app.store.differences`) where the caller knows
what it was before, else the whole text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import Dialect, Table

from workflow_app.store.differences import Changed
from workflow_app.store.driver import Driver
from workflow_app.store.recording import (
    defaults,
    key_names,
    personal_columns,
    recorders,
    same,
    writers,
)
from workflow_app.store.schema.columns import Value
from workflow_app.store.sealing import ERASED, PersonalValues

Row = Mapping[str, Any]
Changes = dict[str, dict[str, list[dict[str, Any]]]]

_NOTHING: Final[Row] = {}
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
        self._write("put", table, [{**defaults(table), **row} for row in rows])

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
        self,
        table: Table,
        key: Row,
        values: Row,
        otherwise: Exception,
        *,
        where: Row | None = None,
        before: Row | None = None,
    ) -> None:
        """Change some columns of a row that must be there; nobody waits for the answer.

        :param before: what columns marked ``object`` held until now, under a ``where`` that makes it certain.
        :raises otherwise: there is none, at the latest when the transaction commits.
        """
        sql, parameters = self._update(table, key, values, where)
        self._driver.write(sql, parameters, otherwise)
        self._note(table, "~", {**key, **values}, before or {})

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
                kinds.setdefault(kind, []).append(_written(row))
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

    def _note(self, table: Table, kind: str, row: Row, earlier: Row = _NOTHING) -> None:
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
            written = value if recorder is same else recorder(value)
            if earlier.get(name):
                written = Changed(earlier[name], value)
            recorded[name] = self._seal(sealed[name], row, written) if name in sealed else written
        identity = tuple(recorded[name] for name in keys)
        rows = self._changes.setdefault(table.name, {})
        before = rows.get(identity)
        if kind == "-":
            rows[identity] = ("-", {name: recorded[name] for name in keys})
        elif kind == "~" and before is not None:
            folded = {
                name: value.since(before[1].get(name)) if isinstance(value, Changed) else value
                for name, value in recorded.items()
            }
            rows[identity] = (before[0], {**before[1], **folded})
        else:
            if kind == "~" and recorded.keys() == set(keys):
                return  # nothing but bookkeeping of a machine
            rows[identity] = (kind, recorded)

    def _seal(self, mark: tuple[str, str], row: Row, value: Value) -> Value:
        if not value or str(value).startswith(ERASED):
            return value
        prefix, column = mark
        return self._personal.seal(f"{prefix}:{row[column]}", value)


def _written(row: dict[str, Any]) -> dict[str, Any]:
    """Return a recorded row as JSON."""
    if not any(isinstance(value, Changed) for value in row.values()):
        return row
    return {name: value.written() if isinstance(value, Changed) else value for name, value in row.items()}


def _stored(table: Table, dialect: Dialect, row: Row) -> dict[str, Any]:
    result = dict(row)
    for name, write in writers(table, dialect.name).items():
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
