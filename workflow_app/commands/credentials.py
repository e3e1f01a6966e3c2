"""Proving who one is: sign-in with lock-out, passwords, personal API tokens.

docs/domain.md §6. Failures are counted on the host's time and kept in their own transaction, whatever
becomes of the act that asked. A password an administrator sets is good for one sign-in: its person
replaces it before anything else, and is told who set it. A new password ends every other session and
every token. It must never keep a password or a token's secret, nor say which half of a sign-in was wrong.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from workflow_app.commands import permissions
from workflow_app.commands.host import Host
from workflow_app.commands.people import OPERATOR, actor
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import (
    Actor,
    CreateApiToken,
    DisableUser,
    EnableUser,
    Result,
    RevokeApiToken,
    SetPassword,
)
from workflow_app.commands.run import Run
from workflow_app.commands.tools import Tools
from workflow_app.kernel.clock import legal_date, shanghai
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, Refused, Unauthenticated
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.unit_of_work import Store

TOKEN_PREFIX: Final = "jcer_"  # noqa: S105  # what every secret begins with is none
BY_TOKEN: Final = "api"  # noqa: S105  # a channel
"""Channel of whoever a personal token names."""
USE_NOTED_EVERY: Final = timedelta(minutes=1)
"""How fine the last use of a token is kept; each noting is a write."""


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
        found = actor(uow, user_id, channel, legal_date(tools.clock.now()))
        uow.commit()
        return found


def by_token(store: Store, tools: Tools, secret: str) -> Actor:
    """Return the actor of a personal API token, and note that it was used.

    :raises Unauthenticated: unknown, expired or revoked.
    """
    now = tools.host_now()
    with store.reading() as uow:
        token = uow.credentials.token_by_hash(_digest(secret))
        valid = token is not None and token.revoked_at is None
        if token is None or not valid or (token.expires_at is not None and token.expires_at <= now):
            raise Unauthenticated("invalid_token", "访问令牌无效或已过期")
        found = actor(uow, token.user_id, BY_TOKEN, legal_date(tools.clock.now()))
    if token.last_used_at is None or now - token.last_used_at >= USE_NOTED_EVERY:
        _note_use(store, token.id, now)
    return found


def _note_use(store: Store, token_id: str, now: datetime) -> None:
    """Keep when a token was used: apart from the act it is used for, which may yet be refused."""
    try:
        with store.unit_of_work() as uow:
            uow.credentials.token_used(token_id, now)
            uow.commit()
    except Conflict:  # the database is busy: the next use is noted instead
        return


def set_password(host: Host, request: SetPassword, by: Actor) -> Result:
    """Set one's own password with the present one, or anybody's first password as the operator.

    :raises InvalidForm: the present password is wrong, or the new one is none.
    :raises TooMany: locked after repeated failures.
    :raises Forbidden: another person's, and no system administrator.
    """
    own = request.user_id == by.user_id
    if own:
        _prove(host, request.user_id, request.present or "")
        if request.password == request.present:
            raise InvalidForm({"password": ["新密码不得与现用密码相同"]})
    else:
        permissions.ensure_holds(by, OPERATOR, "system")
    hashed = host.tools.identity.hash(request.password)
    with host.store.unit_of_work() as uow:
        run = host.run(uow, by)
        handed_out = not own and by.user_id is not None
        uow.people.change_user(request.user_id, {"password_hash": hashed, "must_change": handed_out})
        ended = uow.credentials.revoke_tokens(request.user_id, host.tools.host_now())
        _record(run, "password_set", request.user_id, {"own": own, "tokens_ended": ended})
        if handed_out:
            _tell_of_reset(run, request.user_id)
        uow.commit()
    return Result({"user_id": request.user_id})


def _tell_of_reset(run: Run, user_id: str) -> None:
    """Tell a person that somebody else set their password: they should know of it, asked for or not."""
    subject = "您的密码已由系统管理员重设"
    text = (
        f"系统管理员{run.actor.name}于{shanghai(run.at):%Y-%m-%d %H:%M}重设了您的登录密码，"
        "原有登录和接口令牌已全部失效，下次登录须先设置新密码。如非您本人要求，请立即联系本单位负责人。"
    )
    run.uow.outbox.notify([f"user:{user_id}"], subject, text, None, run.at)
    told = {"subject": subject, "text": text}
    run.uow.outbox.put(f"password_set:{new_id()}", "mail", f"user:{user_id}", told, run.at)


def disable_user(run: Run, request: DisableUser) -> Result:
    """Shut a person out: no sign-in, no session, no token; what they did stays under their name.

    :raises Refused: oneself, or no reason, or not in use.
    """
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    if request.user_id == run.actor.user_id:
        raise Refused("own_account", "不得停用自己的账号", article="服务规则：管理、审计与业务分离")
    reason = request.reason.strip()[:500]
    if not reason:
        raise InvalidForm({"reason": ["请填写停用原因"]})
    if run.uow.people.user(request.user_id).status != "active":
        raise Refused("not_active", "该账号不在使用中")
    run.uow.people.change_user(request.user_id, {"status": "disabled"})
    ended = run.uow.credentials.revoke_tokens(request.user_id, run.tools.host_now())
    _record(run, "user_disabled", request.user_id, {"reason": reason, "tokens_ended": ended})
    return Result({"user_id": request.user_id})


def enable_user(run: Run, request: EnableUser) -> Result:
    """Let a disabled person sign in again, with the password and the posts they had.

    :raises Refused: not disabled.
    """
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    if run.uow.people.user(request.user_id).status != "disabled":
        raise Refused("not_disabled", "该账号没有停用")
    run.uow.people.change_user(request.user_id, {"status": "active"})
    _record(run, "user_enabled", request.user_id)
    return Result({"user_id": request.user_id})


def create_api_token(host: Host, request: CreateApiToken, by: Actor) -> Result:
    """Make a personal API token; the secret is in the result and nowhere else.

    :raises Forbidden: nobody is signed in, or a token asks for another without the password.
    """
    if by.user_id is None:
        raise Forbidden("sign_in_required", "请先登录")
    if not request.label.strip():
        raise InvalidForm({"label": ["请填写用途"]})
    if by.channel == BY_TOKEN and not request.present:
        raise Forbidden(
            "present_password_required", "不能只凭令牌再建令牌：请登录后建立，或者同时提供现用密码（present）"
        )
    if request.present:
        _prove(host, by.user_id, request.present)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token_id = new_id()
    with host.store.unit_of_work() as uow:
        row = {
            "id": token_id,
            "user_id": by.user_id,
            "label": request.label.strip()[:100],
            "hash": _digest(secret),
            "created_at": host.tools.host_now(),
            "expires_at": request.expires_at,
        }
        uow.credentials.add_token(row)
        _record(host.run(uow, by), "token_created", by.user_id, {"token": token_id})
        uow.commit()
    return Result({"token_id": token_id, "secret": secret})


def revoke_api_token(run: Run, request: RevokeApiToken) -> Result:
    """Make one's own token useless, or anybody's as the operator."""
    owned = run.actor.user_id is not None and any(
        token.id == request.token_id for token in run.uow.credentials.tokens(run.actor.user_id)
    )
    if not owned:
        permissions.ensure_holds(run.actor, OPERATOR)
    run.uow.credentials.revoke_token(request.token_id, run.tools.host_now())
    _record(run, "token_revoked", str(run.actor.user_id), {"token": request.token_id})
    return Result({"token_id": request.token_id})


def _prove(host: Host, user_id: str, present: str) -> None:
    """Ask for the present password, in a transaction of its own: a wrong one counts as at sign-in."""
    with host.store.unit_of_work() as uow:
        login = uow.people.user(user_id).subject
        try:
            host.tools.identity.sign_in(uow.credentials, login, present, host.tools.host_now())
        except Unauthenticated:
            uow.commit()  # the failure is counted
            raise InvalidForm({"present": ["现用密码不正确"]}) from None
        uow.commit()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(run: Run, kind: str, user_id: str, facts: dict[str, Any] | None = None) -> None:
    run.uow.history.record(kind, f"people:{user_id}", who(run.actor), run.at, facts=facts)
