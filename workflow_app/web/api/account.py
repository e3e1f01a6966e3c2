"""Who the caller is, over HTTP: posts, password, personal tokens, and what the system told them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request
from flask_wtf.csrf import generate_csrf
from marshmallow import fields

from workflow_app.commands.permissions import principals
from workflow_app.commands.requests import CreateApiToken, ReadNotices, RevokeApiToken, SetPassword
from workflow_app.queries import credentials, people, system
from workflow_app.queries.credentials import Token
from workflow_app.queries.people import Grant
from workflow_app.queries.system import InAppNotice
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, named, shape
from workflow_app.web.api.wire import Taken, Text, Texts, Whole
from workflow_app.web.desk import actor, reading, somebody

section = Section("account", "本人")

LONGEST_LIFE = 365
ME = named(
    "Me",
    {
        "id": fields.String(),
        "login": fields.String(),
        "name": fields.String(),
        "post": fields.String(),
        "organisation_id": fields.String(allow_none=True),
        "organisation": fields.String(),
        "roles": many(shape(Grant)),
        "csrf_token": fields.String(
            allow_none=True, metadata={"description": "以会话登录时，POST 须在 X-CSRFToken 请求头中带上"}
        ),
    },
)
MADE = named("TokenMade", {"token_id": fields.String(), "secret": fields.String()})
DONE = named("PasswordSet", {"user_id": fields.String()})


class Label(Taken):
    """What a token is for, and how long it lives; the password where only a token says who asks."""

    label = Text(100, required=True)
    present = Text(
        1000, load_default=None, allow_none=True, metadata={"description": "现用密码；仅凭令牌调用时必填"}
    )
    days = Whole(1, LONGEST_LIFE, load_default=30)


class NewPassword(Taken):
    """The present password and the next."""

    present = Text(1000, required=True)
    password = Text(1000, required=True)


class Seen(Taken):
    """Which notices were read; none named means all."""

    notices = Texts(Text(64), load_default=list)


@section.read("/me", ME)
def me() -> dict[str, Any]:
    """我是谁，持有哪些岗位"""
    found = somebody()
    known = people.user(reading(), found.user_id)
    return {
        "id": found.user_id,
        "login": found.login,
        "name": found.name,
        "post": found.post,
        "organisation_id": found.organisation_id,
        "organisation": found.organisation,
        "roles": known.held if known else (),
        "csrf_token": None if "Authorization" in request.headers else generate_csrf(),
    }


@section.write("/me/password", DONE, body=NewPassword)
def change_password(body: dict[str, str]) -> Any:
    """修改本人密码；其他登录和全部访问令牌随即失效"""
    return act(SetPassword(somebody().user_id, body["password"], body["present"])).values


@section.read("/me/tokens", listing(shape(Token)))
def tokens() -> dict[str, Any]:
    """本人的访问令牌（不含密钥）"""
    return {"items": credentials.tokens(reading(), somebody().user_id), "next": None}


@section.write("/me/tokens", MADE, body=Label, status=201)
def create_token(body: dict[str, Any]) -> Any:
    """新建访问令牌；密钥只在首次答复中出现"""
    expires_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=body["days"])
    return act(CreateApiToken(body["label"], expires_at, body["present"])).values


@section.write("/me/tokens/<token_id>/revoke", named("TokenRevoked", {"token_id": fields.String()}))
def revoke_token(token_id: str) -> Any:
    """停用令牌"""
    return act(RevokeApiToken(token_id)).values


@section.read("/me/notices", listing(shape(InAppNotice)))
def notices() -> dict[str, Any]:
    """站内消息，最近的在前"""
    found = system.notices(reading(), principals(actor()), somebody().user_id)
    return {"items": found, "next": None}


@section.write("/me/notices/read", named("NoticesRead", {"read": fields.Integer()}), body=Seen)
def read_notices(body: dict[str, list[str]]) -> Any:
    """把站内消息标为已读；不指明时为全部"""
    return act(ReadNotices(tuple(body["notices"]))).values
