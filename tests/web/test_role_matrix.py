"""docs/domain.md §6, the columns Trade and Cancel/cert: who reads and who writes, page by page and over HTTP.

Whoever may write gets as far as what was sent (422, 404, 409, a redirect); everybody else is refused before.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from limits import parse_many

from tests.scenarios import units
from tests.scenarios.market import Market
from tests.web.api.conftest import Callers
from tests.web.conftest import Office
from tests.web.trading import Trading
from workflow_app.commands.market.requests import ReconcileTrades
from workflow_app.store import tables
from workflow_app.web.app import create_app

OVERSIGHT: Final = frozenset({"maker", "checker", "clerk", "second_clerk", "leader", "auditor"})
DEPARTMENT: Final = frozenset({"clerk", "second_clerk", "leader", "auditor"})
EVERYBODY: Final = (
    *("clerk", "second_clerk", "leader", "maker", "checker", "auditor", "owner", "agent", "expert_one"),
    *("pilot", "operator", "administrator", "甲", "delegate"),
)
READS: Final = {
    "/exchange/orders": OVERSIGHT,
    "/exchange/orders/{order}": OVERSIGHT,
    "/exchange/trades": OVERSIGHT,
    "/exchange/trades.csv": OVERSIGHT,
    "/exchange/alerts": OVERSIGHT,
    "/exchange/reports": OVERSIGHT,
    "/exchange/reports/{report}": OVERSIGHT,
    "/exchange/cash": OVERSIGHT,
    "/exchange/qualification": OVERSIGHT,
    "/corrections": OVERSIGHT,
    "/office/certificates": OVERSIGHT | {"delegate"},
    "/delegations": DEPARTMENT | {"delegate"},
    "/accounts/{account}/orders/new": frozenset({"leader"}),
}
WRITES: Final[dict[str, tuple[dict[str, str], frozenset[str]]]] = {
    "/exchange/reports": ({}, frozenset({"maker"})),
    "/exchange/reports/{report}/differences/1": ({}, frozenset({"checker"})),
    "/exchange/cash/none": ({"decision": "approve"}, frozenset({"checker"})),
    "/exchange/alerts/none": (
        {"state": "cleared", "finding": "x"},
        frozenset({"checker", "clerk", "second_clerk", "leader"}),
    ),
    "/exchange/orders/{order}/retry/none": ({}, frozenset({"checker"})),
    "/exchange/qualification": ({}, frozenset({"leader"})),
    "/corrections": ({}, frozenset({"clerk", "second_clerk"})),
    "/delegations": ({}, frozenset({"leader"})),
    "/delegations/none/revoke": ({"reason": "x"}, frozenset({"leader"})),
    "/accounts/{account}/orders/new": ({}, frozenset({"leader"})),
    "/office/certificates/none/reissue": ({"reason": "x"}, frozenset({"leader", "delegate"})),
}
API_READS: Final = {
    "/trade-alerts": OVERSIGHT,
    "/exchange/reconciliations": OVERSIGHT,
    "/exchange/reconciliations/{report}": OVERSIGHT,
    "/exchange/refusals": OVERSIGHT,
    "/exchange/qualifications": OVERSIGHT,
    "/cash-entries": OVERSIGHT,
    "/corrections": OVERSIGHT,
    "/issued-certificates": OVERSIGHT | {"delegate"},
    "/delegations": DEPARTMENT | {"delegate"},
    "/orders/{order}": OVERSIGHT | {"owner", "甲"},
}
ORDERING: Final = {"kind": "freeze", "reason": "x", "document": "x"}
API_WRITES: Final[dict[str, tuple[dict[str, Any], frozenset[str]]]] = {
    "/exchange/trades": ({"trades": [{"external_id": "X"}]}, frozenset({"maker"})),
    "/exchange/reconciliations/{report}/differences/9": (
        {"remedy": "relisted", "note": "x"},
        frozenset({"checker"}),
    ),
    "/trade-alerts/none/review": (
        {"state": "cleared", "finding": "x"},
        frozenset({"checker", "clerk", "second_clerk", "leader"}),
    ),
    "/exchange/qualifications": (
        {
            "organisation_id": "none",
            "number": "x",
            "issuer": "x",
            "valid_from": "2025-02-01",
            "valid_until": "2025-01-01",
        },
        frozenset({"leader"}),
    ),
    "/corrections": ({"project_id": "none"}, frozenset({"clerk", "second_clerk"})),
    "/accounts/none/orders": (ORDERING, frozenset({"leader"})),
    "/delegations/none/revoke": ({"reason": "x"}, frozenset({"leader"})),
    "/certificates/none/reissue": ({"reason": "x"}, frozenset({"leader", "delegate"})),
}


@pytest.fixture
def trading(market: Market) -> Trading:
    """P1's market with an order, a day that differed, and a delegate."""
    units.given_delegate(market.programme, "2026-12-31", "public_welfare")
    return Trading(market, Office(market.programme, create_app(market.programme.app)))


@pytest.fixture
def places(trading: Trading) -> dict[str, str]:
    """What the addresses name."""
    market = trading.market
    order = market.offered("listing", 100, "45.00")
    listed = [
        {
            "external_id": "X-1",
            "project_number": market.programme.project["number"],
            "seller_account": market.numbers["owner"],
            "buyer_account": market.numbers["甲"],
            "quantity": 1,
            "price": "45.00",
            "at": "2025-08-12T09:30:00+08:00",
        }
    ]
    day = market.programme.do("maker", ReconcileTrades("2025-08-12", listed)).values["report_id"]
    return {"order": order, "report": str(day), "account": market.accounts["甲"]}


def test_each_page_is_read_by_its_roles_and_no_other(trading: Trading, places: dict[str, str]) -> None:
    for name in EVERYBODY:
        visitor = trading.signed_in(name)
        for path, allowed in READS.items():
            expected = 200 if name in allowed else 403
            assert visitor.get(path.format(**places)).status_code == expected, (name, path)
    nobody = trading.office.visitor()
    for path in READS:
        assert nobody.get(path.format(**places)).status_code == 302, path


def test_each_act_is_done_by_its_roles_and_no_other(trading: Trading, places: dict[str, str]) -> None:
    kept = (tables.account_order, tables.delegation, tables.correction, tables.exchange_qualification)
    before = [units.rows(trading.market.programme, table) for table in kept]
    for name in EVERYBODY:
        visitor = trading.signed_in(name)
        for path, (said, allowed) in WRITES.items():
            status = visitor.post(path.format(**places), said).status_code
            assert (status == 403) == (name not in allowed), (name, path, status)
            assert status < 500, (name, path)
    assert [units.rows(trading.market.programme, table) for table in kept] == before


def test_the_api_answers_and_refuses_the_same_roles(trading: Trading, places: dict[str, str]) -> None:
    wide = tuple(parse_many("100000 per minute"))
    trading.office.app.config.update(API_PER_PERSON=wide, API_PER_ADDRESS=wide)
    api = Callers(trading.office)
    for name in EVERYBODY:
        for path, allowed in API_READS.items():
            answer = api[name].get(path.format(**places))
            assert (answer.status_code == 200) == (name in allowed), (name, path, answer.text)
            assert answer.status_code in {200, 403, 404}, (name, path, answer.text)
        for path, (body, allowed) in API_WRITES.items():
            answer = api[name].post(path.format(**places), body)
            assert (answer.status_code == 403) == (name not in allowed), (name, path, answer.text)
            assert answer.status_code < 500, (name, path, answer.text)
    for path in API_READS:
        assert api.nobody.get(path.format(**places)).status_code == 401, path


def test_the_navigation_shows_each_role_what_opens_for_it(trading: Trading) -> None:
    links = {
        "/exchange/orders",
        "/exchange/trades",
        "/exchange/alerts",
        "/exchange/reports",
        "/exchange/cash",
        "/exchange/qualification",
        "/corrections",
        "/office/certificates",
        "/delegations",
    }
    for name in EVERYBODY:
        page = trading.signed_in(name).get("/help").text
        shown = {link for link in links if f'class="side-nav__item" href="{link}"' in page}
        assert shown == {link for link in links if name in READS[link]}, name
