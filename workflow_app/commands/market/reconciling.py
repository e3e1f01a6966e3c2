"""日终对账: the exchange's whole list of a day against the book, and the signed file it may come in.

docs/domain.md §5 (end-of-day reconciliation). A list is kept with its hash, and every difference in words for
people; nothing is put right by itself. The same list received again is one effect.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, Final

from workflow_app.commands.host import Host
from workflow_app.commands.market import reported
from workflow_app.commands.market.requests import LoadTradeFile, ReconcileTrades, ReportTrades
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Actor, Result
from workflow_app.commands.run import Run
from workflow_app.domain.trading.reports import compare, read
from workflow_app.kernel.clock import day_start, legal_date
from workflow_app.kernel.errors import Forbidden, InvalidForm, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.schema.columns import canonical

LARGEST_FILE: Final = 5_000_000
"""Characters of a signed file."""


def reconcile(run: Run, request: ReconcileTrades) -> Result:
    """Compare a day's list with the book.

    :returns: ``report_id``, how many ``differences``, and the differences.
    :raises InvalidForm: no such day, or one that is not over yet begun.
    :raises Refused: a line does not hold.
    """
    return _reconcile(run, request, None)


def load_file(host: Host, request: LoadTradeFile, actor: Actor) -> Result:
    """Report a signed file's trades, then reconcile its day.

    :raises Refused: ``bad_signature``, ``bad_report``.
    :raises Forbidden: not of the exchange the reporter works for.
    """
    exchange = reported.exchange_of(actor)
    document = _document(request.document)
    signed_with = host.tools.signatures.signer(document)
    with host.store.reading() as uow:
        uscc = uow.people.organisation(exchange).uscc
    if document["exchange"] != uscc:
        raise Forbidden("other_exchange", "文件不是您所在交易机构的")
    outcome = (
        {"trades": []}
        if not document["trades"]
        else dict(reported.report(host, ReportTrades(document["trades"]), actor).values)
    )
    with host.store.unit_of_work() as uow:
        run = host.run(uow, actor)
        done = _reconcile(run, ReconcileTrades(document["day"], document["trades"]), signed_with)
        if run.uow.live.pending or not done.replayed:
            uow.commit()
    return Result({**done.values, "trades": outcome["trades"]})


def _reconcile(run: Run, request: ReconcileTrades, signed_with: str | None) -> Result:
    exchange = reported.exchange_of(run.actor)
    day = _day(run, request.day)
    if len(request.trades) > reported.MOST * 100:
        raise InvalidForm({"trades": ["成交笔数过多"]})
    theirs = [read(line) for line in request.trades]
    if len({trade.external_id for trade in theirs}) != len(theirs):
        raise Refused("bad_report", "报送的成交有误：成交编号重复")
    digest = hashlib.sha256(canonical([_plain(asdict(trade)) for trade in theirs]).encode()).hexdigest()
    ours = reported.as_reported(
        run, run.uow.trading.reported(day_start(day), day_start(day + timedelta(days=1)))
    )
    found = [asdict(difference) for difference in compare(theirs, ours)]
    before = run.uow.trade_reports.report_day(exchange, day.isoformat(), digest)
    if before is not None:
        return Result(
            {"report_id": before["id"], "differences": before["differences"], "found": found}, replayed=True
        )
    report_id = new_id()
    run.uow.trade_reports.add_report_day(
        {
            "id": report_id,
            "exchange_org": exchange,
            "day": day.isoformat(),
            "sha256": digest,
            "signed_with": signed_with,
            "trades": len(theirs),
            "quantity": sum(trade.quantity for trade in theirs),
            "amount_cents": sum(trade.amount for trade in theirs),
            "differences": len(found),
            "received_at": run.at,
            "received_by": run.actor.user_id,
        },
        found,
    )
    run.uow.history.record(
        "day_reconciled",
        f"organisation:{exchange}",
        who(run.actor, reported.ROLE),
        run.at,
        facts={"day": day.isoformat()},
    )
    return Result({"report_id": report_id, "differences": len(found), "found": found})


def _day(run: Run, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidForm({"day": ["日期须为 2026-11-23 的形式"]}) from None
    if day > legal_date(run.at):
        raise InvalidForm({"day": ["不能对账尚未到来的日期"]})
    return day


def _document(text: str) -> Mapping[str, Any]:
    if len(text) > LARGEST_FILE:
        raise Refused("bad_report", "报送的文件过大")
    try:
        document = json.loads(text)
    except ValueError:
        raise Refused("bad_report", "报送的文件不是 JSON") from None
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("day"), str)
        or not isinstance(document.get("exchange"), str)
        or not isinstance(document.get("trades"), list)
        or not all(isinstance(line, dict) for line in document["trades"])
    ):
        raise Refused("bad_report", "报送的文件须有 exchange、day 和 trades")
    return document


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int | str) else value.isoformat() for name, value in values.items()
    }
