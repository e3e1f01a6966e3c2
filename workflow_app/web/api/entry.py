"""The door of the API: who calls, how often, with which key; the same for every address behind it.

A caller is whoever a personal token names (``Authorization: Bearer``), or whoever is signed in on this
browser and sends the token against forged requests with every change. The roles are those held at this
moment. Every POST carries an Idempotency-Key. It must never know what is asked for.
"""

from __future__ import annotations

from typing import Final

from flask import Response, current_app, g, request
from flask_wtf.csrf import CSRFError
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from workflow_app.commands.requests import PUBLIC, Request, Result
from workflow_app.kernel.errors import Forbidden, TooMany, Unauthenticated
from workflow_app.queries import people
from workflow_app.web.desk import actor, desk, end_reading, person, reading, visitors_key
from workflow_app.web.problem_document import Malformed, NotJson
from workflow_app.web.security import csrf

KEY_HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
LONGEST_KEY: Final = 200
SESSION, TOKEN = "web", "api"
"""Channels: whoever is signed in on this browser, and whoever a personal token names."""
OPEN: Final[set[str]] = set()
"""Endpoints that answer without anybody being signed in."""
FILES: Final[set[str]] = set()
"""Endpoints that take a file instead of JSON."""

BEFORE_OWN_PASSWORD: Final = frozenset({"api_account.me", "api_account.change_password"})
"""What is open to somebody who still has the password an administrator gave them."""

PER_PERSON: Final = "API_PER_PERSON"
PER_ADDRESS: Final = "API_PER_ADDRESS"
REFUSALS: Final = tuple(parse_many("30 per minute"))
"""Tokens that were none, by address."""
_PACE: Final = "api_pace"


def admit() -> None:
    """Let a request in, or say why not.

    :raises JcerError: it is nobody's, too fast, carries no key or no JSON.
    """
    if "%00" in f"{request.full_path}{request.environ.get('RAW_URI', '')}" or "\0" in request.path:
        raise Malformed("bad_request", "地址中含有不能使用的字符")
    _identify()
    found = person()
    if found is None:
        _ensure_pace(f"address:{request.remote_addr}", PER_ADDRESS)
        if request.endpoint not in OPEN:
            raise Unauthenticated(
                "sign_in_required", "请先登录，或在 Authorization 请求头中提供个人访问令牌（Bearer）"
            )
    else:
        _ensure_pace(f"person:{found.user_id}", PER_PERSON)
        if found.must_change and request.endpoint not in BEFORE_OWN_PASSWORD:
            raise Forbidden(
                "password_must_change", "密码由系统管理员设置，请先用 POST /api/v1/me/password 改为本人的密码"
            )
    if request.method in {"POST", "PUT", "PATCH", "DELETE"}:
        _ensure_json()
        g.idempotency_key = _key()


def act(command: Request, *, public: bool = False) -> Result:
    """Execute ``command`` as whoever calls, once for the key of the request."""
    end_reading()
    for kept in ("now", "calendar", "labels"):
        g.pop(kept, None)
    if public:
        result = desk().execute(command, PUBLIC, visitors_key(command, g.idempotency_key))
    else:
        result = desk().execute(command, actor(g.channel), g.idempotency_key)
    g.replayed = result.replayed
    return result


def mark(answer: Response) -> Response:
    """Say on an answer that it was given before."""
    if g.get("replayed"):
        answer.headers[REPLAYED] = "true"
    return answer


def _identify() -> None:
    g.channel = SESSION
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not secret.strip():
            raise Unauthenticated("invalid_token", "Authorization 请求头应为“Bearer 访问令牌”")
        _by_token(secret.strip())
    elif person() is not None and request.method not in {"GET", "HEAD", "OPTIONS"}:
        try:
            csrf.protect()
        except CSRFError:
            raise Forbidden(
                "csrf_failed", "请在 X-CSRFToken 请求头中提供 /api/v1/me 返回的 csrf_token"
            ) from None


def _by_token(secret: str) -> None:
    where = f"refused:{request.remote_addr}"
    pace = _pace()
    if not all(pace.test(item, where) for item in REFUSALS):
        raise _too_many(60)
    g.person, g.channel = None, TOKEN
    try:
        caller = desk().app.actor_of_token(secret[:500])
    except Unauthenticated:
        for item in REFUSALS:
            pace.hit(item, where)
        raise
    g.person = people.signed_in(reading(), str(caller.user_id))
    if g.person is None:
        raise Unauthenticated("user_inactive", "该用户已停用")


def _ensure_json() -> None:
    if request.endpoint in FILES:
        if request.mimetype != "multipart/form-data":
            raise NotJson("multipart_only", "上传附件请使用 multipart/form-data")
    elif request.mimetype not in {"application/json", ""} or (
        request.mimetype == "" and request.content_length
    ):
        raise NotJson("json_only", "本接口只接受 application/json")


def _key() -> str:
    key = request.headers.get(KEY_HEADER, "").strip()
    if not key:
        raise Malformed(
            "idempotency_key_required",
            f"请在请求头 {KEY_HEADER} 中提供幂等键：同一操作重试时用同一个键，新操作换新键（如 UUID）",
        )
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Malformed("idempotency_key_invalid", f"幂等键应为不超过{LONGEST_KEY}个可见的 ASCII 字符")
    return key


def _ensure_pace(who: str, setting: str) -> None:
    allowed: tuple[RateLimitItem, ...] = current_app.config[setting]
    pace = _pace()
    for item in allowed:
        if not pace.hit(item, who):
            raise _too_many(item.get_expiry())


def _too_many(seconds: int) -> TooMany:
    return TooMany("too_many_requests", "调用过于频繁，请稍候再试", details={"retry_after": seconds})


def _pace() -> FixedWindowRateLimiter:
    pace = current_app.extensions.get(_PACE)
    if not isinstance(pace, FixedWindowRateLimiter):
        pace = current_app.extensions[_PACE] = FixedWindowRateLimiter(MemoryStorage())
    return pace
