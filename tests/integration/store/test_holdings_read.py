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
from workflow_app.queries import holdings, public_units, ranges, statements
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
        blocks, more = ranges.blocks_of(reading, account)
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
    blocks, _ = ranges.blocks_of(reading, book.owner)
    found = [(one.batch, one.bucket, one.quantity) for one in blocks]
    assert found == [(1, Bucket.AVAILABLE, 6), (2, Bucket.AVAILABLE, 10), (1, Bucket.FROZEN, 4)]
    (units,) = holdings.units_of(reading, book.owner)
    assert units.units == {Bucket.FROZEN: 4, Bucket.AVAILABLE: 16}
    assert units.number == book.number


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_pages_of_ranges_together_are_the_holding(book: Book, reading: Reading, size: int) -> None:
    """Whatever a page's size, each range comes once and whole, in the order of the index."""
    book.mint(y2021=10, y2022=10, y2023=10)
    book.sell(book.account(), 3)
    book.act(on_ledger.freeze, Act("f"), book.units(book.owner, 4), "o1")
    found, after = [], ""
    while True:
        blocks, after = ranges.blocks_of(reading, book.owner, after=after, size=size)
        found += [(one.bucket, one.vintage, one.quantity) for one in blocks]
        if not after:
            break
    assert found == [
        (Bucket.AVAILABLE, 2021, 3),
        (Bucket.AVAILABLE, 2022, 10),
        (Bucket.AVAILABLE, 2023, 10),
        (Bucket.FROZEN, 2021, 4),
    ]


def test_a_page_reads_so_many_rows_and_no_more(book: Book, reading: Reading) -> None:
    """A run longer than a page reads goes on over the page, and no unit is told twice."""
    book.mint(y2021=10)
    buyer = book.account()
    for _ in range(5):
        book.sell(buyer, 1)
    sizes, after = [], ""
    while True:
        blocks, after = ranges.blocks_of(reading, buyer, after=after, most_rows=2)
        sizes += [one.quantity for one in blocks]
        if not after:
            break
    assert sizes == [2, 2, 1]


@pytest.mark.parametrize("key", ["x", "1.2", "9.a.2021.1", "0.a.b.c", "-1.a.2021.1", f"0.a.2021.{2**70}"])
def test_what_is_no_key_is_the_first_page(book: Book, reading: Reading, key: str) -> None:
    book.mint(y2021=10)
    blocks, _ = ranges.blocks_of(reading, book.owner, after=key)
    assert [one.quantity for one in blocks] == [10]


def test_a_statement_goes_on_where_its_page_ended(book: Book, reading: Reading) -> None:
    book.mint(y2021=10)
    buyer = book.account()
    for _ in range(3):
        book.sell(buyer, 1)
    lines, before = statements.statement(reading, buyer, size=4)
    rest, end = statements.statement(reading, buyer, before=before, size=10)
    told = [line.entry.kind for line in (*lines, *rest)]
    assert told == [PostingKind.TRANSFER, PostingKind.RESERVE, PostingKind.DEPOSIT] * 3
    assert end == ""
    assert {line.project for line in lines} == {book.number, ""}
    whole = list(statements.whole_statement(reading, buyer, most=5))
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
