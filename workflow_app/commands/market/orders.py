"""A seller's acts on orders: beginning a transfer, and taking what is not sold back.

R38; docs/domain.md §3 (transfer order). What the offer is, is handed in on the case's first form.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from workflow_app.commands import steps, timers
from workflow_app.commands.market.requests import StartTransfer, WithdrawOrder
from workflow_app.commands.parties import ensure_exchange_qualified
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import OpenCase, Run
from workflow_app.commands.trading import traders
from workflow_app.domain.ledger.accounts import Right, ensure_may
from workflow_app.domain.trading.orders import ARTICLE, BidState, Mode, OrderState
from workflow_app.kernel.errors import InvalidForm, NotFound, Refused

WITHDRAWN: Final = "order_withdrawn"
"""The message that takes an order back."""


def start(run: Run, request: StartTransfer) -> Result:
    """Open the case of a transfer for a registered project's owner.

    :raises Refused: ``resale_forbidden`` for who is not its owner; the project, the account or the exchange
        does not allow it.
    """
    if request.mode not in tuple(Mode):
        raise InvalidForm({"mode": ["请选择转让方式"]})
    project = run.uow.programme.project(request.project_id)
    if project is None:
        raise NotFound("no_such_project", "没有这个项目")
    account = traders.seller_account(run, project)
    traders.ensure_no_insider(run.actor, traders.flags(run))
    ensure_may(account["state"], Right.SELL)
    if project["state"] != "registered":
        raise Refused("order_unregistered", "项目尚未登记或者已经注销，不能转让", article=ARTICLE)
    run.actor = replace(run.actor, organisation_id=project["owner_org"])
    mode = Mode(request.mode)
    case = steps.start(
        run,
        mode.process,
        {
            "project_id": project["id"],
            "owner_org": project["owner_org"],
            "applicant_org": project["owner_org"],
            "exchange_org": project["exchange_org"],
        },
        title=f"{project['number']} {mode.label}",
    )
    ensure_exchange_qualified(run, case)
    run.drain()
    return Result({"case_id": case.id, "number": case.row.number, "mode": mode.value})


def withdraw(run: Run, request: WithdrawOrder) -> Result:
    """Take back what is not sold; a negotiated order before its buyer agreed, an auction without bids.

    :raises Refused: it is over, agreed, or has bids.
    """
    reason = request.reason.strip()
    if not reason:
        raise InvalidForm({"reason": ["请填写原因"]})
    order, case = held(run, request.order_id)
    project = run.uow.programme.project(order["project_id"])
    if project is None:
        raise LookupError("an order of no project")
    traders.seller_account(run, project)
    run.actor = replace(run.actor, organisation_id=project["owner_org"])
    if order["state"] not in {OrderState.OPEN, OrderState.PENDING}:
        label = OrderState(order["state"]).label
        raise Refused("order_step", f"转让委托为“{label}”，不能撤回", article=ARTICLE)
    if run.uow.trading.bids(order["id"], BidState.PLACED):
        raise Refused("bids_placed", "已有报价，竞价不能撤回", article=ARTICLE)
    if not run.post(run, case.id, WITHDRAWN, {"order_end_reason": reason[:1000]}):
        raise Refused("withdrawal_not_awaited", "转让委托当前不能撤回，请刷新后查看", article=ARTICLE)
    run.drain()
    run.uow.history.record(
        "order_withdrawn",
        f"order:{order['id']}",
        who(run.actor, "owner"),
        run.at,
        facts={"reason": reason[:1000]},
    )
    return Result({"order_id": order["id"], "case_id": case.id, "state": OrderState.WITHDRAWN.value})


def held(run: Run, order_id: str) -> tuple[dict[str, Any], OpenCase]:
    """Return an order and its case, both held till the end of the transaction, the case always first.

    :raises Overdue: the order's time has run out; the host fires that first.
    :raises NotFound: no such order.
    """
    case = run.case(run.uow.trading.order(order_id)["case_id"])
    timers.ensure_none_overdue(run, case)
    return run.uow.trading.order(order_id, lock=True), case
