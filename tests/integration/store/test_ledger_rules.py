"""The book's invariants stand in the database: direct SQL that breaks one is refused, on both kinds.

docs/domain.md §5: I2 (units partition), I3 (no second transfer), I4 (terminal, append-only), I7 (delivery
versus payment). The lawful act next to each passes.
"""

# ruff: noqa: S608 - direct SQL is what these tests are about

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.book import Book
from tests.support.forgery import Forgery, Row, forge, holdings, refused, sql
from tests.support.records import NOON, Programme, open_store
from workflow_app.commands import on_ledger, on_money
from workflow_app.commands.book import Act
from workflow_app.kernel.errors import Conflict, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.unit_of_work import Store


@pytest.fixture
def book(store: Store) -> Book:
    """100 units of 2021, 50 of them sold to ``book.buyer_account``."""
    made = Book(store)
    made.mint(y2021=100)
    return made


# --- I4: append-only, and nothing leaves a terminal bucket ------------------------------------


def test_a_holding_is_not_changed(book: Book, store: Store) -> None:
    buyer = book.buyer()
    book.sell(buyer, 10)
    for change in (
        f"account_id = '{book.buyer()}'",
        "transfer_count = 1",
        "transfer_count = 0",
        "bucket = 'available'",
        "last_unit = last_unit + 1",
        "hold_id = NULL, hold_kind = NULL",
    ):
        with refused("append_only", "holding_sold_once"):
            sql(store, text(f"UPDATE holding SET {change}"))


def test_what_is_cancelled_or_reversed_stays(book: Book, store: Store) -> None:
    book.act(on_ledger.hold_cancellation, Act("h"), book.units(book.owner, 10), "c1")
    book.act(on_ledger.cancel, Act("c"), book.units(book.owner), "c1")
    book.act(on_ledger.reverse, Act("r"), book.units(book.owner, 10))
    for bucket, back in (("cancelled", "pending"), ("reversed", "available")):
        (row,) = holdings(store, bucket=bucket)
        with refused("units_terminal"):
            sql(store, text(f"DELETE FROM holding WHERE bucket = '{bucket}'"))
        for kind in ("return_cancellation", "undispute", "release"):
            with refused("units_terminal"):
                forge(store, Forgery(kind, [row], [[{"bucket": back}]]))


def test_a_posting_once_closed_is_closed(book: Book, store: Store) -> None:
    posting_id = book.mint(y2022=10).posting_id
    (row,) = holdings(store, posting_id=posting_id)
    again = Forgery("freeze", [row], [[{"bucket": "frozen"}]], id=posting_id)
    with refused("posting_sealed", "already_there"):
        forge(store, again)
    with refused("posting_sealed"):
        sql(
            store,
            tables.ledger_money.insert(),
            {"posting_id": posting_id, "line": 1, "account_id": book.owner, "bucket": "cash", "cents": 5},
        )
    book.sell(book.buyer(), 1)
    book.succession_order(book.owner, book.account())
    for table, column in (
        ("ledger_posting", "memo"),
        ("ledger_line", "serial"),
        ("ledger_money", "bucket"),
        ("trade", "confirmation_number"),
        ("account_order", "reason"),
    ):
        with refused("append_only"):
            sql(store, text(f"UPDATE {table} SET {column} = 'x'"))
        with refused("append_only"):
            sql(store, text(f"DELETE FROM {table}"))


def test_a_key_is_posted_once(book: Book, store: Store) -> None:
    (row,) = holdings(store)
    forge(store, Forgery("freeze", [row], [[{"bucket": "frozen"}]], posting={"key": "k"}))
    (row,) = holdings(store)
    with pytest.raises(Conflict):
        forge(store, Forgery("release", [row], [[{"bucket": "available"}]], posting={"key": "k"}))


def _replace(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
        uow.connection.exec_driver_sql(
            "INSERT OR REPLACE INTO holding SELECT id, project_id, batch_id, account_id, 'held', vintage,"
            " first_unit, last_unit, serial, 1, NULL, NULL, NULL, NULL, NULL, posting_id FROM holding"
        )


def test_replacing_is_not_a_way_round(sqlite_store_url: str) -> None:
    """INSERT OR REPLACE fires no delete trigger where a client turned recursive triggers off."""
    store = open_store(sqlite_store_url)
    book = Book(store)
    book.mint(y2021=100)
    with refused("already_there"):
        _replace(store)
    store.engine.dispose()


# --- I2: units partition ----------------------------------------------------------------------


def test_no_unit_comes_out_of_nothing(book: Book, store: Store) -> None:
    (row,) = holdings(store)
    buyer = book.buyer()
    copied = {**row, "id": new_id(), "account_id": buyer, "bucket": "held", "transfer_count": 1}
    with refused("holding_unmatched"):
        sql(store, tables.holding.insert(), {**copied, "first_unit": 101, "last_unit": 200})
    with refused("holding_unmatched"):
        sql(store, text("DELETE FROM holding"))
    frozen: Row = {"bucket": "frozen"}
    cases: tuple[tuple[list[list[Row]], tuple[str, ...]], ...] = (
        ([[{**frozen, "last_unit": 101}]], ("units_unmatched",)),
        ([[{**frozen, "first_unit": 101, "last_unit": 200}]], ("units_unmatched",)),
        ([[{**frozen, "vintage": 2020}]], ("units_unmatched",)),
        ([[{**frozen, "last_unit": 60}, {"first_unit": 60}]], ("units_overlap",)),
        ([[{**frozen, "last_unit": 60}, {"first_unit": 62}]], ("posting_unbalanced",)),
        ([[frozen, frozen]], ("units_overlap", "already_there")),
        ([[]], ("posting_unbalanced",)),
    )
    for spoilt, codes in cases:
        with pytest.raises((Refused, Conflict)) as caught:
            forge(store, Forgery("freeze", [row], spoilt))
        assert caught.value.code in codes, spoilt
    forge(store, Forgery("freeze", [row], [[{**frozen, "last_unit": 60}, {"first_unit": 61}]]))


def test_what_is_given_is_gone_and_what_is_received_is_there(book: Book, store: Store) -> None:
    (row,) = holdings(store)
    split: list[list[Row]] = [[{"bucket": "frozen", "last_unit": 60}, {"first_unit": 61}]]
    with refused("units_overlap", "already_there"):
        forge(store, Forgery("freeze", [row], split, spare=True))
    with refused("holding_unmatched"):
        forge(store, Forgery("freeze", [row], split, hide=frozenset({0, 1}), spare=True))
    with refused("holding_unmatched"):
        forge(store, Forgery("freeze", [row], split, hide=frozenset({1})))


def test_a_line_gives_a_holding_as_it_is(book: Book, store: Store) -> None:
    (row,) = holdings(store)
    buyer = book.buyer()
    for lie in ({"account_id": buyer}, {"transfer_count": 1}, {"last_unit": 50}, {"id": new_id()}):
        with refused("holding_unmatched"):
            forge(store, Forgery("freeze", [{**row, **lie}], [[{"bucket": "frozen"}]]))


def test_a_posting_is_of_one_project(book: Book, store: Store) -> None:
    other = Book(store, 2)
    other.mint(y2021=100)
    (first,) = holdings(store, project_id=book.project)
    (second,) = holdings(store, project_id=other.project)
    with refused("posting_move"):
        forge(store, Forgery("freeze", [first, second], [[{"bucket": "frozen"}], [{"bucket": "frozen"}]]))
    with refused("holding_unmatched", "already_there"):
        forge(store, Forgery("freeze", [first], [[{"bucket": "frozen", "project_id": other.project}]]))


def test_lines_without_a_posting_do_not_stay(book: Book, store: Store) -> None:
    (row,) = holdings(store)
    lines, _ = Forgery("freeze", [row], [[{"bucket": "frozen"}]])._lines()
    with pytest.raises((DBAPIError, Refused)):
        sql(store, tables.ledger_line.insert(), lines)
    assert holdings(store) == [row]


def _add_meanwhile(store: Store, posting: Forgery, account: str) -> None:
    with store.unit_of_work() as late:
        late.connection.execute(
            tables.ledger_money.insert(),
            {"posting_id": posting.id, "line": 3, "account_id": account, "bucket": "cash", "cents": 900},
        )
        forge(store, posting)
        late.commit()


def test_two_transactions_do_not_write_one_posting(postgres_store_url: str) -> None:
    """What another transaction adds while a posting closes is refused when that one commits."""
    store = open_store(postgres_store_url)
    book = Book(store)
    book.mint(y2021=100)
    buyer = book.buyer(1_000)
    paid = Forgery("reserve", money=[(buyer, "cash", -5), (buyer, "reserved", 5)])
    with refused("posting_sealed"):
        _add_meanwhile(store, paid, buyer)
    store.engine.dispose()


# --- minting ----------------------------------------------------------------------------------


def minted(book: Book, batch: str, first: int, last: int, **changes: Any) -> Forgery:
    """A mint by hand."""
    issuance = {"account_id": _issuance(book), "bucket": "issued", "id": None}
    block = {
        "project_id": book.project,
        "batch_id": batch,
        "vintage": 2022,
        "first_unit": first,
        "last_unit": last,
        "serial": "x",
        "transfer_count": 0,
        "hold_kind": None,
        "hold_id": None,
        "prior_bucket": None,
        "prior_hold_kind": None,
        "prior_hold_id": None,
    }
    received = {"account_id": book.owner, "bucket": "available"} | changes
    return Forgery("mint", [block | issuance], [[received]], posting={"batch_id": batch})


def _issuance(book: Book) -> str:
    with book.store.reading() as uow:
        found = uow.programme.account(None, "issuance")
    assert found is not None
    return str(found["id"])


def test_a_mint_is_its_batch_once_numbered_on_for_the_owner(book: Book, store: Store) -> None:
    batch = book.batch(y2022=50)
    with refused("mint_differs"):
        forge(store, minted(book, batch, 101, 149))
    with refused("units_unmatched"):
        forge(store, minted(book, batch, 102, 151))
    with refused("units_overlap"):
        forge(store, minted(book, batch, 100, 149))
    with refused("posting_move"):
        forge(store, minted(book, batch, 101, 150, account_id=book.account("owner")))
    with refused("posting_move"):
        forge(store, minted(book, batch, 101, 150, account_id=book.buyer(), bucket="held"))
    with refused("posting_move"):
        forge(store, minted(book, batch, 101, 150, bucket="held", transfer_count=1))
    with refused("posting_move"):
        taken = minted(book, book.batches[0], 101, 150)
        taken.posting = {"batch_id": batch}
        forge(store, taken)
    forge(store, minted(book, batch, 101, 150))
    with pytest.raises((Conflict, Refused)):
        forge(store, minted(book, batch, 151, 200))


def test_nothing_is_minted_for_a_project_no_longer_registered(book: Book, store: Store) -> None:
    batch = book.batch(y2022=50)
    sql(
        store,
        text(f"UPDATE registration SET state = 'revoked', ended_at = 1 WHERE project_id = '{book.project}'"),
    )
    with refused("project_not_registered"):
        forge(store, minted(book, batch, 101, 150))


# --- accounts and totals -----------------------------------------------------------------------


def test_an_account_keeps_its_holder_and_closes_empty(book: Book, store: Store) -> None:
    buyer = book.buyer(5)
    for change in ("kind = 'buyer'", "number = 'x'", "organisation_id = NULL, kind = 'fee'"):
        with pytest.raises((Refused, DBAPIError)):
            sql(store, text(f"UPDATE account SET {change} WHERE id = '{book.owner}'"))
    for account in (book.owner, buyer):
        with refused("account_not_empty"):
            book.programme.change(tables.account, account, state="closed", closed_at=NOON)
    book.act(on_money.payout, Act("p"), buyer, 5)
    book.programme.change(tables.account, buyer, state="closed", closed_at=NOON)
    with refused("account_fixed"):
        book.programme.change(tables.account, buyer, state="normal", closed_at=None)


def test_an_account_has_two_people_behind_it(book: Book) -> None:
    with refused("account_second_person"):
        book.account(opened_by="maker", checked_by="maker")
    book.account(opened_by="maker", checked_by="checker")


def test_no_total_falls_below_nought(book: Book, store: Store) -> None:
    buyer = book.buyer(5)
    with refused("insufficient_funds"):
        sql(store, text(f"UPDATE money_balance SET cents = -1 WHERE account_id = '{buyer}'"))
    with refused("unit_balance_quantity"):
        sql(store, text("UPDATE unit_balance SET quantity = -1"))


def test_a_truncated_book_is_refused(postgres_store_url: str) -> None:
    store = open_store(postgres_store_url)
    Programme(store)
    for table in ("holding", "ledger_line", "ledger_money", "ledger_posting", "account_order", "trade"):
        with refused("append_only"):
            sql(store, text(f"TRUNCATE {table} CASCADE"))
    store.engine.dispose()
