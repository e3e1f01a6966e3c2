"""Cancellations over HTTP: a holder opens one and lists its own; the office and the exchange list all."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.unit_requests import OpenCancellation
from workflow_app.queries import corrections
from workflow_app.queries.corrections import Cancellation
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, named, shape
from workflow_app.web.api.wire import Taken, Text, Whole
from workflow_app.web.desk import reading, require

section = Section("cancellations", "注销")

HOLDERS = ("owner", "buyer")
OFFICE = ("department_clerk", "department_leader", "exchange_maker", "exchange_checker", "auditor")
OPENED = named("CancellationOpened", {"case_id": fields.String(), "number": fields.String()})


class Wanted(Taken):
    """Filters of cancellations."""

    project_id = Text(32, load_default="")
    after = Text(32, load_default="")
    size = Whole(1, 100, load_default=50)


class CancellationOpening(Taken):
    """Whose units of which project."""

    account_id = Text(32, required=True)
    project_id = Text(32, required=True)


@section.read("/cancellations", listing(shape(Cancellation)), query=Wanted)
def cancellations(wanted: dict[str, Any]) -> dict[str, Any]:
    """注销申请，最新的在前；持有人只见自己账户的"""
    found = require(*HOLDERS, *OFFICE)
    own = None
    if not found.viewer.holds(OFFICE):
        viewer = found.viewer
        own = corrections.accounts_of(reading(), viewer.organisations(*HOLDERS), viewer.user_id)
    listed = corrections.cancellations(
        reading(),
        account_ids=own,
        project_id=wanted["project_id"] or None,
        before=wanted["after"] or None,
        size=wanted["size"],
    )
    return {"items": listed, "next": listed[-1].id if len(listed) == wanted["size"] else None}


@section.write("/cancellations", OPENED, body=CancellationOpening, status=201)
def open_cancellation(body: dict[str, str]) -> Any:
    """开始一项注销申请：得到办件，其申请表在待办中填报"""
    require(*HOLDERS)
    return act(OpenCancellation(body["account_id"], body["project_id"])).values
