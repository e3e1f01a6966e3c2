"""Sealed bids are matched by price, then by time; nothing below the reserve, nothing above what there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.domain.trading.auction import Offer, match
from workflow_app.domain.trading.orders import cents_of, deviation, fee_of, yuan
from workflow_app.kernel.errors import Refused

START = datetime(2025, 8, 12, tzinfo=UTC)
BIDS = st.lists(st.tuples(st.integers(1, 50), st.integers(1, 9), st.integers(0, 5)), max_size=12)


def offers(bids: list[tuple[int, int, int]]) -> list[Offer]:
    """Offers of (tonnes, cents, minute)."""
    return [
        Offer(f"b{index:02d}", f"a{index}", tonnes, cents, START + timedelta(minutes=minute))
        for index, (tonnes, cents, minute) in enumerate(bids)
    ]


@given(bids=BIDS, quantity=st.integers(1, 100), reserve=st.integers(1, 9))
def test_the_best_win_and_all_is_sold_that_can_be(
    bids: list[tuple[int, int, int]], quantity: int, reserve: int
) -> None:
    """Unit by unit: each tonne goes to the best bid that still wants one."""
    wanted = offers(bids)
    single = [offer for offer in wanted if offer.cents >= reserve for _ in range(offer.quantity)]
    single.sort(key=lambda offer: (-offer.cents, offer.placed_at, offer.bid_id))
    expected: dict[str, int] = {}
    for offer in single[:quantity]:
        expected[offer.bid_id] = expected.get(offer.bid_id, 0) + 1
    awards = match(wanted, quantity, reserve)
    assert {award.offer.bid_id: award.quantity for award in awards} == expected


@pytest.mark.parametrize(("text", "cents"), [("45.00", 4_500), ("38.5", 3_850), (41, 4_100), ("0.01", 1)])
def test_yuan_are_read_to_the_cent(text: object, cents: int) -> None:
    assert cents_of(text) == cents


@pytest.mark.parametrize("text", ["45.001", "-1", "1e3", "", "NaN", "45,00", 4.5, True, None, "四十五"])
def test_what_is_no_amount_is_refused(text: object) -> None:
    with pytest.raises(Refused, match="bad_price"):
        cents_of(text)


def test_money_is_said_exactly() -> None:
    assert yuan(10**17 + 1) == "1,000,000,000,000,000.01"
    assert fee_of(20_600_000, 10) == 20_600
    assert (deviation(6_000, 4_500), deviation(3_000, 4_500), deviation(1, None)) == (33, -33, 0)
