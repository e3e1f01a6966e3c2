"""Time, injected. Nothing else in the product reads a wall clock for a legal date.

``Clock.now()`` is an aware UTC instant. Legal dates are dates in Asia/Shanghai.
Sessions, lock-outs and rate limits use the host's time and do not pass through here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Whatever tells the legal time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The host's clock: the only clock in production."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set; tests and replays use it."""

    def __init__(self, instant: datetime) -> None:
        self._instant = _aware(instant)

    def now(self) -> datetime:
        return self._instant

    def set(self, instant: datetime) -> None:
        self._instant = _aware(instant)


class SandboxClock:
    """The host's clock shifted by an offset that only grows.

    :param offset: reads the stored offset, so that every process sees the same shift.
    """

    def __init__(self, offset: Callable[[], timedelta]) -> None:
        self._offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset()


def legal_date(instant: datetime) -> date:
    """Return the date in Asia/Shanghai on which ``instant`` falls."""
    return _aware(instant).astimezone(SHANGHAI).date()


def shanghai(instant: datetime) -> datetime:
    """Return ``instant`` in Asia/Shanghai, for display."""
    return _aware(instant).astimezone(SHANGHAI)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return instant


def day_start(day: date) -> datetime:
    """Return the first instant of a legal date, in UTC."""
    return datetime.combine(day, time(0), SHANGHAI).astimezone(UTC)
