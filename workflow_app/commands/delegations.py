"""委托出具凭证 (R42): given and taken back by the department's leader, for purposes and a time."""

from __future__ import annotations

from functools import partial

from handlers.contract import at_fields
from workflow_app.commands import permissions
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.commands.unit_requests import GrantDelegation, RevokeDelegation
from workflow_app.domain.cancellation import Purpose
from workflow_app.domain.delegation import ARTICLE, check_grant, covering
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import InvalidForm, NotFound, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables

LONGEST = 1000
LONGEST_NUMBER = 100
REVOKED = "delegation_revoked"
"""The message to a case whose certificate waits for a delegate that may no longer issue it."""


def grant(run: Run, request: GrantDelegation) -> Result:
    """Delegate the issuing of certificates to a body.

    :raises InvalidForm: no purpose, dates that do not hold, no number.
    :raises Conflict: the number is taken.
    """
    _ensure_leader(run)
    number = request.number.strip()[:LONGEST_NUMBER]
    if not number:
        raise InvalidForm({"number": ["请填写委托文号"]})
    at_fields(check_grant(request.scope, request.valid_from, request.valid_until, legal_date(run.at)))
    organisation = run.uow.people.organisation(request.organisation_id)
    delegation_id = new_id()
    run.uow.programme.add(
        tables.delegation,
        {
            "id": delegation_id,
            "number": number,
            "organisation_id": organisation.id,
            "scope": sorted(set(request.scope)),
            "valid_from": request.valid_from,
            "valid_until": request.valid_until,
            "granted_by": run.actor.user_id,
            "granted_at": run.at,
        },
    )
    _record(run, delegation_id, "delegation_granted")
    return Result({"delegation_id": delegation_id, "number": number})


def revoke(run: Run, request: RevokeDelegation) -> Result:
    """Take a delegation back; certificates that wait for its holder go to the department.

    :raises Refused: it was revoked before.
    """
    _ensure_leader(run)
    reason = request.reason.strip()[:LONGEST]
    if not reason:
        raise InvalidForm({"reason": ["请填写撤销原因"]})
    row = run.uow.cancellations.delegation(request.delegation_id, lock=True)
    if row is None:
        raise NotFound("no_such_delegation", "没有这项委托")
    if row["revoked_at"] is not None:
        raise Refused("delegation_revoked", "委托已经撤销", article=ARTICLE)
    values = {"revoked_at": run.at, "revoked_by": run.actor.user_id, "revoke_reason": reason}
    run.uow.cancellations.change(tables.delegation, row["id"], values)
    _record(run, row["id"], "delegation_revoked")
    left = run.uow.cancellations.delegations(row["organisation_id"])
    for case_id, purpose in run.uow.cancellations.waiting_for_delegate(row["organisation_id"]):
        if covering(left, Purpose(purpose), legal_date(run.at)) is None:
            run.later(partial(run.post, run, case_id, REVOKED, {"certificate_route": "department"}))
    run.drain()
    return Result({"delegation_id": row["id"]})


def _ensure_leader(run: Run) -> None:
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, "department_leader")


def _record(run: Run, delegation_id: str, kind: str) -> None:
    role = who(run.actor, "department_leader")
    run.uow.history.record(kind, f"delegation:{delegation_id}", role, run.at, legal_basis=ARTICLE)
