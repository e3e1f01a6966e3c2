"""成交报送与对账: daily lists received and signed files loaded, what differed, how each was put right.

docs/domain.md §5 (end-of-day reconciliation). The exchange's maker brings the list, its checker says how a
difference was put right; the department and the auditor read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.market.requests import LoadTradeFile, SettleDifference
from workflow_app.domain.trading.reports import Remedy
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, JcerError, NotFound
from workflow_app.queries import trade_board, trade_reports
from workflow_app.queries.accounts import READERS
from workflow_app.queries.trade_board import REPORTED, Wanted
from workflow_app.web import exchange_view
from workflow_app.web.desk import act, form_key, reading, require, somebody
from workflow_app.web.paging import address
from workflow_app.web.texts import _

blueprint = Blueprint("trade_reports", __name__)

LOADS = "exchange_maker"
SETTLES = "exchange_checker"
LARGEST = 5_000_000
"""Bytes of a signed file that is read at all."""
LONGEST_NOTE = 1000
Errors = list[tuple[str, str]]


@blueprint.get("/exchange/reports")
def page() -> str:
    """List the daily lists, the trades reported last, and what the book refused."""
    require(*READERS)
    return _listed([])


@blueprint.post("/exchange/reports")
def load() -> Response | tuple[str, int]:
    """Take a signed file: report its trades, reconcile its day."""
    require(LOADS)
    text, wrong = _file()
    if wrong:
        return _listed([("file", wrong)]), 422
    try:
        result = act(LoadTradeFile(text), form_key())
    except InvalidForm as error:
        return _listed([("file", each[0]) for each in error.errors.values()]), 422
    except Forbidden:
        raise
    except JcerError as error:
        return _listed([("file", error.message)]), 422
    _tell(result.values)
    return redirect(url_for(".report", report_id=result.values["report_id"]), 303)


@blueprint.get("/exchange/reports/<report_id>")
def report(report_id: str) -> str:
    """Show one daily list and what differed in it."""
    return _shown(report_id, [], 0)


@blueprint.post("/exchange/reports/<report_id>/differences/<int:line>")
def settle(report_id: str, line: int) -> Response | tuple[str, int]:
    """Say how a difference was put right."""
    require(SETTLES)
    typed = {name: request.form.get(name, "").strip() for name in ("remedy", "note")}
    try:
        act(SettleDifference(report_id, line, typed["remedy"], typed["note"]), form_key())
    except InvalidForm as error:
        wrong = [(f"{name}-{line}", each[0]) for name, each in error.errors.items()]
        return _shown(report_id, wrong, line), 422
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _shown(report_id, [(f"remedy-{line}", error.message)], line), status
    flash(_("差异处理已记录"))
    return redirect(url_for(".report", report_id=report_id), 303)


def _listed(errors: Errors) -> str:
    days, more = trade_reports.days(reading(), after=request.args.get("after", "")[:32])
    entered, more_trades = trade_board.trades(reading(), Wanted(way=REPORTED), size=10)
    refused, more_refused = trade_reports.refusals(reading(), after=request.args.get("refused", "")[:32])
    return render_template(
        "exchange/reports.html",
        days=days,
        more=address(".page", {"after": more}) if more else "",
        trades=entered,
        all_trades=address("exchange_trades.page", {"way": REPORTED}) if more_trades else "",
        refused=refused,
        more_refused=address(".page", {"refused": more_refused}) if more_refused else "",
        may_load=somebody().holds(LOADS),
        errors=errors,
        wrong=dict(errors),
        show=exchange_view,
    )


def _shown(report_id: str, errors: Errors, line: int) -> str:
    found = require(*READERS)
    day = trade_reports.day_of(reading(), report_id)
    if day is None:
        raise NotFound("no_such_report", "没有这份清单，或者您无权查看")
    return render_template(
        "exchange/report.html",
        day=day,
        differences=trade_reports.differences_of(reading(), report_id),
        may_settle=found.holds(SETTLES) and day.received_by_id != found.user_id,
        remedies=[(one.value, one.label) for one in Remedy],
        errors=errors,
        wrong=dict(errors),
        typed=request.form if line else {},
        typed_line=line,
        longest=LONGEST_NOTE,
        show=exchange_view,
    )


def _file() -> tuple[str, str]:
    """Return the file's text, or what is wrong with it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return "", _("请选择交易机构签名的日终文件（.json）")
    content = sent.stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        return "", _("文件过大，日终文件不超过 5 MB")
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", _("文件不是 UTF-8 编码的 JSON")


def _tell(values: Mapping[str, Any]) -> None:
    """Say what came of a file, trade by trade in sums."""
    told: Sequence[Mapping[str, Any]] = values["trades"]
    entered = sum(each["state"] == "entered" for each in told)
    refused = sum(each["state"] == "refused" for each in told)
    flash(
        _(
            "文件已受理：入账 %(entered)s 笔，早已入账 %(before)s 笔，退回 %(refused)s 笔，差异 %(found)s 处",
            entered=entered,
            before=len(told) - entered - refused,
            refused=refused,
            found=values["differences"],
        ),
        "attention" if refused or values["differences"] else "message",
    )
