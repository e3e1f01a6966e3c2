"""A State Council holiday notice (国务院办公厅节假日安排通知) as data, checked when it is made.

The notice says which days are off and which weekend days are worked instead (调休上班).
This module knows the notice's own text only: whether the statutory days of 《全国年节及纪念日放假办法》
are all off can only be judged for a whole year, which ``published.Calendar`` does.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calendars.errors import NoticeError

SATURDAY = 5  # as ``date.weekday`` counts
FIRST_YEAR = 2019
LAST_YEAR = 2100
MAX_FILE_BYTES = 64 * 1024
MAX_RANGE_DAYS = 31
_MAX_ENTRIES = 40
NUMBER = re.compile(r"(?:国办发(?:明电|电)?|演示)〔20[0-9]{2}〕[1-9][0-9]{0,3}号")
DEMO = "演示"
NAME = re.compile(r"[\u4e00-\u9fff0-9、（）]{2,30}")
TITLE = re.compile(r"[\u4e00-\u9fff0-9、（）《》“”]{4,80}")


@dataclass(frozen=True, slots=True)
class OffRange:
    """Days off in a row, both ends included, under the name the notice gives them."""

    name: str
    first: date
    last: date

    def days(self) -> list[date]:
        """Return every day of the range in order."""
        return [self.first + timedelta(days=i) for i in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. Making one that does not hold raises ``NoticeError``.

    :param year: the year whose holidays it arranges.
    :param number: 发文字号, such as ``国办发明电〔2024〕12号``.
    :param issued: 成文日期; a notice issued later wins over one issued earlier.
    :param off: days off, each range under its holiday's name.
    :param work: Saturdays and Sundays that are worked.
    """

    year: int
    number: str
    issued: date
    title: str
    off: tuple[OffRange, ...]
    work: tuple[date, ...]

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise NoticeError(f"通知年份应在{FIRST_YEAR}年至{LAST_YEAR}年之间：{self.year}")
        if not NUMBER.fullmatch(self.number):
            raise NoticeError(f"发文字号格式应如“国办发明电〔2024〕12号”：{self.number[:40]!r}")
        if not TITLE.fullmatch(self.title):
            raise NoticeError(f"{self.number}：标题应为4至80个汉字，不含空格和其他符号")
        if self.issued.year not in (self.year - 1, self.year):
            raise NoticeError(f"{self.number}：成文日期{self.issued}应在{self.year - 1}年或{self.year}年内")
        if not self.off and not self.work:
            raise NoticeError(f"{self.number}：没有任何放假或上班日期")
        if len(self.off) > _MAX_ENTRIES or len(self.work) > _MAX_ENTRIES:
            raise NoticeError(f"{self.number}：放假或上班条目超过{_MAX_ENTRIES}条")
        self._check_work_days(self._checked_off_days())

    def _check_work_days(self, off_days: set[date]) -> None:
        for day in self.work:
            self._check_year(day)
            if day.weekday() < SATURDAY:
                raise NoticeError(f"{self.number}：上班日{day}不是星期六或星期日")
            if day in off_days:
                raise NoticeError(f"{self.number}：{day}既列为放假又列为上班")
        if len(set(self.work)) != len(self.work):
            raise NoticeError(f"{self.number}：上班日期重复")

    def _checked_off_days(self) -> set[date]:
        seen: set[date] = set()
        for entry in self.off:
            if not NAME.fullmatch(entry.name):
                raise NoticeError(f"{self.number}：节日名称应为2至30个汉字：{entry.name[:40]!r}")
            if entry.first > entry.last:
                raise NoticeError(f"{self.number}：{entry.name}的起日{entry.first}晚于止日{entry.last}")
            if (entry.last - entry.first).days >= MAX_RANGE_DAYS:
                raise NoticeError(f"{self.number}：{entry.name}超过{MAX_RANGE_DAYS}天，请核对年份")
            self._check_year(entry.first)
            self._check_year(entry.last)
            days = set(entry.days())
            if days & seen:
                raise NoticeError(f"{self.number}：{min(days & seen)}重复列为放假")
            seen |= days
        return seen

    def _check_year(self, day: date) -> None:
        # A New Year holiday reaches back into December, never further (2018-12-29, 2022-12-31).
        if not date(self.year - 1, 12, 1) <= day <= date(self.year, 12, 31):
            raise NoticeError(f"{self.number}：{day}不属于{self.year}年的安排")

    @property
    def demo(self) -> bool:
        """Whether it was invented for a demonstration (``演示〔2026〕1号``): not a real notice."""
        return self.number.startswith(DEMO)

    @property
    def short_number(self) -> str:
        """The number as people quote it: ``〔2024〕12号``."""
        return self.number[self.number.index("〔") :]

    def canonical(self) -> dict[str, object]:
        """Return the content as JSON-ready values, the same for the same notice however it was typed."""
        return {
            "year": self.year,
            "number": self.number,
            "date": self.issued.isoformat(),
            "title": self.title,
            "off": sorted([r.first.isoformat(), r.last.isoformat(), r.name] for r in self.off),
            "work": sorted(day.isoformat() for day in self.work),
        }


def parse_notices(content: bytes | str) -> tuple[Notice, ...]:
    """Read a notice file (TOML: ``year`` and one or more ``[[notice]]``), in its order.

    :raises NoticeError: with a Chinese sentence, whatever the content is.
    """
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if len(data) > MAX_FILE_BYTES:
        raise NoticeError(f"通知文件超过{MAX_FILE_BYTES // 1024} KB")
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NoticeError("通知文件不是 UTF-8 编码") from error
    except (ValueError, RecursionError) as error:
        raise NoticeError(f"通知文件不是有效的 TOML：{str(error)[:200]}") from error
    _only(document, {"year", "notice"}, "文件")
    year = document.get("year")
    if type(year) is not int:
        raise NoticeError("缺少整数的 year（通知所属年份）")
    entries = document.get("notice")
    if not isinstance(entries, list) or not entries:
        raise NoticeError("文件中没有 [[notice]]")
    return tuple(_notice(year, entry) for entry in entries)


def _notice(year: int, entry: object) -> Notice:
    table = _table(entry, {"number", "date", "title", "off", "work"}, "[[notice]]")
    return Notice(
        year=year,
        number=_text(table, "number"),
        issued=_date(table.get("date"), "date"),
        title=_text(table, "title"),
        off=tuple(_off(item) for item in _list(table, "off")),
        work=tuple(_date(item, "work") for item in _list(table, "work")),
    )


def _off(item: object) -> OffRange:
    table = _table(item, {"name", "from", "to"}, "off")
    return OffRange(_text(table, "name"), _date(table.get("from"), "from"), _date(table.get("to"), "to"))


def _table(value: object, allowed: set[str], where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise NoticeError(f"{where} 应为表")
    _only(value, allowed, where)
    return value


def _only(table: Mapping[str, object], allowed: set[str], where: str) -> None:
    unknown = sorted(set(table) - allowed)
    if unknown:
        raise NoticeError(f"{where}含有不认识的项：{unknown[0][:40]!r}")


def _text(table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str):
        raise NoticeError(f"缺少文字项 {key}")
    return value


def _list(table: Mapping[str, object], key: str) -> list[object]:
    value = table.get(key, [])
    if not isinstance(value, list):
        raise NoticeError(f"{key} 应为列表")
    return value


def _date(value: object, key: str) -> date:
    # A TOML date-time is also a ``date`` in Python; a notice names days, never hours.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise NoticeError(f"{key} 应为日期，例如 2025-10-01")
    return value
