"""The rows of the inbox as the page shows them: one that has not changed is not drawn again.

A row hangs on what the database says of it, the legal date, the reader's language and the address of the
page; with these for a key what was drawn is exact. It must never know how the rows were found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast
from urllib.parse import quote

from flask import get_template_attribute, request

from workflow_app.queries.inbox_rows import LINES, Row
from workflow_app.web.desk import today
from workflow_app.web.languages import language
from workflow_app.web.texts import _
from workflow_app.web.words import DueWords, due_words_on, process_name


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the list draws it."""

    id: str
    url: str
    title: str
    subtitle: str
    stage: str
    who: str
    open: bool
    due: DueWords
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """已超期, 今日到期 or 以后, with its rows as they are shown."""

    label: str
    kind: str
    lines: tuple[str, ...]


def groups(rows: tuple[Row, ...], current: str, address: str) -> tuple[Group, ...]:
    """Return the rows of a page in their groups.

    :param current: id of the task beside the list; :param address: of the page without a task.
    """
    found: Mapping[str, list[str]] = {"overdue": [], "today": [], "later": []}
    day, spoken, root = today(), language(), request.script_root
    address += "&task=" if "?" in address else "?task="
    for row in rows:
        state = row.standing.state
        drawn = _drawn(row, day, address, spoken, root, row.id == current)
        found[state if state in {"overdue", "today"} else "later"].append(drawn)
    labels = (("overdue", _("已超期")), ("today", _("今日到期")), ("later", _("以后")))
    return tuple(
        Group(label, "overdue" if key == "overdue" else "", tuple(found[key]))
        for key, label in labels
        if found[key]
    )


@lru_cache(maxsize=LINES)
def _drawn(row: Row, day: date, address: str, _language: str, _root: str, current: bool) -> str:
    """Return a line as the page shows it: a line that has not changed is not drawn again.

    :param address: of the page, up to the task's id; with ``_language`` and ``_root`` all it hangs on.
    """
    draw = get_template_attribute("macros/inbox.html", "inbox_row")
    return cast(str, draw(_line(row, day, address, current=current)))


def _who(row: Row) -> str:
    if row.mine:
        return _("我")
    return row.assignee or (_("由代理方办理") if row.delegated else _("待认领"))


def _line(row: Row, day: date, address: str, *, current: bool) -> Line:
    parts = [row.title, row.organisation]
    if row.has_draft:
        parts.append(_("有草稿"))
    return Line(
        id=row.id,
        url=address + quote(row.id, safe=""),
        title=row.name,
        subtitle="・".join(part for part in parts if part),
        stage=process_name(row.process_id),
        who=_who(row),
        open=not row.assignee and not row.mine and not row.delegated,
        due=due_words_on(
            due_at=row.due_at,
            state=row.standing.state,
            number=row.standing.number,
            kind=row.kind,
            today=day,
            provisional=row.provisional,
        ),
        current=current,
    )
