"""Every act on the book in random order, wrong ones and retries mixed in, on both databases.

After each step the book holds exactly what the oracle says, unit by unit and cent by cent; after each run
the proof finds nothing and the history rebuilds the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from tests.support.book import Book
from tests.support.ledger_oracle import Oracle, Unit
from tests.support.records import open_store
from workflow_app.commands import on_ledger, on_money
from workflow_app.commands.book import Act, Carried
from workflow_app.commands.ledger_proof import prove_book
from workflow_app.commands.on_ledger import Sale
from workflow_app.domain.ledger.holdings import Hold, HoldKind
from workflow_app.kernel.errors import Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.engine import create_engine
from workflow_app.store.migrate import create_schema
from workflow_app.store.rebuild import compare
from workflow_app.store.unit_of_work import Store

ACCOUNTS = st.sampled_from(["owner", "other", "first", "second"])
QUANTITIES = st.integers(1, 9)
SOME_OR_ALL = st.one_of(st.none(), QUANTITIES)
NAMES = st.sampled_from(["a", "b"])
CENTS = st.integers(1, 40)
YEARS = st.dictionaries(st.integers(2021, 2024), st.integers(5, 40), min_size=1, max_size=3)
BATCHES = 4


class Machine(RuleBasedStateMachine):
    """One project of one database; a new one for each run."""

    def __init__(self, store: Store, number: int) -> None:
        super().__init__()
        self.store = store
        self.book = Book(store, number)
        self.ids = {
            "owner": self.book.owner,
            "other": self.book.account("owner"),
            "first": self.book.account(),
            "second": self.book.account(),
        }
        self.names = {account_id: name for name, account_id in self.ids.items()}
        self.oracle = Oracle("owner", frozenset({"first", "second"}))
        self.done: list[tuple[Callable[..., Carried], Act, tuple[Any, ...]]] = []

    def act(self, expected: str | None, what: Callable[..., Carried], *arguments: Any) -> None:
        """Carry out an act; it is refused exactly as the oracle says."""
        act = Act(new_id())
        try:
            carried = self.book.act(what, act, *arguments)
        except Refused as refusal:
            answer: str | None = refusal.code
        else:
            answer = None
            assert not carried.replayed
            self.done.append((what, act, arguments))
        assert answer == expected

    def somewhere(self, data: st.DataObject, *buckets: str) -> tuple[str, str]:
        """Draw an account and a name under which units lie in these buckets there; now and then any."""
        there = {
            (unit.account, unit.hold[1] if unit.hold else "a")
            for unit in self.oracle.units.values()
            if unit.bucket in buckets
        }
        anywhere = st.tuples(ACCOUNTS, NAMES)
        if not there or data.draw(st.integers(0, 9)) == 0:
            return data.draw(anywhere)
        return data.draw(st.sampled_from(sorted(there)))

    def units(self, account: str, quantity: int | None = None) -> Any:
        return self.book.units(self.ids[account], quantity)

    @initialize(vintages=YEARS)
    def begin(self, vintages: dict[int, int]) -> None:
        self.mint(vintages)

    @rule(vintages=YEARS)
    def mint(self, vintages: dict[int, int]) -> None:
        if self.oracle.batches < BATCHES:
            self.oracle.mint(vintages)
            self.book.mint(**{f"y{year}": tonnes for year, tonnes in vintages.items()})

    @rule(data=st.data(), quantity=QUANTITIES, order=NAMES)
    def freeze(self, data: st.DataObject, quantity: int, order: str) -> None:
        account, _ = self.somewhere(data, "available")
        expected = self.oracle.freeze(account, quantity, order)
        self.act(expected, on_ledger.freeze, self.units(account, quantity), order)

    @rule(data=st.data(), quantity=SOME_OR_ALL)
    def release(self, data: st.DataObject, quantity: int | None) -> None:
        account, order = self.somewhere(data, "frozen")
        expected = self.oracle.release(account, quantity, order)
        self.act(expected, on_ledger.release, self.units(account, quantity), order)

    @rule(
        seller=st.sampled_from(["owner", "owner", "owner", "first", "other"]),
        buyer=st.sampled_from(["first", "second", "first", "second", "other"]),
        quantity=QUANTITIES,
        price=st.integers(1, 3),
        fee=st.integers(0, 1),
        order=st.one_of(st.none(), st.none(), NAMES),
        unfunded=st.sampled_from([False, False, False, True]),
    )
    def transfer(
        self, seller: str, buyer: str, quantity: int, price: int, fee: int, order: str | None, unfunded: bool
    ) -> None:
        if seller == buyer:
            return
        if not unfunded and buyer in self.oracle.buyers:
            self.deposit(buyer, quantity * price)
            self.reserve(buyer, quantity * price)
        sale = Sale(
            self.units(seller, quantity), self.ids[buyer], price, fee, f"CJ-{new_id()}", order_id=order
        )
        expected = self.oracle.transfer(seller, buyer, quantity, price, fee, order)
        self.act(expected, on_ledger.transfer, sale)

    @rule(data=st.data(), quantity=QUANTITIES, name=NAMES)
    def hold_cancellation(self, data: st.DataObject, quantity: int, name: str) -> None:
        account, _ = self.somewhere(data, "available", "held", "held")
        expected = self.oracle.hold_cancellation(account, quantity, name)
        self.act(expected, on_ledger.hold_cancellation, self.units(account, quantity), name)

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        account, name = self.somewhere(data, "pending")
        self.act(self.oracle.cancel(account, name), on_ledger.cancel, self.units(account), name)

    @rule(data=st.data())
    def return_cancellation(self, data: st.DataObject) -> None:
        account, name = self.somewhere(data, "pending")
        expected = self.oracle.return_cancellation(account, name)
        self.act(expected, on_ledger.return_cancellation, self.units(account), name)

    @rule(data=st.data(), quantity=SOME_OR_ALL, name=NAMES)
    def dispute(self, data: st.DataObject, quantity: int | None, name: str) -> None:
        account, _ = self.somewhere(data, "available", "held", "frozen", "pending")
        expected = self.oracle.dispute(account, quantity, name)
        self.act(expected, on_ledger.dispute, self.units(account, quantity), Hold(HoldKind.DISPUTE, name))

    @rule(data=st.data())
    def undispute(self, data: st.DataObject) -> None:
        account, name = self.somewhere(data, "disputed")
        expected = self.oracle.undispute(account, name)
        self.act(expected, on_ledger.undispute, self.units(account), Hold(HoldKind.DISPUTE, name))

    @rule(data=st.data(), quantity=SOME_OR_ALL, locked=st.booleans())
    def reverse(self, data: st.DataObject, quantity: int | None, locked: bool) -> None:
        account, held = self.somewhere(data, "disputed" if locked else "available")
        name = held if locked else None
        expected = self.oracle.reverse(account, quantity, name)
        hold = Hold(HoldKind.DISPUTE, name) if name else None
        self.act(expected, on_ledger.reverse, self.units(account, quantity), hold)

    @rule(data=st.data(), receiver=ACCOUNTS, quantity=SOME_OR_ALL)
    def succession(self, data: st.DataObject, receiver: str, quantity: int | None) -> None:
        giver, _ = self.somewhere(data, "available", "held")
        if giver == receiver:
            return
        order = self.book.succession_order(self.ids[giver], self.ids[receiver])
        expected = self.oracle.succession(giver, quantity, receiver)
        self.act(expected, on_ledger.succession, self.units(giver, quantity), self.ids[receiver], order)

    @rule(account=ACCOUNTS, cents=CENTS)
    def deposit(self, account: str, cents: int) -> None:
        expected = self.oracle.pay(("outside", "cash"), (account, "cash"), cents)
        self.act(expected, on_money.deposit, self.ids[account], cents)

    @rule(account=ACCOUNTS, cents=CENTS)
    def payout(self, account: str, cents: int) -> None:
        expected = self.oracle.pay((account, "cash"), ("outside", "cash"), cents)
        self.act(expected, on_money.payout, self.ids[account], cents)

    @rule(account=st.sampled_from(["first", "second"]), cents=CENTS)
    def reserve(self, account: str, cents: int) -> None:
        expected = self.oracle.pay((account, "cash"), (account, "reserved"), cents)
        self.act(expected, on_money.reserve, self.ids[account], cents)

    @rule(account=st.sampled_from(["first", "second"]), cents=CENTS)
    def unreserve(self, account: str, cents: int) -> None:
        expected = self.oracle.pay((account, "reserved"), (account, "cash"), cents)
        self.act(expected, on_money.unreserve, self.ids[account], cents)

    @rule(which=st.integers(0, 1_000))
    def retry(self, which: int) -> None:
        """What was done is done: asked again it answers and moves nothing."""
        if self.done:
            what, act, arguments = self.done[which % len(self.done)]
            assert self.book.act(what, act, *arguments).replayed

    @invariant()
    def holds_what_the_oracle_says(self) -> None:
        with self.store.reading() as uow:
            rows = uow.connection.execute(
                select(tables.holding).where(tables.holding.c.project_id == self.book.project)
            ).all()
            totals = {
                (self.names[row.account_id], row.bucket): row.quantity
                for row in uow.connection.execute(
                    select(tables.unit_balance).where(tables.unit_balance.c.project_id == self.book.project)
                )
                if row.quantity
            }
            money = {name: uow.ledger.money(account_id) for name, account_id in self.ids.items()}
        found = {number: unit for row in rows for number, unit in self._spread(row)}
        assert sum(row.last_unit - row.first_unit + 1 for row in rows) == len(found)
        assert found == self.oracle.units
        assert totals == self.oracle.balances()
        cents = {
            (name, bucket.value): held
            for name, buckets in money.items()
            for bucket, held in buckets.items()
            if held
        }
        wanted = {place: held for place, held in self.oracle.cents.items() if held and place[0] in self.ids}
        assert cents == wanted

    def _spread(self, row: Any) -> Iterator[tuple[int, Unit]]:
        hold = (row.hold_kind, row.hold_id) if row.hold_kind else None
        prior = None
        if row.prior_bucket:
            held = (row.prior_hold_kind, row.prior_hold_id) if row.prior_hold_kind else None
            prior = (row.prior_bucket, held)
        unit = Unit(
            row.vintage,
            self.book.batches.index(row.batch_id) + 1,
            self.names[row.account_id],
            row.bucket,
            row.transfer_count,
            hold,
            prior,
        )
        return ((number, unit) for number in range(row.first_unit, row.last_unit + 1))

    def teardown(self) -> None:
        with self.store.reading() as uow:
            proof = prove_book(uow, None)
        assert proof.breaches == ()


def test_every_act_in_any_order(database_url: str) -> None:
    engine = create_engine(database_url)
    create_schema(engine)
    engine.dispose()
    store = open_store(database_url)
    numbers = iter(range(1, 10_000))

    class Here(Machine):
        def __init__(self) -> None:
            super().__init__(store, next(numbers))

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=12,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    with store.reading() as uow:
        proof = prove_book(uow, store.vault)
        assert compare(uow.connection, uow.personal).differences == ()
    assert proof.breaches == ()
    assert proof.projects > 1
    store.engine.dispose()
