"""Sealed bids: who wins what when bidding has closed.

R38 竞价; docs/domain.md §3: 「截止→撮合 price, then time」. Each winner pays their own price; the last to win
may get a part of what they asked for. A bid below the reserve never wins. Must never know: storage, money.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A bid as it is opened.

    :param quantity: tonnes asked for; the bidder takes a part where no more is left.
    :param cents: price of a tonne.
    """

    bid_id: str
    buyer_account: str
    quantity: int
    cents: int
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Award:
    """What a bid wins."""

    offer: Offer
    quantity: int

    @property
    def amount(self) -> int:
        """What it pays, cents."""
        return self.quantity * self.offer.cents


def match(offers: Iterable[Offer], quantity: int, reserve: int) -> tuple[Award, ...]:
    """Give tonnes to the highest prices, of equal ones to the earlier; none below ``reserve`` cents."""
    awards: list[Award] = []
    for offer in sorted(offers, key=lambda each: (-each.cents, each.placed_at, each.bid_id)):
        if offer.cents < reserve or quantity == 0:
            break
        won = min(offer.quantity, quantity)
        awards.append(Award(offer, won))
        quantity -= won
    return tuple(awards)
