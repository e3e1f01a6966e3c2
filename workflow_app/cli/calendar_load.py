"""``jcer calendar load``: a State Council notice is proposed from the command line, or only looked at.

Whoever has the machine still needs the department's leader: the file becomes a proposal.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from calendars.errors import NoticeError
from calendars.notice import MAX_FILE_BYTES
from calendars.typed import TypedNotice
from calendars.typed_toml import read_toml
from workflow_app.bootstrap import App
from workflow_app.cli.opened import opened
from workflow_app.commands.calendar_requests import (
    PreviewCalendarNotice,
    ProposeCalendarNotice,
    RecomputeDeadlines,
)
from workflow_app.commands.requests import SYSTEM
from workflow_app.kernel.clock import shanghai
from workflow_app.kernel.errors import InvalidForm


def load(path: Path, *, dry_run: bool, reason: str = "") -> None:
    """Propose the notice of the file at ``path``, or only show what it would do.

    :raises InvalidForm: not a notice file, or its notice does not hold.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise InvalidForm({"toml": ["文件过大"]}, "文件过大，不是放假通知")
    try:
        found = read_toml(path.read_bytes())
    except NoticeError as error:
        raise InvalidForm({"toml": [str(error)]}, str(error)) from None
    app = opened()
    new = [one for one in found if not _known(app, one)] or list(found[-1:])
    if len(new) != 1:
        raise InvalidForm({"toml": ["一次提出一份通知"]}, f"一次提出一份通知，文件中有{len(new)}份尚未执行")
    if not dry_run:
        said = app.execute(ProposeCalendarNotice(new[0], reason), SYSTEM).values
        click.echo(f"已提交申请 {said['number']}，待省厅领导在“工作日历・放假通知”中批准；批准前什么也不变")
        return
    effect: dict[str, Any] = dict(app.calendar_effect(PreviewCalendarNotice(new[0]), SYSTEM).values)
    for day in effect["days"]:
        click.echo(f"{day['date']} {'上班' if day['working'] else '放假'} {day['reason']}")
    moved = _show(effect["deadlines"])
    click.echo(f"将调整 {moved} 个期限，工作日历版本 {effect['revision'][:12]}")


def recompute() -> None:
    """Compute every open limit anew on the calendar in force, and show those that came out differently."""
    said: dict[str, Any] = dict(opened().execute(RecomputeDeadlines(), SYSTEM).values)
    click.echo(f"已调整 {_show(said['deadlines'])} 个期限，工作日历版本 {said['revision'][:12]}")


def _known(app: App, typed: TypedNotice) -> bool:
    with app.store.reading() as uow:
        notices = app.tools.calendars.current(uow).notices
    return any(TypedNotice.of(one) == typed for one in notices)


def _show(moves: list[dict[str, Any]]) -> int:
    for move in moves:
        if move["ignored"]:
            what = move["ignored"]
        elif move["moved"]:
            what = f"{_shown(move['old'])} → {_shown(move['new'])}"
        else:
            what = f"{_shown(move['old'])} 不变"
        click.echo(f"{move['case_number']} {move['rule']} {what}")
    return sum(1 for move in moves if move["moved"])


def _shown(instant: str) -> str:
    return shanghai(datetime.fromisoformat(instant)).strftime("%Y-%m-%d %H:%M")
