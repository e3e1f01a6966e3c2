"""The exchange's own system reports its trades: once each, under the same rules; each day is reconciled."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.scenarios.market import Market
from workflow_app.adapters.signatures import ExchangeKeys, sign
from workflow_app.commands.market.requests import LoadTradeFile, ReconcileTrades, ReportTrades
from workflow_app.kernel.errors import Forbidden, InvalidForm, Refused

DAY = "2025-08-12"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def line(market: Market, number: str = "X-1", **changes: Any) -> dict[str, Any]:
    """A trade as the exchange reports it."""
    return {
        "external_id": number,
        "project_number": market.programme.project["number"],
        "seller_account": market.numbers["owner"],
        "buyer_account": market.numbers["甲"],
        "quantity": 1_000,
        "price": "40.00",
        "at": f"{DAY}T09:30:00+08:00",
        **changes,
    }


def report(market: Market, *lines: dict[str, Any]) -> list[dict[str, Any]]:
    """Report as the exchange's maker."""
    told = market.programme.do("maker", ReportTrades(lines)).values["trades"]
    return [dict(each) for each in told]  # type: ignore[union-attr, arg-type]


def test_a_reported_trade_is_entered_once(market: Market) -> None:
    """Units move under the same rules, no money moves here; the same number again is one effect."""
    first, *_ = report(market, line(market))
    again, *_ = report(market, line(market))
    assert (first["state"], again["state"]) == ("entered", "already_there")
    assert first["confirmation_number"] == again["confirmation_number"]
    assert market.units("甲") == {"held": 1_000}
    assert market.money("甲") == {"cash": 40_000_000}
    other, *_ = report(market, line(market, quantity=999))
    assert (other["state"], other["code"]) == ("refused", "external_id_reused")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": 0}, "bad_quantity"),
        ({"quantity": 1.5}, "bad_quantity"),
        ({"quantity": 10**13}, "bad_quantity"),
        ({"quantity": 44_101}, "insufficient_units"),
        ({"price": "-1"}, "bad_price"),
        ({"price": 40.5}, "bad_price"),
        ({"at": "2025-08-12T09:30:00"}, "bad_report"),
        ({"at": "2030-01-01T00:00:00+08:00"}, "trade_in_future"),
        ({"note": "x"}, "bad_report"),
        ({"buyer_account": "GM-99999"}, "no_such_account"),
        ({"project_number": "JX-JCER-01-99999"}, "no_such_project"),
    ],
)
def test_one_that_cannot_stand_keeps_no_other_from_standing(
    market: Market, changes: dict[str, Any], code: str
) -> None:
    refused, entered = report(market, line(market, **changes), line(market, "X-2"))
    assert (refused["state"], refused["code"], entered["state"]) == ("refused", code, "entered")
    assert market.units("甲") == {"held": 1_000}


def test_a_buyer_cannot_sell_again_by_report(market: Market) -> None:
    """R39 holds whatever the exchange's system says."""
    report(market, line(market))
    told, *_ = report(
        market, line(market, "X-2", seller_account=market.numbers["甲"], buyer_account=market.numbers["乙"])
    )
    assert told["code"] == "resale_forbidden"


def test_only_the_exchange_reports(market: Market) -> None:
    for who in ("checker", "甲", "clerk"):
        with pytest.raises(Forbidden):
            market.programme.do(who, ReportTrades([line(market)]))
    with pytest.raises(InvalidForm):
        market.programme.do("maker", ReportTrades([]))


def test_a_day_is_reconciled_with_its_differences(market: Market) -> None:
    """One the book lacks, one the list lacks, one that differs; the same list again is one effect."""
    report(market, line(market, "X-1"), line(market, "X-2"), line(market, "X-3"))
    listed = [line(market, "X-1"), line(market, "X-2", quantity=1_001), line(market, "X-4")]
    done = market.programme.do("maker", ReconcileTrades(DAY, listed))
    assert done.values["differences"] == 3
    found = {each["external_id"]: each["kind"] for each in done.values["found"]}  # type: ignore[union-attr, index, call-overload]
    assert found == {"X-2": "differs", "X-3": "missing_there", "X-4": "missing_here"}
    with market.programme.app.store.reading() as uow:
        kept = uow.trade_reports.differences(str(done.values["report_id"]))
    assert ["数量" in row["what"] for row in kept if row["kind"] == "differs"] == [True]
    again = market.programme.do("maker", ReconcileTrades(DAY, listed))
    assert (again.replayed, again.values["report_id"]) == (True, done.values["report_id"])
    with pytest.raises(InvalidForm):
        market.programme.do("maker", ReconcileTrades("2025-08-13", []))


def signed(market: Market, **changes: Any) -> dict[str, Any]:
    """A daily file as the exchange signs it."""
    tools = market.programme.app.executor.tools
    public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    market.programme.app.executor.tools = replace(tools, signatures=ExchangeKeys([public]))
    content = {"exchange": "91360000DEM000129N", "day": DAY, "trades": [line(market)]}
    return sign({**content, **changes}, KEY)


def test_a_signed_file_is_entered_and_reconciled(market: Market) -> None:
    text = json.dumps(signed(market), ensure_ascii=False)
    told = market.programme.do("maker", LoadTradeFile(text)).values
    assert (told["differences"], market.units("甲")) == (0, {"held": 1_000})
    market.programme.do("maker", LoadTradeFile(text))
    assert market.units("甲") == {"held": 1_000}


@pytest.mark.parametrize("spoilt", ["day", "trades", "key", "signature", "algorithm", "exchange"])
def test_a_file_that_was_changed_is_refused(market: Market, spoilt: str) -> None:
    document = signed(market)
    document[spoilt] = [] if spoilt == "trades" else "2025-08-11"
    with pytest.raises(Refused, match="bad_signature"):
        market.programme.do("maker", LoadTradeFile(json.dumps(document)))
    assert market.units("甲") == {}


def test_a_file_of_another_exchange_is_refused(market: Market) -> None:
    with pytest.raises(Forbidden, match="other_exchange"):
        market.programme.do("maker", LoadTradeFile(json.dumps(signed(market, exchange="91360000DEM000110R"))))
