"""Back-tests over HTTP: what a version would have made of the cases that are closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from workflow_app.commands.backtest.found import Kind
from workflow_app.commands.backtest.requests import CASES, MOST_CASES, MOST_SECONDS, SECONDS, BackTest
from workflow_app.kernel.errors import InvalidForm
from workflow_app.web import backtesting
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import many, named
from workflow_app.web.api.wire import Facts, Taken, Text, Texts, Whole
from workflow_app.web.desk import require

section = Section("backtests", "回测")

DIFFERENCE = named(
    "BackTestDifference",
    {
        "kind": fields.String(metadata={"enum": [kind.value for kind in Kind]}),
        "at": fields.String(),
        "element": fields.String(),
        "subject": fields.String(),
        "before": fields.List(fields.String()),
        "after": fields.List(fields.String()),
    },
)
TESTED = named(
    "BackTestedCase",
    {
        "case_id": fields.String(),
        "number": fields.String(),
        "process_id": fields.String(),
        "differences": many(DIFFERENCE),
        "names": fields.Dict(keys=fields.String(), values=fields.String()),
    },
)
REPORT = named(
    "BackTestReport",
    {
        "version": fields.String(),
        "processes": fields.List(fields.String()),
        "cases": fields.Integer(),
        "differing": fields.Integer(),
        "totals": fields.Dict(keys=fields.String(), values=fields.Integer()),
        "left_out": fields.Dict(keys=fields.String(), values=fields.Integer()),
        "items": many(TESTED),
    },
)


class Bounds(Taken):
    """Which processes, and how far to go."""

    processes = Texts(Text(64), load_default=list)
    limit = Whole(1, MOST_CASES, load_default=CASES)
    seconds = Whole(1, MOST_SECONDS, load_default=SECONDS)


class Testing(Bounds):
    """A version, or files that replace some of it."""

    version = Text(64, load_default="")
    files = Facts(load_default=dict, metadata={"description": "bpmn/ 下的路径 → 文本内容"})
    removed = Texts(Text(300), load_default=list)


@section.write("/backtests", REPORT, body=Testing)
def run(body: dict[str, Any]) -> Any:
    """以已办结办件当时的记录回测一个版本；不写入任何内容"""
    require("process_admin")
    errors = {
        f"files.{path}"[:200]: ["应为文字"]
        for path, text in body["files"].items()
        if not isinstance(text, str)
    }
    if errors:
        raise InvalidForm(errors)
    files = {path: text.encode() for path, text in body["files"].items()}
    return _run(body, body["version"], files, tuple(body["removed"]))


@section.write("/drafts/<draft_id>/backtest", REPORT, body=Bounds)
def run_draft(body: dict[str, Any], draft_id: str) -> Any:
    """回测一份草稿"""
    require("process_admin")
    found = backtesting.draft(draft_id)
    return _run(body, found.version, found.files, found.removed)


@section.write("/proposals/<proposal_id>/backtest", REPORT, body=Bounds)
def run_proposal(body: dict[str, Any], proposal_id: str) -> Any:
    """回测一项部署申请的版本"""
    require("process_admin")
    found = backtesting.proposal(proposal_id)
    return _run(body, found.version, found.files, found.removed)


def _run(body: dict[str, Any], version: str, files: Mapping[str, bytes], removed: tuple[str, ...]) -> Any:
    processes = tuple(body["processes"])
    return act(BackTest(version, files, removed, processes, body["limit"], body["seconds"])).values
