"""案卷 over HTTP: a case, what happened in it, its limits day by day, its forms, papers, notes and diagram.

Whatever the caller may not see is not found. Personal values are masked; asking for them in full is an act
that goes into the history first, as on the page.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.requests import AddNote, ResumeDeadline, StartCase, SuspendDeadline
from workflow_app.engine.forms import FormContext, ShownSection
from workflow_app.kernel.errors import Forbidden, InvalidForm, NotFound
from workflow_app.queries import (
    case_file,
    case_history,
    case_links,
    case_notes,
    case_papers,
    case_tasks,
    limits,
    sight,
)
from workflow_app.queries.case_file import Case
from workflow_app.queries.case_history import Moment, Place, Submitted
from workflow_app.queries.case_links import Link
from workflow_app.queries.case_notes import Note
from workflow_app.queries.case_tasks import Task
from workflow_app.store.chain import Breach, verify
from workflow_app.web import case_view, paging
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, members, named, nested, shape
from workflow_app.web.api.sight import DEADLINE
from workflow_app.web.api.tasks import CASE, PAPER, TASK
from workflow_app.web.api.wire import Choice, Facts, Taken, Text, Whole
from workflow_app.web.desk import desk, end_reading, now, reading, require, somebody, today
from workflow_app.web.frame import WORKS_ON_CASES
from workflow_app.web.offers import called
from workflow_app.web.pages import definitions
from workflow_app.web.pages.cases import PROCESSES, SHORTEST_REASON, case_view_or_task
from workflow_app.web.submitted_view import form_of

section = Section("cases", "办件")

STARTED = named(
    "CaseStarted",
    {
        "case_id": fields.String(),
        "number": fields.String(),
        "project_id": fields.String(allow_none=True),
    },
)
DETAIL = named(
    "CaseDetail",
    {
        "case": nested(CASE),
        "place": nested(shape(Place)),
        "tasks": many(TASK),
        "related": many(shape(Link)),
    },
)
MOMENT = named(
    "Moment",
    {
        **members(shape(Moment, leave=("body", "actor_id"), name="Act")),
        "decisions": fields.List(fields.Dict()),
        "reason": fields.String(allow_none=True),
        "legal_basis": fields.String(allow_none=True),
    },
)
HANDED_IN = named(
    "HandedIn",
    {
        **members(shape(Submitted, leave=("data",), name="HandedInForm")),
        "title": fields.String(),
        "sections": many(shape(ShownSection)),
    },
)
VERIFIED = named(
    "Verified",
    {
        "streams": fields.Integer(),
        "events": fields.Integer(),
        "whole": fields.Boolean(),
        "breaches": many(shape(Breach)),
    },
)
STOPPED = named(
    "DeadlineChanged",
    {
        "deadline_id": fields.String(),
        "suspension_id": fields.String(),
        "due_at": fields.String(allow_none=True),
    },
)
NOTED = named("Noted", {"note_id": fields.String()})


class Wanted(Taken):
    """Filters of the search, all of them optional."""

    q = Text(100, load_default="")
    process = Choice("", *PROCESSES, load_default="")
    status = Choice("", "open", "closed", "cancelled", "incident", load_default="")
    project = Text(32, load_default="")
    after = Text(64, load_default="")
    size = Whole(1, 200, load_default=50)


class Started(Taken):
    """Which process, and what chooses its parties."""

    process_id = Choice("project_lifecycle", "pilot_filing", required=True)
    fields_ = Facts(data_key="fields", load_default=dict, metadata={"description": "title、owner_org 等"})


class Written(Taken):
    """A note."""

    text = Text(4000, required=True)


class Stopped(Taken):
    """Why a limit stops or runs on, and on which written notice."""

    reason = Text(500, required=True)
    notice_no = Text(100, required=True)


class Asked(Taken):
    """Why somebody needs personal values in full."""

    reason = Text(500, required=True)


@section.read("/cases", listing(CASE), query=Wanted)
def search(wanted: dict[str, Any]) -> dict[str, Any]:
    """查找可见的办件，最新的在前"""
    found = require(*WORKS_ON_CASES, "auditor")
    listed, more = case_file.search(
        reading(),
        found.viewer,
        text=wanted["q"].strip(),
        process=wanted["process"],
        status=wanted["status"],
        project_id=wanted["project"],
        after=paging.read(wanted["after"]),
        size=wanted["size"],
    )
    return {"items": listed, "next": paging.written(more) if more else None}


@section.write("/cases", STARTED, body=Started, status=201)
def start(body: dict[str, Any]) -> Any:
    """新建办件：JCER 项目或试点备案"""
    given = body["fields_"]
    wrong = {name: ["应为文字"] for name, value in given.items() if not isinstance(value, str)}
    known = {"title", "owner_org", "exchange_org", "bureau_org", "filing_kind"}
    wrong |= {name[:100]: ["没有这个字段"] for name in given if name not in known}
    if wrong:
        raise InvalidForm(wrong)
    return act(StartCase(body["process_id"], given)).values


@section.read("/cases/<case_id>", DETAIL)
def show(case_id: str) -> dict[str, Any]:
    """办件及其进展、在办事项和关联办件"""
    case = case_view.seen_case(case_id)
    happened = case_history.moments(reading(), case_id)
    return {
        "case": case,
        "place": case_history.place(reading(), case_id, happened),
        "tasks": _tasks(case),
        "related": case_links.related(reading(), somebody().viewer, case),
    }


@section.read("/cases/<case_id>/timeline", listing(MOMENT))
def timeline(case_id: str) -> dict[str, Any]:
    """办件经过，最近的在前"""
    case_view.seen_case(case_id)
    return {"items": [_moment(one) for one in case_history.moments(reading(), case_id)], "next": None}


@section.read("/cases/<case_id>/deadlines", listing(DEADLINE))
def deadlines(case_id: str) -> dict[str, Any]:
    """期限及逐日计数"""
    case_view.seen_case(case_id)
    return {"items": limits.limits_of_case(reading(), case_id, desk().calendar(), now()), "next": None}


@section.write("/cases/<case_id>/deadlines/<deadline_id>/suspend", STOPPED, body=Stopped)
def suspend(body: dict[str, str], case_id: str, deadline_id: str) -> Any:
    """中止期限"""
    case_view.seen_case(case_id)
    return act(SuspendDeadline(case_id, deadline_id, body["reason"], body["notice_no"])).values


@section.write("/cases/<case_id>/deadlines/<deadline_id>/resume", STOPPED, body=Stopped)
def resume(body: dict[str, str], case_id: str, deadline_id: str) -> Any:
    """恢复期限"""
    case_view.seen_case(case_id)
    return act(ResumeDeadline(case_id, deadline_id, body["reason"], body["notice_no"])).values


@section.read("/cases/<case_id>/notes", listing(shape(Note)))
def notes(case_id: str) -> dict[str, Any]:
    """备注"""
    case_view.seen_case(case_id)
    return {"items": case_notes.notes(reading(), case_id), "next": None}


@section.write("/cases/<case_id>/notes", NOTED, body=Written, status=201)
def add_note(body: dict[str, str], case_id: str) -> Any:
    """写备注"""
    case_view_or_task(case_id)
    return act(AddNote(case_id, body["text"])).values


@section.read("/cases/<case_id>/forms", listing(HANDED_IN))
def forms(case_id: str) -> dict[str, Any]:
    """已提交的表单，个人信息已遮盖"""
    case_view.seen_case(case_id)
    handed_in = case_history.submitted(reading(), (case_id,))
    return {"items": [_handed_in(one, unmasked=False) for one in handed_in], "next": None}


@section.write("/cases/<case_id>/forms/<int:seq>/unmask", HANDED_IN, body=Asked)
def unmask(body: dict[str, str], case_id: str, seq: int) -> Any:
    """说明原因后查看完整的个人信息；原因先记入历史"""
    case = case_view.seen_case(case_id)
    if not somebody().viewer.holds(sight.UNMASKED):
        raise Forbidden(
            "may_not_unmask", "只有省厅经办和领导可以申请查看完整的个人信息", article="个人信息保护法第六条"
        )
    reason = body["reason"].strip()
    if len(reason) < SHORTEST_REASON:
        raise InvalidForm({"reason": ["请写明查看的原因，不少于 4 个字"]})
    one = next((one for one in case_history.submitted(reading(), (case_id,)) if one.seq == seq), None)
    if one is None:
        raise NotFound("form_not_found", "没有这份表单")
    title = form_of(one.version, one.key).title
    act(AddNote(case.id, f"查看个人信息（{title}，经过第 {seq} 项）。原因：{reason}"))
    return _handed_in(one, unmasked=True)


@section.read("/cases/<case_id>/attachments", listing(PAPER))
def attachments(case_id: str) -> dict[str, Any]:
    """已提交的材料"""
    case_view.seen_case(case_id)
    return {"items": case_papers.papers(reading(), case_id), "next": None}


@section.read("/cases/<case_id>/diagram", media_type="application/xml")
def diagram(case_id: str) -> Any:
    """办件所依版本的流程图（BPMN 2.0）"""
    case = case_view.seen_case(case_id)
    return definitions.diagram(case.version, case.process_id)


@section.read("/cases/<case_id>/history", VERIFIED)
def history(case_id: str) -> dict[str, Any]:
    """核验办件历史的哈希链"""
    case_view.seen_case(case_id)
    end_reading()
    with desk().store.reading() as uow:
        found = verify(uow.connection, desk().store.vault, (f"case:{case_id}",))
    return {
        "streams": found.streams,
        "events": found.events,
        "whole": not found.breaches,
        "breaches": found.breaches,
    }


def _tasks(case: Case) -> tuple[Task, ...]:
    return case_tasks.tasks_of_case(reading(), case.id)


def _moment(one: Moment) -> dict[str, Any]:
    """What a timeline tells of an event: who did what, what was decided, why, on which ground."""
    facts = one.body.get("facts") or {}
    return {
        "seq": one.seq,
        "at": one.at,
        "kind": one.kind,
        "actor": one.actor,
        "role": one.role,
        "element_id": one.element_id,
        "version": one.version,
        "decisions": one.body.get("decisions") or [],
        "reason": facts.get("reason"),
        "legal_basis": one.body.get("legal_basis"),
    }


def _handed_in(one: Submitted, *, unmasked: bool) -> dict[str, Any]:
    form = form_of(one.version, one.key)
    context = FormContext(today=today(), choices=called(one.case_id, one.version, form))
    told = ("case_id", "seq", "at", "actor", "role", "element_id", "key", "form_version", "version", "action")
    return {
        **{name: getattr(one, name) for name in told},
        "title": form.title,
        "sections": form.display(one.data, unmasked=unmasked, context=context),
    }
