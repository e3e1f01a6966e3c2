"""What the exchange or the department found out about a trade that stood out (R19)."""

from __future__ import annotations

from typing import Final

from workflow_app.commands import permissions
from workflow_app.commands.market.requests import ReviewAlert
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.domain.trading.alerts import AlertKind, AlertState
from workflow_app.kernel.errors import InvalidForm, NotFound, Refused

DEPARTMENT: Final = ("role:department_clerk", "role:department_leader")
"""Who is told of an alert that is reported: to order on an account, or to correct, is theirs."""


def review(run: Run, request: ReviewAlert) -> Result:
    """Say what was found out about an alert, by the exchange or the department.

    :raises Refused: it was looked into before.
    """
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, "exchange_checker", "department_clerk", "department_leader")
    finding = request.finding.strip()
    if request.state not in {AlertState.CLEARED, AlertState.REPORTED}:
        raise InvalidForm({"state": ["请选择核查结论"]})
    if not finding:
        raise InvalidForm({"finding": ["请填写核查情况"]})
    alert = run.uow.trading.alert(request.alert_id)
    if alert is None:
        raise NotFound("no_such_alert", "没有这条异常交易提示")
    if alert["state"] != AlertState.OPEN:
        raise Refused("alert_reviewed", "这条异常交易提示已经核查", article="355号五")
    values = {
        "state": request.state,
        "finding": finding[:2000],
        "reviewed_by": run.actor.user_id,
        "reviewed_at": run.at,
    }
    run.uow.trading.change_alert(alert["id"], values)
    if request.state == AlertState.REPORTED:
        text = f"{AlertKind(alert['kind']).label}：{finding[:200]}"
        run.uow.outbox.notify(DEPARTMENT, "异常交易已报省厅", text, None, run.at)
    run.uow.history.record("alert_reviewed", f"trade:{alert['trade_id']}", who(run.actor), run.at)
    return Result({"alert_id": alert["id"], "state": request.state})
