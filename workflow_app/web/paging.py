"""Going on after a row: the keys of a page's last row in its address, and addresses made of filters.

``1790000000000000.018f…`` is an instant in microseconds and an id. What somebody typed into the address
instead is no key, and the first page answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from workflow_app.web.addresses import address_of

Key = tuple[datetime, str]
_MICROS: Final = 1_000_000
_DIGITS: Final = 18


def address(endpoint: str, values: Mapping[str, str]) -> str:
    """Return the address of a page with these filters, the empty ones left out."""
    kept: dict[str, Any] = {name: value for name, value in values.items() if value}
    return address_of(endpoint, **kept)


def written(key: Key) -> str:
    """Return a row's key for an address."""
    return f"{round(key[0].timestamp() * _MICROS)}.{key[1]}"


def read(text: str) -> Key | None:
    """Return the key an address names; ``None`` where it names none."""
    micros, _dot, row_id = text.partition(".")
    if not (micros.isascii() and micros.isdigit()) or len(micros) > _DIGITS or not row_id:
        return None
    try:
        return datetime.fromtimestamp(int(micros) / _MICROS, UTC), row_id
    except (OverflowError, ValueError, OSError):
        return None
