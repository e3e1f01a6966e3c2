"""The methodology register over HTTP: entering a methodology, its next version, the day it ends (R12)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.requests import EndMethodology, EnterMethodology, ReviseMethodology
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import named
from workflow_app.web.api.wire import Choice, Day, Flag, Taken, Text, Texts
from workflow_app.web.desk import require

section = Section("methodologies", "方法学")

ENTERED = named("MethodologyEntered", {"code": fields.String()})


class Methodology(Taken):
    """A published methodology."""

    code = Text(100, required=True)
    name = Text(200, required=True)
    kind = Choice("jcer", "ccer", "international", required=True)
    field = Text(2, required=True)
    published_on = Day(required=True)
    document = Text(200, load_default="")
    gases = Texts(Text(20), load_default=lambda: ["CO2"])
    crediting_required = Flag(load_default=True)
    demo = Flag(load_default=False)
    gwp_set = Text(20, load_default="")


class MethodologyVersion(Taken):
    """The next version of a methodology."""

    effective_from = Day(required=True)
    document = Text(200, required=True)
    gases = Texts(Text(20), load_default=lambda: ["CO2"])
    gwp_set = Text(20, load_default="")
    crediting_required = Flag(load_default=True)


class MethodologyEnd(Taken):
    """The first day a methodology may no longer be chosen."""

    ends_on = Day(required=True)
    reason = Text(500, required=True)


@section.write("/methodologies", ENTERED, body=Methodology, status=201)
def enter_methodology(body: dict[str, Any]) -> Any:
    """登记已公布的方法学"""
    require("department_clerk", "department_leader")
    return act(EnterMethodology(**{**body, "gases": tuple(body["gases"])})).values


@section.write("/methodologies/<path:code>/versions", ENTERED, body=MethodologyVersion, status=201)
def revise_methodology(body: dict[str, Any], code: str) -> Any:
    """登记方法学的下一版本；前一版本自新版本施行之日起不再可选"""
    require("department_clerk", "department_leader")
    return act(ReviseMethodology(code, **{**body, "gases": tuple(body["gases"])})).values


@section.write("/methodologies/<path:code>/end", ENTERED, body=MethodologyEnd)
def end_methodology(body: dict[str, Any], code: str) -> Any:
    """方法学自某日起停止使用；已选用的项目不受影响"""
    require("department_clerk", "department_leader")
    return act(EndMethodology(code, **body)).values
