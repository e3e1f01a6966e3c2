"""The calendar in force: the notices that were shipped, and those loaded since.

Asked anew by every command with one cheap query, so that a notice loaded by one process is
followed by all of them from the next act on.
"""

from __future__ import annotations

import threading

from calendars.notice import parse_notices
from calendars.published import Calendar
from workflow_app.store.unit_of_work import UnitOfWork


class Calendars:
    """The calendar of one store, kept until another notice is loaded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[int, Calendar] = (0, Calendar.shipped())

    def known(self, sequence: int) -> Calendar | None:
        """Return the calendar with the notices up to ``sequence``, if it is the one kept."""
        kept, calendar = self._known
        return calendar if kept == sequence else None

    def current(self, uow: UnitOfWork) -> Calendar:
        """Return the calendar in force in this transaction."""
        sequence = uow.settings.calendar_sequence()
        known = self.known(sequence)
        if known is not None:
            return known
        calendar = Calendar.shipped()
        for row in uow.settings.calendar_notices():
            calendar = calendar.with_notices(parse_notices(row.body), proven=True)
        with self._lock:
            self._known = (sequence, calendar)
        return calendar
