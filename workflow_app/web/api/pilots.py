"""试点 over HTTP: filed pilots with mechanism, activities, comments and evaluations; and what they write.

正文五. A bureau reads its own area, a pilot itself; who may write the commands decide.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.paper_requests import NoteDelivery
from workflow_app.commands.pilot_requests import CommentOnPilot, EnterActivity, ReviseMechanism, VoidActivity
from workflow_app.domain.pilot import Activity, ActivityKind, Mechanism
from workflow_app.queries import pilot_lines
from workflow_app.queries.pilot_lines import PilotLine
from workflow_app.queries.pilots import Pilot
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, named, shape
from workflow_app.web.api.wire import Choice, Day, Taken, Text, Whole
from workflow_app.web.desk import reading, require
from workflow_app.web.pages.documents import may_have
from workflow_app.web.pilot_view import seen

section = Section("pilots", "试点")

MOST = 1_000_000_000
REVISED = named("MechanismRevised", {"filing_id": fields.String(), "version": fields.Integer()})
ENTERED = named("ActivityEntered", {"activity_id": fields.String()})
COMMENTED = named("PilotCommented", {"comment_id": fields.String()})
NOTED = named("DeliveryNoted", {"document_id": fields.String(), "noted": fields.Boolean()})


class PilotsSought(Taken):
    """Which pilots."""

    state = Choice("", "filed", "suspended", "terminated", load_default="")


class Duty(Taken):
    """What a department does."""

    department = Text(100, required=True)
    duty = Text(1000, required=True)


class MechanismSaid(Taken):
    """The work mechanism anew; ``expected_version`` is the one that was read."""

    leader_name = Text(50, required=True)
    leader_post = Text(100, required=True)
    contact_name = Text(50, required=True)
    contact_phone = Text(30, required=True)
    contact_email = Text(254, load_default="")
    duties = fields.List(fields.Nested(Duty), required=True)
    training_plan = Text(3000, load_default="")
    absorption_plan = Text(3000, load_default="")
    reason = Text(500, required=True)
    expected_version = Whole(0, MOST, required=True)


class ActivitySaid(Taken):
    """An activity that was held."""

    kind = Choice(*(kind.value for kind in ActivityKind), required=True)
    title = Text(200, required=True)
    held_on = Day(required=True)
    place = Text(200, required=True)
    sessions = Whole(1, MOST, required=True)
    people = Whole(0, MOST, required=True)
    note = Text(3000, load_default="")


class ActivityVoided(Taken):
    """Why."""

    reason = Text(500, required=True)


class CommentSaid(Taken):
    """A bureau's comment, on the pilot or on one of its projects."""

    text = Text(3000, required=True)
    project_id = Text(40, load_default=None)


class DeliverySaid(Taken):
    """What happened to a copy; ``recipient`` as the paper's deliveries name it."""

    recipient = Text(100, required=True)
    channel = Choice("counter", "post", required=True)
    result = Choice("sent", "failed", required=True)
    detail = Text(200, required=True)


@section.read("/pilots", listing(shape(PilotLine)), query=PilotsSought)
def search(query: dict[str, str]) -> dict[str, Any]:
    """试点，新备案的在前"""
    viewer = require(*pilot_lines.READERS).viewer
    return {"items": pilot_lines.pilots(reading(), viewer, state=query["state"]), "next": None}


@section.read("/pilots/<filing_id>", shape(Pilot))
def pilot(filing_id: str) -> Any:
    """一个试点：工作机制、活动、指导意见、评估和项目"""
    return seen(filing_id)


@section.write("/pilots/<filing_id>/mechanism", REVISED, body=MechanismSaid, status=201)
def revise(body: dict[str, Any], filing_id: str) -> Any:
    """更新工作机制，成为新的一版"""
    said = dict(body)
    reason, version = said.pop("reason"), said.pop("expected_version")
    duties = tuple(said.pop("duties"))
    return act(ReviseMechanism(filing_id, Mechanism(duties=duties, **said), reason, version)).values


@section.write("/pilots/<filing_id>/activities", ENTERED, body=ActivitySaid, status=201)
def enter(body: dict[str, Any], filing_id: str) -> Any:
    """填报活动"""
    return act(EnterActivity(filing_id, Activity(**body))).values


@section.write("/pilot-activities/<activity_id>/void", ENTERED, body=ActivityVoided)
def void(body: dict[str, str], activity_id: str) -> Any:
    """作废活动记录"""
    return act(VoidActivity(activity_id, body["reason"])).values


@section.write("/pilots/<filing_id>/comments", COMMENTED, body=CommentSaid, status=201)
def comment(body: dict[str, Any], filing_id: str) -> Any:
    """提出指导意见（组织备案的设区市局）"""
    return act(CommentOnPilot(filing_id, body["text"], body["project_id"])).values


@section.write("/documents/<document_id>/deliveries", NOTED, body=DeliverySaid, status=201)
def deliver(body: dict[str, str], document_id: str) -> Any:
    """登记文书的当面送达或者寄送"""
    may_have(document_id)
    return act(NoteDelivery(document_id, **body)).values
