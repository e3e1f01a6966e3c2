"""The market read over HTTP: what stands open, one's own orders, bids, trades, certificates; no other's."""

from __future__ import annotations

from typing import Any

import pytest
from limits import parse_many

from tests.scenarios.market import Market
from tests.web.api.conftest import Caller, Callers
from tests.web.conftest import Office
from workflow_app.web.app import create_app


@pytest.fixture
def trading(market: Market) -> Callers:
    """P1's market over HTTP; nobody is slowed down."""
    app = create_app(market.programme.app)
    wide = tuple(parse_many("100000 per minute"))
    app.config.update(API_PER_PERSON=wide, API_PER_ADDRESS=wide)
    return Callers(Office(market.programme, app))


def items(caller: Caller, path: str) -> list[dict[str, Any]]:
    """The items of a page, which must be there."""
    answer = caller.get(path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def test_what_stands_open_is_found_and_bought(trading: Callers, market: Market) -> None:
    order = market.offered("listing", 2_000, "45.00")
    market.offered("negotiated", 10, "45.00", buyer_account=market.numbers["甲"])
    (offer,) = items(trading["乙"], "/market/orders?price=45&mode=listing&vintage=2021&q=JX-JCER-01-00001")
    told = {name: offer[name] for name in ("id", "available", "cents", "vintages", "mode", "state")}
    assert told == {
        "id": order,
        "available": 2_000,
        "cents": 4_500,
        "vintages": [2021],
        "mode": "listing",
        "state": "open",
    }
    assert items(trading["乙"], "/market/orders?price=44.99") == []
    assert trading["乙"].get("/market/orders?price=cheap").get_json()["code"] == "bad_price"
    assert trading["乙"].get("/market/orders?mode=negotiated").status_code == 422
    trade = trading["乙"].post(f"/orders/{order}/take", {"quantity": 500}).get_json()["trade_id"]
    told = trading["乙"].get(f"/trades/{trade}").get_json()
    assert (told["quantity"], told["amount_cents"], told["buyer"]) == (500, 2_250_000, "婺源演示景区")
    assert len(told["serials"]) == 1
    assert told["serials"][0].startswith("JX-JCER-01-00001-01-2021-000000001-000000500-")
    whole = trading["owner"].get(f"/orders/{order}").get_json()
    assert (whole["remaining"], [one["id"] for one in whole["trades"]]) == (1_500, [trade])


def test_a_sealed_price_is_its_bidders_alone(trading: Callers, market: Market) -> None:
    order = market.offered("auction", 5_000, "40.00")
    market.bids("丙", order, 5_000, "41.20")
    assert [one["cents"] for one in items(trading["丙"], "/my/bids")] == [4_120]
    assert items(trading["甲"], "/my/bids") == []
    for name in ("owner", "甲", "checker", "leader", "auditor"):
        assert trading[name].get(f"/orders/{order}").get_json()["bids"] == [], name
    market.bidding_closes(order)
    for name in ("owner", "checker"):
        opened = trading[name].get(f"/orders/{order}").get_json()["bids"]
        assert [(one["cents"], one["won"], one["state"]) for one in opened] == [(4_120, 5_000, "won")], name
    assert trading["甲"].get(f"/orders/{order}").get_json()["bids"] == []


def test_everybody_reads_their_own(trading: Callers, market: Market) -> None:
    agreed = market.offered("negotiated", 10, "45.00", buyer_account=market.numbers["甲"])
    listing = market.offered("listing", 100, "45.00")
    trade = str(market.takes("乙", listing, 10).values["trade_id"])
    seen = {"owner": {agreed, listing}, "甲": {agreed}, "乙": set(), "checker": {agreed, listing}}
    for name, orders in seen.items():
        assert {one["id"] for one in items(trading[name], "/orders")} == orders, name
        status = 200 if agreed in orders else 404
        assert trading[name].get(f"/orders/{agreed}").status_code == status, name
    for name, trades in {"owner": [trade], "乙": [trade], "甲": [], "auditor": [trade]}.items():
        assert [one["id"] for one in items(trading[name], "/trades")] == trades, name
        assert trading[name].get(f"/trades/{trade}").status_code == (200 if trades else 404), name
    assert [one["id"] for one in items(trading["owner"], "/orders?state=open&mode=listing")] == [listing]


def test_pages_of_trades_go_on_where_they_ended(trading: Callers, market: Market) -> None:
    listing = market.offered("listing", 100, "1.00")
    made = [str(market.takes("乙", listing, 1).values["trade_id"]) for _ in range(51)]
    first = trading["乙"].get("/trades").get_json()
    assert len(first["items"]) == 50
    rest = trading["乙"].get(f"/trades?after={first['next']}").get_json()
    assert [one["id"] for one in (*first["items"], *rest["items"])] == made[::-1]
    assert rest["next"] is None


def test_ranges_and_a_statement_of_a_period(trading: Callers, market: Market) -> None:
    account = market.accounts["owner"]
    blocks = items(trading["owner"], f"/accounts/{account}/blocks")
    assert [(one["vintage"], one["quantity"]) for one in blocks] == [
        (2021, 14_500),
        (2022, 14_700),
        (2023, 14_900),
    ]
    address = f"/accounts/{account}/statement"
    assert [one["kind"] for one in items(trading["owner"], f"{address}?first=2025-08-12")] == ["mint"]
    assert items(trading["owner"], f"{address}?last=2025-08-11") == []
    assert items(trading["owner"], f"{address}?first=2025-08-13") == []
    assert trading["owner"].get(f"{address}?first=August").status_code == 422
    assert trading["甲"].get(f"/accounts/{account}/blocks").status_code == 404


def test_certificates_of_ones_own(trading: Callers, market: Market) -> None:
    assert items(trading["乙"], "/my/certificates") == []
    assert trading["checker"].get("/my/certificates").status_code == 403
    assert trading["expert_one"].get("/market/orders").status_code == 403
    assert trading.nobody.get("/market/orders").status_code == 401
