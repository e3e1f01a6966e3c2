"""Registry accounts over HTTP: opened by two persons, money once for its number, the statement."""

from __future__ import annotations

from tests.scenarios.holding import PERSON_CODE, given_buyer, given_natural_person
from tests.web.api.conftest import Callers


def test_an_account_is_opened_and_paid_into_over_http(api: Callers) -> None:
    organisation = given_buyer(api.office.programme)
    asked = {"legal_form": "legal_person", "organisation_id": organisation}
    account = api["cement"].post("/accounts", asked).get_json()["account_id"]
    waiting = api["maker"].get("/accounts?state=waiting").get_json()["items"]
    assert [(one["id"], one["verified"]) for one in waiting] == [(account, False)]
    assert api["checker"].post(f"/accounts/{account}/decide", {"approve": True}).status_code == 422
    assert api["maker"].post(f"/accounts/{account}/verify", {}).status_code == 200
    opened = api["checker"].post(f"/accounts/{account}/decide", {"approve": True})
    assert opened.get_json() == {"account_id": account, "state": "normal"}

    money = {"kind": "deposit", "amount": "90000.00", "reference": "B-1"}
    entry = api["maker"].post(f"/accounts/{account}/cash", money).get_json()["entry_id"]
    assert api["maker"].post(f"/accounts/{account}/cash", money).get_json()["entry_id"] == entry
    assert api["maker"].post(f"/cash-entries/{entry}/decide", {"approve": True}).status_code == 403
    assert api["checker"].post(f"/cash-entries/{entry}/decide", {"approve": True}).status_code == 200

    shown = api["cement"].get(f"/accounts/{account}").get_json()
    assert (shown["cash_cents"], shown["reserved_cents"], shown["units"]) == (9_000_000, 0, [])
    lines = api["cement"].get(f"/accounts/{account}/statement").get_json()
    assert [(line["kind"], line["cents"]) for line in lines["items"]] == [("deposit", {"cash": 9_000_000})]
    assert lines["next"] is None
    assert api["owner"].get(f"/accounts/{account}").status_code == 404
    assert api["owner"].post(f"/accounts/{account}/close", {}).status_code == 404


def test_a_natural_persons_code_never_comes_back(api: Callers) -> None:
    person = given_natural_person(api.office.programme)
    asked = {"legal_form": "natural_person", "person_id": person, "identity_code": "360101199001010012"}
    wrong = api["ding"].post("/accounts", asked)
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "identity_code")
    account = api["ding"].post("/accounts", {**asked, "identity_code": PERSON_CODE}).get_json()["account_id"]
    for name in ("ding", "maker", "auditor"):
        told = api[name].get(f"/accounts/{account}")
        assert PERSON_CODE not in told.text, name
        assert told.get_json()["account"]["code"] == "360*************11", name
