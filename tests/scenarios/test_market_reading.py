"""What holders read of the market, with the figures of docs/domain.md §7, on both databases."""

from __future__ import annotations

from datetime import date

from tests.scenarios.market import Market
from workflow_app.domain.ledger.accounts import Bucket, MoneyBucket
from workflow_app.queries import bids, held_certificates, market, orders, ranges, started, statements, trades
from workflow_app.queries.market import Sought
from workflow_app.queries.reading import Reading
from workflow_app.queries.statements import Period


def test_p1s_market_as_its_holders_read_it(market_on_both: Market) -> None:
    played = market_on_both
    app = played.programme.app
    listing = played.offered("listing", 2_000, "45.00")
    auction = played.offered("auction", 5_000, "40.00")
    begun = played.started("listing")
    agreed = played.offered("negotiated", 10_000, "38.50", buyer_account=played.numbers["甲"])
    bid = played.bids("丙", auction, 5_000, "41.20")
    trade = str(played.takes("乙", listing, 1_500).values["trade_id"])
    reading = Reading(app.store.engine, app.store.vault, app.clock.now)
    try:
        now = app.clock.now()
        found = {
            "all": Sought(),
            "listing": Sought(mode="listing"),
            "cheap": Sought(cents=4_000),
            "2021": Sought(vintage=2021),
            "2023": Sought(vintage=2023),
            "number": Sought(text="jx-jcer-01-00001"),
            "nothing": Sought(text="100%"),
        }
        told = {
            name: [one.id for one in market.offers(reading, each, now)[0]] for name, each in found.items()
        }
        assert told == {
            "all": [auction, listing],
            "listing": [listing],
            "cheap": [auction],
            "2021": [auction, listing],
            "2023": [],
            "number": [auction, listing],
            "nothing": [],
        }
        assert market.vintages(reading, now) == (2021,)  # 2022 is the agreement's, and nobody else's
        (first,), after = market.offers(reading, Sought(), now, size=1)
        (second,), end = market.offers(reading, Sought(), now, after=after, size=1)
        assert ([first.id, second.id], end) == ([auction, listing], "")

        owner, buyer, bidder = (played.accounts[name] for name in ("owner", "乙", "丙"))
        standing, _ = orders.orders(reading, account_ids=[owner], states=["open", "pending"])
        assert [(one.id, one.sold, one.available) for one in standing] == [
            (agreed, 0, 10_000),
            (auction, 0, 5_000),
            (listing, 1_500, 500),
        ]
        assert [one.id for one in orders.orders(reading, account_ids=[played.accounts["甲"]])[0]] == [agreed]
        assert [
            one.case_id for one in started.transfers(reading, [played.programme.organisations["owner"]])
        ] == [begun]
        (own,), _ = bids.bids(reading, account_ids=[bidder])
        (other,), _ = bids.bids(reading, order_id=auction)
        assert (own.id, own.cents, other.cents) == (bid, 4_120, None)
        (made,), _ = trades.trades(reading, account_ids=[buyer])
        assert (made.id, made.amount_cents, made.buyer) == (trade, 6_750_000, "婺源演示景区")
        (serial,) = trades.serials(reading, trade)
        assert serial.startswith("JX-JCER-01-00001-01-2021-000000001-000001500-")
        blocks, _ = ranges.blocks_of(reading, owner, buckets=[Bucket.FROZEN])
        assert [(one.vintage, one.quantity) for one in blocks] == [(2021, 13_000), (2022, 2_500)]
        opening, closing = statements.balances(reading, buyer, Period(date(2025, 8, 12), date(2025, 8, 12)))
        assert (opening.units, opening.money) == ({}, {})
        assert closing.units == {Bucket.HELD: 1_500}
        assert closing.money == {MoneyBucket.CASH: 3_250_000}
        before, _after = statements.balances(reading, buyer, Period(date(2025, 8, 13)))
        assert before == closing
        assert held_certificates.certificates(reading, [buyer]) == ((), "")
    finally:
        reading.close()
