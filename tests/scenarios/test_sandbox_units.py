"""The sandbox's units and money as it is handed over: every figure of docs/domain.md §7, from the book."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from workflow_app.bootstrap import App, build
from workflow_app.commands.ledger_proof import prove_book
from workflow_app.config import Config
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.kernel.clock import FixedClock, shanghai
from workflow_app.sandbox.play import HANDED_OVER
from workflow_app.store import tables

P1, P9, P10 = "JX-JCER-01-00001", "JX-JCER-05-00004", "JX-JCER-01-00002"
A, B, C, D = "德兴演示水泥", "婺源演示景区", "演示公益基金会", "丁演示"
OWNERS = {P1: "章源演示林场", P9: "赣江演示环保", P10: "赣林演示集团"}


@pytest.fixture
def sandbox(sandbox_config: Config) -> Iterator[App]:
    """The sandbox at the moment of handing over, its clock standing still."""
    app = build(sandbox_config, FixedClock(HANDED_OVER))
    yield app
    app.store.engine.dispose()


def _rows(app: App, table: Any) -> list[dict[str, Any]]:
    with app.store.reading() as uow:
        return [dict(row) for row in uow.connection.execute(select(table).order_by(table.c.id)).mappings()]


def _project(app: App, number: str) -> dict[str, Any]:
    return next(row for row in _rows(app, tables.project) if row["number"] == number)


def _holders(app: App) -> dict[str, str]:
    """Every account's id by its holder's name and its kind."""
    names = {row["id"]: row["name"] for row in _rows(app, tables.organisation)}
    people = {row["id"]: row["name"] for row in _rows(app, tables.user_account)}
    return {
        row["id"]: names.get(row["organisation_id"]) or people.get(row["person_id"]) or row["kind"]
        for row in _rows(app, tables.account)
    }


def _units(app: App, number: str) -> dict[tuple[str, str], int]:
    """Tonnes of a project by holder and bucket; what is offered is counted with what its owner may offer."""
    project_id, names = _project(app, number)["id"], _holders(app)
    found: dict[tuple[str, str], int] = {}
    with app.store.reading() as uow:
        for account_id, name in names.items():
            for bucket, tonnes in uow.ledger.balance(account_id, project_id).items():
                where = "owner" if bucket in (Bucket.AVAILABLE, Bucket.FROZEN) else bucket.value
                found[name, where] = found.get((name, where), 0) + tonnes
    return {key: tonnes for key, tonnes in found.items() if tonnes}


def _trades(app: App, number: str) -> list[tuple[str, str, int, int, int]]:
    """Mode, buyer, tonnes, cents a tonne and cents in all of a project's trades, in their order."""
    names, project_id = _holders(app), _project(app, number)["id"]
    modes = {row["id"]: row["mode"] for row in _rows(app, tables.trade_order)}
    rows = [row for row in _rows(app, tables.trade) if row["project_id"] == project_id]
    return [
        (
            modes.get(row["order_id"], row["channel"]),
            names[row["buyer_account"]],
            row["quantity"],
            row["price_cents"],
            row["amount_cents"],
        )
        for row in sorted(rows, key=lambda row: row["at"])
    ]


def test_p1_58900_are_41900_with_the_owner_3000_with_a_buyer_and_14000_cancelled(sandbox: App) -> None:
    assert _units(sandbox, P1) == {
        (OWNERS[P1], "owner"): 41_900,
        (C, "held"): 3_000,
        (A, "cancelled"): 10_000,
        (B, "cancelled"): 2_000,
        (C, "cancelled"): 2_000,
    }
    assert 44_100 + 14_800 == 58_900 == 41_900 + 3_000 + 14_000


def test_p1_was_sold_by_listing_by_agreement_and_by_auction(sandbox: App) -> None:
    """2,000 at 45.00, 10,000 at 38.50, 5,000 at 41.20: units 12,001 to 17,000, over two years."""
    assert _trades(sandbox, P1) == [
        ("listing", B, 2_000, 4_500, 9_000_000),
        ("negotiated", A, 10_000, 3_850, 38_500_000),
        ("auction", C, 5_000, 4_120, 20_600_000),
    ]
    (sold,) = [row for row in _rows(sandbox, tables.trade) if row["quantity"] == 5_000]
    with sandbox.store.reading() as uow:
        lines = uow.connection.execute(
            select(
                tables.ledger_line.c.vintage, tables.ledger_line.c.first_unit, tables.ledger_line.c.last_unit
            )
            .where(tables.ledger_line.c.posting_id == sold["posting_id"])
            .where(tables.ledger_line.c.account_id == sold["buyer_account"])
            .order_by(tables.ledger_line.c.first_unit)
        ).all()
    assert [tuple(line) for line in lines] == [(2021, 12_001, 14_500), (2022, 14_501, 17_000)]


def test_p9_3005_are_sold_and_cancelled_5_of_them_by_a_natural_person(sandbox: App) -> None:
    assert _units(sandbox, P9) == {
        (OWNERS[P9], "owner"): 5_400 - 3_005,
        (A, "cancelled"): 1_000,
        (C, "cancelled"): 2_000,
        (D, "cancelled"): 5,
    }
    assert [line[:3] for line in _trades(sandbox, P9)] == [
        ("listing", D, 5),
        ("listing", A, 1_000),
        ("reported", C, 2_000),
    ]
    (restored,) = [row for row in _rows(sandbox, tables.cancellation) if row["quantity"] == 5]
    assert restored["purpose"] == "substitute_restoration"


def test_p10_9600_are_8610_with_the_owner_600_cancelled_and_390_reversed(sandbox: App) -> None:
    """Corrected on 2026-08-18; the certificate of the 600 tonnes stands."""
    assert _units(sandbox, P10) == {
        (OWNERS[P10], "owner"): 8_610,
        (OWNERS[P10], "reversed"): 390,
        (B, "cancelled"): 600,
    }
    (correction,) = _rows(sandbox, tables.correction)
    assert (correction["reversed"], correction["outstanding"]) == (390, 0)
    reversing = [row for row in _rows(sandbox, tables.ledger_posting) if row["kind"] == "reverse"]
    assert [shanghai(row["at"]).date().isoformat() for row in reversing] == ["2026-08-18"]


def test_batches_are_issued_with_their_years_on_the_day_of_their_registration(sandbox: App) -> None:
    """First batches of P1, P9 and P10 with the project, in one notice; P1's second in a notice of its own."""
    numbers = {row["id"]: row["number"] for row in _rows(sandbox, tables.project)}
    minted = {
        row["batch_id"]: shanghai(row["at"]).date().isoformat()
        for row in _rows(sandbox, tables.ledger_posting)
        if row["kind"] == "mint"
    }
    issued = {
        (numbers[row["project_id"]], row["sequence"]): (row["issued"], row["state"], minted[row["id"]])
        for row in _rows(sandbox, tables.batch)
        if row["issued"]
    }
    assert issued == {
        (P1, 1): (44_100, "issued", "2025-06-18"),
        (P1, 2): (14_800, "issued", "2026-02-28"),
        (P9, 1): (5_400, "issued", "2026-06-30"),
        (P10, 1): (9_600, "corrected", "2025-10-15"),
    }
    notices = [numbers[row["project_id"]] for row in _rows(sandbox, tables.public_notice)]
    assert {number: notices.count(number) for number in (P1, P9, P10)} == {P1: 2, P9: 1, P10: 1}


def test_every_cancellation_has_its_certificate_by_whom_it_may_be_issued(sandbox: App) -> None:
    """The delegate certifies what it is delegated for, the department the rest; units and serials agree."""
    certificates = {row["cancellation_id"]: row for row in _rows(sandbox, tables.certificate)}
    cancelled = _rows(sandbox, tables.cancellation)
    told = sorted((row["quantity"], row["purpose"], certificates[row["id"]]["issuer"]) for row in cancelled)
    assert told == [
        (5, "substitute_restoration", "department"),
        (600, "carbon_neutrality", "delegate"),
        (1_000, "voluntary_offset", "department"),
        (2_000, "carbon_neutrality", "delegate"),
        (2_000, "public_welfare", "delegate"),
        (2_000, "public_welfare", "delegate"),
        (10_000, "voluntary_offset", "department"),
    ]


def test_the_market_is_alive_when_it_is_handed_over(sandbox: App) -> None:
    """A listing and an auction are open, an agreement waits for its buyer; others ended unsold."""
    orders = _rows(sandbox, tables.trade_order)
    standing = sorted((row["mode"], row["state"]) for row in orders if row["state"] != "completed")
    assert standing == [
        ("auction", "open"),
        ("auction", "unsold"),
        ("listing", "expired"),
        ("listing", "open"),
        ("listing", "withdrawn"),
        ("negotiated", "pending"),
    ]
    running = next(row for row in orders if (row["mode"], row["state"]) == ("auction", "open"))
    assert running["closes_at"] > HANDED_OVER
    bids = _rows(sandbox, tables.bid)
    assert sum(row["order_id"] == running["id"] and row["state"] == "placed" for row in bids) == 2


def test_the_exchange_has_something_to_look_into(sandbox: App) -> None:
    """An alert, a difference, an account applied for and a deposit to be decided."""
    assert [(row["kind"], row["state"]) for row in _rows(sandbox, tables.trade_alert)] == [
        ("large_share", "open")
    ]
    days = {row["day"]: row["differences"] for row in _rows(sandbox, tables.trade_report_day)}
    assert days == {"2026-11-16": 0, "2026-11-20": 1}
    assert [row["state"] for row in _rows(sandbox, tables.account)].count("applied") == 1
    waiting = [row for row in _rows(sandbox, tables.cash_entry) if row["state"] == "entered"]
    assert [row["cents"] for row in waiting] == [20_000_000]


def test_pilots_are_at_work_and_evaluated(sandbox: App) -> None:
    """Five were evaluated in time; activities are entered; a complaint was answered, one waits."""
    cases = _rows(sandbox, tables.case_file)
    evaluations = [row["status"] for row in cases if row["process_id"] == "pilot_evaluation"]
    assert (evaluations.count("closed"), len(_rows(sandbox, tables.pilot_evaluation))) == (5, 5)
    assert len(_rows(sandbox, tables.pilot_activity)) == 7
    assert sorted(row["state"] for row in _rows(sandbox, tables.complaint)) == ["answered", "received"]


def test_the_book_is_proven(sandbox: App) -> None:
    """`jcer ledger verify` finds nothing: I1 to I9, totals, holdings and the chain."""
    with sandbox.store.reading() as uow:
        proof = prove_book(uow, sandbox.store.vault)
    assert proof.breaches == ()
    assert (proof.projects, proof.units) == (3, 58_900 + 5_400 + 9_600)
