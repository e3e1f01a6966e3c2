"""对账单: an account's movements, all or of a period, on the screen, on paper and as a table (附件二).

A period has its balances at both ends. Whose account one may see, :func:`account_view.seen` says.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Final

from flask import Blueprint, Response, render_template, request

from workflow_app.domain.ledger.accounts import MoneyBucket
from workflow_app.queries import statements
from workflow_app.queries.statements import Balances, Period
from workflow_app.web import account_view
from workflow_app.web.account_view import SHOWN, seen
from workflow_app.web.desk import now, reading
from workflow_app.web.paging import address
from workflow_app.web.tables import safe_cell
from workflow_app.web.texts import _
from workflow_app.web.words import moment

blueprint = Blueprint("account_statements", __name__)

CSV_LINES: Final = 20_000
"""Entries of one download; a longer statement says so in its last row and is taken by periods."""
PAPER_LINES: Final = 2_000
"""Entries of one print."""
PAGE: Final = 50
HEAD: Final = ("时间", "业务", "项目编号", "摘要", "减排量变动（tCO₂e）", "资金变动（元）", "分录编号")


@blueprint.get("/accounts/<account_id>/statement")
def page(account_id: str) -> str:
    """Show an account's statement: a page at a time, or whole for the printer."""
    found = seen(account_id)
    period, error = _period()
    paper = "print" in request.args
    if paper:
        lines = tuple(statements.whole_statement(reading(), account_id, most=PAPER_LINES + 1, period=period))
        cut, more = len(lines) > PAPER_LINES, ""
        lines = lines[:PAPER_LINES]
    else:
        before = request.args.get("before", "")[:32]
        lines, more = statements.statement(reading(), account_id, before=before, size=PAGE, period=period)
        cut = False
    kept = {"account_id": account_id, **_written(period)}
    ends = statements.balances(reading(), account_id, period) if period.bounded or paper else None
    return render_template(
        "accounts/statement.html",
        account=found,
        lines=lines,
        first="before" not in request.args,
        period=period,
        error=error,
        typed={name: request.args.get(name, "")[:10] for name in ("first", "last")},
        opening=_told(ends[0]) if ends else (),
        closing=_told(ends[1]) if ends else (),
        paper=paper,
        cut=cut,
        most=PAPER_LINES,
        at=now(),
        newest=address(".page", kept),
        more=address(".page", {**kept, "before": more}) if more else "",
        print_url=address(".page", {**kept, "print": "1"}),
        csv_url=address(".table", kept),
        view=account_view,
    )


@blueprint.get("/accounts/<account_id>/statement.csv")
def table(account_id: str) -> Response:
    """Hand out the statement as a table."""
    found = seen(account_id)
    period, _error = _period()
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(HEAD)
    found_lines = statements.whole_statement(reading(), account_id, most=CSV_LINES + 1, period=period)
    for number, line in enumerate(found_lines):
        if number == CSV_LINES:
            rows.writerow((f"只列出最近的 {CSV_LINES:,} 笔，更早的请限定期间后下载",))
            break
        entry = line.entry
        rows.writerow(
            (
                moment(entry.at),
                entry.kind.label,
                line.project,
                safe_cell(entry.memo),
                "；".join(account_view.unit_changes(line)),
                "；".join(account_view.money_changes(line)),
                entry.posting_id,
            )
        )
    answer = Response(f"\ufeff{out.getvalue()}", mimetype="text/csv")
    span = "".join(f"_{day}" for day in _written(period).values())
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.line.number}{span}.csv"'
    return answer


def _period() -> tuple[Period, str]:
    """Return the period the address names, and what is wrong with it; a wrong one is no period."""
    days: list[date | None] = []
    for name in ("first", "last"):
        text = request.args.get(name, "").strip()
        try:
            days.append(date.fromisoformat(text) if text else None)
        except ValueError:
            return statements.ALWAYS, _("日期须为年-月-日，例如 2026-01-31")
    first, last = days
    if first and last and first > last:
        return statements.ALWAYS, _("起始日期不得晚于截止日期")
    if any(day and not date(1990, 1, 1) <= day <= date(2200, 1, 1) for day in days):
        return statements.ALWAYS, _("日期须为年-月-日，例如 2026-01-31")
    return Period(first, last), ""


def _written(period: Period) -> dict[str, str]:
    ends = {"first": period.first, "last": period.last}
    return {name: day.isoformat() for name, day in ends.items() if day}


def _told(balances: Balances) -> tuple[tuple[str, str], ...]:
    """Return balances in words: units bucket by bucket, then money."""
    units = [(bucket.label, f"{balances.units[bucket]:,} t") for bucket in SHOWN if bucket in balances.units]
    money = [
        (bucket.label, f"{account_view.yuan(balances.money[bucket])} 元")
        for bucket in MoneyBucket
        if bucket in balances.money
    ]
    return (*units, *money)
