"""Administration over HTTP: people, definitions, failed acts, what leaves the system."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.requests import (
    AssignRole,
    CreateUser,
    DeclareConflict,
    DisableUser,
    EnableUser,
    RetryIncident,
    RevokeRole,
    SetPassword,
)
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import incidents, people, system
from workflow_app.queries.incidents import Incident
from workflow_app.queries.people import User
from workflow_app.queries.system import Message, Version
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, members, named, nested, shape
from workflow_app.web.api.wire import Day, Taken, Text
from workflow_app.web.desk import reading, require
from workflow_app.web.pages import definitions
from workflow_app.web.pages import incidents as pages

section = Section("administration", "管理")

GRANTED = named("RoleChanged", {"user_id": fields.String(), "role": fields.String()})
POST_GIVEN = named("PostGiven", {**members(GRANTED), "post_id": fields.String()})
USER_MADE = named("UserMade", {"user_id": fields.String()})
CONFLICT = named("ConflictDeclared", {"conflict_id": fields.String()})
RETRIED = named("Retried", {"incident_id": fields.String()})
VERSION = named(
    "VersionDetail",
    {
        "version": nested(shape(Version)),
        "files": many(named("DefinitionFile", {"path": fields.String(), "sha256": fields.String()})),
    },
)


class Find(Taken):
    """Words."""

    q = Text(100, load_default="")


class NewUser(Taken):
    """A person with a first password."""

    login = Text(100, required=True)
    name = Text(100, required=True)
    password = Text(200, required=True)
    organisation_id = Text(32, load_default=None, allow_none=True)
    post = Text(100, load_default="")


class Post(Taken):
    """A role, for an organisation where it asks for one."""

    role = Text(64, required=True)
    organisation_id = Text(32, load_default=None, allow_none=True)


class NewPost(Post):
    """A post from its first to its last legal day, both included; from today where none is given."""

    valid_from = Day(load_default=None, allow_none=True)
    valid_to = Day(load_default=None, allow_none=True)


class FirstPassword(Taken):
    """A password somebody is given."""

    password = Text(200, required=True)


class Reason(Taken):
    """Why somebody is shut out."""

    reason = Text(500, required=True)


class Tie(Taken):
    """An expert's tie to an organisation."""

    expert_id = Text(32, required=True)
    organisation_id = Text(32, required=True)
    nature = Text(200, required=True)
    since = Day(required=True)
    until = Day(load_default=None, allow_none=True)


@section.read("/people", listing(shape(User)), query=Find)
def find_people(wanted: dict[str, str]) -> dict[str, Any]:
    """人员及其岗位"""
    require("system_admin", "auditor")
    return {"items": people.users(reading(), text=wanted["q"].strip()), "next": None}


@section.write("/people", USER_MADE, body=NewUser, status=201)
def create_user(body: dict[str, Any]) -> Any:
    """建立账号"""
    require("system_admin")
    return act(
        CreateUser(body["login"], body["name"], body["organisation_id"], body["password"], body["post"])
    ).values


@section.read("/people/<user_id>", shape(User))
def show_user(user_id: str) -> Any:
    """一名人员"""
    require("system_admin", "auditor")
    return _known(user_id)


@section.write("/people/<user_id>/roles", POST_GIVEN, body=NewPost)
def assign(body: dict[str, Any], user_id: str) -> Any:
    """增配岗位"""
    require("system_admin")
    _known(user_id)
    return act(AssignRole(user_id, **body)).values


@section.write("/people/<user_id>/roles/revoke", GRANTED, body=Post)
def revoke(body: dict[str, Any], user_id: str) -> Any:
    """收回岗位"""
    require("system_admin")
    return act(RevokeRole(user_id, body["role"], body["organisation_id"])).values


@section.write("/people/<user_id>/password", USER_MADE, body=FirstPassword)
def reset_password(body: dict[str, str], user_id: str) -> Any:
    """重置密码：一次有效，本人下次登录须先改为自己的密码"""
    require("system_admin")
    return act(SetPassword(user_id, body["password"])).values


@section.write("/people/<user_id>/disable", USER_MADE, body=Reason)
def disable(body: dict[str, str], user_id: str) -> Any:
    """停用账号：登录和令牌立即失效"""
    require("system_admin")
    return act(DisableUser(user_id, body["reason"])).values


@section.write("/people/<user_id>/enable", USER_MADE)
def enable(user_id: str) -> Any:
    """恢复使用账号"""
    require("system_admin")
    return act(EnableUser(user_id)).values


@section.write("/expert-conflicts", CONFLICT, body=Tie, status=201)
def declare_conflict(body: dict[str, Any]) -> Any:
    """登记专家的利益关联"""
    require("department_clerk", "department_leader", "expert", "panel_chair")
    return act(DeclareConflict(**body)).values


@section.read("/definitions", listing(shape(Version)))
def versions() -> dict[str, Any]:
    """已部署的版本，现行的在前"""
    require(*definitions.READERS)
    return {"items": system.versions(reading()), "next": None}


@section.read("/definitions/<version>", VERSION)
def show_version(version: str) -> dict[str, Any]:
    """一个版本的文件"""
    require(*definitions.READERS)
    shown = next((one for one in system.versions(reading()) if one.version == version), None)
    if shown is None:
        raise NotFound("version_not_found", "没有这个版本")
    files = [{"path": path, "sha256": digest} for path, digest in system.files_of(reading(), version)]
    return {"version": shown, "files": files}


@section.read("/definitions/<version>/files/<path:path>", media_type="application/octet-stream")
def definition_file(version: str, path: str) -> Any:
    """一个版本中的一个文件"""
    return definitions.file(version, path)


@section.read("/incidents", listing(shape(Incident)))
def list_incidents() -> dict[str, Any]:
    """执行失败、已整体回滚的操作"""
    return {"items": incidents.incidents(reading(), require(*pages.READERS).viewer), "next": None}


@section.write("/incidents/<incident_id>/retry", RETRIED)
def retry(incident_id: str) -> Any:
    """重新执行；转让办件失败的，其交易机构复核也可以重新执行"""
    require("department_clerk", "department_leader", "system_admin", "exchange_checker")
    return act(RetryIncident(incident_id)).values


@section.read("/outbox", listing(shape(Message)))
def outbox() -> dict[str, Any]:
    """发出系统的消息"""
    require("system_admin", "auditor")
    return {"items": system.messages(reading()), "next": None}


def _known(user_id: str) -> User:
    found = people.user(reading(), user_id)
    if found is None:
        raise NotFound("user_not_found", "没有这个人员")
    return found
