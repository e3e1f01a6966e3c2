"""A table as a CSV file, written as it is read: UTF-8 with a mark so that a spreadsheet reads the Chinese.

What a spreadsheet would take for a formula begins with an apostrophe. It must never know what a row is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

MARK: Final = b"\xef\xbb\xbf"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def lines(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Iterator[bytes]:
    """Yield the file, a row at a time."""
    yield MARK + _line(head)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[str | int]) -> bytes:
    kept = io.StringIO()
    csv.writer(kept).writerow([cell if isinstance(cell, int) else safe(cell) for cell in cells])
    return kept.getvalue().encode()


def safe(text: str) -> str:
    """Return a text no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
