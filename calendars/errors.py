"""What the calendar refuses, said in Chinese.

Floor 1 knows nothing of the rest of the product, so these errors have a root of their own;
the command layer translates them for its faces.
"""

from __future__ import annotations


class CalendarError(ValueError):
    """Root of the calendar's errors; ``str(error)`` is a Chinese sentence fit to show."""


class NoticeError(CalendarError):
    """A holiday notice is malformed, contradicts itself, or contradicts the statutory holidays."""


class OutOfRange(CalendarError):
    """The day lies outside the years this calendar can tell (2019-01-01 to 2100-12-31)."""


class RuleError(CalendarError):
    """A time-limit rule or a suspension is not well formed."""
