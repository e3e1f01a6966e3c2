"""The contract of the payments port; every adapter is put to it, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.book import Book, running
from tests.support.records import NOON
from workflow_app.adapters.payments import BookPayments
from workflow_app.commands.trading.funds import BookFunds
from workflow_app.kernel.errors import Refused
from workflow_app.kernel.ports import Payments
from workflow_app.store.history import Who
from workflow_app.store.unit_of_work import Store

ADAPTERS: tuple[Callable[[], Payments], ...] = (BookPayments,)


@pytest.fixture
def book(store: Store) -> Book:
    return Book(store)


def act(book: Book, what: Callable[[BookFunds], None]) -> None:
    """Let an adapter act in a transaction of its own."""
    with book.store.unit_of_work() as uow:
        what(BookFunds(running(uow)))
        if uow.live.pending:
            uow.history.record("acted", "account:payments", Who(None), NOON)
        uow.commit()


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_money_is_set_aside_and_given_back_once_for_its_key(
    book: Book, adapter: Callable[[], Payments]
) -> None:
    payments, buyer = adapter(), book.buyer(1_000)
    for _ in range(2):
        act(book, lambda funds: payments.reserve(funds, "k", buyer, 600))
        assert book.cents(buyer) == {"cash": 400, "reserved": 600}
    for _ in range(2):
        act(book, lambda funds: payments.release(funds, "k", buyer, 600))
        assert book.cents(buyer) == {"cash": 1_000}


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_more_than_there_is_is_not_set_aside(book: Book, adapter: Callable[[], Payments]) -> None:
    payments, buyer = adapter(), book.buyer(1_000)
    with pytest.raises(Refused, match="insufficient_funds"):
        act(book, lambda funds: payments.reserve(funds, "k", buyer, 1_001))
    assert book.cents(buyer) == {"cash": 1_000}


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_only_what_is_set_aside_is_captured(book: Book, adapter: Callable[[], Payments]) -> None:
    payments, buyer = adapter(), book.buyer(1_000)
    act(book, lambda funds: payments.reserve(funds, "k", buyer, 600))
    act(book, lambda funds: payments.capture(funds, "k", buyer, 600))
    with pytest.raises(Refused, match="payment_failed"):
        act(book, lambda funds: payments.capture(funds, "k", buyer, 601))
    assert book.cents(buyer) == {"cash": 400, "reserved": 600}
