"""People: organisations, users, roles, passwords, tokens, declared ties, sign-in with lock-out.

docs/domain.md §6. Sign-ins and lock-outs use the host's time; roles and ties are acts by the legal
clock and leave events on the stream ``people:<id>``.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, Final

from workflow_app.commands import permissions
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import (
    Actor,
    AssignRole,
    CreateApiToken,
    CreateOrganisation,
    CreateUser,
    DeclareConflict,
    Result,
    RevokeApiToken,
    RevokeRole,
    SetPassword,
)
from workflow_app.commands.run import Run
from workflow_app.commands.tools import Tools
from workflow_app.domain.parties import OrganisationKind, check_uscc
from workflow_app.kernel.errors import Forbidden, InvalidForm, Refused, Unauthenticated
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.people import LOCAL
from workflow_app.store.unit_of_work import Store, UnitOfWork

TOKEN_PREFIX: Final = "jcer_"  # noqa: S105  # what every secret begins with is none
OPERATOR: Final = "system_admin"


def actor(uow: UnitOfWork, user_id: str, channel: str) -> Actor:
    """Return an active user as an actor.

    :raises Unauthenticated: the user may no longer sign in.
    """
    user = uow.people.user(user_id)
    if user.status != "active":
        raise Unauthenticated("user_inactive", "该用户已停用")
    return Actor(user.id, uow.people.roles(user.id), user.organisation_id, user.name, channel)


def sign_in(store: Store, tools: Tools, login: str, password: str, channel: str) -> Actor:
    """Return the actor of a sign-in name and password; failures count, in host time.

    :raises Unauthenticated: wrong name or password, or a user who may not sign in.
    :raises TooMany: locked after repeated failures.
    """
    with store.unit_of_work() as uow:
        try:
            user_id = tools.identity.sign_in(uow.credentials, login, password, tools.host_now())
        except Unauthenticated:
            uow.commit()  # the failure is counted
            raise
        found = actor(uow, user_id, channel)
        uow.commit()
        return found


def by_token(store: Store, tools: Tools, secret: str) -> Actor:
    """Return the actor of a personal API token.

    :raises Unauthenticated: unknown, expired or revoked.
    """
    now = tools.host_now()
    with store.reading() as uow:
        token = uow.credentials.token_by_hash(_digest(secret))
        valid = token is not None and token.revoked_at is None
        if token is None or not valid or (token.expires_at is not None and token.expires_at <= now):
            raise Unauthenticated("invalid_token", "访问令牌无效或已过期")
        return actor(uow, token.user_id, "api")


def create_organisation(run: Run, request: CreateOrganisation) -> Result:
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
    _record(run, "organisation_created", f"organisation:{organisation_id}")
    return Result({"organisation_id": organisation_id})


def create_user(run: Run, request: CreateUser) -> Result:
    """Enter a person with a sign-in name and a first password."""
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
            "created_at": run.at,
        }
    )
    _record(run, "user_created", f"people:{user_id}")
    return Result({"user_id": user_id})


def assign_role(run: Run, request: AssignRole) -> Result:
    """Give a role; the operator may not give one to themselves.

    :raises Refused: it does not go with the roles the person has, or needs an organisation.
    """
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    if request.user_id == run.actor.user_id:
        raise Refused("own_role", "不得为自己授予岗位", article="服务规则：管理、审计与业务分离")
    held = frozenset(role for role, _ in run.uow.people.roles(request.user_id))
    permissions.ensure_roles_compatible(held, request.role)
    if permissions.is_scoped(request.role) and request.organisation_id is None:
        raise InvalidForm({"organisation_id": ["此岗位须指明所属单位"]})
    run.uow.people.grant(request.user_id, request.role, request.organisation_id, run.at, run.actor.user_id)
    _record(run, "role_assigned", f"people:{request.user_id}", {"role": request.role})
    return Result({"user_id": request.user_id, "role": request.role})


def revoke_role(run: Run, request: RevokeRole) -> Result:
    """Take a role away."""
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    run.uow.people.revoke(request.user_id, request.role, request.organisation_id)
    _record(run, "role_revoked", f"people:{request.user_id}", {"role": request.role})
    return Result({"user_id": request.user_id, "role": request.role})


def set_password(run: Run, request: SetPassword) -> Result:
    """Set one's own password with the present one, or anybody's as the operator."""
    if request.user_id == run.actor.user_id:
        login = run.uow.people.user(request.user_id).subject
        try:
            run.tools.identity.sign_in(
                run.uow.credentials, login, request.present or "", run.tools.host_now()
            )
        except Unauthenticated:
            raise InvalidForm({"present": ["现用密码不正确"]}) from None
    else:
        permissions.ensure_holds(run.actor, OPERATOR, "system")
    hashed = run.tools.identity.hash(request.password)
    run.uow.people.change_user(request.user_id, {"password_hash": hashed})
    _record(run, "password_set", f"people:{request.user_id}")
    return Result({"user_id": request.user_id})


def create_api_token(run: Run, request: CreateApiToken) -> Result:
    """Make a personal API token; the secret is in the result and nowhere else."""
    if run.actor.user_id is None:
        raise Forbidden("sign_in_required", "请先登录")
    if not request.label.strip():
        raise InvalidForm({"label": ["请填写用途"]})
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token_id = new_id()
    run.uow.credentials.add_token(
        {
            "id": token_id,
            "user_id": run.actor.user_id,
            "label": request.label.strip()[:100],
            "hash": _digest(secret),
            "created_at": run.tools.host_now(),
            "expires_at": request.expires_at,
        }
    )
    _record(run, "token_created", f"people:{run.actor.user_id}", {"token": token_id})
    return Result({"token_id": token_id, "secret": secret})


def revoke_api_token(run: Run, request: RevokeApiToken) -> Result:
    """Make one's own token useless, or anybody's as the operator."""
    owned = run.actor.user_id is not None and any(
        token.id == request.token_id for token in run.uow.credentials.tokens(run.actor.user_id)
    )
    if not owned:
        permissions.ensure_holds(run.actor, OPERATOR)
    run.uow.credentials.revoke_token(request.token_id, run.tools.host_now())
    _record(run, "token_revoked", f"people:{run.actor.user_id}", {"token": request.token_id})
    return Result({"token_id": request.token_id})


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


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(run: Run, kind: str, stream: str, facts: dict[str, Any] | None = None) -> None:
    run.uow.history.record(kind, stream, who(run.actor), run.at, facts=facts)
