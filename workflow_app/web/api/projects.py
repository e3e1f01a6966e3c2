"""Projects and pilot filings over HTTP: one's own, those the office may read, withdrawing and ending them."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import fields

from workflow_app.commands.permissions import principals
from workflow_app.commands.requests import (
    EndProject,
    RenewMandate,
    RevokeMandate,
    SuspendFiling,
    TerminateFiling,
    TerminateNotice,
    WithdrawBatch,
    WithdrawProject,
)
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import applicant, case_file, projects
from workflow_app.queries.applicant import MyFiling, MyProject
from workflow_app.queries.projects import Batch, Notice, Opinion, Project
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, named, nested, shape
from workflow_app.web.api.tasks import CASE
from workflow_app.web.api.wire import Choice, Day, Taken, Text
from workflow_app.web.desk import actor, reading, require, today
from workflow_app.web.frame import WORKS_ON_CASES
from workflow_app.web.pages.applicant import APPLICANTS, PILOTS

section = Section("projects", "项目与备案")

DETAIL = named(
    "ProjectDetail",
    {
        "project": nested(shape(Project)),
        "cases": many(CASE),
        "opinions": many(shape(Opinion)),
        "notices": many(shape(Notice, name="ProjectNotice")),
        "batches": many(shape(Batch)),
    },
)
DONE = named(
    "ProjectChanged",
    {"project_id": fields.String(), "case_id": fields.String(), "outcome": fields.String()},
)
STOPPED = named("NoticeTerminated", {"notice_id": fields.String(), "project_id": fields.String()})
FILED = named("FilingChanged", {"filing_id": fields.String(), "state": fields.String()})


class Because(Taken):
    """Why."""

    reason = Text(500, required=True)


class Ended(Taken):
    """How a registered project ends, and why."""

    how = Choice("deregistration", "revocation", required=True)
    reason = Text(500, required=True)


class Until(Taken):
    """The last day of a mandate."""

    until = Day(required=True)


@section.read("/my/projects", listing(shape(MyProject)))
def mine() -> dict[str, Any]:
    """本单位的项目，待我办理的在前"""
    found = require(*APPLICANTS)
    own = found.viewer.organisations(*APPLICANTS)
    listed = applicant.projects_of(reading(), own, principals(actor()), found.user_id, today())
    return {"items": listed, "next": None}


@section.read("/my/filings", listing(shape(MyFiling)))
def filings() -> dict[str, Any]:
    """本单位的试点备案"""
    found = require(*PILOTS)
    own = found.viewer.organisations(*PILOTS)
    listed = applicant.filings_of(reading(), own, principals(actor()), found.user_id)
    return {"items": listed, "next": None}


@section.read("/projects/<project_id>", DETAIL)
def show(project_id: str) -> dict[str, Any]:
    """项目的事实、意见、公示、签发批次和可见办件"""
    found = require(*WORKS_ON_CASES, "auditor")
    cases, _more = case_file.search(reading(), found.viewer, project_id=project_id, size=200)
    shown = projects.project_of(reading(), project_id) if cases else None
    if shown is None:
        raise NotFound("project_not_found", "没有这个项目，或者您无权查看")
    return {
        "project": shown,
        "cases": cases,
        "opinions": projects.opinions_of(reading(), project_id),
        "notices": projects.notices_of(reading(), project_id),
        "batches": projects.batches_of(reading(), project_id),
    }


@section.write("/projects/<project_id>/withdraw", DONE, body=Because)
def withdraw(body: dict[str, str], project_id: str) -> Any:
    """撤回申请（登记前）"""
    _seen(project_id)
    return act(WithdrawProject(project_id, body["reason"])).values


@section.write("/projects/<project_id>/withdraw-batch", DONE, body=Because)
def withdraw_batch(body: dict[str, str], project_id: str) -> Any:
    """撤回本期签发申请"""
    _seen(project_id)
    return act(WithdrawBatch(project_id, body["reason"])).values


@section.write("/projects/<project_id>/end", DONE, body=Ended)
def end(body: dict[str, str], project_id: str) -> Any:
    """注销或撤销已登记的项目"""
    _seen(project_id)
    return act(EndProject(project_id, body["how"], body["reason"])).values


@section.write("/projects/<project_id>/mandate/renew", DONE, body=Until)
def renew_mandate(body: dict[str, date], project_id: str) -> Any:
    """业主续展或重新给予委托"""
    _seen(project_id)
    return act(RenewMandate(project_id, body["until"])).values


@section.write("/projects/<project_id>/mandate/revoke", DONE, body=Because)
def revoke_mandate(body: dict[str, str], project_id: str) -> Any:
    """业主撤回委托"""
    _seen(project_id)
    return act(RevokeMandate(project_id, body["reason"])).values


@section.write("/notices/<notice_id>/terminate", STOPPED, body=Because)
def terminate_notice(body: dict[str, str], notice_id: str) -> Any:
    """终止公示（实质变更，另行公示）"""
    require("department_leader")
    return act(TerminateNotice(notice_id, body["reason"])).values


@section.write("/filings/<filing_id>/suspend", FILED, body=Because)
def suspend_filing(body: dict[str, str], filing_id: str) -> Any:
    """暂停试点"""
    require("department_leader")
    return act(SuspendFiling(filing_id, body["reason"])).values


@section.write("/filings/<filing_id>/terminate", FILED, body=Because)
def terminate_filing(body: dict[str, str], filing_id: str) -> Any:
    """终止试点"""
    require("department_leader")
    return act(TerminateFiling(filing_id, body["reason"])).values


def _seen(project_id: str) -> None:
    """Refuse a project of which the caller sees nothing.

    :raises NotFound: there is none, or it is not theirs to see.
    """
    found = require(*WORKS_ON_CASES)
    cases, _more = case_file.search(reading(), found.viewer, project_id=project_id, size=1)
    if not cases:
        raise NotFound("project_not_found", "没有这个项目，或者您无权查看")
