"""What is in an account as its pages read it: totals, merged blocks, the statement; on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.book import Book
from workflow_app.commands import on_ledger
from workflow_app.commands.book import Act
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.domain.ledger.serial import Serial
from workflow_app.queries import holdings, public_units
from workflow_app.queries.reading import Reading
from workflow_app.store.unit_of_work import Store


@pytest.fixture
def book(store: Store) -> Book:
    return Book(store)


@pytest.fixture
def reading(store: Store) -> Iterator[Reading]:
    opened = Reading(store.engine, store.vault, store.clock.now)
    yield opened
    opened.close()


def test_blocks_that_lie_side_by_side_are_shown_as_one(book: Book, reading: Reading) -> None:
    """Sold in three pieces, the buyer holds one run a year; the owner keeps what lies behind it."""
    book.mint(y2021=100, y2022=50)
    buyer, other = book.account(), book.account()
    for quantity in (30, 20, 10):
        book.sell(buyer, quantity)
    book.sell(other, 5)
    book.sell(buyer, 40)

    def runs(account: str) -> list[tuple[int, int, int, int]]:
        blocks, more = holdings.blocks_of(reading, account)
        assert not more
        serials = [Serial.parse(block.serial) for block in blocks]
        assert [serial.quantity for serial in serials] == [block.quantity for block in blocks]
        return [(one.batch, one.vintage, one.start, one.end) for one in serials]

    assert runs(buyer) == [(1, 2021, 1, 60), (1, 2021, 66, 100), (1, 2022, 101, 105)]
    assert runs(other) == [(1, 2021, 61, 65)]
    assert runs(book.owner) == [(1, 2022, 106, 150)]


def test_runs_of_different_buckets_and_batches_stay_apart(book: Book, reading: Reading) -> None:
    book.mint(y2021=10)
    book.mint(y2021=10)
    book.act(on_ledger.freeze, Act("f"), book.units(book.owner, 4), "o1")
    blocks, _ = holdings.blocks_of(reading, book.owner)
    found = [(one.batch, one.bucket, one.quantity) for one in blocks]
    assert found == [(1, Bucket.FROZEN, 4), (1, Bucket.AVAILABLE, 6), (2, Bucket.AVAILABLE, 10)]
    (units,) = holdings.units_of(reading, book.owner)
    assert units.units == {Bucket.FROZEN: 4, Bucket.AVAILABLE: 16}
    assert units.number == book.number


def test_a_page_shows_so_many_blocks_and_says_there_are_more(
    book: Book, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.mint(y2021=10, y2022=10, y2023=10)
    monkeypatch.setattr(holdings, "MOST_BLOCKS", 2)
    blocks, more = holdings.blocks_of(reading, book.owner)
    assert ([one.vintage for one in blocks], more) == ([2021, 2022], True)


def test_a_statement_goes_on_where_its_page_ended(book: Book, reading: Reading) -> None:
    book.mint(y2021=10)
    buyer = book.account()
    for _ in range(3):
        book.sell(buyer, 1)
    lines, before = holdings.statement(reading, buyer, size=4)
    rest, end = holdings.statement(reading, buyer, before=before, size=10)
    told = [line.entry.kind for line in (*lines, *rest)]
    assert told == [PostingKind.TRANSFER, PostingKind.RESERVE, PostingKind.DEPOSIT] * 3
    assert end == ""
    assert {line.project for line in lines} == {book.number, ""}
    whole = list(holdings.whole_statement(reading, buyer, most=5))
    assert [line.entry.kind for line in whole] == told[:5]
    money = holdings.money_of(reading, book.owner)
    assert (money.cash, money.reserved) == (300, 0)


def test_the_public_identity_holds_and_tells_when_it_does_not(book: Book, reading: Reading) -> None:
    """I1: issued, by the batches, is what the book holds."""
    book.mint(y2021=10)
    book.sell(book.account(), 4)
    told = public_units.identity(reading)
    assert (told.issued, told.parts, told.holds) == (10, (("available", 6), ("held", 4)), True)


def test_a_batch_issued_but_not_in_the_book_breaks_the_public_identity(book: Book, reading: Reading) -> None:
    book.mint(y2021=10)
    book.batch(y2022=5)
    told = public_units.identity(reading)
    assert (told.issued, told.holds) == (15, False)
