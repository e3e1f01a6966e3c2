"""离任 over HTTP: what hangs on somebody, by kind, and moving it in one act.

Items name cases by number and elements by name; what is in them is not told.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.leaving.items import Leaver, OpenItem, kind_of
from workflow_app.commands.people_requests import ArrangeLeave, CancelLeave
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import many, named, shape
from workflow_app.web.api.wire import Day, Facts, Taken, Text
from workflow_app.web.desk import desk, require

section = Section("leaving", "离任交接")

POST = named(
    "LeaversPost",
    {
        "kind": fields.String(),
        "post_id": fields.String(),
        "role": fields.String(),
        "organisation_id": fields.String(allow_none=True),
        "valid_from": fields.Date(),
        "valid_to": fields.Date(allow_none=True),
        "last": fields.Boolean(),
    },
)
OPEN = named(
    "LeaverOpen",
    {
        "user_id": fields.String(),
        "seen": fields.String(),
        "posts": many(POST),
        "items": many(shape(OpenItem)),
    },
)
ARRANGED = named(
    "LeaveArranged",
    {
        "user_id": fields.String(),
        "last_day": fields.String(metadata={"format": "date"}),
        "posts_ended": fields.Integer(),
        "moved": fields.List(fields.Dict()),
        "refused": fields.List(fields.Dict()),
        "left": fields.Integer(),
    },
)
CANCELLED = named("LeaveCancelled", {"user_id": fields.String()})


class On(Taken):
    """The last day the list is asked for; today where none is given."""

    last_day = Day(load_default=None, allow_none=True)


class Leave(Taken):
    """The last legal day, and for each kind of open items the user who takes them over."""

    last_day = Day(required=True)
    reason = Text(500, required=True)
    successors = Facts(load_default=dict, metadata={"description": "未办事项的类别 → 接办人的用户编号"})
    seen = Text(64, load_default="")


class ReturnReason(Taken):
    """Why."""

    reason = Text(500, required=True)


@section.read("/people/<user_id>/open-items", OPEN, query=On)
def open_items(wanted: dict[str, Any], user_id: str) -> dict[str, Any]:
    """一名人员的未办事项，按类别；不含办件内容"""
    require("system_admin", "auditor")
    return _told(desk().leaver(user_id, wanted["last_day"]))


@section.write("/people/<user_id>/leave", ARRANGED, body=Leave)
def arrange(body: dict[str, Any], user_id: str) -> Any:
    """办理离任：终止任职，移交未办事项；不能移交的逐项说明"""
    require("system_admin")
    successors = {str(kind): str(to) for kind, to in body["successors"].items() if to}
    return act(ArrangeLeave(user_id, body["last_day"], body["reason"], successors, body["seen"])).values


@section.write("/people/<user_id>/leave/cancel", CANCELLED, body=ReturnReason)
def cancel(body: dict[str, Any], user_id: str) -> Any:
    """取消离任或者返岗；岗位须另行配置"""
    require("system_admin")
    return act(CancelLeave(user_id, body["reason"])).values


def _told(found: Leaver) -> dict[str, Any]:
    posts = [
        {
            "kind": kind_of(each.post),
            "post_id": each.post.id,
            "role": each.post.role,
            "organisation_id": each.post.organisation_id,
            "valid_from": each.post.valid_from,
            "valid_to": each.post.valid_to,
            "last": each.last,
        }
        for each in found.posts
    ]
    return {"user_id": found.user_id, "seen": found.seen, "posts": posts, "items": found.items}
