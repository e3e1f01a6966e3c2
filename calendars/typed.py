"""A notice as somebody typed it or as a file holds it: every field judged, each error at its place.

What ``notice.Notice`` refuses with its first sentence is told here for all fields at once, in Chinese, so
that a form can show it beside the box. The last word stays with ``Notice`` and ``Calendar.with_notices``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from calendars.errors import CalendarError
from calendars.estimate import statutory_days
from calendars.notice import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_RANGE_DAYS,
    NAME,
    NUMBER,
    SATURDAY,
    TITLE,
    Notice,
    OffRange,
)
from calendars.published import Calendar

MOST_ROWS = 40
WEEKDAYS = "一二三四五六日"
_DAY = re.compile(r"(\d{4})(?:-|年)(\d{1,2})(?:-|月)(\d{1,2})日?")
_ERA = range(1900, 2200)
Errors = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class TypedOff:
    """One holiday as typed: its name, first and last day."""

    name: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class TypedNotice:
    """A notice as typed: nothing of it is known to hold."""

    year: str = ""
    number: str = ""
    date: str = ""
    title: str = ""
    off: tuple[TypedOff, ...] = ()
    work: tuple[str, ...] = ()

    @staticmethod
    def of(notice: Notice) -> TypedNotice:
        """Return a notice as it would be typed."""
        return TypedNotice(
            str(notice.year),
            notice.number,
            notice.issued.isoformat(),
            notice.title,
            tuple(TypedOff(one.name, one.first.isoformat(), one.last.isoformat()) for one in notice.off),
            tuple(day.isoformat() for day in sorted(notice.work)),
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """A typed notice made one, or what is wrong by field (``off.0.first``; empty: the whole)."""

    notice: Notice | None
    errors: Mapping[str, list[str]] = field(default_factory=dict)


def judge(typed: TypedNotice, calendar: Calendar) -> Judged:
    """Judge a typed notice against itself, the statutory holidays and the notices in force."""
    errors: Errors = {}
    year = _year(typed.year, errors)
    issued = _day(typed.date, "date", errors, "成文日期")
    if not NUMBER.fullmatch(typed.number):
        _tell(errors, "number", "请按原文填写发文字号，如“国办发明电〔2024〕12号”")
    if not TITLE.fullmatch(typed.title):
        _tell(errors, "title", "请填写通知标题，4至80个汉字，不含空格和其他符号")
    if year and issued and issued.year not in (year - 1, year):
        _tell(errors, "date", f"{year}年的放假通知应在{year - 1}年或{year}年印发，请核对")
    if len(typed.off) > MOST_ROWS or len(typed.work) > MOST_ROWS:
        return Judged(None, {"off": [f"节日或上班日不得超过{MOST_ROWS}行"]})
    if not typed.off and not typed.work:
        _tell(errors, "off", "请至少填写一个节日")
    off = _off(typed, year, errors)
    work = _work(typed, year, off, errors)
    if errors or year is None or issued is None:
        return Judged(None, errors)
    _ensure_in_force(year, typed, issued, calendar, errors)
    try:
        notice = Notice(year, typed.number, issued, typed.title, tuple(one for _, one in off), tuple(work))
        _ensure_statutory(notice, calendar, errors)
        if not errors:
            calendar.with_notices((notice,))
    except CalendarError as error:
        return Judged(None, errors or {"": [str(error)]})
    return Judged(None, errors) if errors else Judged(notice)


def _year(said: str, errors: Errors) -> int | None:
    if said.isascii() and said.isdigit() and len(said) == 4 and FIRST_YEAR <= int(said) <= LAST_YEAR:  # noqa: PLR2004
        return int(said)
    _tell(errors, "year", f"请填写年份，{FIRST_YEAR} 至 {LAST_YEAR}")
    return None


def _day(said: str, path: str, errors: Errors, what: str) -> date | None:
    if not said:
        _tell(errors, path, f"请填写{what}")
        return None
    found = _DAY.fullmatch(said) if said.isascii() or "年" in said else None
    if found is None or int(found[1]) not in _ERA:
        _tell(errors, path, "请填写日期，如 2027-01-01")
        return None
    year, month, day = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        _tell(errors, path, f"没有{year}年{month}月{day}日这一天")
        return None


def _off(typed: TypedNotice, year: int | None, errors: Errors) -> list[tuple[int, OffRange]]:
    found: list[tuple[int, OffRange]] = []
    for row, one in enumerate(typed.off):
        if not NAME.fullmatch(one.name):
            _tell(errors, f"off.{row}.name", "请填写节日名称，2至30个汉字；两节相连写作“国庆节、中秋节”")
        first = _day(one.first, f"off.{row}.first", errors, "放假首日")
        last = _day(one.last, f"off.{row}.last", errors, "放假末日")
        inside = [
            _within(day, year, f"off.{row}.{end}", errors) for day, end in ((first, "first"), (last, "last"))
        ]
        if first is None or last is None:
            continue
        if first > last:
            _tell(errors, f"off.{row}.last", f"放假末日不得早于首日{first}")
        elif (last - first).days >= MAX_RANGE_DAYS:
            _tell(errors, f"off.{row}.last", f"连续放假超过{MAX_RANGE_DAYS}天，请核对日期")
        elif all(inside):
            made = OffRange(one.name, first, last)
            for other, earlier in found:
                if made.first <= earlier.last and earlier.first <= made.last:
                    day = max(made.first, earlier.first)
                    _tell(errors, f"off.{row}.first", f"与第{other + 1}行{earlier.name}重叠：{named(day)}")
            found.append((row, made))
    return found


def _work(
    typed: TypedNotice, year: int | None, off: list[tuple[int, OffRange]], errors: Errors
) -> list[date]:
    found: list[date] = []
    for row, said in enumerate(typed.work):
        path = f"work.{row}"
        day = _day(said, path, errors, "上班日")
        if day is None or not _within(day, year, path, errors):
            continue
        holiday = next((one for _, one in off if one.first <= day <= one.last), None)
        if day.weekday() < SATURDAY and holiday is None:
            _tell(errors, path, f"{named(day)}本来就是工作日，调休上班日应为星期六或星期日")
        elif day in found:
            _tell(errors, path, f"{named(day)}已在第{found.index(day) + 1}行列为上班")
        elif holiday is not None:
            _tell(errors, path, f"{named(day)}已列为{holiday.name}放假，不能又上班")
        found.append(day)
    return found


def _within(day: date | None, year: int | None, path: str, errors: Errors) -> bool:
    # A New Year holiday reaches back into the December before, never further.
    if day is None or year is None or date(year - 1, 12, 1) <= day <= date(year, 12, 31):
        return day is not None
    _tell(errors, path, f"{named(day)}不在{year}年（元旦假期可及上年12月），请核对")
    return False


def _ensure_statutory(notice: Notice, calendar: Calendar, errors: Errors) -> None:
    """Tell which statutory holidays would be worked once ``notice`` stands beside those of other numbers."""
    others = (one for one in calendar.notices if one.number != notice.number)
    result = Calendar((*others, notice))
    for day, name in sorted(statutory_days(notice.year).items()):
        if result.day(day).working:
            short = name.replace("农历除夕", "春节")[:2]
            rows = (f"off.{row}.last" for row, one in enumerate(notice.off) if short in one.name)
            _tell(errors, next(rows, "off"), f"法定节假日{named(day)}（{name}）没有放假，请核对原文")


def _ensure_in_force(year: int, typed: TypedNotice, issued: date, calendar: Calendar, errors: Errors) -> None:
    for notice in calendar.notices:
        if notice.number == typed.number and notice.year != year:
            _tell(errors, "number", f"{notice.number}是{notice.year}年的通知，不能用于{year}年")
        elif notice.number != typed.number and notice.year == year and notice.issued > issued:
            _tell(
                errors,
                "date",
                f"早于现行的{notice.number}（{notice.issued}），后印发的通知优先，此份不会生效",
            )


def named(day: date) -> str:
    """Return a day as notices write it, with its year: ``2027年1月4日（周一）``."""
    return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def _tell(errors: Errors, path: str, sentence: str) -> None:
    errors.setdefault(path, []).append(sentence)
