"""Reading values that forms and variables hold as JSON: one place for each kind.

Each returns ``None`` (or empty text) where nothing was given, and raises ``ValueError`` where
what was given is not of the kind, because a form that passed its checks cannot hold that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal


def text(value: object) -> str:
    """Return ``value`` where it is text, stripped; empty otherwise."""
    return value.strip() if isinstance(value, str) else ""


def instant(value: object) -> datetime | None:
    """Return the aware instant of an ISO text."""
    if not isinstance(value, str) or not value:
        return None
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"instant without a zone: {value}")
    return moment


def day(value: object) -> date | None:
    """Return the date of an ISO text."""
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def decimal(value: object) -> Decimal | None:
    """Return an exact decimal from its text or a whole number."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        return None
    return Decimal(str(value))


def tonnes(value: object) -> int | None:
    """Return whole tonnes of CO2e, rounded down: issued units are integers."""
    exact = decimal(value)
    return None if exact is None else int(exact.to_integral_value(ROUND_FLOOR))


def period(value: object) -> tuple[date, date] | None:
    """Return first and last day of a period field."""
    if not isinstance(value, Mapping):
        return None
    start, end = day(value.get("start")), day(value.get("end"))
    return (start, end) if start and end else None


def rows(value: object) -> list[Mapping[str, object]]:
    """Return the rows of a table field; empty where there are none."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
