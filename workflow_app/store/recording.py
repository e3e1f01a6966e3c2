"""How each column of a live table is written: to the database, and into the history.

Read off the declared tables once. It must never know what a table is about.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import Boolean, Column, Date, DefaultClause, Integer, Table

from workflow_app.store.schema.columns import (
    Decimal4,
    Instant,
    Json,
    Value,
    canonical,
    to_micros,
    to_ten_thousandths,
)


def same(value: Value) -> Value:
    """Return a value that is written as it is."""
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
            result[column.name] = same
    return result


@cache
def writers(table: Table, dialect: str) -> Mapping[str, Callable[[Any], Any]]:
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
def defaults(table: Table) -> Mapping[str, Any]:
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


TABLES_WITHOUT_HISTORY: Final = frozenset(
    {
        "attachment",
        "content",
        "counter",
        "document_file",
        "definition_draft",  # work in hand, no act until it is proposed
        "definition_draft_file",
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
