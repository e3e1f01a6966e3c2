"""Back-tests over HTTP: what a version would have made of the cases that are closed."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.backtest.found import Kind
from workflow_app.commands.backtest.requests import CASES, MOST_CASES, MOST_SECONDS, SECONDS, BackTest
from workflow_app.kernel.errors import InvalidForm
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


class Testing(Taken):
    """A version, or files that replace some of it, and how far to go."""

    version = Text(64, load_default="")
    files = Facts(load_default=dict, metadata={"description": "bpmn/ 下的路径 → 文本内容"})
    removed = Texts(Text(300), load_default=list)
    processes = Texts(Text(64), load_default=list)
    limit = Whole(1, MOST_CASES, load_default=CASES)
    seconds = Whole(1, MOST_SECONDS, load_default=SECONDS)


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
    asked = BackTest(
        version=body["version"],
        files=files,
        removed=tuple(body["removed"]),
        processes=tuple(body["processes"]),
        limit=body["limit"],
        seconds=body["seconds"],
    )
    return act(asked).values
