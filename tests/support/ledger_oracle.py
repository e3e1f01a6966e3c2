"""What the book must hold, said a second time without it: a dictionary from unit number to where it is.

Shares no code with the program. An act either moves the units it names or answers with the code of a refusal
and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

TERMINAL = ("cancelled", "reversed")
Hold = tuple[str, str] | None


@dataclass(frozen=True)
class Unit:
    """Where one unit is."""

    vintage: int
    batch: int
    account: str
    bucket: str
    sold: int = 0
    hold: Hold = None
    prior: tuple[str, Hold] | None = None


@dataclass
class Oracle:
    """One project's units and its accounts' money.

    :param seller: the account of the project's owner.
    :param buyers: accounts that buy.
    """

    seller: str
    buyers: frozenset[str]
    units: dict[int, Unit] = field(default_factory=dict)
    cents: Counter[tuple[str, str]] = field(default_factory=Counter)
    batches: int = 0

    def mint(self, vintages: dict[int, int]) -> str | None:
        self.batches += 1
        number = len(self.units)
        for year in sorted(vintages):
            for _ in range(vintages[year]):
                number += 1
                self.units[number] = Unit(year, self.batches, self.seller, "available")
        return None

    def freeze(self, account: str, quantity: int, order: str) -> str | None:
        if account != self.seller:
            return "resale_forbidden"
        return self._move(account, ("available",), quantity, bucket="frozen", hold=("order", order))

    def release(self, account: str, quantity: int | None, order: str) -> str | None:
        return self._move(
            account, ("frozen",), quantity, bucket="available", hold=None, held_by=("order", order)
        )

    def transfer(
        self, seller: str, buyer: str, quantity: int, price: int, fee: int, order: str | None
    ) -> str | None:
        if seller != self.seller:
            return "resale_forbidden"
        if buyer not in self.buyers:
            return "buyer_account_required"
        amount = quantity * price
        if self.cents[buyer, "reserved"] < amount:
            return "insufficient_funds"
        source = ("frozen",) if order else ("available",)
        held_by: Hold = ("order", order) if order else None
        refused = self._move(
            seller, source, quantity, account=buyer, bucket="held", hold=None, held_by=held_by, sold=1
        )
        if refused is None:
            self.cents[buyer, "reserved"] -= amount
            self.cents[seller, "cash"] += amount - fee
            self.cents["fee", "cash"] += fee
        return refused

    def hold_cancellation(self, account: str, quantity: int, cancellation: str) -> str | None:
        hold = ("cancellation", cancellation)
        return self._move(account, ("available", "held"), quantity, bucket="pending", hold=hold)

    def cancel(self, account: str, cancellation: str) -> str | None:
        return self._move(
            account, ("pending",), None, bucket="cancelled", held_by=("cancellation", cancellation)
        )

    def return_cancellation(self, account: str, cancellation: str) -> str | None:
        return self._move(
            account, ("pending",), None, bucket="", hold=None, held_by=("cancellation", cancellation)
        )

    def dispute(self, account: str, quantity: int | None, dispute: str) -> str | None:
        live = ("available", "held", "frozen", "pending")
        chosen = self._chosen(account, live, quantity, None)
        if isinstance(chosen, str):
            return chosen
        for number in chosen:
            unit = self.units[number]
            prior = (unit.bucket, unit.hold)
            self.units[number] = replace(unit, bucket="disputed", hold=("dispute", dispute), prior=prior)
        return None

    def undispute(self, account: str, dispute: str) -> str | None:
        chosen = self._chosen(account, ("disputed",), None, ("dispute", dispute))
        if isinstance(chosen, str):
            return chosen
        for number in chosen:
            unit = self.units[number]
            assert unit.prior is not None
            self.units[number] = replace(unit, bucket=unit.prior[0], hold=unit.prior[1], prior=None)
        return None

    def reverse(self, account: str, quantity: int | None, dispute: str | None) -> str | None:
        source = ("disputed",) if dispute else ("available",)
        held_by: Hold = ("dispute", dispute) if dispute else None
        return self._move(account, source, quantity, bucket="reversed", held_by=held_by)

    def succession(self, account: str, quantity: int | None, to: str) -> str | None:
        return self._move(account, ("available", "held"), quantity, account=to, bucket="", hold=None)

    def pay(self, giver: tuple[str, str], receiver: tuple[str, str], cents: int) -> str | None:
        if giver[0] != "outside" and self.cents[giver] < cents:
            return "insufficient_funds"
        self.cents[giver] -= cents
        self.cents[receiver] += cents
        return None

    def balances(self) -> dict[tuple[str, str], int]:
        """Tonnes by account and bucket."""
        return dict(Counter((unit.account, unit.bucket) for unit in self.units.values()))

    def _move(
        self,
        giver: str,
        buckets: Sequence[str],
        quantity: int | None,
        *,
        bucket: str,
        account: str | None = None,
        held_by: Hold = None,
        hold: Hold | str = "kept",
        sold: int | None = None,
    ) -> str | None:
        chosen = self._chosen(giver, buckets, quantity, held_by)
        if isinstance(chosen, str):
            return chosen
        for number in chosen:
            unit = self.units[number]
            times = unit.sold if sold is None else sold
            receiver = account or unit.account
            place = bucket or ("held" if receiver in self.buyers or times else "available")
            kept = unit.hold if hold == "kept" else hold
            self.units[number] = Unit(unit.vintage, unit.batch, receiver, place, times, kept)  # type: ignore[arg-type]
        return None

    def _chosen(
        self, account: str, buckets: Sequence[str], quantity: int | None, held_by: Hold
    ) -> list[int] | str:
        found = [
            number
            for number, unit in self.units.items()
            if unit.account == account
            and unit.bucket in buckets
            and (held_by is None or unit.hold == held_by)
        ]
        found.sort(key=lambda number: (self.units[number].vintage, number))
        if not found or (quantity is not None and len(found) < quantity):
            return "insufficient_units"
        return found if quantity is None else found[:quantity]
