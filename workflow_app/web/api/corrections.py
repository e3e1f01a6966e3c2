"""Corrections over HTTP: opening one, orders on accounts, succession, the way of units through holders."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.unit_requests import OpenCorrection, OrderOnAccount, OrderSuccession
from workflow_app.domain.correction import CorrectionKind, CorrectionState
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import concerned_units, corrections, trace
from workflow_app.queries.concerned_units import Lying
from workflow_app.queries.concerned_units import Range as ConcernedRange
from workflow_app.queries.corrections import Correction
from workflow_app.queries.trace import Movement, Place
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, members, named, shape
from workflow_app.web.api.wire import Choice, Taken, Text, Whole
from workflow_app.web.desk import reading, require

section = Section("corrections", "更正与账户指令")

OFFICE = ("department_clerk", "department_leader", "exchange_maker", "exchange_checker", "auditor")
LAST_UNIT = 999_999_999
OPENED = named("CorrectionOpened", {"case_id": fields.String(), "number": fields.String()})
ORDERED = named(
    "AccountOrdered",
    {"number": fields.String(), "state": fields.String(), "order_id": fields.String()},
)
SUCCEEDED = named(
    "UnitsSucceeded",
    {
        "number": fields.String(),
        "order_id": fields.String(),
        "correction_id": fields.String(),
        "quantity": fields.Integer(),
        "serials": fields.List(fields.String()),
    },
)
SIZE = 100
CORRECTION = shape(Correction, name="UnitCorrection")
WHOLE = named(
    "WholeUnitCorrection",
    {
        **members(CORRECTION),
        "ranges": many(shape(ConcernedRange, name="UnitRange")),
        "movements": many(shape(Movement, name="UnitMovement")),
        "lying": many(shape(Lying, name="UnitsLying")),
    },
)
TRACED = named(
    "Trace",
    {"movements": many(shape(Movement, name="UnitMovement")), "places": many(shape(Place, name="UnitPlace"))},
)


class Wanted(Taken):
    """Filters of corrections."""

    project_id = Text(32, load_default="")
    state = Choice("", *(state.value for state in CorrectionState), load_default="")
    kind = Choice("", *(kind.value for kind in CorrectionKind), load_default="")
    after = Text(32, load_default="")


class CorrectionOpening(Taken):
    """Of which project."""

    project_id = Text(32, required=True)


class Ordering(Taken):
    """What is ordered, why, and on which paper."""

    kind = Choice("freeze", "restrict", "release", required=True)
    reason = Text(2000, required=True)
    document = Text(100, required=True)


class Succeeding(Taken):
    """To whom, which units, why, and on which paper."""

    to_account_id = Text(32, required=True)
    project_id = Text(32, required=True)
    quantity = Whole(1, LAST_UNIT, load_default=None, allow_none=True, strict=True)
    reason = Text(2000, required=True)
    document = Text(100, required=True)


class Range(Taken):
    """Which units."""

    first = Whole(1, LAST_UNIT, load_default=1)
    last = Whole(1, LAST_UNIT, load_default=LAST_UNIT)


@section.read("/corrections", listing(CORRECTION), query=Wanted)
def listed(wanted: dict[str, Any]) -> dict[str, Any]:
    """减排量更正，最新的在前"""
    require(*OFFICE)
    found = corrections.corrections(
        reading(),
        project_id=wanted["project_id"] or None,
        state=wanted["state"],
        kind=wanted["kind"],
        before=wanted["after"] or None,
        size=SIZE + 1,
    )
    return {"items": found[:SIZE], "next": found[SIZE - 1].id if len(found) > SIZE else None}


@section.read("/corrections/<correction_id>", WHOLE)
def one(correction_id: str) -> dict[str, Any]:
    """一项更正：涉及的减排量、其经过的每个持有人，以及同批减排量现在何处"""
    require(*OFFICE)
    found = corrections.correction_of(reading(), correction_id)
    if found is None:
        raise NotFound("no_such_correction", "没有这项更正")
    ranges = concerned_units.ranges_of(reading(), found)
    return {
        **{name: getattr(found, name) for name in members(CORRECTION)},
        "ranges": ranges,
        "movements": concerned_units.way_of(reading(), found.project_id, ranges),
        "lying": concerned_units.lying(reading(), found),
    }


@section.write("/corrections", OPENED, body=CorrectionOpening, status=201)
def open_correction(body: dict[str, str]) -> Any:
    """对一个项目的已登记减排量立案核查"""
    require("department_clerk")
    return act(OpenCorrection(body["project_id"])).values


@section.write("/accounts/<account_id>/orders", ORDERED, body=Ordering, status=201)
def order(body: dict[str, str], account_id: str) -> Any:
    """省厅对账户的书面指令：冻结、限制、解除"""
    require("department_leader")
    return act(OrderOnAccount(account_id, body["kind"], body["reason"], body["document"])).values


@section.write("/accounts/<account_id>/succession", SUCCEEDED, body=Succeeding, status=201)
def succession(body: dict[str, Any], account_id: str) -> Any:
    """非交易过户：依省厅指令过户到承继人的账户"""
    require("department_leader")
    return act(OrderSuccession(account_id=account_id, **body)).values


@section.read("/projects/<project_id>/units", TRACED, query=Range)
def traced(wanted: dict[str, int], project_id: str) -> dict[str, Any]:
    """一段减排量经过的每个持有人，以及现在何处"""
    require(*OFFICE)
    moved = trace.movements(reading(), project_id, wanted["first"], wanted["last"])
    if not moved:
        raise NotFound("no_such_units", "没有这段减排量")
    return {
        "movements": moved,
        "places": trace.places(reading(), project_id, wanted["first"], wanted["last"]),
    }
