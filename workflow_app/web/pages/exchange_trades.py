"""成交: every trade, filtered, summed, and as a table to download (R38)."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, render_template, request

from workflow_app.queries import trade_board
from workflow_app.queries.accounts import READERS
from workflow_app.queries.trade_board import TradeLine, Wanted
from workflow_app.web import exchange_view
from workflow_app.web.desk import reading, require
from workflow_app.web.paging import address, read, written
from workflow_app.web.tables import safe_cell
from workflow_app.web.words import moment

blueprint = Blueprint("exchange_trades", __name__)

MOST_LINES = 20_000
"""Trades of one download."""
HEAD = (
    *("成交确认书编号", "成交时间", "入账时间", "方式", "交易机构编号", "项目编号", "项目", "转让方账号"),
    *("转让方", "购买方账号", "购买方", "数量（tCO₂e）", "单价（元）", "金额（元）", "手续费（元）"),
)


@blueprint.get("/exchange/trades")
def page() -> str:
    """List trades."""
    require(*READERS)
    wanted, kept = _wanted()
    lines, more = trade_board.trades(reading(), wanted, after=read(request.args.get("after", "")))
    return render_template(
        "exchange/trades.html",
        trades=lines,
        sums=trade_board.sums(reading(), wanted),
        kept=kept,
        filtered=any(kept.values()),
        table=address(".table", kept),
        more=address(".page", {**kept, "after": written(more)}) if more else "",
        show=exchange_view,
    )


@blueprint.get("/exchange/trades.csv")
def table() -> Response:
    """Hand out the trades asked for as a table."""
    require(*READERS)
    wanted, _kept = _wanted()
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(HEAD)
    for line in trade_board.every_trade(reading(), wanted, most=MOST_LINES):
        rows.writerow([safe_cell(cell) for cell in _row(line)])
    answer = Response(f"\ufeff{out.getvalue()}", mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="trades.csv"'
    return answer


def _wanted() -> tuple[Wanted, dict[str, str]]:
    """Return what was asked for, and the same for an address."""
    kept = {name: request.args.get(name, "").strip()[:100] for name in ("way", "since", "until", "find")}
    if kept["way"] not in {way for way, _label in exchange_view.WAYS}:
        kept["way"] = ""
    since, until = exchange_view.day(kept["since"]), exchange_view.day(kept["until"])
    kept["since"] = since.isoformat() if since else ""
    kept["until"] = until.isoformat() if until else ""
    return Wanted(kept["way"], since, until, kept["find"]), kept


def _row(line: TradeLine) -> tuple[object, ...]:
    return (
        line.confirmation_number,
        moment(line.at),
        moment(line.entered_at),
        line.way_label,
        line.external_id,
        line.project_number,
        line.project,
        line.seller_number,
        line.seller,
        line.buyer_number,
        line.buyer,
        line.quantity,
        exchange_view.money(line.price_cents).replace(",", ""),
        exchange_view.money(line.amount_cents).replace(",", ""),
        exchange_view.money(line.fee_cents).replace(",", ""),
    )
