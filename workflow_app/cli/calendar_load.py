"""``jcer calendar load``: a State Council notice takes effect, and open deadlines follow it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from workflow_app.cli.opened import opened
from workflow_app.commands.requests import SYSTEM, LoadCalendarNotice
from workflow_app.kernel.clock import shanghai
from workflow_app.kernel.errors import InvalidForm

LARGEST = 1_000_000


def load(path: Path, *, dry_run: bool) -> None:
    """Load the notice file at ``path``, or only show what it would do.

    :raises InvalidForm: not a notice file.
    """
    if path.stat().st_size > LARGEST:
        raise InvalidForm({"toml": ["文件过大"]}, "文件过大，不是放假通知")
    try:
        toml = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise InvalidForm({"toml": ["应为 UTF-8 文本"]}, "文件应为 UTF-8 文本") from None
    said = opened().execute(LoadCalendarNotice(toml, dry_run), SYSTEM).values
    _show(dict(said), dry_run=dry_run)


def _show(said: dict[str, Any], *, dry_run: bool) -> None:
    for day in said["days"]:
        click.echo(f"{day['date']} {'上班' if day['working'] else '放假'} {day['reason']}")
    for move in said["deadlines"]:
        if move["ignored"]:
            what = move["ignored"]
        elif move["moved"]:
            what = f"{_shown(move['old'])} → {_shown(move['new'])}"
        else:
            what = f"{_shown(move['old'])} 不变"
        click.echo(f"{move['case_id']} {move['rule']} {what}")
    moved = sum(1 for move in said["deadlines"] if move["moved"])
    click.echo(f"{'将' if dry_run else '已'}调整 {moved} 个期限，工作日历版本 {said['revision'][:12]}")


def _shown(instant: str) -> str:
    return shanghai(datetime.fromisoformat(instant)).strftime("%Y-%m-%d %H:%M")
