"""单位与任职 over HTTP: organisations and their names, posts from day to day, what each role may do."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.people_requests import (
    CloseOrganisation,
    EndPost,
    RenameOrganisation,
    ReopenOrganisation,
)
from workflow_app.commands.requests import CreateOrganisation
from workflow_app.domain.role_duties import RoleCard, cards
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import organisations, people, posts
from workflow_app.queries.organisations import Name, Organisation
from workflow_app.queries.posts import Post
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, named, nested, shape
from workflow_app.web.api.wire import Choice, Day, Taken, Text
from workflow_app.web.desk import reading, require
from workflow_app.web.pages.organisations import KINDS

section = Section("organisations", "单位与任职")

READERS = ("system_admin", "auditor")
MADE = named("OrganisationMade", {"organisation_id": fields.String()})
POST_ENDED = named("PostEndSet", {"user_id": fields.String(), "post_id": fields.String()})
POST = shape(Post, name="PostHeld")
DETAIL = named(
    "OrganisationDetail",
    {
        "organisation": nested(shape(Organisation)),
        "names": many(shape(Name, name="OrganisationName")),
        "posts": many(POST),
    },
)
ROLES = named(
    "RolesShown",
    {
        "items": many(shape(RoleCard)),
        "holders": fields.Dict(keys=fields.String(), values=fields.Integer()),
    },
)


class NewOrganisation(Taken):
    """An organisation."""

    name = Text(200, required=True)
    kind = Choice(*KINDS, required=True)
    uscc = Text(18, load_default="")
    division = Text(12, load_default="")
    parent_id = Text(32, load_default=None, allow_none=True)
    qualified_until = Day(load_default=None, allow_none=True)


class NewName(Taken):
    """What an organisation is called from a legal day on; today where none is given."""

    name = Text(200, required=True)
    reason = Text(500, required=True)
    valid_from = Day(load_default=None, allow_none=True)


class Why(Taken):
    """Why."""

    reason = Text(500, required=True)


class LastDay(Taken):
    """The last legal day of a post, included; null leaves its end open."""

    valid_to = Day(required=True, allow_none=True)


@section.read("/organisations", listing(shape(Organisation)))
def find() -> dict[str, Any]:
    """单位"""
    require(*READERS)
    return {"items": organisations.organisations(reading()), "next": None}


@section.write("/organisations", MADE, body=NewOrganisation, status=201)
def create(body: dict[str, Any]) -> Any:
    """建立单位"""
    require("system_admin")
    return act(CreateOrganisation(**body)).values


@section.read("/organisations/<organisation_id>", DETAIL)
def show(organisation_id: str) -> dict[str, Any]:
    """一个单位：现名称、曾用名和任职"""
    require(*READERS)
    found = _known(organisation_id)
    return {
        "organisation": found,
        "names": organisations.names(reading(), found.id),
        "posts": posts.of_organisation(reading(), found.id),
    }


@section.write("/organisations/<organisation_id>/rename", MADE, body=NewName)
def rename(body: dict[str, Any], organisation_id: str) -> Any:
    """单位更名，原名称留存"""
    require("system_admin")
    return act(RenameOrganisation(organisation_id, **body)).values


@section.write("/organisations/<organisation_id>/close", MADE, body=Why)
def close(body: dict[str, Any], organisation_id: str) -> Any:
    """停用单位；尚有任职、在办办件或账户的不能停用"""
    require("system_admin")
    return act(CloseOrganisation(organisation_id, body["reason"])).values


@section.write("/organisations/<organisation_id>/reopen", MADE, body=Why)
def reopen(body: dict[str, Any], organisation_id: str) -> Any:
    """恢复使用单位"""
    require("system_admin")
    return act(ReopenOrganisation(organisation_id, body["reason"])).values


@section.read("/people/<user_id>/posts", listing(POST))
def posts_of(user_id: str) -> dict[str, Any]:
    """一名人员的任职，含已结束和已收回的"""
    require(*READERS)
    if people.user(reading(), user_id) is None:
        raise NotFound("user_not_found", "没有这个人员")
    return {"items": posts.of_person(reading(), user_id), "next": None}


@section.write("/people/<user_id>/posts/<post_id>/end", POST_ENDED, body=LastDay)
def end_post(body: dict[str, Any], user_id: str, post_id: str) -> Any:
    """设定任职的最后一日"""
    require("system_admin")
    return act(EndPost(user_id, post_id, body["valid_to"])).values


@section.read("/roles", ROLES)
def roles() -> dict[str, Any]:
    """岗位：职责、不得兼任和在任人数"""
    require("system_admin", "auditor")
    return {"items": cards(), "holders": posts.holders(reading())}


def _known(organisation_id: str) -> Organisation:
    found = organisations.one(reading(), organisation_id)
    if found is None:
        raise NotFound("no_such_organisation", "没有这个单位")
    return found
