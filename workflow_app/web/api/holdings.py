"""What is in a registry account over HTTP: units, ranges of serial numbers, money, the statement."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.queries import holdings, ranges, statements
from workflow_app.queries.accounts import Account
from workflow_app.queries.holdings import CashEntry, Order
from workflow_app.queries.ranges import Block
from workflow_app.queries.statements import Period
from workflow_app.web.account_view import seen
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, named, nested, shape
from workflow_app.web.api.wire import Day, Taken, Text
from workflow_app.web.desk import reading

section = Section("holdings", "持有与对账")

TONNES = fields.Dict(
    keys=fields.String(), values=fields.Integer(), metadata={"description": "各状态的吨数（tCO₂e）"}
)
UNITS = named(
    "ProjectUnits",
    {"project_id": fields.String(), "number": fields.String(), "name": fields.String(), "units": TONNES},
)
ENTRY = named(
    "StatementEntry",
    {
        "id": fields.String(),
        "kind": fields.String(),
        "at": fields.AwareDateTime(),
        "project": fields.String(metadata={"description": "项目编号"}),
        "memo": fields.String(),
        "units": TONNES,
        "cents": fields.Dict(
            keys=fields.String(), values=fields.Integer(), metadata={"description": "资金变动，分"}
        ),
    },
)
CONTENT = named(
    "AccountContent",
    {
        "account": nested(shape(Account, name="RegistryAccount")),
        "units": many(UNITS),
        "blocks": many(shape(Block)),
        "more_blocks": fields.Boolean(),
        "cash_cents": fields.Integer(),
        "reserved_cents": fields.Integer(),
        "orders": many(shape(Order, name="AccountOrder")),
        "cash_entries": many(shape(CashEntry)),
    },
)


class StatementBefore(Taken):
    """Of which legal dates, both included; where the last page ended."""

    first = Day(load_default=None)
    last = Day(load_default=None)
    after = Text(32, load_default="")


class BlocksWanted(Taken):
    """Of which project; where the last page ended."""

    project_id = Text(32, load_default="")
    after = Text(100, load_default="")


@section.read("/accounts/<account_id>", CONTENT)
def show(account_id: str) -> dict[str, Any]:
    """账户内的减排量、序列号、资金、指令和出入金登记"""
    found = seen(account_id)
    blocks, more = ranges.blocks_of(reading(), account_id)
    money = holdings.money_of(reading(), account_id)
    return {
        "account": found,
        "units": holdings.units_of(reading(), account_id),
        "blocks": blocks,
        "more_blocks": bool(more),
        "cash_cents": money.cash,
        "reserved_cents": money.reserved,
        "orders": holdings.orders_of(reading(), account_id),
        "cash_entries": holdings.cash_of(reading(), account_id),
    }


@section.read("/accounts/<account_id>/blocks", listing(shape(Block)), query=BlocksWanted)
def blocks(query: dict[str, str], account_id: str) -> dict[str, Any]:
    """账户内的序列号区间，相连的合并为一段，按状态、项目、年份和编号"""
    seen(account_id)
    found, after = ranges.blocks_of(
        reading(), account_id, project_id=query["project_id"] or None, after=query["after"]
    )
    return {"items": found, "next": after or None}


@section.read("/accounts/<account_id>/statement", listing(ENTRY), query=StatementBefore)
def statement(query: dict[str, Any], account_id: str) -> dict[str, Any]:
    """账户对账单，新的在前；可限定起止日期"""
    seen(account_id)
    lines, after = statements.statement(
        reading(),
        account_id,
        before=query["after"],
        size=50,
        period=Period(query["first"], query["last"]),
    )
    items = [
        {
            "id": line.entry.posting_id,
            "kind": line.entry.kind.value,
            "at": line.entry.at,
            "project": line.project,
            "memo": line.entry.memo,
            "units": line.entry.units,
            "cents": line.entry.money,
        }
        for line in lines
    ]
    return {"items": items, "next": after or None}
