"""What the exchange answers for, over HTTP: each act once for its key, bad input in words, the trace."""

from __future__ import annotations

import pytest
from limits import parse_many

from tests.scenarios import units
from tests.scenarios.market import Market
from tests.scenarios.test_reported_trades import line
from tests.web.api.conftest import Callers
from tests.web.conftest import Office
from workflow_app.commands.requests import SYSTEM, CreateOrganisation
from workflow_app.store import tables
from workflow_app.web.app import create_app

DAY = "2025-08-12"


@pytest.fixture
def api(market: Market) -> Callers:
    """Callers of P1's market; nobody is slowed down."""
    app = create_app(market.programme.app)
    wide = tuple(parse_many("100000 per minute"))
    app.config.update(API_PER_PERSON=wide, API_PER_ADDRESS=wide)
    return Callers(Office(market.programme, app))


def test_a_day_over_http_from_report_to_remedy(api: Callers, market: Market) -> None:
    told = {"trades": [line(market, "X-1"), line(market, "X-2", quantity=0)]}
    first = api["maker"].post("/exchange/trades", told, key="once").get_json()
    again = api["maker"].post("/exchange/trades", told, key="once")
    assert (again.get_json(), again.headers["Idempotency-Replayed"]) == (first, "true")
    assert [each["state"] for each in first["trades"]] == ["entered", "refused"]
    (refusal,) = api["checker"].get("/exchange/refusals").get_json()["items"]
    assert (refusal["external_id"], refusal["code"]) == ("X-2", "bad_quantity")

    listed = {"day": DAY, "trades": [line(market, "X-1"), line(market, "X-3")]}
    made = api["maker"].post("/exchange/reconciliations", listed).get_json()
    (day,) = api["auditor"].get("/exchange/reconciliations").get_json()["items"]
    assert (day["id"], day["differences"], day["open"], day["current"]) == (made["report_id"], 1, 1, True)
    address = f"/exchange/reconciliations/{day['id']}"
    (difference,) = api["auditor"].get(address).get_json()["found"]
    assert (difference["kind"], difference["external_id"], difference["remedy"]) == (
        "missing_here",
        "X-3",
        "",
    )
    remedy = {"remedy": "explained", "note": "交易所系统测试数据，已说明"}
    path = f"{address}/differences/{difference['line']}"
    own = api["maker"].post(path, remedy)
    assert (own.status_code, own.mimetype) == (403, "application/problem+json")
    wrong = api["checker"].post(path, {"remedy": "forgotten", "note": "x"})
    assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["remedy"])
    assert api["checker"].post(path, remedy, key="r").status_code == 200
    assert api["checker"].post(path, remedy, key="r").headers["Idempotency-Replayed"] == "true"
    assert api["checker"].post(path, remedy).get_json()["code"] == "difference_settled"
    (day,) = api["auditor"].get("/exchange/reconciliations").get_json()["items"]
    assert day["open"] == 0
    assert api["auditor"].get("/exchange/reconciliations/none").get_json()["code"] == "no_such_report"


def test_an_alert_over_http(api: Callers, market: Market) -> None:
    api["maker"].post("/exchange/trades", {"trades": [line(market), line(market, "X-2", price="58.00")]})
    (alert,) = api["clerk"].get("/trade-alerts?state=open").get_json()["items"]
    assert (alert["kind"], alert["facts"]["value"], alert["trade"]["external_id"]) == ("price_far", 45, "X-2")
    path = f"/trade-alerts/{alert['id']}"
    assert api["clerk"].post(f"{path}/review", {"state": "cleared", "finding": " "}).status_code == 422
    done = api["clerk"].post(f"{path}/review", {"state": "cleared", "finding": "市价上涨"})
    assert done.status_code == 200
    assert api["auditor"].get(path).get_json()["finding"] == "市价上涨"
    assert api["clerk"].get("/trade-alerts?state=open").get_json()["items"] == []
    assert api["clerk"].get("/trade-alerts?state=unknown").status_code == 422


def test_a_correction_over_http_is_traced_to_every_holder(api: Callers, market: Market) -> None:
    programme = market.programme
    order = market.offered("listing", 600, "45.00")
    market.takes("乙", order, 600)
    batch = units.rows(programme, tables.batch)[0]["id"]
    case_id = api["clerk"].post("/corrections", {"project_id": programme.project_id}).get_json()["case_id"]
    found = {"correction_batch": batch, "correction_tonnes": 390}
    programme.hand_in("register_finding", "clerk", case_id=case_id, **found)
    (listed,) = api["auditor"].get("/corrections?state=open&kind=over_issuance").get_json()["items"]
    whole = api["auditor"].get(f"/corrections/{listed['id']}").get_json()
    assert [(one["first"], one["last"]) for one in whole["ranges"]] == [(601, 990)]
    assert [one["kind"] for one in whole["movements"]] == ["mint", "dispute"]
    lying = {(one["holder"], one["bucket"]): one["quantity"] for one in whole["lying"]}
    assert lying == {
        ("演示owner", "available"): 43_110,
        ("演示owner", "disputed"): 390,
        ("婺源演示景区", "held"): 600,
    }
    assert api["auditor"].get("/corrections?state=settled").get_json()["items"] == []
    assert api["auditor"].get("/corrections/none").status_code == 404


def test_orders_on_accounts_over_http(api: Callers, market: Market) -> None:
    account = market.accounts["甲"]
    order = {"kind": "freeze", "reason": "协助执行", "document": "88号"}
    for lacking in ("kind", "reason", "document"):
        wrong = {name: value for name, value in order.items() if name != lacking}
        answer = api["leader"].post(f"/accounts/{account}/orders", wrong)
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [lacking])
    first = api["leader"].post(f"/accounts/{account}/orders", order, key="f")
    again = api["leader"].post(f"/accounts/{account}/orders", order, key="f")
    assert (first.status_code, again.get_json()) == (201, first.get_json())
    assert first.get_json()["state"] == "frozen"
    twice = api["leader"].post(f"/accounts/{account}/orders", order)
    assert twice.status_code == 422
    assert len(units.rows(market.programme, tables.account_order)) == 1
    listing = market.offered("listing", 10, "45.00")
    refused = api["甲"].post(f"/orders/{listing}/take", {"quantity": 1})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "account_not_normal")


def test_an_exchange_reads_no_other_exchanges_orders(api: Callers, market: Market) -> None:
    """What is another exchange's is not there for it; the department reads both."""
    programme = market.programme
    made = programme.app.execute(CreateOrganisation("演示第二交易中心", "", "exchange"), SYSTEM)
    programme.organisations["second"] = str(made.values["organisation_id"])
    programme.given_person("stranger", "second", "exchange_checker")
    order = market.offered("listing", 10, "45.00")
    market.takes("甲", order, 5)
    visitor = api.office.signed_in("stranger")
    assert "没有进行中的转让委托" in visitor.get("/exchange/orders").text
    assert visitor.get(f"/exchange/orders/{order}").status_code == 404
    assert "还没有成交" in visitor.get("/exchange/trades").text
    assert market.order(order)["number"] in api.office.signed_in("auditor").get("/exchange/orders").text
