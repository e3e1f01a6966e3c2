"""The best estimate for a year whose notice is not loaded, and how far it may be wrong.

The statutory days of 《全国年节及纪念日放假办法》 and their substitute days (补假) come from the
``holidays`` package, which only this module sees. It never decides silently: whatever rests on an
estimate is provisional (预估). It is also asked which days a notice must leave off.

The bounds are measured on the notices of 2008-2026: 187 of 189 extra weekdays off lay within 5 days
of a statutory day, and 121 of 123 worked weekend days within 10 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from calendars.notice import LAST_YEAR, SATURDAY

_OFF_REACH = 5
_WORK_REACH = 10
_SUBSTITUTE = "（补假）"
# Names in ``holidays`` of days that only a notice made holidays: swapped days, and the extension of 2020.
_NOT_STATUTORY = (_SUBSTITUTE, "休息日", "延长假期")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is expected of a year.

    :param off: days off with their holiday's name; plain weekends are not listed.
    :param work: weekend days worked, where the package knows of any.
    :param statutory: the days the law itself makes holidays.
    :param may_be_worked: days expected off that a notice might make working days.
    :param may_be_off: days expected worked that a notice might make holidays.
    """

    off: dict[date, str]
    work: frozenset[date]
    statutory: frozenset[date]
    may_be_worked: frozenset[date]
    may_be_off: frozenset[date]


@lru_cache(maxsize=128)
def statutory_days(year: int) -> dict[date, str]:
    """Return the statutory holidays of ``year`` with their Chinese names."""
    return {day: name for day, name in _named(year)[0].items() if not any(s in name for s in _NOT_STATUTORY)}


@lru_cache(maxsize=128)
def estimate(year: int) -> Estimate:
    """Return the best estimate for ``year`` (2019-2100) with its bounds."""
    named, work = _named(year)
    near = list(statutory_days(year)) + (list(statutory_days(year + 1)) if year < LAST_YEAR else [])
    statutory = frozenset(near)
    may_work, may_off = set(), set()
    day = date(year, 1, 1)
    while day.year == year:
        weekend = day.weekday() >= SATURDAY
        expected_off = day not in work and (weekend or day in named)
        distance = min(abs((day - other).days) for other in near)
        if day not in statutory:
            if expected_off and (not weekend or distance <= _WORK_REACH):
                may_work.add(day)
            if not expected_off and (weekend or distance <= _OFF_REACH):
                may_off.add(day)
        day += timedelta(days=1)
    return Estimate(
        off={day: _display(name) for day, name in named.items()},
        work=work,
        statutory=frozenset(statutory_days(year)),
        may_be_worked=frozenset(may_work),
        may_be_off=frozenset(may_off),
    )


@lru_cache(maxsize=128)
def _named(year: int) -> tuple[dict[date, str], frozenset[date]]:
    # Imported here because the import and the first year cost 100 ms that published years never need.
    from holidays import country_holidays  # noqa: PLC0415

    # Names follow the process locale unless the language is given; ``half_day`` would make 06-01 a
    # holiday; ``expand`` would answer for any year asked.
    found = country_holidays("CN", years=year, language="zh_CN", categories=("public",), expand=False)
    named = {day: name for day, name in found.items() if day.year == year}
    work = frozenset(day for day in found.weekend_workdays if day.year == year and day not in named)
    return named, work


def _display(name: str) -> str:
    if name.startswith("休息日"):
        return "调休放假"
    names = [part.replace("农历除夕", "春节").replace(_SUBSTITUTE, "补假") for part in name.split("; ")]
    return "、".join(dict.fromkeys(names))
