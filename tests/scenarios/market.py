"""The market as the scenarios speak of it: P1 with its units, buyers with money, offers and their ends."""

from __future__ import annotations

from typing import Any, Final

from tests.scenarios.issuing import apply, assessed_and_published
from tests.scenarios.programme import Programme
from workflow_app.commands.account_requests import DecideCash, EnterCash
from workflow_app.commands.market.requests import (
    PlaceBid,
    StartTransfer,
    TakeListing,
    WithdrawOrder,
)
from workflow_app.commands.requests import SYSTEM, CreateOrganisation, Result
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.history import SYSTEM as SYSTEM_WHO

BUYERS: Final = {
    "甲": ("德兴演示水泥", "91361181DEM000137D"),
    "乙": ("婺源演示景区", "91361130DEM000145C"),
    "丙": ("演示公益基金会", "53360000DEM0001535"),
}


class Market:
    """P1's owner and whoever buys of it."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.accounts: dict[str, str] = {}
        self.numbers: dict[str, str] = {}

    @classmethod
    def of_p1(cls, programme: Programme) -> Market:
        """P1 with 44,100 tonnes, and 甲, 乙 and 丙 with money."""
        market = cls(programme)
        market.given_p1_with_units()
        market.given_buyer("甲", "400000")
        market.given_buyer("乙", "100000")
        market.given_buyer("丙", "250000")
        return market

    def copied(self, programme: Programme) -> Market:
        """The same market on a copy of its database."""
        market = Market(programme)
        market.accounts, market.numbers = dict(self.accounts), dict(self.numbers)
        return market

    # --- given

    def given_p1_with_units(self) -> None:
        """P1 registered, batch 1 minted: 14,500 + 14,700 + 14,900 = 44,100."""
        programme = self.programme
        programme.given_registered_project("2025-06-09")
        programme.on("2025-07-01")
        programme.hand_in("request_issuance", "owner")
        apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00")
        assessed_and_published(programme, 44_100, "2025-08-04")
        programme.on("2025-08-12")
        vintages = [
            {"year": 2021, "tonnes": 14_500},
            {"year": 2022, "tonnes": 14_700},
            {"year": 2023, "tonnes": 14_900},
        ]
        programme.hand_in("prepare_minting", "maker", mint_tonnes=44_100, mint_vintages=vintages)
        programme.hand_in("verify_minting", "checker")
        with programme.app.store.reading() as uow:
            owner = uow.programme.account(programme.organisations["owner"], "owner")
        assert owner is not None
        self.accounts["owner"], self.numbers["owner"] = owner["id"], owner["number"]

    def given_buyer(self, name: str, yuan: str = "") -> str:
        """One of §7's buyers, or another organisation, with an account and money in it."""
        programme = self.programme
        if name not in programme.organisations:
            title, uscc = BUYERS.get(name, (f"演示购买方{name}", ""))
            made = programme.app.execute(CreateOrganisation(title, uscc, "buyer"), SYSTEM)
            programme.organisations[name] = str(made.values["organisation_id"])
            programme.given_person(name, name, "buyer")
        self._open(name, organisation_id=programme.organisations[name])
        if yuan:
            self.pays_in(name, yuan)
        return self.accounts[name]

    def given_person(self, name: str, yuan: str = "") -> None:
        """A natural person who buys (R40)."""
        self.programme.given_person(name, "institute", "buyer")
        user = self.programme.people[name]
        self._open(name, person_id=user)
        if yuan:
            self.pays_in(name, yuan)

    def given_own_buyer_account(self) -> None:
        """The owner's organisation also buys, with an account of its own for that."""
        self._open("own", organisation_id=self.programme.organisations["owner"])
        self.pays_in("own", "100000")

    def _open(self, name: str, organisation_id: str | None = None, person_id: str | None = None) -> None:
        account_id, number = new_id(), f"GM-{len(self.accounts):05d}"
        with self.programme.app.store.unit_of_work() as uow:
            row: dict[str, Any] = {
                "id": account_id,
                "number": number,
                "kind": "buyer",
                "state": "normal",
                "opened_at": self.programme.clock.now(),
            }
            if person_id:
                row |= {
                    "person_id": person_id,
                    "identity": uow.personal.seal(f"user:{person_id}", "360101199001010011"),
                }
            else:
                row |= {"organisation_id": organisation_id}
            uow.programme.add(tables.account, row)
            uow.history.record(
                "account_opened", f"account:{account_id}", SYSTEM_WHO, self.programme.clock.now()
            )
            uow.commit()
        self.accounts[name], self.numbers[name] = account_id, number

    def given_state(self, name: str, state: str) -> None:
        """An account is restricted or frozen."""
        with self.programme.app.store.unit_of_work() as uow:
            uow.programme.change(tables.account, self.accounts[name], {"state": state})
            uow.history.record("account_changed", "account", SYSTEM_WHO, self.programme.clock.now())
            uow.commit()

    def pays_in(self, name: str, yuan: str) -> Result:
        """The exchange enters money that arrived."""
        entered = self.programme.do("maker", EnterCash(self.accounts[name], "deposit", yuan, new_id()))
        return self.programme.do("checker", DecideCash(str(entered.values["entry_id"]), approve=True))

    # --- when

    def started(self, mode: str, who: str = "owner") -> str:
        """The owner begins a transfer; returns its case."""
        done = self.programme.do(who, StartTransfer(self.programme.project_id, mode))
        return str(done.values["case_id"])

    def offered(self, mode: str, quantity: int, price: str, **changes: Any) -> str:
        """The owner begins a transfer and offers; returns the order."""
        case_id = self.started(mode)
        self.programme.hand_in(
            "offer_units", "owner", case_id=case_id, offer_tonnes=quantity, offer_price=price, **changes
        )
        return str(self.order_of(case_id)["id"])

    def agreed(self, buyer: str, quantity: int, price: str) -> str:
        """A negotiated transfer its buyer agreed to; returns the order."""
        order = self.offered("negotiated", quantity, price, buyer_account=self.numbers[buyer])
        self.programme.hand_in("confirm_transfer", buyer, case_id=self.order(order)["case_id"])
        return order

    def reviewed(self, order: str, **changes: Any) -> Result:
        """The exchange passes a negotiated transfer."""
        case_id = self.order(order)["case_id"]
        return self.programme.hand_in("review_transfer", "checker", case_id=case_id, **changes)

    def takes(self, who: str, order: str, quantity: int) -> Result:
        """A buyer takes of a listing."""
        return self.programme.do(who, TakeListing(order, quantity))

    def bids(self, who: str, order: str, quantity: int, price: str) -> str:
        """A buyer bids."""
        return str(self.programme.do(who, PlaceBid(order, quantity, price)).values["bid_id"])

    def withdrawn(self, order: str) -> Result:
        """The owner takes an order back."""
        return self.programme.do("owner", WithdrawOrder(order, "另行安排"))

    def bidding_closes(self, order: str) -> None:
        """The auction's time comes."""
        closes = self.order(order)["closes_at"]
        self.programme.clock.set(closes)
        self.programme.app.tick()

    # --- then

    def order(self, order_id: str) -> dict[str, Any]:
        """An order's record."""
        with self.programme.app.store.reading() as uow:
            return uow.trading.order(order_id)

    def order_of(self, case_id: str) -> dict[str, Any]:
        """The order of a case."""
        with self.programme.app.store.reading() as uow:
            found = uow.trading.order_of_case(case_id)
        assert found is not None
        return found

    def outcome(self, order_id: str) -> str | None:
        """How an order's case ended."""
        with self.programme.app.store.reading() as uow:
            return uow.cases.get(self.order(order_id)["case_id"]).outcome

    def units(self, name: str) -> dict[str, int]:
        """Tonnes by bucket."""
        with self.programme.app.store.reading() as uow:
            found = uow.ledger.balance(self.accounts[name], self.programme.project_id)
        return {Bucket(bucket).value: tonnes for bucket, tonnes in found.items()}

    def blocks(self, name: str) -> list[tuple[int, int, int]]:
        """Year, first and last unit of what an account holds, by number."""
        with self.programme.app.store.reading() as uow:
            found = uow.ledger.holdings(self.accounts[name], (Bucket.HELD, Bucket.AVAILABLE))
        return sorted((h.block.vintage, h.block.start, h.block.end) for h in found)

    def money(self, name: str) -> dict[str, int]:
        """Cents by bucket, nought left out."""
        with self.programme.app.store.reading() as uow:
            found = uow.ledger.money(self.accounts[name])
        return {bucket.value: cents for bucket, cents in found.items() if cents}

    def trades(self, order_id: str) -> list[tuple[int, int, int]]:
        """Quantity, price and amount of an order's trades."""
        with self.programme.app.store.reading() as uow:
            rows = uow.trading.trades_of(order_id)
        return [(row["quantity"], row["price_cents"], row["amount_cents"]) for row in rows]
