"""A holding of very many blocks: what an act takes of it, what a page reads of it, and by which index."""

from __future__ import annotations

import pytest

from tests.benchmarks.large_book import shatter
from tests.support.book import Book
from workflow_app.commands import on_ledger
from workflow_app.commands.book import Act
from workflow_app.commands.ledger_proof import prove_book
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.holdings import Hold, HoldKind
from workflow_app.store.repositories import ledger_picking
from workflow_app.store.unit_of_work import Store

ORDER = Hold(HoldKind.ORDER, "o1")


@pytest.fixture
def book(store: Store) -> Book:
    """An owner with 600 tonnes set aside, each a block of its own, and 100 free in one block."""
    found = Book(store)
    found.mint(y2021=700)
    shatter(found, 600)
    return found


def test_what_is_written_in_bulk_is_a_lawful_book(book: Book, store: Store) -> None:
    with store.reading() as uow:
        proof = prove_book(uow, None)
    assert (proof.breaches, proof.units, proof.postings) == ((), 700, 13)


@pytest.mark.parametrize("quantity", [1, 8, 9, 72, 73, 500, 600])
def test_exactly_the_lowest_numbers_are_taken_however_many_pages_they_fill(
    book: Book, store: Store, quantity: int
) -> None:
    """Pages hold 8, then 64, then 512 blocks."""
    with store.reading() as uow:
        found = uow.ledger.pick(
            book.owner, Bucket.FROZEN, quantity, project_id=book.project, batch_id=book.batches[0], hold=ORDER
        )
    assert [one.block.start for one in found] == list(range(1, quantity + 1))


def test_an_act_on_a_part_leaves_the_rest_where_it_was(book: Book) -> None:
    book.act(on_ledger.release, Act("r"), book.units(book.owner, 577), "o1")
    assert book.balance(book.owner) == {Bucket.FROZEN: 23, Bucket.AVAILABLE: 677}
    book.act(on_ledger.release, Act("all"), book.units(book.owner), "o1")
    assert book.balance(book.owner) == {Bucket.AVAILABLE: 700}


def test_tonnes_are_added_up_where_they_lie(book: Book, store: Store) -> None:
    with store.reading() as uow:
        tonnes = uow.ledger.tonnes
        assert tonnes(book.owner, Bucket.FROZEN, book.project) == 600
        assert tonnes(book.owner, Bucket.FROZEN, book.project, book.batches[0]) == 600
        assert tonnes(book.owner, Bucket.FROZEN, book.project, "another") == 0
        assert tonnes(book.owner, Bucket.HELD, book.project) == 0


def test_a_statement_tells_of_postings_of_many_blocks_by_their_sums(book: Book, store: Store) -> None:
    with store.reading() as uow:
        page = uow.ledger.statement(book.owner, limit=12)
        (mint,) = uow.ledger.statement(book.owner, before=page[-1].posting_id)
    assert [one.units for one in page] == [{Bucket.FROZEN: 50, Bucket.AVAILABLE: -50}] * 12
    assert (mint.units, mint.money) == ({Bucket.AVAILABLE: 700}, {})


def test_what_is_picked_is_walked_to_along_an_index(book: Book, store: Store) -> None:
    """No holding is sorted, and units set aside are found by what they are set aside for."""
    with store.reading() as uow:
        for held in (False, True):
            query = ledger_picking._query(1, True, False, held, uow.driver.sqlite)
            asked = {
                "account": book.owner,
                "bucket0": "frozen",
                "project": book.project,
                "hold_kind": "order",
                "hold": "o2",
                "limit": 8,
                "offset": 0,
            }
            explain = "EXPLAIN QUERY PLAN " if uow.driver.sqlite else "EXPLAIN "
            plan = " ".join(str(row) for row in uow.driver.rows(explain + query.sql, asked))
            wanted = "ix_holding_hold_id" if held else "ix_holding_account_id"
            assert wanted in plan, plan
