"""A task over HTTP: its form as a schema, what is known, and every way to act on it.

The schema says what shape is taken; the command judges the answer again, with the same rules as for a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from flask import request
from marshmallow import fields

from workflow_app.commands.requests import (
    Attach,
    ClaimTask,
    CompleteTask,
    HandOver,
    ReleaseTask,
    RemoveAttachment,
    Result,
    SaveDraft,
)
from workflow_app.engine.forms import Action, FormDefinition
from workflow_app.kernel.errors import InvalidForm
from workflow_app.queries import case_papers, case_tasks, form_facts, limits, people
from workflow_app.queries.case_file import Case
from workflow_app.queries.case_papers import Paper
from workflow_app.queries.case_tasks import Draft, Task
from workflow_app.queries.people import Colleague
from workflow_app.queries.sight import outside
from workflow_app.web import case_view
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, named, nested, shape
from workflow_app.web.api.sight import DEADLINE, own_task
from workflow_app.web.api.wire import Facts, Taken, Text, Whole
from workflow_app.web.desk import desk, now, reading, somebody
from workflow_app.web.offers import choices, printed
from workflow_app.web.pages import files

section = Section("tasks", "事项")

CASE = shape(Case)
PAPER = shape(Paper, name="Attachment")
TASK = shape(Task, leave=("data", "candidates", "assignee_id"))
FORM = named(
    "Form",
    {
        "key": fields.String(),
        "version": fields.Integer(),
        "title": fields.String(),
        "article": fields.String(),
        "actions": many(shape(Action)),
        "schema": fields.Dict(metadata={"description": "answers 的 JSON Schema（2020-12）"}),
        "choices": fields.Dict(metadata={"description": "各选项来源当前可选的值及其名称"}),
    },
)
SHOWN = named(
    "TaskDetail",
    {
        "task": nested(TASK),
        "case": nested(CASE),
        "form": nested(FORM),
        "variables": fields.Dict(metadata={"description": "本事项可见的办件变量；申请方不见"}),
        "facts": fields.Dict(metadata={"description": "已知事实，表单的只读项取自这里"}),
        "initial": fields.Dict(metadata={"description": "空白表单的预填内容"}),
        "draft": nested(shape(Draft), allow_none=True),
        "attachments": many(PAPER),
        "deadline": nested(DEADLINE, allow_none=True),
    },
)
TOUCHED = named("TaskTouched", {"task_id": fields.String(), "assignee_id": fields.String()})
SAVED = named("DraftSaved", {"task_id": fields.String(), "revision": fields.Integer()})
COMPLETED = named(
    "TaskCompleted",
    {
        "case_id": fields.String(),
        "revision": fields.Integer(),
        "next_tasks": fields.List(fields.String()),
    },
)
ATTACHED = named(
    "Attached",
    {
        "attachment_id": fields.String(),
        "filename": fields.String(),
        "size": fields.Integer(),
        "sha256": fields.String(),
    },
)


class Answered(Taken):
    """An answer to a task's form."""

    answers = Facts(required=True, metadata={"description": "按 form.schema 填写"})
    action = Text(64, load_default=None, allow_none=True, metadata={"description": "所按的按钮"})
    expected_revision = Whole(0, load_default=None, allow_none=True)


class Drafted(Taken):
    """What was typed so far."""

    answers = Facts(required=True)
    revision = Whole(0, required=True, metadata={"description": "所见草稿的版本；首次为 0"})


class HandedOver(Taken):
    """Whom a task is handed to, and why."""

    to_user = Text(64, required=True)
    reason = Text(500, required=True)


@section.read("/tasks/<task_id>", SHOWN)
def show(task_id: str) -> dict[str, Any]:
    """事项及其表单、已知事实、草稿和期限"""
    task = own_task(task_id)
    case = case_view.case_of_task(task)
    form = printed(case.id, case.version, task.form)
    facts = form_facts.facts(reading(), case, task)
    return {
        "task": task,
        "case": case,
        "form": _form(case, form),
        "variables": {} if outside(somebody().viewer) else task.data,
        "facts": _asked(form, facts),
        "initial": form.initial(facts),
        "draft": case_tasks.draft_of(reading(), task_id, somebody().user_id),
        "attachments": case_papers.papers(reading(), case.id, task_id=task.id),
        "deadline": limits.limit_of_task(reading(), task.deadline_id, desk().calendar(), now()),
    }


@section.read("/tasks/<task_id>/colleagues", listing(shape(Colleague)))
def colleagues(task_id: str) -> dict[str, Any]:
    """可以转办给谁"""
    task = own_task(task_id)
    return {"items": people.colleagues(reading(), task.candidates, somebody().user_id), "next": None}


@section.write("/tasks/<task_id>/claim", TOUCHED)
def claim(task_id: str) -> Any:
    """认领"""
    return act(ClaimTask(task_id)).values


@section.write("/tasks/<task_id>/release", TOUCHED)
def release(task_id: str) -> Any:
    """退回待认领"""
    return act(ReleaseTask(task_id)).values


@section.write("/tasks/<task_id>/hand-over", TOUCHED, body=HandedOver)
def hand_over(body: dict[str, str], task_id: str) -> Any:
    """转办"""
    return act(HandOver(task_id, body["to_user"], body["reason"])).values


@section.write("/tasks/<task_id>/draft", SAVED, body=Drafted)
def draft(body: dict[str, Any], task_id: str) -> Any:
    """存草稿"""
    return act(SaveDraft(task_id, body["answers"], body["revision"])).values


@section.write("/tasks/<task_id>/complete", COMPLETED, body=Answered)
def complete(body: dict[str, Any], task_id: str) -> Any:
    """提交表单，办结事项"""
    raw = dict(body["answers"])
    if body["action"] is not None:
        raw["action"] = body["action"]
    return act(CompleteTask(task_id, raw, body["expected_revision"])).values


UPLOAD = {
    "type": "object",
    "required": ["field", "file"],
    "properties": {
        "field": {"type": "string", "description": "表单中的附件项，如 start_proof 或 sources-0-proof"},
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
    },
}


@section.write("/tasks/<task_id>/attachments", ATTACHED, status=201, form=UPLOAD)
def attach(task_id: str) -> Any:
    """上传附件到表单的一项"""
    upload = request.files.get("file")
    field = request.form.get("field", "")[:200]
    errors = {}
    if upload is None or not upload.filename:
        errors["file"] = ["请选择文件"]
    if not field or "\0" in field:
        errors["field"] = ["请指明附件所属的表单项"]
    if errors or upload is None:
        raise InvalidForm(errors)
    stored: Result = act(Attach(task_id, field, str(upload.filename), cast(BinaryIO, upload.stream)))
    return stored.values


@section.write("/attachments/<attachment_id>/remove", named("Removed", {"attachment_id": fields.String()}))
def remove(attachment_id: str) -> Any:
    """取下尚未提交的附件"""
    return act(RemoveAttachment(attachment_id)).values


@section.read("/attachments/<attachment_id>", media_type="application/octet-stream")
def download(attachment_id: str) -> Any:
    """下载附件"""
    return files.download(attachment_id)


def _asked(form: FormDefinition, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts the form shows, as the page does: the others stay inside."""
    asked = {one.fact for one in form.fields() if one.fact}
    return {name: value for name, value in facts.items() if name in asked}


def _form(case: Case, form: FormDefinition) -> dict[str, Any]:
    sources = {one.source for one in form.fields() if one.source}
    sources |= {column.source for one in form.fields() for column in one.rows if column.source}
    offered = choices(case, form)
    return {
        "key": form.key,
        "version": form.version,
        "title": form.title,
        "article": form.article,
        "actions": form.actions,
        "schema": form.json_schema(),
        "choices": {name: dict(offered[name]) for name in sorted(sources) if name in offered},
    }
