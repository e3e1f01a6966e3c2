"""放假通知 over HTTP: look at what a notice would change, propose it, decide on it.

A notice comes as its file's text or field by field; either way each error is told at its own
field. Administrators are shown case numbers and dates, never what a case is about.
"""

from __future__ import annotations

from typing import Any

from flask import g
from marshmallow import fields

from calendars.errors import NoticeError
from calendars.typed import TypedNotice, TypedOff
from calendars.typed_toml import read_toml
from workflow_app.commands.calendar_proposals import LOOKERS, PROPOSERS
from workflow_app.commands.calendar_requests import (
    DecideCalendarProposal,
    PreviewCalendarNotice,
    PreviewCalendarProposal,
    ProposeCalendarNotice,
    WithdrawCalendarProposal,
)
from workflow_app.kernel.errors import InvalidForm, NotFound
from workflow_app.queries import calendar as proposals
from workflow_app.queries.calendar import READERS, Proposal
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, members, named, nested, shape
from workflow_app.web.api.wire import Flag, Taken, Text, Texts, Whole
from workflow_app.web.desk import actor, desk, reading, require

section = Section("calendar_notices", "放假通知")

PROPOSAL = shape(Proposal, leave=("proposed_by_id",), name="CalendarProposal")
EFFECT = named(
    "CalendarEffect",
    {
        "year": fields.Integer(),
        "number": fields.String(),
        "kind": fields.String(metadata={"description": "first 首份 | amendment 调整 | correction 更正"}),
        "base": fields.String(metadata={"description": "现行工作日历的版本"}),
        "revision": fields.String(metadata={"description": "执行后的版本"}),
        "days": fields.List(fields.Dict(), metadata={"description": "变动的日子"}),
        "working_days": fields.Dict(metadata={"description": "全年工作日数，前后"}),
        "certain": fields.Boolean(metadata={"description": "该年由预估转为确定"}),
        "deadlines": fields.List(fields.Dict(), metadata={"description": "受影响的未届满期限：原、新、结果"}),
        "suspended": fields.Integer(metadata={"description": "中止中的期限，恢复时按当时日历推算"}),
    },
)
WHOLE = named(
    "CalendarProposalWhole",
    {
        **members(PROPOSAL),
        "toml": fields.String(metadata={"description": "通知内容"}),
        "effect": nested(EFFECT, metadata={"description": "待批准：按现行日历预览；已批准：当时的变化"}),
    },
)
DONE = named(
    "CalendarProposalDone",
    {
        "proposal_id": fields.String(),
        "number": fields.String(),
        "state": fields.String(),
        "effect": nested(EFFECT, allow_none=True),
    },
)


class Off(Taken):
    """One holiday: name, first and last day off, both included."""

    name = Text(100, load_default="")
    first = Text(20, data_key="from", load_default="")
    last = Text(20, data_key="to", load_default="")


class Fields(Taken):
    """A notice field by field."""

    year = Whole(0, 9999, required=True)
    number = Text(100, load_default="")
    date = Text(20, load_default="")
    title = Text(200, load_default="")
    off = fields.List(fields.Nested(Off), load_default=list)
    work = Texts(Text(20), load_default=list)


class Noticed(Taken):
    """A notice: its file's text, or its fields."""

    toml = Text(64 * 1024, load_default="")
    notice = fields.Nested(Fields, load_default=None, allow_none=True)


class NoticeProposed(Noticed):
    """A notice and why."""

    reason = Text(500, load_default="")


class Decision(Taken):
    """Approve or reject."""

    approve = Flag(required=True)
    reason = Text(500, load_default="")


@section.write("/calendar/preview", EFFECT, body=Noticed)
def preview(body: dict[str, Any]) -> Any:
    """看一份放假通知会改变哪些日子、移动哪些期限；什么也不写入"""
    require(*LOOKERS)
    return _effect(PreviewCalendarNotice(_typed(body)))


@section.read("/calendar/proposals", listing(PROPOSAL))
def listed() -> dict[str, Any]:
    """放假通知的申请，待批准的在前"""
    require(*READERS)
    return {"items": proposals.proposals(reading()), "next": None}


@section.read("/calendar/proposals/<proposal_id>", WHOLE)
def one(proposal_id: str) -> dict[str, Any]:
    """一份申请：内容、预览或已生效的变化"""
    require(*READERS)
    found = proposals.proposal(reading(), proposal_id)
    if found is None:
        raise NotFound("proposal_not_found", "没有这份申请")
    said = {name: getattr(found.proposal, name) for name in members(PROPOSAL)}
    effect = found.effect
    if found.proposal.state == "submitted":
        effect = _effect(PreviewCalendarProposal(proposal_id))
    return {**said, "toml": found.body, "effect": effect}


@section.write("/calendar/proposals", DONE, body=NoticeProposed, status=201)
def propose(body: dict[str, Any]) -> Any:
    """提出一份放假通知，由省厅领导批准"""
    require(*PROPOSERS)
    return act(ProposeCalendarNotice(_typed(body), body["reason"])).values


@section.write("/calendar/proposals/<proposal_id>/decide", DONE, body=Decision)
def decide(body: dict[str, Any], proposal_id: str) -> Any:
    """批准（随即执行并重新推算期限）或退回"""
    return act(DecideCalendarProposal(proposal_id, body["approve"], body["reason"])).values


@section.write("/calendar/proposals/<proposal_id>/withdraw", DONE)
def withdraw(proposal_id: str) -> Any:
    """撤回本人尚未办结的申请"""
    return act(WithdrawCalendarProposal(proposal_id)).values


def _effect(asked: PreviewCalendarNotice | PreviewCalendarProposal) -> Any:
    return desk().app.calendar_effect(asked, actor(g.channel)).values


def _typed(body: dict[str, Any]) -> TypedNotice:
    said = body["notice"]
    if bool(said) == bool(body["toml"].strip()):
        raise InvalidForm({"toml": ["请提供 toml（文件内容）或 notice（逐项），二者取一"]})
    if said:
        off = tuple(
            TypedOff(row["name"].strip(), row["first"].strip(), row["last"].strip()) for row in said["off"]
        )
        number, day, title = (said[name].strip() for name in ("number", "date", "title"))
        return TypedNotice(
            str(said["year"]), number, day, title, off, tuple(day.strip() for day in said["work"])
        )
    try:
        found = read_toml(body["toml"])
    except NoticeError as error:
        raise InvalidForm({"toml": [str(error)]}, str(error)) from None
    if len(found) != 1:
        raise InvalidForm({"toml": [f"一次提出一份通知，文件中有{len(found)}份"]})
    return found[0]
