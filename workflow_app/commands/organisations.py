"""单位: organisations entered, renamed, closed and opened again; docs/domain.md §6.

What an organisation was called stays on record by the day; what is issued names it as it was called then.
None is deleted: a closed one takes no more posts. It must never know who works on what.
"""

from __future__ import annotations

from typing import Any, Final

from workflow_app.commands import permissions
from workflow_app.commands.people_requests import CloseOrganisation, RenameOrganisation, ReopenOrganisation
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import CreateOrganisation, Result
from workflow_app.commands.run import Run
from workflow_app.domain.parties import OrganisationKind, check_uscc
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import InvalidForm, Refused
from workflow_app.kernel.identifiers import new_id

OPERATOR: Final = "system_admin"
LONGEST_NAME: Final = 100
LONGEST: Final = 500
WORDS: Final = {"posts": "任职", "people": "在岗人员", "cases": "在办办件", "accounts": "未关闭的账户"}
"""What an organisation may still have, as a refusal names it."""


def create(run: Run, request: CreateOrganisation) -> Result:
    """Enter an organisation.

    :raises InvalidForm: no name, a code whose check digit fails, an unknown kind.
    """
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    errors: dict[str, list[str]] = {}
    if not request.name.strip():
        errors["name"] = ["请填写单位名称"]
    if request.kind not in {kind.value for kind in OrganisationKind}:
        errors["kind"] = ["没有这种单位类别"]
    if request.uscc:
        errors |= {"uscc": [f.message for f in check_uscc(request.uscc) if f.blocking]}
    errors = {field: messages for field, messages in errors.items() if messages}
    if errors:
        raise InvalidForm(errors)
    organisation_id = new_id()
    run.uow.people.add_organisation(
        {
            "id": organisation_id,
            "name": request.name.strip(),
            "uscc": request.uscc or None,
            "kind": request.kind,
            "parent_id": request.parent_id,
            "division": request.division,
            "qualified_until": request.qualified_until,
            "created_at": run.at,
        }
    )
    _record(run, "organisation_created", organisation_id)
    return Result({"organisation_id": organisation_id})


def rename(run: Run, request: RenameOrganisation) -> Result:
    """Give an organisation another name from a day on; the former stays on record.

    :raises InvalidForm: no name, no reason, a day to come or before the present name.
    :raises Refused: it is called so already, or closed.
    """
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    found = run.uow.people.organisation(request.organisation_id, lock=True)
    name, reason = request.name.strip(), request.reason.strip()[:LONGEST]
    today = legal_date(run.at)
    day = request.valid_from or today
    since = run.uow.people.named_since(found.id)
    errors: dict[str, list[str]] = {}
    if not name or len(name) > LONGEST_NAME:
        errors["name"] = [f"请填写新名称，不超过{LONGEST_NAME}字"]
    if not reason:
        errors["reason"] = ["请填写更名依据，如登记机关的变更通知"]
    if day > today:
        errors["valid_from"] = ["更名日期不得晚于今天"]
    elif since is not None and day <= since:
        errors["valid_from"] = [f"现名称自{since}起使用，更名日期须在其后"]
    if errors:
        raise InvalidForm(errors)
    if found.status != "active":
        raise Refused("organisation_closed", "该单位已停用，不能更名")
    if name == found.name:
        raise Refused("same_name", "新名称与现名称相同")
    run.uow.people.change_organisation(found.id, {"name": name})
    run.uow.people.name_organisation(found.id, name, day, run.at, run.actor.user_id, reason)
    _record(run, "organisation_renamed", found.id, {"before": found.name, "from": str(day)})
    return Result({"organisation_id": found.id})


def close(run: Run, request: CloseOrganisation) -> Result:
    """Close an organisation that has neither people, posts, running cases nor accounts.

    :raises Refused: with what still stands in the way, in the details.
    """
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    found = run.uow.people.organisation(request.organisation_id, lock=True)
    reason = _reason(request.reason)
    if found.status != "active":
        raise Refused("organisation_closed", "该单位已经停用")
    today = legal_date(run.at)
    bound = {name: count for name, count in run.uow.people.bound_to(found.id, today).items() if count}
    if bound:
        said = "、".join(f"{WORDS[name]}{count}" for name, count in bound.items())
        raise Refused("organisation_in_use", f"该单位尚有{said}，不能停用", details=bound)
    run.uow.people.change_organisation(found.id, {"status": "closed", "closed_on": today})
    _record(run, "organisation_closed", found.id, {"reason": reason})
    return Result({"organisation_id": found.id})


def reopen(run: Run, request: ReopenOrganisation) -> Result:
    """Take a closed organisation into use again; posts have to be given anew.

    :raises Refused: it is not closed.
    """
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    found = run.uow.people.organisation(request.organisation_id, lock=True)
    reason = _reason(request.reason)
    if found.status != "closed":
        raise Refused("not_closed", "该单位没有停用")
    run.uow.people.change_organisation(found.id, {"status": "active", "closed_on": None})
    _record(run, "organisation_reopened", found.id, {"reason": reason})
    return Result({"organisation_id": found.id})


def _reason(text: str) -> str:
    reason = text.strip()[:LONGEST]
    if not reason:
        raise InvalidForm({"reason": ["请填写原因"]})
    return reason


def _record(run: Run, kind: str, organisation_id: str, facts: dict[str, Any] | None = None) -> None:
    run.uow.history.record(kind, f"organisation:{organisation_id}", who(run.actor), run.at, facts=facts)
