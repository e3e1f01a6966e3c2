"""The present rebuilt from the past: replay every event into rows, and compare them with the tables.

Reads events alone; what it finds different is either a row changed behind the program's back or
a defect of the program. It never writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, Table, select

from workflow_app.store.differences import rewritten
from workflow_app.store.recording import TABLES_WITHOUT_HISTORY, default_of, key_names, recorders
from workflow_app.store.schema.columns import Value
from workflow_app.store.sealing import ERASED, PersonalValues, is_sealed
from workflow_app.store.tables import event, metadata

Key = tuple[Any, ...]
Rows = dict[Key, dict[str, Any]]

LIVE: Final = tuple(table for table in metadata.sorted_tables if table.name not in TABLES_WITHOUT_HISTORY)
"""The tables that can be rebuilt."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the events say.

    :param kind: ``missing`` from the table, ``extra`` in it, or ``differs`` in ``columns``.
    """

    table: str
    key: Key
    kind: Literal["missing", "extra", "differs"]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows rebuilt by table, and every difference found."""

    rows: Mapping[str, int]
    differences: tuple[Difference, ...]


def replay(connection: Connection) -> dict[str, Rows]:
    """Return the rows of every live table as the events say they are, values as in events."""
    tables: dict[str, Rows] = {table.name: {} for table in LIVE}
    query = select(event.c.body).order_by(event.c.id).execution_options(yield_per=500)
    for (body,) in connection.execute(query):
        for name, kinds in json.loads(body).get("changes", {}).items():
            _apply(metadata.tables[name], tables[name], kinds)
    return tables


def compare(connection: Connection, personal: PersonalValues) -> Comparison:
    """Rebuild everything and compare it with the live tables."""
    rebuilt = replay(connection)
    differences: list[Difference] = []
    for table in LIVE:
        differences += _compare_table(table, rebuilt[table.name], connection, personal)
    return Comparison({name: len(rows) for name, rows in rebuilt.items()}, tuple(differences))


def _apply(table: Table, rows: Rows, kinds: Mapping[str, list[dict[str, Any]]]) -> None:
    keys = key_names(table)
    for row in kinds.get("-", ()):
        rows.pop(tuple(row[name] for name in keys), None)
    for row in kinds.get("+", ()):
        whole = {name: _default(table, name) for name in recorders(table)} | row
        rows[tuple(row[name] for name in keys)] = whole
    for row in kinds.get("~", ()):
        key = tuple(row[name] for name in keys)
        before = rows.get(key, {})
        rows[key] = {**before, **{name: _after(table, name, before, value) for name, value in row.items()}}


def _after(table: Table, name: str, before: Mapping[str, Any], value: Value) -> Value:
    """Return a column's value after an event, which holds it whole or, of an object, what changed of it."""
    if table.c[name].info.get("object") and isinstance(value, dict):
        return rewritten(before.get(name, "{}"), value)
    return value


def _default(table: Table, name: str) -> object:
    value = default_of(table.c[name])
    return None if value is None else recorders(table)[name](value)


def _compare_table(
    table: Table, rebuilt: Rows, connection: Connection, personal: PersonalValues
) -> Iterator[Difference]:
    seen: set[Key] = set()
    writers = recorders(table)
    columns = [table.c[name] for name in writers]
    for row in connection.execute(select(*columns).execution_options(yield_per=500)).mappings():
        live = {name: None if row[name] is None else write(row[name]) for name, write in writers.items()}
        key = tuple(live[name] for name in key_names(table))
        seen.add(key)
        expected = rebuilt.get(key)
        if expected is None:
            yield Difference(table.name, key, "extra")
            continue
        wrong = tuple(
            name for name in writers if not _same(live[name], expected.get(name), table, name, personal)
        )
        if wrong:
            yield Difference(table.name, key, "differs", wrong)
    for key in rebuilt.keys() - seen:
        yield Difference(table.name, key, "missing")


def _same(live: object, expected: Value, table: Table, name: str, personal: PersonalValues) -> bool:
    if "personal" in table.c[name].info and is_sealed(expected):
        opened = personal.open(expected)
        return bool(live == opened) or (opened == ERASED and str(live).startswith(ERASED))
    return bool(live == expected)
