"""People: users, their posts, declared ties.

docs/domain.md §6. Acts by the legal clock that leave events on the stream ``people:<id>``. How
somebody proves who they are is in ``credentials``.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from workflow_app.commands import permissions, posts
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import (
    Actor,
    AssignRole,
    CreateUser,
    DeclareConflict,
    Result,
    RevokeRole,
)
from workflow_app.commands.run import Run
from workflow_app.kernel.errors import InvalidForm, Refused, Unauthenticated
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.people import LOCAL
from workflow_app.store.unit_of_work import UnitOfWork

OPERATOR: Final = "system_admin"


def actor(uow: UnitOfWork, user_id: str, channel: str, day: date) -> Actor:
    """Return an active user as an actor, with the posts they hold on a legal day.

    :raises Unauthenticated: the user may no longer sign in.
    """
    user = uow.people.user(user_id)
    if not user.serves(day):
        raise Unauthenticated("user_inactive", "该用户已停用")
    return Actor(user.id, uow.people.roles(user.id, day), user.organisation_id, user.name, channel)


def create_user(run: Run, request: CreateUser) -> Result:
    """Enter a person with a sign-in name and a first password, which they replace at their first sign-in.

    A password from outside the service (the command line) or of a demonstration stays as it is.
    """
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    login = request.login.strip()
    if not login or not request.name.strip():
        raise InvalidForm({"login": ["请填写登录名和姓名"]})
    if run.uow.people.user_by_subject(login) is not None:
        raise InvalidForm({"login": ["此登录名已被使用"]})
    user_id = new_id()
    run.uow.people.add_user(
        {
            "id": user_id,
            "issuer": LOCAL,
            "subject": login,
            "name": request.name.strip(),
            "post": request.post,
            "organisation_id": request.organisation_id,
            "password_hash": run.tools.identity.hash(request.password),
            "must_change": run.actor.user_id is not None and not request.lasting,
            "created_at": run.at,
        }
    )
    _record(run, "user_created", f"people:{user_id}")
    return Result({"user_id": user_id})


def assign_role(run: Run, request: AssignRole) -> Result:
    """Give a post; the operator may not give one to themselves.

    :raises Refused: it overlaps one they hold, or does not go with those they hold in these days.
    :raises InvalidForm: it needs an organisation, or its days do not hold.
    """
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    if request.user_id == run.actor.user_id:
        raise Refused("own_role", "不得为自己授予岗位", article="服务规则：管理、审计与业务分离")
    post_id = posts.give(run, request)
    return Result({"user_id": request.user_id, "role": request.role, "post_id": post_id})


def revoke_role(run: Run, request: RevokeRole) -> Result:
    """Take a role away."""
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    run.uow.people.revoke(request.user_id, request.role, request.organisation_id, run.at, run.actor.user_id)
    _record(run, "role_revoked", f"people:{request.user_id}", {"role": request.role})
    return Result({"user_id": request.user_id, "role": request.role})


def declare_conflict(run: Run, request: DeclareConflict) -> Result:
    """Record that an expert is tied to an organisation: by the expert, or by the department."""
    if run.actor.user_id != request.expert_id:
        permissions.ensure_holds(run.actor, "department_clerk", "department_leader", "system")
    if request.until is not None and request.until < request.since:
        raise InvalidForm({"until": ["截止日期不得早于开始日期"]})
    conflict_id = new_id()
    run.uow.duties.declare_conflict(
        {
            "id": conflict_id,
            "expert_id": request.expert_id,
            "organisation_id": request.organisation_id,
            "nature": request.nature.strip() or "利害关系",
            "since": request.since,
            "until": request.until,
            "declared_at": run.at,
            "declared_by": run.actor.user_id,
        }
    )
    _record(run, "conflict_declared", f"people:{request.expert_id}")
    return Result({"conflict_id": conflict_id})


def _record(run: Run, kind: str, stream: str, facts: dict[str, Any] | None = None) -> None:
    run.uow.history.record(kind, stream, who(run.actor), run.at, facts=facts)
