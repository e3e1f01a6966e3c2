"""Opening a cancellation: its application becomes a task of the holder (355号附件二（三）, R40, R41).

A holder is an organisation, through whoever holds its owner's or buyer's post, or a natural person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workflow_app.commands import permissions, steps
from workflow_app.commands.picking import FREE
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.commands.unit_requests import OpenCancellation
from workflow_app.domain.ledger.accounts import Right, ensure_may
from workflow_app.kernel.errors import Forbidden, NotFound, Refused

PROCESS = "cancellation"


def open_case(run: Run, request: OpenCancellation) -> Result:
    """Open a cancellation of a holder's units of one project.

    :raises Forbidden: not this holder's account.
    :raises Refused: the account's state forbids it, or it has no free unit of the project.
    """
    permissions.ensure_on_cases(run.actor)
    account = run.uow.cancellations.account(request.account_id)
    project = run.uow.programme.project(request.project_id)
    if account is None or project is None or account["kind"] not in {"owner", "buyer"}:
        raise NotFound("no_such_account", "没有这个账户或者项目")
    ensure_holder(run, account)
    ensure_may(account["state"], Right.CANCEL)
    held = run.uow.ledger.balance(account["id"], project["id"])
    if not any(held.get(bucket) for bucket in FREE):
        raise Refused("insufficient_units", "账户没有该项目可以注销的减排量", article="355号附件二（三）")
    organisation = account["organisation_id"]
    if organisation is not None:
        run.actor = replace(run.actor, organisation_id=organisation)
    case = steps.start(
        run,
        PROCESS,
        {
            "project_id": project["id"],
            "applicant_org": organisation,
            "owner_org": organisation if account["kind"] == "owner" else None,
            "exchange_org": project["exchange_org"],
            "account_id": account["id"],
            "account_kind": account["kind"],
            "holder_person": account["person_id"],
        },
        title=f"{project['name']}：减排量注销"[:200],
    )
    run.drain()
    return Result({"case_id": case.id, "number": case.row.number})


def ensure_holder(run: Run, account: Mapping[str, Any]) -> None:
    """Refuse whoever does not act for the holder of an account.

    :raises Forbidden: neither its person nor a post of its organisation.
    """
    mine = account["person_id"] is not None and account["person_id"] == run.actor.user_id
    organisation = account["organisation_id"]
    if not mine and (organisation is None or (account["kind"], organisation) not in run.actor.roles):
        raise Forbidden("not_the_holder", "只有账户持有人可以办理", article="355号附件二（三）")
    if mine and not run.actor.holds("buyer"):
        raise Forbidden("not_the_holder", "只有账户持有人可以办理", article="355号附件二（三）")
