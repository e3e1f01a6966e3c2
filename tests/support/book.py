"""A small book: a registered project with issued batches, its owner, buyers with money, and acts on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, cast

from tests.support.records import DAY, NOON, Programme
from workflow_app.commands import on_ledger, on_money
from workflow_app.commands.book import Act, Carried
from workflow_app.commands.on_ledger import Sale
from workflow_app.commands.picking import Units
from workflow_app.commands.requests import SYSTEM
from workflow_app.commands.run import Run
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.minting import MintOrder
from workflow_app.domain.quantity import Tonnes
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.history import Who
from workflow_app.store.unit_of_work import Store, UnitOfWork

BIG = 900_000_000


class Book:
    """One project, its owner's account, and the buyers a test opens.

    :param number: the project's running number; its units are printed with it.
    """

    def __init__(self, store: Store, number: int = 1) -> None:
        self.store = store
        self.programme = Programme(store)
        self.project = self.programme.project
        self.owner = self.programme.account
        self.number = f"JX-JCER-01-{number:05d}"
        self.opinion = self.programme.opinion(accepted_tonnes=BIG)
        self.notice = self.programme.notice(quantity=BIG)
        self.programme.registration(self.opinion, self.notice, number=self.number)
        self.batches: list[str] = []
        self.issued = 0

    def batch(self, **vintages: int) -> str:
        """A batch issued as it should be, its units not minted yet; ``y2021=100``."""
        return self.batch_of({int(year.removeprefix("y")): tonnes for year, tonnes in vintages.items()})

    def batch_of(self, vintages: dict[int, int]) -> str:
        """The same, of tonnes by year."""
        quantity = sum(vintages.values())
        month = len(self.batches)
        start = date(2021 + month // 12, 1 + month % 12, 1)
        batch = self.programme.batch(
            start,
            start,
            sequence=month + 1,
            quantity=quantity,
            calculated=Decimal(quantity),
        )
        self.programme.change(
            tables.batch,
            batch,
            state="issued",
            issued=quantity,
            accepted=quantity,
            publicised=quantity,
            opinion_id=self.programme.opinion(accepted_tonnes=quantity, batch_id=batch),
            notice_id=self.programme.notice(quantity=quantity, batch_id=batch),
            issued_at=NOON,
        )
        self.batches.append(batch)
        return batch

    def order(self, batch: str, vintages: dict[int, int], before: int | None = None) -> MintOrder:
        """The order to mint a batch."""
        return MintOrder(
            batch,
            self.project,
            self.number,
            self.batches.index(batch) + 1,
            self.issued if before is None else before,
            {year: Tonnes(tonnes) for year, tonnes in vintages.items()},
        )

    def mint(self, **vintages: int) -> Carried:
        """A batch issued and minted; ``y2021=100``."""
        years = {int(year.removeprefix("y")): tonnes for year, tonnes in vintages.items()}
        batch = self.batch_of(years)
        done = self.act(on_ledger.mint, Act(f"mint:{batch}"), self.order(batch, years), self.owner)
        self.issued += done.quantity
        return done

    def account(self, kind: str = "buyer", **changes: Any) -> str:
        """An account of an organisation of its own."""
        body = self.programme._add(tables.organisation, name=new_id(), uscc=None, kind=kind, created_at=NOON)
        values = {
            "number": new_id(),
            "organisation_id": body,
            "kind": kind,
            "state": "normal",
            "opened_at": NOON - DAY,
        }
        return self.programme._add(tables.account, **(values | changes))

    def buyer(self, cents: int = 0) -> str:
        """A buyer's account with money in it."""
        account = self.account()
        if cents:
            self.act(on_money.deposit, Act(new_id()), account, cents)
        return account

    def act(self, what: Callable[..., Carried], act: Act, *arguments: Any) -> Carried:
        """Carry out one act in a transaction of its own."""
        with self.store.unit_of_work() as uow:
            done = what(running(uow), act, *arguments)
            if not done.replayed:
                uow.history.record("acted", f"project:{self.project}", Who(None), NOON)
            uow.commit()
        return done

    def units(self, account: str, quantity: int | None = None, batch: str | None = None) -> Units:
        """Units of this project on an account."""
        return Units(account, self.project, quantity, batch)

    def sell(self, buyer: str, quantity: int, price: int = 100, fee: int = 0, key: str = "") -> Carried:
        """A trade settled, the buyer's money brought in, set aside and paid."""
        key = key or new_id()
        self.act(on_money.deposit, Act(f"in:{key}"), buyer, quantity * price)
        self.act(on_money.reserve, Act(f"set:{key}"), buyer, quantity * price)
        sale = Sale(self.units(self.owner, quantity), buyer, price, fee, f"CJ-{key}")
        return self.act(on_ledger.transfer, Act(f"trade:{key}"), sale)

    def balance(self, account: str) -> dict[Bucket, int]:
        """Tonnes by bucket."""
        with self.store.reading() as uow:
            return uow.ledger.balance(account, self.project)

    def cents(self, account: str) -> dict[str, int]:
        """Cents by bucket, what is nought left out."""
        with self.store.reading() as uow:
            return {bucket.value: held for bucket, held in uow.ledger.money(account).items() if held}

    def succession_order(self, giver: str, receiver: str) -> str:
        """The department's order of succession."""
        return self.programme._add(
            tables.account_order,
            number=new_id(),
            kind="succession",
            account_id=giver,
            to_account_id=receiver,
            reason="法院裁定过户",
            document="（2026）赣01执1号",
            ordered_by="leader",
            ordered_at=NOON,
        )


def running(uow: UnitOfWork) -> Run:
    """A run inside an open unit of work; acts on the book use no more of it than this."""
    unused = cast(Any, None)
    return Run(unused, uow, SYSTEM, NOON, unused, unused, unused)
