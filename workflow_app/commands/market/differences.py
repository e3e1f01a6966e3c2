"""What was done about a difference between the exchange's list and the book; reports the book refused.

docs/domain.md §5 (end-of-day reconciliation). The book is not changed here: a missing trade is reported
again, a wrong list is sent again, a wrong entry is corrected by contra-entries (I4). This says which it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from workflow_app.commands import permissions
from workflow_app.commands.host import Host
from workflow_app.commands.market.requests import SettleDifference
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Actor, Json, Result
from workflow_app.commands.run import Run
from workflow_app.domain.trading.reports import ARTICLE, DifferenceKind, Remedy
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, JcerError, NotFound, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.schema.columns import canonical

ROLE: Final = "exchange_checker"
LONGEST: Final = 1000
LONGEST_TOLD: Final = 2000


def settle(run: Run, request: SettleDifference) -> Result:
    """Say how a difference was put right.

    :raises Forbidden: not of the exchange, or whoever sent the list.
    :raises Refused: ``not_entered``: said to be entered, and the book has no trade of its number.
    :raises Conflict: somebody said so before.
    """
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, ROLE)
    report = run.uow.trade_reports.report(request.report_id)
    found = run.uow.trade_reports.difference(request.report_id, request.line)
    if report is None or found is None or report["exchange_org"] not in _exchanges(run.actor):
        raise NotFound("no_such_difference", "没有这条对账差异")
    if report["received_by"] == run.actor.user_id:
        raise Forbidden("maker_is_checker", "报送清单的人不能核定差异的处理", article="服务规则：职责分离")
    remedy, note = _said(request)
    if found["remedy"] is not None:
        raise Conflict("difference_settled", "这条对账差异已经处理")
    entered = run.uow.trading.trade_by_external_id(found["external_id"]) is not None
    if remedy is Remedy.ENTERED and (found["kind"] != DifferenceKind.MISSING_HERE or not entered):
        raise Refused("not_entered", "登记系统没有此笔成交，请先补报入账", article=ARTICLE)
    run.uow.trade_reports.add_remedy(
        {
            "report_id": report["id"],
            "line": request.line,
            "remedy": remedy.value,
            "note": note,
            "settled_by": run.actor.user_id,
            "settled_at": run.at,
        }
    )
    facts = {"day": report["day"], "external_id": found["external_id"], "remedy": remedy.value}
    stream = f"organisation:{report['exchange_org']}"
    run.uow.history.record("difference_settled", stream, who(run.actor, ROLE), run.at, facts=facts)
    return Result({"report_id": report["id"], "line": request.line, "remedy": remedy.value})


def keep_refusal(host: Host, exchange: str, line: Mapping[str, Json], error: JcerError, actor: Actor) -> None:
    """Keep a report the book refused, so that people see it; the same again leaves no second row."""
    told = canonical(dict(line))
    digest = hashlib.sha256(f"{error.code}\n{told}".encode()).hexdigest()
    with host.store.unit_of_work() as uow:
        if uow.trade_reports.refused(exchange, digest):
            return
        at = host.tools.clock.now()
        uow.trade_reports.add_refusal(
            {
                "id": new_id(),
                "exchange_org": exchange,
                "external_id": str(line.get("external_id", ""))[:100],
                "sha256": digest,
                "told": told[:LONGEST_TOLD],
                "code": error.code,
                "message": error.message,
                "refused_at": at,
                "reported_by": actor.user_id,
            }
        )
        uow.history.record("report_refused", f"organisation:{exchange}", who(actor, "exchange_maker"), at)
        uow.commit()


def _said(request: SettleDifference) -> tuple[Remedy, str]:
    errors: dict[str, list[str]] = {}
    note = request.note.strip()
    if request.remedy not in tuple(Remedy):
        errors["remedy"] = ["请选择处理方式"]
    if not note or len(note) > LONGEST:
        errors["note"] = [f"请填写处理情况，不超过{LONGEST}字"]
    if errors:
        raise InvalidForm(errors)
    return Remedy(request.remedy), note


def _exchanges(actor: Actor) -> set[str | None]:
    return {organisation for role, organisation in actor.roles if role == ROLE}
