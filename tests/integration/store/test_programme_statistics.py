"""The programme's tonnes add up: by field, by county, by month, and to what the batches issued (I1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.book import Book
from workflow_app.queries import programme_statistics, public_units
from workflow_app.queries.programme_statistics import Flow, Tonnes, summed
from workflow_app.queries.reading import Reading
from workflow_app.store.unit_of_work import Store


@pytest.fixture
def reading(store: Store) -> Iterator[Reading]:
    opened = Reading(store.engine, store.vault, store.clock.now)
    yield opened
    opened.close()


def test_an_empty_book_has_no_flows(reading: Reading) -> None:
    assert programme_statistics.flows(reading) == ()


@pytest.mark.parametrize("by", [lambda one: one.field, lambda one: one.division, lambda one: one.month])
def test_the_parts_add_up_to_what_was_issued(
    store: Store, reading: Reading, by: Callable[[Flow], str]
) -> None:
    book = Book(store)
    book.mint(y2021=100, y2022=50)
    buyer = book.account()
    book.sell(buyer, 30)
    book.sell(buyer, 5)
    flows = programme_statistics.flows(reading)
    total = sum(summed(flows, by).values(), Tonnes())
    assert total == Tonnes(registered=150, sold=35)
    identity = public_units.identity(reading)
    assert total.registered == identity.issued == sum(tonnes for _, tonnes in identity.parts)
