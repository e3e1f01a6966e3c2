"""What a table of the public ledger is: its columns, and where its rows come from.

It must never know which tables there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflow_app.queries.reading import Reading

Value = str | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, what stands in it, and where it leads."""

    head: str
    value: Callable[[Any], Value]
    kind: str = ""
    url: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the ledger.

    :param rows: a page of rows and the key to go on after, of a transaction, a key and a size.
    """

    title: str
    none: str
    columns: tuple[Column, ...]
    rows: Callable[[Reading, str, int], tuple[list[Any], str]]
