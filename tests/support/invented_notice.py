"""A holiday notice for 2027 invented for tests: its number and title say so."""

from __future__ import annotations

from datetime import date

from calendars.notice import Notice, OffRange
from calendars.typed import TypedNotice
from calendars.typed_toml import to_toml

NUMBER = "演示〔2026〕1号"
TITLE = "关于2027年部分节假日安排的通知（测试用虚构）"


def invented(last: str = "2027-01-04", *work: str, number: str = NUMBER) -> Notice:
    """Return the notice; ``last`` is New Year's last day off, ``work`` the make-up days."""
    off = (
        ("元旦", "2027-01-01", last),
        ("春节", "2027-02-05", "2027-02-11"),
        ("清明节", "2027-04-03", "2027-04-05"),
        ("劳动节", "2027-05-01", "2027-05-05"),
        ("端午节", "2027-06-09", "2027-06-11"),
        ("中秋节", "2027-09-15", "2027-09-17"),
        ("国庆节", "2027-10-01", "2027-10-07"),
    )
    ranges = tuple(OffRange(name, date.fromisoformat(a), date.fromisoformat(b)) for name, a, b in off)
    days = tuple(date.fromisoformat(day) for day in work)
    return Notice(2027, number, date(2026, 12, 29), TITLE, ranges, days)


def typed(last: str = "2027-01-04", *work: str, number: str = NUMBER) -> TypedNotice:
    """Return it as somebody types it."""
    return TypedNotice.of(invented(last, *work, number=number))


def toml(last: str = "2027-01-04", *work: str) -> str:
    """Return its file."""
    return to_toml(invented(last, *work))


def form(said: TypedNotice) -> dict[str, str]:
    """Return the fields a browser sends."""
    fields = {"year": said.year, "number": said.number, "date": said.date, "title": said.title}
    for row, one in enumerate(said.off):
        fields |= {f"off-{row}-name": one.name, f"off-{row}-first": one.first, f"off-{row}-last": one.last}
    return fields | {f"work-{row}": day for row, day in enumerate(said.work)}
