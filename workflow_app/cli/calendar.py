"""``jcer calendar``: ask the working-day calendar.

``deadline`` answers from the notices shipped with the product, without a database. Days are counted as
《民法典》201 has it: the start day is not counted. Commands that load notices join this group from their own
modules.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from calendars.errors import CalendarError
from calendars.periods import Due, Rule, compute, describe
from calendars.published import Calendar
from calendars.trail import SHANGHAI
from calendars.working_days import add_working_days, rests_on_estimate

_NUMBER = re.compile(r"\+?[0-9]{1,9}")
_MAX_EXPLAINED = 2_500
_MAX_LINE = 200


@click.group()
def calendar() -> None:
    """工作日历 (working days)."""


@calendar.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只列出变化，不提交 (only show what would change)")
@click.option("--reason", default="", help="该年已有通知时必填 (why a year's notice is changed)")
def load(file: Path, *, dry_run: bool, reason: str) -> None:
    """提出放假通知 FILE，由省厅领导批准后执行 (propose a holiday notice)."""
    # The database is opened for this command only: ``deadline`` must stay quick.
    from workflow_app.cli.calendar_load import load as load_notice  # noqa: PLC0415

    load_notice(file, dry_run=dry_run, reason=reason)


@calendar.command("recompute")
def recompute() -> None:
    """按现行工作日历重新推算未届满的期限，再做一遍不再有变化 (recompute open deadlines)."""
    from workflow_app.cli.calendar_load import recompute as recompute_limits  # noqa: PLC0415

    recompute_limits()


# A negative N must reach our own check and not be taken for an option.
@calendar.command(context_settings={"ignore_unknown_options": True})
@click.argument("start")
@click.argument("n", required=False)
@click.option("--explain", is_flag=True, help="逐日说明 (show the count day by day)")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 (print JSON)")
@click.pass_context
def deadline(ctx: click.Context, start: str, n: str | None, explain: bool, as_json: bool) -> None:
    """START 之后第 N 个工作日 (the date of the N-th working day after START).

    START 为 ISO 日期或日期时间；未发布放假通知的年份为推算，日期后注明 provisional。
    START 为 - 时逐行读取 START,N；无法识别的行在原处输出 error: …，退出码为 1。
    """
    if start == "-":
        if n is not None:
            raise click.UsageError("START 为 - 时不再给出 N")
        failed = False
        for line in _stdin_lines():
            first, _, second = line.partition(",")
            ok, text = _answer(first, second, explain=explain, as_json=as_json)
            failed = failed or not ok
            click.echo(text)
        ctx.exit(1 if failed else 0)
    if n is None:
        raise click.UsageError("缺少 N (missing argument N)")
    ok, text = _answer(start, n, explain=explain, as_json=as_json)
    click.echo(text, err=not ok)
    ctx.exit(0 if ok else 1)


@dataclass(frozen=True, slots=True)
class _Question:
    start: datetime
    n: int


def _answer(start: str, n: str, *, explain: bool, as_json: bool) -> tuple[bool, str]:
    try:
        question = _read(start.strip(), n.strip())
        return True, (_json if as_json else _text)(question, explain=explain)
    except CalendarError as error:
        return False, json.dumps({"error": str(error)}, ensure_ascii=False) if as_json else f"error: {error}"


def _text(question: _Question, *, explain: bool) -> str:
    shipped = Calendar.shipped()
    day = question.start.date()
    last = add_working_days(shipped, day, question.n)
    mark = " provisional" if rests_on_estimate(shipped, day + timedelta(days=1), last) else ""
    lines = [f"{last}{mark}"]
    if explain:
        lines += [f"  {line}" for line in describe(_due(question))]
    return "\n".join(lines)


def _json(question: _Question, *, explain: bool) -> str:
    shipped = Calendar.shipped()
    day = question.start.date()
    last = add_working_days(shipped, day, question.n)
    provisional = rests_on_estimate(shipped, day + timedelta(days=1), last)
    low = add_working_days(shipped, day, question.n, "earliest") if provisional else last
    high = add_working_days(shipped, day, question.n, "latest") if provisional else last
    answer: dict[str, Any] = {
        "start": day.isoformat(),
        "n": question.n,
        "date": last.isoformat(),
        "provisional": provisional,
        "earliest": low.isoformat(),
        "latest": high.isoformat(),
        "calendar_revision": shipped.revision,
    }
    if explain:
        due = _due(question)
        answer["explain"] = describe(due)
        answer["trail"] = due.to_json()["trail"]
    return json.dumps(answer, ensure_ascii=False)


def _due(question: _Question) -> Due:
    if question.n > _MAX_EXPLAINED:
        raise CalendarError(f"超过{_MAX_EXPLAINED}个工作日，不逐日说明")
    rule = Rule(id="deadline", name="工作日推算", n=question.n, basis="民法典第二百零一条", kind="promised")
    return compute(rule, question.start, Calendar.shipped())


def _read(start: str, n: str) -> _Question:
    if not start.isascii() or len(start) > _MAX_LINE:
        raise CalendarError("起算日应为 ISO 日期或日期时间，如 2025-09-29")
    try:
        instant = datetime.fromisoformat(start)
        local = instant.astimezone(SHANGHAI) if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)
    except (ValueError, OverflowError) as error:
        raise CalendarError(f"起算日应为 ISO 日期或日期时间，如 2025-09-29：{start[:40]!r}") from error
    if not _NUMBER.fullmatch(n) or int(n) < 1:
        raise CalendarError(f"工作日数 N 应为不小于1的整数：{n[:40]!r}")
    return _Question(datetime.combine(local.date(), time(0), SHANGHAI), int(n))


def _stdin_lines() -> Iterator[str]:
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").rstrip("\r\n")
