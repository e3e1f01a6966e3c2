"""The book: mint, transfer, cancel beside a bare commit; balance and statement of 100,000 blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.benchmarks.figures import Figure, Goal, p50
from tests.benchmarks.large_book import shatter
from tests.benchmarks.probes import Bare, BarePostgres, Watch, commits_of, timed
from tests.benchmarks.worlds import Bench, Place
from tests.support.book import Book, running
from tests.support.records import NOON, open_store
from workflow_app.commands import on_ledger, on_money
from workflow_app.commands.book import Act, Carried
from workflow_app.commands.on_ledger import Sale
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.store.engine import create_engine
from workflow_app.store.history import Who
from workflow_app.store.migrate import create_schema
from workflow_app.store.unit_of_work import Store

ACTS = 40
WARM_UP = 5
PRICE = 4_500
BOUND = {"SQLite": 8, "PostgreSQL": 5}


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Measure the acts on a small book, then the reads on a large one."""
    with bench.place(kind) as place:
        engine = create_engine(place.url)
        create_schema(engine)
        engine.dispose()
        store = open_store(place.url)
        try:
            book = Book(store)
            return [*_acts(bench, place, book), *_reads(bench, place, store)]
        finally:
            store.engine.dispose()


def _acts(bench: Bench, place: Place, book: Book) -> Iterator[Figure]:
    count = ACTS + WARM_UP
    buyer = book.buyer(count * PRICE)
    batches = [book.batch(y2021=10) for _ in range(count)]

    def mint(number: int) -> None:
        order = book.order(batches[number], {2021: 10}, before=number * 10)
        _act(book, on_ledger.mint, Act(f"mint:{batches[number]}"), order, book.owner)

    def transfer(number: int) -> None:
        sale = Sale(book.units(book.owner, 1), buyer, PRICE, 0, f"CJ-{number}")
        _act(book, on_ledger.transfer, Act(f"trade:{number}"), sale)

    def cancel(number: int) -> None:
        _act(book, on_ledger.cancel, Act(f"cancel:{number}"), book.units(buyer), f"c{number}")

    bare = place.bare()
    ratio = partial(_ratio, bench, place.kind, book.store, bare)
    yield from ratio("mint", mint)
    book.act(on_money.reserve, Act("set aside"), buyer, count * PRICE)
    yield from ratio("transfer", transfer)
    for number in range(count):
        book.act(on_ledger.hold_cancellation, Act(f"hold:{number}"), book.units(buyer, 1), f"c{number}")
    yield from ratio("cancel", cancel)
    bare.close()


def _act(book: Book, what: Callable[..., Carried], act: Act, *arguments: Any) -> None:
    with book.store.unit_of_work() as uow:
        uow.write_behind()
        what(running(uow), act, *arguments)
        uow.history.record("acted", f"project:{book.project}", Who(None), NOON)
        uow.commit()


def _ratio(
    bench: Bench, kind: str, store: Store, bare: Bare, name: str, act: Callable[[int], None]
) -> Iterator[Figure]:
    start = bare.logged() if isinstance(bare, BarePostgres) else 0
    for number in range(WARM_UP):
        act(number)
    if isinstance(bare, BarePostgres):
        logged = (bare.logged() - start) / WARM_UP
        bare.of(logged)
        yield Figure(f"{name}, bytes logged, and by the bare commit beside it ({kind})", logged, "B")
    watch = Watch()
    with bench.disk.watched() as quiet, commits_of(store.engine) as commits:
        before = timed(bare, ACTS)
        for number in range(WARM_UP, WARM_UP + ACTS):
            with watch.timing():
                act(number)
        taken = p50(before + timed(bare, ACTS))
        counted = commits() / ACTS
    yield Figure(f"{name}, durable commits ({kind})", counted, "", Goal.exactly(1))
    yield Figure(f"{name}, wall p50 ({kind})", p50(watch.wall), "ms")
    yield Figure(
        f"{name} ÷ bare commit ({kind})", p50(watch.wall) / taken, "×", Goal.at_most(BOUND[kind]), quiet()
    )


def _reads(bench: Bench, place: Place, store: Store) -> Iterator[Figure]:
    blocks = bench.sizes.blocks
    book = Book(store, 2)
    book.mint(y2021=blocks + 1)
    shatter(book, blocks)
    balance, page = Watch(), Watch()
    for _ in range(20):
        with store.reading() as uow, balance.timing():
            held = uow.ledger.balance(book.owner)
        with store.reading() as uow, page.timing():
            shown = uow.ledger.statement(book.owner)
        if held[Bucket.FROZEN] != blocks or len(shown) != 20:
            raise RuntimeError("the large book is not what it should be")
    of = f"of {blocks:,} blocks ({place.kind})"
    full = bench.sizes.full
    yield Figure(f"balance {of}, p50", p50(balance.wall), "ms", Goal.at_most(5), full)
    yield Figure(f"statement's first page {of}, p50", p50(page.wall), "ms", Goal.at_most(5), full)
