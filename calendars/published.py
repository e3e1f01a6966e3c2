"""The calendar of working days: the notices of the State Council, and an estimate where none is loaded.

《行政许可法》82 counts in working days and leaves statutory holidays out; which days those are is said by
the notices in ``notices/``. A later notice wins over an earlier one. A year without a notice is answered
by ``estimate`` and marked provisional. Nothing here counts periods, and nothing here knows a case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from calendars.errors import NoticeError, OutOfRange
from calendars.estimate import estimate, statutory_days
from calendars.notice import FIRST_YEAR, LAST_YEAR, SATURDAY, Notice, parse_notices

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "Calendar",
    "Day",
    "Notice",
    "NoticeError",
    "changed_days",
    "newly_published",
    "out_of_range",
    "parse_notices",
]

FIRST_DAY = date(FIRST_YEAR, 1, 1)
LAST_DAY = date(LAST_YEAR, 12, 31)


@dataclass(frozen=True, slots=True)
class Day:
    """One day: worked or not, and on whose word.

    :param reason: 国庆节, 周末, 调休上班 or 工作日.
    :param notice: number of the notice that names this day; ``None`` for a day no notice names.
    :param provisional: the year's notice is not loaded, so this is an estimate.
    """

    date: date
    working: bool
    reason: str
    notice: str | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """Notices in force. Immutable: a further notice makes a further calendar.

    ``revision`` is the sha256 of the notices' canonical content, so that two processes that loaded the
    same notices agree on it. ``years`` are those a notice was published for. ``memo`` is where
    ``working_days`` keeps the tables it derives; it is no part of the value.
    """

    notices: tuple[Notice, ...]
    revision: str = field(init=False)
    years: frozenset[int] = field(init=False, compare=False)
    memo: dict[object, object] = field(init=False, compare=False, repr=False)
    _named: dict[date, tuple[bool, str, str]] = field(init=False, compare=False, repr=False)
    _facts: dict[date, Day] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.notices, key=lambda notice: notice.issued))
        content = json.dumps([n.canonical() for n in ordered], ensure_ascii=False, separators=(",", ":"))
        named: dict[date, tuple[bool, str, str]] = {}
        for notice in ordered:
            for entry in notice.off:
                for day in entry.days():
                    named[day] = (False, entry.name, notice.number)
            for day in notice.work:
                named[day] = (True, "调休上班", notice.number)
        put = object.__setattr__
        put(self, "notices", ordered)
        put(self, "revision", sha256(content.encode()).hexdigest())
        put(self, "years", frozenset(notice.year for notice in ordered))
        put(self, "memo", {})
        put(self, "_facts", {})
        put(self, "_named", named)

    def __hash__(self) -> int:
        return hash(self.revision)

    @staticmethod
    def shipped() -> Calendar:
        """Return the calendar of the notices shipped with the product (2019-2026)."""
        return _shipped()

    def with_notice(self, notice: Notice) -> Calendar:
        """Return this calendar with ``notice`` added; see ``with_notices``."""
        return self.with_notices((notice,))

    def with_notices(self, notices: Iterable[Notice], *, proven: bool = False) -> Calendar:
        """Return this calendar with ``notices`` added.

        A notice whose number is already in force takes that one's place, so that a mistake in typing it
        is put right by loading it again; loading the same content twice gives the same revision.

        :param proven: they were judged when they were loaded; the statutory days are not computed again.
        :raises NoticeError: a statutory holiday would not be off, or the number is another year's.
        """
        added = {notice.number: notice for notice in notices}
        for notice in self.notices:
            if notice.number in added and added[notice.number].year != notice.year:
                raise NoticeError(f"{notice.number}是{notice.year}年的通知，不能载入为其他年份")
        kept = [notice for notice in self.notices if notice.number not in added]
        result = Calendar((*kept, *added.values()))
        for year in sorted({notice.year for notice in added.values()} if not proven else ()):
            for day, name in sorted(statutory_days(year).items()):
                if result.day(day).working:
                    raise NoticeError(f"{year}年法定节假日{day}（{name}）未放假，请核对通知原文")
        return result

    def day(self, day: date) -> Day:
        """Return what ``day`` is.

        :raises OutOfRange: before 2019-01-01 or after 2100-12-31.
        """
        fact = self._facts.get(day)
        if fact is None:
            if not FIRST_DAY <= day <= LAST_DAY:
                raise out_of_range(day)
            self.year(day.year)
            fact = self._facts[day]
        return fact

    def year(self, year: int) -> tuple[Day, ...]:
        """Return every day of ``year`` in order.

        :raises OutOfRange: before 2019 or after 2100.
        """
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise out_of_range(date(min(max(year, 1), 9999), 1, 1))
        start, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        days = [date.fromordinal(ordinal) for ordinal in range(start, end + 1)]
        if days[-1] not in self._facts:
            self._facts.update((fact.date, fact) for fact in self._days_of(year))
        return tuple(self._facts[day] for day in days)

    def _days_of(self, year: int) -> Iterable[Day]:
        provisional = year not in self.years
        guess = estimate(year) if provisional else None
        day = date(year, 1, 1)
        while day.year == year:
            weekend = day.weekday() >= SATURDAY
            if day in self._named:
                working, reason, number = self._named[day]
                yield Day(day, working, reason, number, provisional)
            elif guess and day in guess.off:
                yield Day(day, False, guess.off[day], None, provisional)
            elif guess and day in guess.work:
                yield Day(day, True, "调休上班", None, provisional)
            else:
                yield Day(day, not weekend, "周末" if weekend else "工作日", None, provisional)
            day += timedelta(days=1)


def changed_days(old: Calendar, new: Calendar) -> tuple[tuple[date, Day, Day], ...]:
    """Return the days worked under one calendar and off under the other, in order, with both sides."""
    return _changed(old, new)


@lru_cache(maxsize=8)  # asked once for every open deadline when a notice is loaded
def _changed(old: Calendar, new: Calendar) -> tuple[tuple[date, Day, Day], ...]:
    # A notice reaches back into the December before its year.
    years = {year for n in {*old.notices} ^ {*new.notices} for year in (n.year - 1, n.year)}
    return tuple(
        (before.date, before, after)
        for year in sorted(years)
        if year >= FIRST_YEAR
        for before, after in zip(old.year(year), new.year(year), strict=True)
        if before.working != after.working
    )


def newly_published(old: Calendar, new: Calendar) -> tuple[int, ...]:
    """Return the years that were estimated in ``old`` and are published in ``new``, in order."""
    return tuple(sorted(new.years - old.years))


def out_of_range(day: date) -> OutOfRange:
    """Return the error for a day this calendar cannot tell."""
    if day < FIRST_DAY:
        return OutOfRange(f"早于{FIRST_DAY}，没有工作日数据：{day}")
    return OutOfRange(f"晚于{LAST_DAY}，无法推算工作日：{day}")


@lru_cache(maxsize=1)
def _shipped() -> Calendar:
    folder = files("calendars").joinpath("notices")
    sources = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return Calendar(tuple(notice for f in sources for notice in parse_notices(f.read_bytes())))
