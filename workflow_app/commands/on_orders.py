"""The department's orders on accounts as rows, and the state an order brings an account to."""

from __future__ import annotations

from typing import Any

from workflow_app.commands.on_cancellations import running_number
from workflow_app.commands.run import Run
from workflow_app.domain.ledger.accounts import ensure_step
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables


def restrict_for(run: Run, account_id: str, document: str, reason: str) -> None:
    """Suspend trading on an account in normal state, for a correction of this number."""
    account = run.uow.ledger.lock([account_id])[account_id]
    if account["state"] == "normal":
        enter(run, account_id, "restrict", reason, document)
        step(run, account, "restricted")


def release_of(run: Run, account_id: str, document: str) -> None:
    """Let an account trade again where this correction, and no later order, restricted it."""
    account = run.uow.ledger.lock([account_id])[account_id]
    last = run.uow.accounts.last_order(account_id)
    if account["state"] == "restricted" and last is not None and last["document"] == document:
        enter(run, account_id, "release", "已足额核减，恢复正常", document)
        step(run, account, "normal")


def enter(
    run: Run,
    account_id: str,
    kind: str,
    reason: str,
    document: str,
    order_id: str | None = None,
    *,
    to: str | None = None,
) -> str:
    """Enter an order in writing; return its number."""
    number = running_number(run, "ZL", "account_order")
    run.uow.programme.add(
        tables.account_order,
        {
            "id": order_id or new_id(),
            "number": number,
            "kind": kind,
            "account_id": account_id,
            "to_account_id": to,
            "reason": reason,
            "document": document,
            "ordered_by": run.actor.user_id,
            "ordered_at": run.at,
        },
    )
    return number


def step(run: Run, account: dict[str, Any], following: str) -> None:
    """Move an account to a state.

    :raises Refused: its present one does not know the step.
    """
    ensure_step(account["state"], following)
    run.uow.cancellations.change(tables.account, account["id"], {"state": following})
