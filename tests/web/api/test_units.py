"""Cancellations, certificates, delegations, successions, the market over HTTP: bad input and retries.

Each refusal is the one problem document, in Chinese, and changes nothing; an act sent twice under its key is
one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pytest
from limits import parse_many

from tests.scenarios import units
from tests.scenarios.market import Market
from tests.scenarios.units import given_delegate, rows, when_cancelled
from tests.web.api.conftest import Callers
from tests.web.conftest import Office
from workflow_app.domain.certificate import code_of
from workflow_app.store import tables
from workflow_app.web.app import create_app

CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
QUANTITIES: Final[tuple[object, ...]] = (0, -1, 1.5, 10**12, "many", "1.5", None, True, [1], {})
WRITING: Final = {"reason": "法院裁定过户", "document": "（2025）赣01执1号"}
GRANT: Final = {
    "number": "赣环气候委〔2025〕8号",
    "scope": ["public_welfare"],
    "valid_from": "2025-01-01",
    "valid_until": "2026-12-31",
}
BOOK: Final = (
    tables.unit_balance,
    tables.money_balance,
    tables.trade_order,
    tables.bid,
    tables.cancellation,
    tables.certificate,
    tables.delegation,
    tables.correction,
    tables.account_order,
)


@pytest.fixture
def api(market: Market) -> Callers:
    """Callers of P1's market, 乙 with 500 tonnes; nobody is slowed down."""
    app = create_app(market.programme.app)
    wide = tuple(parse_many("100000 per minute"))
    app.config.update(API_PER_PERSON=wide, API_PER_ADDRESS=wide, COMMENT_GUARD=wide)
    market.takes("乙", market.offered("listing", 500, "45.00"), 500)
    given_delegate(market.programme, "2026-12-31", "voluntary_offset")
    return Callers(Office(market.programme, app))


def book(market: Market) -> list[object]:
    """What may not change."""
    return [rows(market.programme, tables.ledger_posting), *map(str, _rows(market))]


def _rows(market: Market) -> list[list[str]]:
    with market.programme.app.store.reading() as uow:
        return [sorted(map(str, uow.connection.execute(table.select()).all())) for table in BOOK]


def problem(answer: Any, status: int, what: object) -> Mapping[str, Any]:
    """The problem document of an answer, which must be one, in Chinese."""
    assert answer.status_code == status, (what, answer.status_code, answer.text)
    assert answer.mimetype == "application/problem+json", what
    told: Mapping[str, Any] = answer.get_json()
    assert CHINESE.search(told["title"]), (what, told)
    assert CHINESE.search(told["detail"]), (what, told)
    for name, messages in told.get("errors", {}).items():
        assert all(CHINESE.search(message) for message in messages), (what, name, messages)
    return told


def test_a_quantity_that_is_none_is_refused_at_its_field_everywhere(api: Callers, market: Market) -> None:
    accounts, project = market.accounts, market.programme.project_id
    listing, auction = market.offered("listing", 100, "45.00"), market.offered("auction", 100, "40.00")
    succession = {"to_account_id": accounts["甲"], "project_id": project, **WRITING}
    places: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("甲", f"/orders/{listing}/take", {}),
        ("甲", f"/orders/{auction}/bids", {"price": "41.00"}),
        ("leader", f"/accounts/{accounts['乙']}/succession", succession),
    )
    before = book(market)
    for who, path, body in places:
        for quantity in QUANTITIES:
            if quantity is None and path.endswith("succession"):
                continue  # all there are
            answer = api[who].post(path, {**body, "quantity": quantity})
            told = problem(answer, 422, (path, quantity))
            assert list(told["errors"]) == ["quantity"], (path, quantity, told)
    assert book(market) == before


def test_a_price_that_is_none_is_refused_with_its_article(api: Callers, market: Market) -> None:
    auction = market.offered("auction", 100, "40.00")
    before = book(market)
    for price in ("0", "-1", "41.001", "1e3", "四十", "9" * 19, "NaN"):
        told = problem(api["甲"].post(f"/orders/{auction}/bids", {"quantity": 1, "price": price}), 422, price)
        assert (told["code"], told["article"]) == ("bad_price", "355号附件二（二）"), price
    assert book(market) == before


def test_what_is_not_there_or_not_theirs_is_refused_and_changes_nothing(api: Callers, market: Market) -> None:
    accounts, project = market.accounts, market.programme.project_id
    own = {"account_id": accounts["乙"], "project_id": project}
    body = market.programme.organisations["registry_body"]
    grant = {**GRANT, "organisation_id": body}
    table: tuple[tuple[str, str, dict[str, Any], int, str], ...] = (
        ("乙", "/cancellations", {}, 422, "invalid_request"),
        ("乙", "/cancellations", {**own, "tonnes": 5}, 422, "invalid_request"),
        ("乙", "/cancellations", {**own, "project_id": "0" * 32}, 404, "no_such_account"),
        ("乙", "/cancellations", {**own, "account_id": "0" * 32}, 404, "no_such_account"),
        ("甲", "/cancellations", own, 403, "not_the_holder"),
        ("甲", "/cancellations", {**own, "account_id": accounts["甲"]}, 422, "insufficient_units"),
        ("clerk", "/cancellations", own, 403, "role_required"),
        ("leader", "/delegations", {**grant, "scope": ["resale"]}, 422, "invalid_form"),
        ("leader", "/delegations", {**grant, "scope": []}, 422, "invalid_form"),
        ("leader", "/delegations", {**grant, "valid_until": "2024-12-31"}, 422, "invalid_form"),
        ("leader", "/delegations", {**grant, "valid_from": "2025-02-30"}, 422, "invalid_request"),
        ("leader", "/delegations", {**grant, "organisation_id": "0" * 32}, 404, "no_such_organisation"),
        ("clerk", "/delegations", grant, 403, "role_required"),
        ("leader", "/delegations/none/revoke", {"reason": "x"}, 404, "no_such_delegation"),
        ("leader", "/certificates/none/reissue", {"reason": "x"}, 404, "no_such_certificate"),
        ("甲", "/certificates/none/reissue", {"reason": "x"}, 403, "role_required"),
        ("clerk", "/corrections", {"project_id": "0" * 32}, 404, "no_such_project"),
        ("leader", "/corrections", {"project_id": project}, 403, "role_required"),
        ("owner", f"/projects/{project}/transfers", {"mode": "gift"}, 422, "invalid_request"),
        ("乙", f"/projects/{project}/transfers", {"mode": "listing"}, 422, "resale_forbidden"),
        ("甲", "/orders/none/take", {"quantity": 1}, 404, "no_such_order"),
        ("甲", "/bids/none/withdraw", {}, 404, "no_such_bid"),
    )
    before, wrong = book(market), []
    for who, path, sent, status, code in table:
        answer = api[who].post(path, sent)
        told = problem(answer, answer.status_code, (who, path, sent))
        if (answer.status_code, told["code"]) != (status, code):
            wrong.append((who, path, sent, answer.status_code, told["code"]))
    assert wrong == []
    assert book(market) == before


def test_units_that_were_never_issued_have_no_way(api: Callers, market: Market) -> None:
    """44,100 were minted; 乙 has the first 500."""
    address = f"/projects/{market.programme.project_id}/units"
    found = api["clerk"].get(f"{address}?first=500&last=501").get_json()
    assert [one["kind"] for one in found["movements"]] == ["mint", "freeze", "transfer"]
    for wanted in ("first=44101", "first=900000000&last=999999999"):
        assert problem(api["clerk"].get(f"{address}?{wanted}"), 404, wanted)["code"] == "no_such_units"
    for wrong in ("first=0", "first=-1", "first=1.5", "first=1000000000000", "first=x"):
        assert problem(api["clerk"].get(f"{address}?{wrong}"), 422, wrong)["code"] == "invalid_request"
    assert api["甲"].get(f"{address}?first=1").status_code == 403
    for code in ("AAAAAAAAAAAA", "0", "JX-JCER-01-00001-01-2021-000000001-000000500-X"):
        assert problem(api.nobody.get(f"/certificates/{code}"), 422, code)["code"] == "code_mistyped"
    never = code_of("A" * 11)
    assert problem(api.nobody.get(f"/certificates/{never}"), 404, never)["code"] == "no_such_certificate"


def test_each_act_sent_again_under_its_key_is_one(api: Callers, market: Market) -> None:
    accounts, project = market.accounts, market.programme.project_id
    case_id = when_cancelled(market.programme, "乙", accounts["乙"], 100)
    market.programme.hand_in("issue_by_department", "leader", case_id=case_id)
    (certificate,) = units.rows(market.programme, tables.certificate)
    grant = {**GRANT, "organisation_id": market.programme.organisations["registry_body"]}
    acts: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("乙", "/cancellations", {"account_id": accounts["乙"], "project_id": project}),
        ("owner", f"/projects/{project}/transfers", {"mode": "auction"}),
        ("leader", "/delegations", grant),
        ("leader", f"/certificates/{certificate['id']}/reissue", {"reason": "受益主体名称有误"}),
        ("clerk", "/corrections", {"project_id": project}),
        (
            "leader",
            f"/accounts/{accounts['乙']}/succession",
            {"to_account_id": accounts["甲"], "project_id": project, "quantity": 25, **WRITING},
        ),
        ("leader", f"/accounts/{accounts['丙']}/orders", {"kind": "restrict", **WRITING}),
    )
    for number, (who, path, body) in enumerate(acts):
        first = api[who].post(path, body, key=f"once-{number}")
        assert first.status_code in {200, 201}, (path, first.text)
        after = [*book(market), len(units.rows(market.programme, tables.case_file))]
        again = api[who].post(path, body, key=f"once-{number}")
        assert (again.status_code, again.get_json()) == (first.status_code, first.get_json()), path
        assert again.headers["Idempotency-Replayed"] == "true", path
        assert [*book(market), len(units.rows(market.programme, tables.case_file))] == after, path
    assert market.units("甲") == {"held": 25}
    assert market.units("乙") == {"held": 375, "cancelled": 100}
    revoked = units.rows(market.programme, tables.delegation)[-1]["id"]
    for _ in range(2):
        answer = api["leader"].post(f"/delegations/{revoked}/revoke", {"reason": "调整"}, key="revoke")
        assert answer.status_code == 200, answer.text
    told = problem(api["leader"].post(f"/delegations/{revoked}/revoke", {"reason": "调整"}), 422, "revoked")
    assert told["code"] == "delegation_revoked"
