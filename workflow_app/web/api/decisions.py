"""决策表 over HTTP: a table tried on values; it reads no case and writes nothing."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.web import backtesting, drafting, table_trial
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import named
from workflow_app.web.api.wire import Facts, Taken, Text
from workflow_app.web.desk import require
from workflow_app.web.pages.decision_tables import files_of

section = Section("decisions", "决策表")

TRIAL = named(
    "DecisionTrial",
    {
        "table": fields.String(),
        "rule": fields.String(metadata={"description": "适用的规则；没有或不止一条时为空"}),
        "outputs": fields.Dict(keys=fields.String()),
        "fault": fields.String(),
        "matched": fields.Dict(keys=fields.String(), values=fields.List(fields.Boolean())),
    },
)


class Trying(Taken):
    """A version, draft or proposal (the version in force where none is named), and the values."""

    version = Text(64, load_default="")
    draft = Text(64, load_default="")
    proposal = Text(64, load_default="")
    values = Facts(load_default=dict, metadata={"description": "变量名 → 数值"})


@section.write("/decisions/<table_id>/try", TRIAL, body=Trying)
def try_out(body: dict[str, Any], table_id: str) -> dict[str, Any]:
    """按填写的数值试算一张决策表；不写入任何内容"""
    require(*drafting.READERS)
    found = backtesting.target(body)
    table = table_trial.table_of(files_of(found), table_id)
    names = table_trial.read(table_trial.variables(table), body["values"])
    trial = table_trial.tried(table, names)
    return {
        "table": table.id,
        "rule": trial.rule,
        "outputs": trial.outputs,
        "fault": trial.fault,
        "matched": {row.id: [fits for _cell, fits in row.cells] for row in trial.rows},
    }
