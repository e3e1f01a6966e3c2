"""Cells of the tables people download and open in a spreadsheet."""

from __future__ import annotations

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def safe_cell(value: object) -> object:
    """Return a cell no spreadsheet works out: text that looks like a formula is quoted.

    >>> safe_cell("=1+1"), safe_cell(-3), safe_cell("JX-JCER-01-00001")
    ("'=1+1", -3, 'JX-JCER-01-00001')
    """
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
