"""A time limit as a record: how long, from when, to when, on whose word.

Each rule cites its own basis; a limit the programme took upon itself is 承诺 (promised) and is never shown
as 法定 (statutory). Rules are versioned, and a deadline keeps the version it was computed with. The rules
themselves are data (``deadlines:`` in the process parameters); this module only says what a rule is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Literal, get_args

from calendars.errors import RuleError

Unit = Literal["working_day", "calendar_day", "month"]
Direction = Literal["min", "max"]
CountFrom = Literal["next_working_day", "same_day"]
Ends = Literal["end_of_day", "close_of_business"]
Receipt = Literal["arrival", "deemed_next_working_day"]
Kind = Literal["statutory", "promised"]

_CHOICES: dict[str, tuple[str, ...]] = {
    "unit": get_args(Unit),
    "direction": get_args(Direction),
    "count_from": get_args(CountFrom),
    "ends": get_args(Ends),
    "receipt": get_args(Receipt),
    "kind": get_args(Kind),
}
_MAX_N = {"working_day": 2_500, "calendar_day": 3_660, "month": 240}
KIND_LABEL: dict[Kind, str] = {"statutory": "法定", "promised": "承诺"}
UNIT_LABEL: dict[Unit, str] = {"working_day": "个工作日", "calendar_day": "日", "month": "个月"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One time limit. Making one that does not hold raises ``RuleError``.

    :param n: length in ``unit``; at least 1.
    :param direction: ``min`` is a floor (不少于: nothing may end sooner), ``max`` a cap (在…内).
    :param count_from: ``next_working_day`` leaves the day of the event out (《民法典》201); for a limit in
        calendar days or months that is simply the next day. ``same_day`` counts the event's day as the first.
    :param ends: 24:00 of the last day, or ``closes_at`` where there are business hours (《民法典》203).
    :param receipt: ``deemed_next_working_day`` treats what arrives on a day off, or at or after
        ``closes_at``, as arriving on the next working day.
    :param basis: law and article, in Chinese; 服务规则 where there is none.
    :param warn_before: working days before the earliest last day at which to warn; ``None`` for no warning.
    """

    id: str
    name: str
    n: int
    basis: str
    kind: Kind
    unit: Unit = "working_day"
    direction: Direction = "max"
    count_from: CountFrom = "next_working_day"
    ends: Ends = "end_of_day"
    receipt: Receipt = "arrival"
    effective_from: date = date(2024, 7, 19)  # 355号 was issued on this day
    version: int = 1
    warn_before: int | None = None
    closes_at: time = time(17, 30)

    def __post_init__(self) -> None:
        for key in ("id", "name", "basis"):
            value = getattr(self, key)
            if not isinstance(value, str) or not value.strip():
                raise RuleError(f"期限规则{self.id!r}缺少 {key}")
        for key, allowed in _CHOICES.items():
            if getattr(self, key) not in allowed:
                raise RuleError(f"期限规则{self.id}的 {key} 应为 {'、'.join(allowed)} 之一")
        if type(self.n) is not int or not 1 <= self.n <= _MAX_N[self.unit]:
            raise RuleError(f"期限规则{self.id}的 n 应为1至{_MAX_N[self.unit]}的整数")
        if type(self.version) is not int or self.version < 1:
            raise RuleError(f"期限规则{self.id}的 version 应为不小于1的整数")
        if self.warn_before is not None and (type(self.warn_before) is not int or self.warn_before < 1):
            raise RuleError(f"期限规则{self.id}的 warn_before 应为不小于1的整数")
        self._check_times()

    def _check_times(self) -> None:
        if not isinstance(self.effective_from, date) or isinstance(self.effective_from, datetime):
            raise RuleError(f"期限规则{self.id}的 effective_from 应为日期")
        if not isinstance(self.closes_at, time) or self.closes_at == time(0):
            raise RuleError(f"期限规则{self.id}的 closes_at 应为时刻，如 17:30")
        if self.unit == "month" and self.count_from == "same_day":
            raise RuleError(f"期限规则{self.id}：按月计算的期限不计开始当日（民法典第二百零一条）")

    @classmethod
    def from_mapping(cls, entry: Mapping[str, object]) -> Rule:
        """Make a rule from a ``deadlines:`` entry (plain YAML values; dates and times may be ISO text).

        :raises RuleError: unknown or missing fields, or a rule that does not hold.
        """
        known = {f.name for f in fields(cls)}
        unknown = sorted(str(key) for key in entry if key not in known)
        if unknown:
            raise RuleError(f"期限规则{entry.get('id')!r}含有不认识的项：{unknown[0][:40]!r}")
        missing = [key for key in ("id", "name", "n", "basis", "kind") if key not in entry]
        if missing:
            raise RuleError(f"期限规则{entry.get('id')!r}缺少 {missing[0]}")
        values = dict(entry)
        for key, read in (("effective_from", date.fromisoformat), ("closes_at", time.fromisoformat)):
            value = values.get(key)
            if isinstance(value, str):
                try:
                    values[key] = read(value)
                except ValueError as error:
                    raise RuleError(f"期限规则{entry['id']}的 {key} 无法识别：{value[:40]!r}") from error
        return cls(**values)  # type: ignore[arg-type]  # every value is checked in __post_init__


@dataclass(frozen=True, slots=True)
class Suspension:
    """The clock stands still from ``start_date`` to ``end_date``, both days included and neither counted.

    The day of the stopping act and the day of the resuming act are days of an event, which 《民法典》201
    leaves out; counting goes on with the first countable day after ``end_date``.

    :param end_date: ``None`` while it still stands.
    :param reason: why, in Chinese.
    :param notice: number of the written notice; each suspension has its own.
    """

    start_date: date
    end_date: date | None
    reason: str
    notice: str

    def __post_init__(self) -> None:
        if self.end_date is not None and self.end_date < self.start_date:
            raise RuleError(f"中止的止日{self.end_date}早于起日{self.start_date}")
        if not self.reason.strip() or not self.notice.strip():
            raise RuleError("中止期限应写明事由和书面通知文号")

    def covers(self, day: date) -> bool:
        """Return whether the clock stands still on ``day``."""
        return self.start_date <= day and (self.end_date is None or day <= self.end_date)
