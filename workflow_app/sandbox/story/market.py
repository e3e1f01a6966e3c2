"""The market of the sandbox: who buys what of P1, P9 and P10, what it is cancelled for, and what stands open.

P1: 58,900 = 41,900 owner + 3,000 buyer + 14,000 cancelled. P9: 3,005 sold and cancelled. P10: 9,600 = 8,610
owner + 600 cancelled + 390 reversed. At hand-over a listing is open, an auction runs under seal, an
agreement waits for its buyer, an account and a deposit for the exchange, an alert
and a difference for somebody to look into.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from workflow_app.commands.account_requests import EnterCash
from workflow_app.commands.market.requests import ReconcileTrades, ReportTrades, WithdrawOrder
from workflow_app.commands.unit_requests import GrantDelegation
from workflow_app.sandbox import people
from workflow_app.sandbox.stage import Stage, at
from workflow_app.sandbox.story import holders, purposes
from workflow_app.sandbox.story import projects as told
from workflow_app.sandbox.story.teller import Timeline
from workflow_app.sandbox.story.units import Units

A, B, C, D = "dexing", "wuyuan", "foundation", "ding"
"""甲 乙 丙 丁."""

FOUND = {
    "grounds": "年度抽查发现第七碳层三个小班面积重复计算，2024年减排量可能多计。",
    "findings": "现地复核并重新量算小班矢量：重复面积812.5亩，按该层单位面积减排量0.48吨计，多计390吨。",
    "statement": "对复核结果无异议。重复系两期作业设计叠图所致，并非故意，已修订小班台账。",
    "reasons": "面积重复属实，2024年多计390吨，非故意，自业主剩余减排量核减；已注销减排量的凭证不受影响。",
}


def buyers(stage: Stage) -> Timeline:
    """甲, 乙 and 丙 open accounts in 2025, 丁 in 2026; money comes in."""
    for login, applied, decided, yuan, form in (
        (A, "2025-06-20", "2025-06-24", "600000.00", "legal_person"),
        (B, "2025-06-25", "2025-06-27", "150000.00", "legal_person"),
        (C, "2025-06-30", "2025-07-02", "260000.00", "other_organisation"),
    ):
        yield at(applied, "09:15")
        holders.applies(stage, login, form)
        verified = date.fromisoformat(decided) - timedelta(days=1)
        yield from holders.opened(stage, login, verified.isoformat(), decided)
        yield from holders.cash(stage, login, yuan, "2025-07-03", f"演示银行回单-{login}-01")
    yield at("2026-08-24", "20:05")
    holders.person_applies(stage, D)
    yield from holders.opened(stage, D, "2026-08-25", "2026-08-26", people.PERSON_CODE)
    yield from holders.cash(stage, D, "300.00", "2026-08-27", "演示银行回单-ding-01")
    yield at("2026-11-20", "16:20")
    holders.applies(stage, "luling")
    yield at("2026-11-23", "09:35")
    stage.do("jiaoyi1", EnterCash(stage.accounts[A], "deposit", "200000.00", "演示银行回单-dexing-02"))


def delegation(stage: Stage) -> Timeline:
    """The department delegates certificates of two purposes to the certificate centre (R42)."""
    yield at("2025-08-29", "16:30")
    scope = ("public_welfare", "carbon_neutrality")
    number = "演示环气候委〔2025〕1号"
    until = date(2027, 8, 31)
    stage.do("chuzhang", GrantDelegation(stage.bodies["delegate"], number, scope, date(2025, 9, 1), until))


def p1_sales(stage: Stage) -> Timeline:
    """P1: by listing to 乙, by agreement to 甲, by sealed auction to 丙; later attempts that fail."""
    one = Units(stage, told.P1)
    yield at("2025-08-05", "09:30")
    order = one.offered("listing", 2_000, "45.00")
    yield at("2025-08-07", "10:25")
    one.taken(order, B, 2_000)
    yield at("2025-09-02", "14:30")
    order = one.proposed(A, 10_000, "38.50")
    yield from one.agreed(order, A, "2025-09-04", "2025-09-05")
    yield at("2025-10-20", "09:30")
    order = one.offered("auction", 5_000, "40.00")
    yield at("2025-10-21", "10:05")
    one.bid(order, A, 3_000, "40.60")
    yield at("2025-10-22", "15:45")
    one.bid(order, B, 1_000, "40.10")
    yield at("2025-10-23", "11:30")
    one.bid(order, C, 5_000, "41.20")
    yield from holders.cash(stage, "zhangyuan", "600000.00", "2025-11-03", "演示银行回单-出金-01", "payout")
    yield at("2026-05-11", "09:30")
    one.offered("auction", 3_000, "46.00")
    yield at("2026-06-02", "10:15")
    order = one.offered("listing", 1_000, "46.00")
    yield at("2026-06-10", "16:10")
    stage.do("zhangyuan", WithdrawOrder(order, "拟改为协议转让"))


def p1_cancellations(stage: Stage) -> Timeline:
    """甲 10,000 t, 乙 2,000 t and 丙 2,000 t, each for a purpose of its own."""
    one = Units(stage, told.P1)
    days = ("2025-12-10", "2025-12-12", "2025-12-15")
    yield from one.cancelled(B, 2_000, purposes.SCENIC_AREA, days, "pingzheng")
    days = ("2026-01-13", "2026-01-15", "2026-01-19")
    yield from one.cancelled(A, 10_000, purposes.CEMENT_OFFSET, days, "chuzhang")
    days = ("2026-04-22", "2026-04-23", "2026-04-24")
    yield from one.cancelled(C, 2_000, purposes.WELFARE, days, "pingzheng")


def p9_sales(stage: Stage) -> Timeline:
    """P9: 5 t to 丁 for a court's restoration, 1,000 to 甲, 2,000 to 丙 by the exchange's own system."""
    nine = Units(stage, told.P9)
    yield at("2026-09-02", "09:30")
    order = nine.offered("listing", 1_500, "43.00")
    yield at("2026-09-03", "19:40")
    nine.taken(order, D, 5)
    yield at("2026-09-08", "14:15")
    nine.taken(order, A, 1_000)
    days = ("2026-09-10", "2026-09-11", "2026-09-16")
    yield from nine.cancelled(D, 5, purposes.RESTORATION, days, "chuzhang")
    days = ("2026-10-13", "2026-10-15", "2026-10-19")
    yield from nine.cancelled(A, 1_000, purposes.CEMENT_SECOND_OFFSET, days, "chuzhang")
    yield at("2026-11-16", "14:30")
    line = reported(stage, "JY-20261116-0007", C, 2_000, "42.50", "2026-11-16T14:20:00+08:00")
    stage.do("jiaoyi1", ReportTrades([line]))
    yield at("2026-11-16", "17:30")
    stage.do("jiaoyi1", ReconcileTrades("2026-11-16", [line]))
    days = ("2026-11-17", "2026-11-18", "2026-11-19")
    yield from nine.cancelled(C, 2_000, purposes.WELFARE, days, "pingzheng")


def p10_sales(stage: Stage) -> Timeline:
    """P10: 600 t to 乙 for a festival; 390 t found to be too many and taken back."""
    ten = Units(stage, told.P10)
    yield at("2026-03-10", "09:30")
    order = ten.offered("listing", 600, "42.00")
    yield at("2026-03-12", "10:50")
    ten.taken(order, B, 600)
    days = ("2026-04-13", "2026-04-14", "2026-04-16")
    yield from ten.cancelled(B, 600, purposes.FESTIVAL, days, "pingzheng")
    days_of_correction = ("2026-08-03", "2026-08-10", "2026-08-14", "2026-08-18")
    yield from ten.corrected(390, FOUND, days_of_correction)


def still_open(stage: Stage) -> Timeline:
    """What the newcomer finds: a listing, an agreement and an auction under way, and a day that differs."""
    nine, ten = Units(stage, told.P9), Units(stage, told.P10)
    yield at("2026-11-19", "09:40")
    nine.offered("listing", 600, "44.00")
    yield at("2026-11-20", "09:30")
    auction = ten.offered("auction", 2_000, "40.00")
    yield at("2026-11-20", "10:30")
    nine.proposed(B, 300, "43.50")
    yield at("2026-11-20", "14:00")
    ten.bid(auction, A, 1_500, "42.10")
    yield at("2026-11-20", "15:10")
    line = reported(stage, "JY-20261120-0003", A, 3_000, "42.80", "2026-11-20T15:00:00+08:00")
    stage.do("jiaoyi1", ReportTrades([line]))
    yield at("2026-11-20", "17:30")
    stage.do("jiaoyi1", ReconcileTrades("2026-11-20", [line]))
    yield at("2026-11-23", "09:20")
    ten.bid(auction, C, 800, "41.50")


def reported(
    stage: Stage, external_id: str, buyer: str, tonnes: int, price: str, moment: str
) -> dict[str, Any]:
    """A trade of P9 as the exchange's own system tells it."""
    with stage.app.store.reading() as uow:
        project = uow.programme.project(stage.projects["p9"])
    if project is None:
        raise LookupError("P9 is not on record")
    return {
        "external_id": external_id,
        "project_number": project["number"],
        "seller_account": holders.number(stage, holders.owner_account(stage, "ganjiang")),
        "buyer_account": holders.number(stage, stage.accounts[buyer]),
        "quantity": tonnes,
        "price": price,
        "at": moment,
    }


TIMELINES = (buyers, delegation, p1_sales, p1_cancellations, p9_sales, p10_sales, still_open)
