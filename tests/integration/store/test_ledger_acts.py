"""Every act on the book, carried out on both databases: what moves, what it refuses, once for a key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.book import Book, running
from tests.support.records import NOON
from workflow_app.commands import on_ledger, on_money
from workflow_app.commands.book import Act
from workflow_app.commands.on_ledger import Sale
from workflow_app.domain.ledger.accounts import Bucket, MoneyBucket
from workflow_app.domain.ledger.holdings import Hold, HoldKind
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.domain.ledger.serial import Serial
from workflow_app.kernel.errors import Conflict, NotFound, Refused
from workflow_app.store import tables
from workflow_app.store.history import SYSTEM
from workflow_app.store.rebuild import compare
from workflow_app.store.unit_of_work import Store

DISPUTE = Hold(HoldKind.DISPUTE, "d1")


@pytest.fixture
def book(store: Store) -> Book:
    return Book(store)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code
    assert caught.value.message


def test_a_sale_in_parts_delivers_exact_blocks_against_payment(book: Book) -> None:
    """Scenario 11: P1's blocks are cut as the design prints them."""
    book.mint(y2021=14_500, y2022=14_700, y2023=14_900)
    buyer = book.buyer()
    first = book.sell(buyer, 2_000, price=4_500)
    second = book.sell(buyer, 10_000, price=3_850)
    third = book.sell(buyer, 5_000, price=4_120, fee=20_600)
    assert first.serials == ("JX-JCER-01-00001-01-2021-000000001-000002000-7",)
    assert second.serials == ("JX-JCER-01-00001-01-2021-000002001-000012000-J",)
    blocks = [Serial.parse(serial) for serial in third.serials]
    assert [(one.vintage, one.start, one.end) for one in blocks] == [
        (2021, 12_001, 14_500),
        (2022, 14_501, 17_000),
    ]
    assert book.balance(book.owner) == {Bucket.AVAILABLE: 27_100}
    assert book.balance(buyer) == {Bucket.HELD: 17_000}
    paid = 9_000_000 + 38_500_000 + 20_600_000
    assert book.cents(book.owner) == {"cash": paid - 20_600}
    assert book.cents(buyer) == {}


def test_the_same_act_is_done_once(book: Book) -> None:
    done = book.mint(y2021=100)
    batch = book.batches[0]
    again = book.act(
        on_ledger.mint, Act(f"mint:{batch}"), book.order(batch, {2021: 100}, before=0), book.owner
    )
    assert (again.posting_id, again.replayed, again.serials) == (done.posting_id, True, done.serials)
    with pytest.raises(Conflict, match="posting_key_reused"):
        book.act(on_ledger.freeze, Act(f"mint:{batch}"), book.units(book.owner, 1), "o1")
    assert book.balance(book.owner) == {Bucket.AVAILABLE: 100}


def test_an_order_freezes_sells_in_parts_and_gives_the_rest_back(book: Book) -> None:
    book.mint(y2021=100)
    buyer = book.buyer(10_000)
    book.act(on_ledger.freeze, Act("f"), book.units(book.owner, 60), "o1")
    book.act(on_money.reserve, Act("r"), buyer, 4_000)
    sale = Sale(book.units(book.owner, 40), buyer, 100, 0, "CJ-1", order_id="o1")
    assert book.act(on_ledger.transfer, Act("t"), sale).quantity == 40
    with refused("insufficient_units"):
        book.act(on_ledger.release, Act("x"), book.units(book.owner, 20), "o2")
    assert book.act(on_ledger.release, Act("l"), book.units(book.owner), "o1").quantity == 20
    assert book.balance(book.owner) == {Bucket.AVAILABLE: 60}
    assert book.cents(buyer) == {"cash": 6_000}


def test_a_buyer_sells_nothing(book: Book) -> None:
    """R39 不得二次转让: no order, no trade, to nobody."""
    book.mint(y2021=100)
    buyer, other = book.buyer(), book.buyer(100_000)
    book.sell(buyer, 50)
    with refused("resale_forbidden"):
        book.act(on_ledger.freeze, Act("f"), book.units(buyer, 1), "o1")
    sale = Sale(book.units(buyer, 1), other, 100, 0, "CJ-1", paid_from=MoneyBucket.CASH)
    with refused("resale_forbidden"):
        book.act(on_ledger.transfer, Act("t"), sale)


def test_another_owners_account_sells_nothing_of_this_project(book: Book) -> None:
    book.mint(y2021=100)
    with refused("resale_forbidden"):
        book.act(on_ledger.freeze, Act("f"), book.units(book.account("owner"), 1), "o1")


def test_a_cancellation_is_for_ever_and_a_returned_one_is_not(book: Book) -> None:
    book.mint(y2021=100)
    buyer = book.buyer()
    book.sell(buyer, 60)
    book.act(on_ledger.hold_cancellation, Act("h1"), book.units(buyer, 50), "c1")
    done = book.act(on_ledger.cancel, Act("c1"), book.units(buyer), "c1")
    block = Serial.parse(*done.serials)
    assert (block.start, block.end, done.quantity) == (1, 50, 50)
    book.act(on_ledger.hold_cancellation, Act("h2"), book.units(buyer, 10), "c2")
    book.act(on_ledger.return_cancellation, Act("b2"), book.units(buyer), "c2")
    assert book.balance(buyer) == {Bucket.CANCELLED: 50, Bucket.HELD: 10}
    book.act(on_ledger.hold_cancellation, Act("h3"), book.units(book.owner, 5), "c3")
    book.act(on_ledger.return_cancellation, Act("b3"), book.units(book.owner), "c3")
    assert book.balance(book.owner) == {Bucket.AVAILABLE: 40}


def test_a_dispute_locks_wherever_units_lie_and_lets_them_back_there(book: Book) -> None:
    book.mint(y2021=100)
    book.act(on_ledger.freeze, Act("f"), book.units(book.owner, 30), "o1")
    book.act(on_ledger.hold_cancellation, Act("h"), book.units(book.owner, 20), "c1")
    assert book.act(on_ledger.dispute, Act("d"), book.units(book.owner), DISPUTE).quantity == 100
    assert book.balance(book.owner) == {Bucket.DISPUTED: 100}
    with refused("insufficient_units"):
        book.act(on_ledger.cancel, Act("c"), book.units(book.owner), "c1")
    book.act(on_ledger.undispute, Act("u"), book.units(book.owner), DISPUTE)
    assert book.balance(book.owner) == {Bucket.AVAILABLE: 50, Bucket.FROZEN: 30, Bucket.PENDING: 20}
    assert book.act(on_ledger.release, Act("l"), book.units(book.owner), "o1").quantity == 30
    assert book.act(on_ledger.cancel, Act("c"), book.units(book.owner), "c1").quantity == 20


def test_a_correction_takes_the_owners_oldest_units_and_leaves_what_was_cancelled(book: Book) -> None:
    """Scenario 12: P10's 9,600 = 8,610 + 600 + 390."""
    book.mint(y2024=9_600)
    buyer = book.buyer()
    book.sell(buyer, 600)
    book.act(on_ledger.hold_cancellation, Act("h"), book.units(buyer), "c1")
    book.act(on_ledger.cancel, Act("c"), book.units(buyer), "c1")
    book.act(on_ledger.dispute, Act("d"), book.units(book.owner, 390), DISPUTE)
    book.act(on_ledger.reverse, Act("r"), book.units(book.owner), DISPUTE)
    assert book.balance(book.owner) == {Bucket.AVAILABLE: 8_610, Bucket.REVERSED: 390}
    assert book.balance(buyer) == {Bucket.CANCELLED: 600}


def test_a_succession_keeps_count_of_sales(book: Book) -> None:
    book.mint(y2021=100)
    buyer, heir, owner = book.buyer(), book.buyer(), book.account("owner")
    book.sell(buyer, 60)
    order = book.succession_order(buyer, heir)
    book.act(on_ledger.succession, Act("s"), book.units(buyer), heir, order)
    with refused("resale_forbidden"):
        book.act(on_ledger.freeze, Act("f"), book.units(heir, 1), "o1")
    order = book.succession_order(book.owner, owner)
    book.act(on_ledger.succession, Act("s2"), book.units(book.owner, 30), owner, order)
    assert book.balance(owner) == {Bucket.AVAILABLE: 30}
    assert book.balance(heir) == {Bucket.HELD: 60}
    with refused("posting_move"):
        book.act(on_ledger.succession, Act("s3"), book.units(book.owner, 1), heir, order)


@pytest.mark.parametrize("quantity", [0, -1, 1.5, True, 10**9, 10**30])
def test_what_is_no_quantity_is_refused(book: Book, quantity: object) -> None:
    book.mint(y2021=100)
    with refused("bad_quantity"):
        book.act(on_ledger.freeze, Act("f"), book.units(book.owner, quantity), "o1")  # type: ignore[arg-type]


@pytest.mark.parametrize("cents", [0, -1, 0.5, True, 10**18])
def test_what_is_no_money_is_refused(book: Book, cents: object) -> None:
    with refused("bad_amount"):
        book.act(on_money.deposit, Act("d"), book.buyer(), cents)


def test_nobody_spends_what_they_do_not_have(book: Book) -> None:
    book.mint(y2021=100)
    buyer = book.buyer(1_000)
    with refused("insufficient_funds"):
        book.act(on_money.payout, Act("p"), buyer, 1_001)
    book.act(on_money.reserve, Act("r"), buyer, 600)
    with refused("insufficient_funds"):
        book.act(on_money.payout, Act("p"), buyer, 401)
    with refused("insufficient_funds"):
        sale = Sale(book.units(book.owner, 7), buyer, 100, 0, "CJ-1")
        book.act(on_ledger.transfer, Act("t"), sale)
    with refused("insufficient_units"):
        book.act(on_ledger.freeze, Act("f"), book.units(book.owner, 101), "o1")
    book.act(on_money.unreserve, Act("u"), buyer, 600)
    book.act(on_money.fee, Act("c"), buyer, 100)
    book.act(on_money.payout, Act("p"), buyer, 900)
    assert book.cents(buyer) == {}
    assert book.balance(book.owner) == {Bucket.AVAILABLE: 100}


def test_in_a_frozen_account_nothing_moves_at_its_holders_will(book: Book) -> None:
    book.mint(y2021=100)
    buyer = book.buyer(1_000)
    book.sell(buyer, 10)
    book.programme.change(tables.account, buyer, state="frozen")
    book.programme.change(tables.account, book.owner, state="restricted")
    for what, *arguments in (
        (on_ledger.hold_cancellation, book.units(buyer, 1), "c1"),
        (on_ledger.freeze, book.units(book.owner, 1), "o1"),
        (on_money.reserve, buyer, 1),
        (on_money.payout, buyer, 1),
        (on_money.deposit, buyer, 1),
        (on_ledger.transfer, Sale(book.units(book.owner, 1), buyer, 1, 0, "x", external_id="x")),
    ):
        with refused("account_not_normal"):
            book.act(what, Act("k"), *arguments)
    book.act(on_ledger.dispute, Act("d"), book.units(buyer), DISPUTE)
    assert book.balance(buyer) == {Bucket.DISPUTED: 10}


def test_a_reported_trade_moves_units_and_no_money(book: Book) -> None:
    book.mint(y2021=100)
    buyer = book.buyer()
    sale = Sale(book.units(book.owner, 10), buyer, 100, 0, "CJ-1", external_id="EX-1")
    book.act(on_ledger.transfer, Act("t"), sale)
    assert book.balance(buyer) == {Bucket.HELD: 10}
    assert book.cents(book.owner) == {}


def test_an_account_that_is_not_there_is_said_so(book: Book) -> None:
    with pytest.raises(NotFound, match="no_such_account"):
        book.act(on_ledger.freeze, Act("f"), book.units("nobody", 1), "o1")


def test_a_statement_shows_the_newest_first_a_page_at_a_time(book: Book, store: Store) -> None:
    book.mint(y2021=100)
    buyer = book.buyer()
    book.sell(buyer, 10, price=5)
    with store.reading() as uow:
        whole = uow.ledger.statement(buyer)
        first = uow.ledger.statement(buyer, limit=1)
        rest = uow.ledger.statement(buyer, before=first[0].posting_id)
        minted = uow.ledger.statement(book.owner)[-1]
    assert [entry.kind for entry in whole] == [
        PostingKind.TRANSFER,
        PostingKind.RESERVE,
        PostingKind.DEPOSIT,
    ]
    assert (first + rest) == whole
    assert (whole[0].units, whole[0].money) == ({Bucket.HELD: 10}, {MoneyBucket.RESERVED: -50})
    assert whole[1].money == {MoneyBucket.CASH: -50, MoneyBucket.RESERVED: 50}
    assert (minted.kind, minted.units) == (PostingKind.MINT, {Bucket.AVAILABLE: 100})


def test_a_unit_is_found_where_it_lies(book: Book, store: Store) -> None:
    book.mint(y2021=100)
    buyer = book.buyer()
    book.sell(buyer, 10)
    with store.reading() as uow:
        found = [uow.ledger.holding(book.project, unit) for unit in (1, 10, 11, 100, 101)]
    assert [one and one.account_id for one in found] == [buyer, buyer, book.owner, book.owner, None]


def test_the_book_is_rebuilt_from_the_history_alone(book: Book, store: Store) -> None:
    book.mint(y2021=100, y2022=50)
    buyer = book.buyer()
    book.sell(buyer, 120, fee=7)
    book.act(on_ledger.hold_cancellation, Act("h"), book.units(buyer, 30), "c1")
    book.act(on_ledger.cancel, Act("c"), book.units(buyer), "c1")
    with store.reading() as uow:
        found = compare(uow.connection, uow.personal)
    assert found.differences == ()
    assert (found.rows["holding"], found.rows["trade"]) == (4, 1)


def test_two_acts_in_one_transaction_see_each_other(book: Book, store: Store) -> None:
    book.mint(y2021=100)
    with store.unit_of_work() as uow:
        run = running(uow)
        on_ledger.freeze(run, Act("f1"), book.units(book.owner, 60), "o1")
        with pytest.raises(Refused, match="insufficient_units"):
            on_ledger.freeze(run, Act("f2"), book.units(book.owner, 41), "o2")
        on_ledger.freeze(run, Act("f3"), book.units(book.owner, 40), "o2")
        uow.history.record("frozen", "account:1", SYSTEM, NOON)
        uow.commit()
    assert book.balance(book.owner) == {Bucket.FROZEN: 100}


def test_what_was_read_before_the_accounts_were_held_is_read_again(book: Book, store: Store) -> None:
    """A total seen too early is not carried on: the other's deposit is not lost."""
    buyer = book.buyer(5)
    if store.engine.dialect.name == "sqlite":
        assert book.cents(buyer) == {"cash": 5}  # one writer at a time: nothing can come between
        return
    with store.unit_of_work() as uow:
        assert uow.ledger.money(buyer) == {MoneyBucket.CASH: 5}
        book.act(on_money.deposit, Act("between"), buyer, 7)
        on_money.deposit(running(uow), Act("after"), buyer, 1)
        uow.history.record("deposited", "account:1", SYSTEM, NOON)
        uow.commit()
    assert book.cents(buyer) == {"cash": 13}
