"""A notice file read as if somebody had typed it, and a notice written as a file.

TOML that is none, or not in the shape of a notice, is refused here in one sentence; whether the values hold,
``typed.judge`` says field by field. This module must never know a form, a case or a table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime

from calendars.errors import NoticeError
from calendars.notice import MAX_FILE_BYTES, Notice
from calendars.typed import MOST_ROWS, TypedNotice, TypedOff


def read_toml(content: bytes | str) -> tuple[TypedNotice, ...]:
    """Return the notices of a file as if somebody had typed them; :func:`judge` judges each.

    :raises NoticeError: the text is no TOML, or not in the shape of a notice file.
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
    entries = document.get("notice")
    if set(document) - {"year", "notice"} or type(document.get("year")) is not int:
        raise NoticeError("文件应有整数的 year（通知所属年份）和 [[notice]]，别无他项")
    if not isinstance(entries, list) or not entries or len(entries) > MOST_ROWS:
        raise NoticeError(f"文件应有 1 至 {MOST_ROWS} 个 [[notice]]")
    return tuple(_typed(str(document["year"])[:8], entry) for entry in entries)


def to_toml(notice: Notice) -> str:
    """Return the file of one notice; ``parse_notices`` reads it back.

    A notice's texts hold neither quotes nor backslashes, so they are written as they are.
    """
    off = "".join(
        f'    {{ name = "{one.name}", from = {one.first}, to = {one.last} }},\n' for one in notice.off
    )
    work = "".join(f"    {day},\n" for day in sorted(notice.work))
    return (
        f'year = {notice.year}\n\n[[notice]]\nnumber = "{notice.number}"\ndate = {notice.issued}\n'
        f'title = "{notice.title}"\noff = [\n{off}]\nwork = [\n{work}]\n'
    )


def _typed(year: str, entry: object) -> TypedNotice:
    table = _table(entry, {"number", "date", "title", "off", "work"}, "[[notice]]")
    off = []
    for item in _list(table, "off"):
        row = _table(item, {"name", "from", "to"}, "off")
        off.append(TypedOff(_text(row, "name"), _text(row, "from"), _text(row, "to")))
    work = tuple(_text({"work": item}, "work") for item in _list(table, "work"))
    return TypedNotice(
        year, _text(table, "number"), _text(table, "date"), _text(table, "title"), tuple(off), work
    )


def _table(value: object, allowed: set[str], where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise NoticeError(f"{where} 应为表")
    unknown = sorted(set(value) - allowed)
    if unknown:
        raise NoticeError(f"{where}含有不认识的项：{unknown[0][:40]!r}")
    return value


def _list(table: Mapping[str, object], key: str) -> list[object]:
    value = table.get(key, [])
    if not isinstance(value, list):
        raise NoticeError(f"{key} 应为列表")
    return value


def _text(table: Mapping[str, object], key: str) -> str:
    """Return a text or a date as typed; a notice names days, never hours."""
    value = table.get(key, "")
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise NoticeError(f"{key} 应为文字或日期，例如 2025-10-01")
    return value.strip()[:200]
