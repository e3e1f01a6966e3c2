"""A computed deadline and the day-by-day trail it rests on, storable and readable by people.

A deadline keeps its trail so that anyone can check it years later: which day was counted, which was
skipped, and by which notice. Stored, runs of alike days are one entry; shown, they are one line.
Nothing here counts: ``periods`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Self

SHANGHAI = timezone(timedelta(hours=8))  # no daylight saving since 1991; this calendar begins in 2019

DAY_ZERO = "第0天 不计"
SKIPPED = "跳过"
SUSPENDED = "中止"
DEEMED = "收到"
ROLLED = "顺延"
KEPT = "保留"
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class TrailDay:
    """One day of the count.

    :param n: 0 for the day of the event, 1… for counted days, ``None`` for days not counted.
    :param label: 第0天 不计, 第1天, 跳过, 中止, 收到, 顺延 or 保留.
    :param notice: number of the holiday notice, or of the written notice of a suspension.
    """

    date: date
    n: int | None
    label: str
    reason: str
    notice: str | None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as computed: when, on which rule and calendar, and why.

    :param due_at: aware UTC instant at which the period is over: 00:00+08:00 of the day after ``last_day``
        (shown as 24:00 of it), or close of business on it. ``None`` while a suspension stands.
    :param first_day: the first counted day; ``None`` where none was counted before a suspension.
    :param last_day: the last day; ``None`` while a suspension stands.
    :param provisional: the count rests on a year whose notice is not loaded.
    :param earliest: with ``latest``, between which dates the last day may come to lie; both are
        ``last_day`` when nothing is provisional, ``None`` while a suspension stands.
    :param budget: the rule's length, in its unit.
    :param used: how much of ``budget`` was counted: all of it, or what had passed when the clock stopped
        (in a limit of months: 0 until it is over).
    """

    rule_id: str
    rule_version: int
    calendar_revision: str
    started_at: datetime
    due_at: datetime | None
    first_day: date | None
    last_day: date | None
    provisional: bool
    earliest: date | None
    latest: date | None
    budget: int
    used: int
    trail: tuple[TrailDay, ...]

    @property
    def suspended(self) -> bool:
        """Whether the clock stands still, so that the due date is not known."""
        return self.last_day is None

    @property
    def shown(self) -> str:
        """The end as people read it: ``2025-10-13 24:00``; 中止中 while the clock stands still."""
        if self.last_day is None or self.due_at is None:
            return "中止中"
        clock = self.due_at.astimezone(SHANGHAI)
        return f"{self.last_day} {'24:00' if clock.date() > self.last_day else f'{clock:%H:%M}'}"

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values; ``from_json`` gives the same ``Due`` back."""
        return {
            "schema": 1,
            "rule_id": self.rule_id,
            "rule_version": self.rule_version,
            "calendar_revision": self.calendar_revision,
            "started_at": _instant(self.started_at),
            "due_at": None if self.due_at is None else _instant(self.due_at),
            **{key: None if day is None else day.isoformat() for key, day in self._days().items()},
            "provisional": self.provisional,
            "budget": self.budget,
            "used": self.used,
            "trail": [_run_json(run) for run in runs(self.trail)],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote.

        :raises KeyError, TypeError, ValueError: it was not written by ``to_json``.
        """
        if value["schema"] != 1:
            raise ValueError(f"unknown schema of a stored deadline: {value['schema']!r}")
        days = {key: value[key] for key in ("first_day", "last_day", "earliest", "latest")}
        return cls(
            rule_id=value["rule_id"],
            rule_version=value["rule_version"],
            calendar_revision=value["calendar_revision"],
            started_at=datetime.fromisoformat(value["started_at"]),
            due_at=None if value["due_at"] is None else datetime.fromisoformat(value["due_at"]),
            provisional=value["provisional"],
            budget=value["budget"],
            used=value["used"],
            trail=tuple(day for run in value["trail"] for day in _run_days(*run)),
            **{key: None if day is None else date.fromisoformat(day) for key, day in days.items()},
        )

    def _days(self) -> dict[str, date | None]:
        return {
            "first_day": self.first_day,
            "last_day": self.last_day,
            "earliest": self.earliest,
            "latest": self.latest,
        }


def runs(trail: Iterable[TrailDay]) -> list[list[TrailDay]]:
    """Group following days that differ in nothing but their date and their running number."""
    found: list[list[TrailDay]] = []
    for day in trail:
        if found and _continues(found[-1][-1], day):
            found[-1].append(day)
        else:
            found.append([day])
    return found


def describe(due: Due) -> list[str]:
    """Return the trail as lines a person reads, the end last.

    ``第1天 周二 09-30``, ``跳过 10-01~08 国庆节、中秋节 〔2024〕12号``, ``截止 2025-10-13 24:00（周一）``.
    """
    year = due.started_at.astimezone(SHANGHAI).year
    lines: list[str] = []
    for run in runs(due.trail):
        if run[0].n is None:
            lines.append(_line(run[0].label, _span(run[0].date, run[-1].date, year), run[0]))
        else:
            lines.extend(
                _line(day.label, f"{_weekday(day.date)} {_short(day.date, year)}", day) for day in run
            )
    if due.last_day is None:
        return [*lines, f"中止中 已用{due.used}，尚余{due.budget - due.used}，恢复后重新推算"]
    end = f"截止 {due.shown}（{_weekday(due.last_day)}）"
    if due.provisional:
        end += f" 预估，{due.earliest}至{due.latest}之间"
    return [*lines, end]


def _continues(before: TrailDay, day: TrailDay) -> bool:
    alike = (before.reason, before.notice, before.provisional) == (day.reason, day.notice, day.provisional)
    if not alike or day.date != before.date + timedelta(days=1):
        return False
    if before.n is None or day.n is None:
        return before.n is None and day.n is None and before.label == day.label
    # Day 0 and 第3个月期满 carry a number and yet are not one of a row.
    return day.n == before.n + 1 and before.label == _nth(before.n) and day.label == _nth(day.n)


def _nth(n: int) -> str:
    return f"第{n}天"


def _run_json(run: list[TrailDay]) -> list[Any]:
    first = run[0]
    return [
        first.date.isoformat(),
        len(run),
        first.n,
        first.label,
        first.reason,
        first.notice,
        int(first.provisional),
    ]


def _run_days(
    first: str, length: int, n: int | None, label: str, reason: str, notice: str | None, provisional: int
) -> Iterable[TrailDay]:
    start = date.fromisoformat(first)
    for i in range(length):
        number = None if n is None else n + i
        text = label if i == 0 or number is None else _nth(number)
        yield TrailDay(start + timedelta(days=i), number, text, reason, notice, bool(provisional))


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _line(label: str, when: str, day: TrailDay) -> str:
    parts = [label, when]
    if day.reason and day.reason != "工作日":
        parts.append(day.reason)
    if day.notice:
        parts.append(day.notice[day.notice.index("〔") :] if day.notice.startswith("国办发") else day.notice)
    if day.provisional:
        parts.append("预估")
    return " ".join(parts)


def _span(first: date, last: date, year: int) -> str:
    if first == last:
        return _short(first, year)
    if first.year == last.year and first.month == last.month:
        return f"{_short(first, year)}~{last:%d}"
    return f"{_short(first, year)}~{_short(last, first.year)}"


def _short(day: date, year: int) -> str:
    return f"{day:%m-%d}" if day.year == year else day.isoformat()


def _weekday(day: date) -> str:
    return f"周{_WEEKDAYS[day.weekday()]}"
