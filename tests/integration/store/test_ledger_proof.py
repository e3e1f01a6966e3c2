"""The proof finds nothing in a lawful book, and every invariant broken behind the program's back."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from tests.support.book import Book
from tests.support.records import open_store
from workflow_app import config
from workflow_app.cli.main import main
from workflow_app.commands import on_ledger
from workflow_app.commands.book import Act
from workflow_app.commands.executor import Executor
from workflow_app.commands.ledger_proof import kept, prove_book, prove_nightly
from workflow_app.domain.ledger.holdings import Hold, HoldKind
from workflow_app.store.opening import open_store as open_installed
from workflow_app.store.unit_of_work import Store

DISPUTE = Hold(HoldKind.DISPUTE, "d1")


def lived_through(store: Store) -> Book:
    """Two projects, two batches, sold, cancelled, reversed, inherited."""
    book = Book(store)
    book.mint(y2021=100, y2022=50)
    book.mint(y2023=70)
    Book(store, 2).mint(y2021=30)
    buyer, heir = book.buyer(5_000), book.buyer()
    book.sell(buyer, 120, fee=7)
    book.act(on_ledger.hold_cancellation, Act("h"), book.units(buyer, 30), "c1")
    book.act(on_ledger.cancel, Act("c"), book.units(buyer), "c1")
    book.act(on_ledger.succession, Act("s"), book.units(buyer, 40), heir, book.succession_order(buyer, heir))
    book.act(on_ledger.dispute, Act("d"), book.units(book.owner, 20), DISPUTE)
    book.act(on_ledger.reverse, Act("r"), book.units(book.owner), DISPUTE)
    return book


def broken_rules(store: Store) -> set[str]:
    with store.reading() as uow:
        proof = prove_book(uow, store.vault)
    assert all(breach.what and breach.subject for breach in proof.breaches)
    return {breach.rule for breach in proof.breaches}


def test_a_lawful_book_is_proven(store: Store) -> None:
    lived_through(store)
    with store.reading() as uow:
        proof = prove_book(uow, store.vault)
    assert proof.breaches == ()
    assert (proof.projects, proof.units) == (2, 250)
    assert proof.postings == 3 + 1 + 2 + 1 + 2


@pytest.mark.parametrize(
    ("statement", "rules"),
    [
        ("UPDATE unit_balance SET quantity = quantity + 1", {"totals"}),
        ("DELETE FROM unit_balance", {"totals"}),
        ("UPDATE money_balance SET cents = cents + 1", {"totals"}),
        ("UPDATE holding SET transfer_count = 1 WHERE bucket = 'available'", {"holdings", "I3"}),
        ("UPDATE holding SET account_id = (SELECT id FROM account WHERE kind = 'fee')", {"holdings", "I3"}),
        ("DELETE FROM holding WHERE bucket = 'cancelled'", {"holdings"}),
        ("UPDATE holding SET last_unit = last_unit + 1 WHERE bucket = 'reversed'", {"holdings"}),
        ("UPDATE ledger_line SET quantity = quantity + 1 WHERE bucket = 'cancelled'", {"I7", "I1", "totals"}),
        ("UPDATE ledger_line SET of_line = 9 WHERE bucket = 'reversed'", {"I2", "I7"}),
        ("UPDATE ledger_line SET transfer_count = 0 WHERE bucket = 'cancelled'", {"I3", "holdings"}),
        ("DELETE FROM ledger_line WHERE bucket = 'cancelled'", {"I7", "I1", "I2", "totals", "holdings"}),
        ("UPDATE ledger_posting SET kind = 'dispute' WHERE kind = 'transfer'", {"I3"}),
        ("UPDATE ledger_posting SET kind = 'succession' WHERE kind = 'cancel'", {"I3"}),
        ("UPDATE ledger_posting SET quantity = 1 WHERE kind = 'transfer'", {"I7"}),
        ("DELETE FROM ledger_posting WHERE kind = 'cancel'", {"I4"}),
        ("DELETE FROM trade", {"I7"}),
        ("UPDATE ledger_money SET cents = cents + 1 WHERE cents > 0", {"I7", "totals"}),
        ("DELETE FROM ledger_money", {"I7", "totals"}),
        ("UPDATE account SET kind = 'buyer' WHERE kind = 'owner'", {"I3"}),
        ("UPDATE batch SET issued = issued + 1", {"I1", "I2", "I5"}),
        ("UPDATE batch SET issued = NULL", {"I1", "I2"}),
        ("UPDATE batch SET accepted = 1", {"I5"}),
        ("UPDATE batch SET publicised = 1", {"I5"}),
        ("UPDATE batch SET calculated = 10000", {"I5"}),
        ("UPDATE batch SET period_end = '2029-12-31'", {"I6"}),
        ("UPDATE batch SET period_start = '2020-01-01'", {"I6"}),
        ("UPDATE panel_opinion SET result = 'failed'", {"I9"}),
        ("UPDATE public_notice SET outcome = 'upheld_fatal'", {"I9"}),
        (
            (
                "INSERT INTO comment (id, receipt, notice_id, received_at, late, text)"
                " SELECT 'x' || id, id, id, 1, false, '异议' FROM public_notice"
            ),
            {"I9"},
        ),
        ("UPDATE event SET body = X'00' WHERE seq = 2", {"history"}),
    ],
)
def test_what_was_broken_is_found(statement: str, rules: set[str], sqlite_store_url: str) -> None:
    store = open_store(sqlite_store_url)
    lived_through(store)
    with store.unit_of_work() as uow:
        triggers = uow.connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for name in triggers.scalars().all():
            uow.connection.execute(text(f'DROP TRIGGER "{name}"'))
        uow.commit()
    with store.engine.connect() as raw:
        raw.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        raw.exec_driver_sql("ROLLBACK")
        raw.exec_driver_sql("PRAGMA foreign_keys = OFF")
        raw.exec_driver_sql("BEGIN IMMEDIATE")
        raw.execute(text(statement))
        raw.commit()
    assert broken_rules(store) == rules
    store.engine.dispose()


def test_what_is_kept_of_a_proof_stays_small(sqlite_store_url: str) -> None:
    store = open_store(sqlite_store_url)
    Book(store).mint(y2021=3)
    with store.reading() as uow:
        proof = prove_book(uow, None)
    result = kept(proof, store.clock.now())
    assert (result["on"], result["units"], result["breaches"], result["more"]) == ("2026-11-23", 3, [], 0)
    store.engine.dispose()


def test_the_command_says_each_breach_and_exits_1(
    sqlite_store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JCER_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("JCER_DATABASE_URL", sqlite_store_url)
    config.make_secrets(tmp_path / "var")
    store = open_installed(sqlite_store_url, config.read().master_key)
    Book(store).mint(y2021=3)
    store.engine.dispose()
    whole = CliRunner().invoke(main, ["ledger", "verify"])
    assert (whole.exit_code, whole.output) == (0, "1 个项目、1 笔分录、3 吨，0 处不符\n")
    with store.unit_of_work() as uow:
        uow.connection.execute(text("UPDATE unit_balance SET quantity = 4"))
        uow.commit()
    store.engine.dispose()
    broken = CliRunner().invoke(main, ["ledger", "verify"])
    assert broken.exit_code == 1
    assert "可用余额4吨，而分录合计3吨" in broken.output
    told = json.loads(CliRunner().invoke(main, ["ledger", "verify", "--json", "--no-history"]).output)
    assert [one["rule"] for one in told["breaches"]] == ["totals"]


def test_the_book_is_proven_once_a_day(sqlite_store_url: str) -> None:
    store = open_store(sqlite_store_url)
    Book(store).mint(y2021=3)
    executor = Executor(store, cast(Any, SimpleNamespace(clock=store.clock)))
    first = prove_nightly(executor)
    assert first is not None
    assert prove_nightly(executor) is None
    with store.reading() as uow:
        assert uow.settings.get("ledger_proof")["units"] == 3
    store.engine.dispose()
