"""The department's written orders on accounts: freeze, restrict, release, succession (docs/domain.md §3, §4).

Orders are kept for ever; a succession moves units that nothing binds and does not reset how often they were
sold. Only a leader orders.
"""

from __future__ import annotations

from typing import Any, Final

from workflow_app.commands import account_events, on_ledger, on_orders, permissions
from workflow_app.commands.book import Act
from workflow_app.commands.on_cancellations import running_number
from workflow_app.commands.picking import Units
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.commands.unit_requests import OrderOnAccount, OrderSuccession
from workflow_app.kernel.errors import InvalidForm, NotFound
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables

STATES: Final = {"freeze": "frozen", "restrict": "restricted", "release": "normal"}
LONGEST: Final = 2000
LONGEST_DOCUMENT: Final = 100


def order(run: Run, request: OrderOnAccount) -> Result:
    """Freeze, restrict or release an account.

    :raises Refused: the account's state does not know the step.
    """
    _ensure_leader(run)
    if request.kind not in STATES:
        raise InvalidForm({"kind": ["请选择冻结、限制或者解除"]})
    reason, document = _grounds(request.reason, request.document)
    account = run.uow.ledger.lock([request.account_id])[request.account_id]
    _ensure_held(account)
    order_id = new_id()
    number = on_orders.enter(run, request.account_id, request.kind, reason, document, order_id)
    on_orders.step(run, account, STATES[request.kind])
    account_events.record(run, request.account_id, "account_ordered", role="department_leader")
    return Result({"number": number, "state": STATES[request.kind], "order_id": order_id})


def succeed(run: Run, request: OrderSuccession) -> Result:
    """Move units to a successor's account.

    :raises Refused: too few free units, or an account that cannot hold them.
    """
    _ensure_leader(run)
    reason, document = _grounds(request.reason, request.document)
    if request.account_id == request.to_account_id:
        raise InvalidForm({"to_account_id": ["承继账户不得为同一账户"]})
    accounts = run.uow.ledger.lock([request.account_id, request.to_account_id])
    for account in accounts.values():
        _ensure_held(account)
    order_id = new_id()
    number = on_orders.enter(
        run, request.account_id, "succession", reason, document, order_id, to=request.to_account_id
    )
    units = Units(request.account_id, request.project_id, request.quantity)
    moved = on_ledger.succession(
        run, Act(f"succession:{order_id}", memo=f"非交易过户{number}"), units, request.to_account_id, order_id
    )
    correction_id = new_id()
    run.uow.programme.add(
        tables.correction,
        {
            "id": correction_id,
            "number": running_number(run, "GZ", "correction"),
            "kind": "succession",
            "project_id": request.project_id,
            "account_id": request.account_id,
            "to_account_id": request.to_account_id,
            "order_id": order_id,
            "quantity": moved.quantity,
            "confirmed": moved.quantity,
            "grounds": reason,
            "state": "settled",
            "decision": reason,
            "decided_by": run.actor.user_id,
            "found_at": run.at,
            "decided_at": run.at,
            "settled_at": run.at,
        },
    )
    account_events.record(run, request.account_id, "units_succeeded", role="department_leader")
    return Result(
        {
            "number": number,
            "order_id": order_id,
            "correction_id": correction_id,
            "quantity": moved.quantity,
            "serials": list(moved.serials),
        }
    )


def _ensure_leader(run: Run) -> None:
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, "department_leader")


def _ensure_held(account: dict[str, Any]) -> None:
    if account["kind"] not in {"owner", "buyer"}:
        raise NotFound("no_such_account", "没有这个账户")


def _grounds(reason: str, document: str) -> tuple[str, str]:
    errors: dict[str, list[str]] = {}
    if not reason.strip():
        errors["reason"] = ["请填写理由"]
    if not document.strip():
        errors["document"] = ["请填写所依据的文书编号"]
    if errors:
        raise InvalidForm(errors)
    return reason.strip()[:LONGEST], document.strip()[:LONGEST_DOCUMENT]
