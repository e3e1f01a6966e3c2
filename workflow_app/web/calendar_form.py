"""The form of a holiday notice: its rows as typed, added, deleted, carried along, and what the law says.

Reads the request's form and nothing else. It must never judge a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from flask import request

from calendars.estimate import statutory_days
from calendars.notice import FIRST_YEAR, LAST_YEAR
from calendars.typed import MOST_ROWS, TypedNotice, TypedOff

LONGEST = 200
_DIGITS = 3
HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


def empty(year: int) -> TypedNotice:
    """Return the form of a year's first notice: its title and the names of the seven holidays."""
    title = f"国务院办公厅关于{year}年部分节假日安排的通知"
    return TypedNotice(str(year), "", "", title, tuple(TypedOff(name) for name in HOLIDAYS), ("",))


def typed() -> TypedNotice:
    """Return the notice as the form has it, empty rows too."""
    parts = ("name", "first", "last")
    off = (TypedOff(*(_text(f"off-{row}-{part}") for part in parts)) for row in _rows("off", "name"))
    work = tuple(_text(f"work-{row}") for row in _rows("work", ""))
    return TypedNotice(_text("year"), _text("number"), _text("date"), _text("title"), tuple(off), work)


def cleaned(said: TypedNotice) -> TypedNotice:
    """Return the notice without the rows left wholly empty."""
    off = tuple(one for one in said.off if one != TypedOff())
    return replace(said, off=off, work=tuple(day for day in said.work if day))


def row_changed(said: TypedNotice) -> TypedNotice | None:
    """Return the notice with the row added or deleted that a button asks for; ``None`` where none does."""
    adds, deletes = request.form.get("add_row", ""), request.form.get("delete_row", "")
    if adds == "off" and len(said.off) < MOST_ROWS:
        return replace(said, off=(*said.off, TypedOff()))
    if adds == "work" and len(said.work) < MOST_ROWS:
        return replace(said, work=(*said.work, ""))
    name, _dash, row = deletes.rpartition("-")
    if name == "off":
        return replace(said, off=tuple(one for at, one in enumerate(said.off) if str(at) != row))
    if name == "work":
        return replace(said, work=tuple(one for at, one in enumerate(said.work) if str(at) != row))
    return said if adds or deletes else None


def kept(said: TypedNotice) -> tuple[tuple[str, str], ...]:
    """Return the form's fields and values, to ride along hidden."""
    fields = [("year", said.year), ("number", said.number), ("date", said.date), ("title", said.title)]
    for row, one in enumerate(said.off):
        fields += [
            (f"off-{row}-name", one.name),
            (f"off-{row}-first", one.first),
            (f"off-{row}-last", one.last),
        ]
    return (*fields, *((f"work-{row}", day) for row, day in enumerate(said.work)))


def by_field(errors: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    """Return the sentences of each field."""
    found: dict[str, list[str]] = {}
    for name, sentence in errors:
        found.setdefault(name, []).append(sentence)
    return found


def statutory(year: str) -> tuple[tuple[str, str], ...]:
    """Return the statutory holidays of a year with their days, as the law has them, to compare by."""
    if not (year.isascii() and year.isdigit() and FIRST_YEAR <= int(year[:4]) <= LAST_YEAR):
        return ()
    days: dict[str, list[str]] = {}
    for day, name in sorted(statutory_days(int(year[:4])).items()):
        for one in name.replace("农历除夕", "春节").split("; "):
            days.setdefault(one, []).append(f"{day.month}月{day.day}日")
    return tuple((name, "、".join(found)) for name, found in days.items())


def _rows(name: str, part: str) -> list[int]:
    ends = f"-{part}" if part else ""
    numbers = {
        key.removeprefix(f"{name}-").removesuffix(ends)
        for key in request.form
        if key.startswith(f"{name}-") and key.endswith(ends)
    }
    rows = sorted(int(one[:_DIGITS]) for one in numbers if one.isascii() and one.isdigit())
    return rows[: MOST_ROWS + 1]


def _text(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST]
