"""The department's pages of the registry: orders on accounts, corrections, delegations, certificates."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest

from tests.scenarios import units
from tests.scenarios.market import Market
from tests.scenarios.programme import PDF
from tests.scenarios.test_complaints import SAID, complained
from tests.web.conftest import Office
from tests.web.trading import Trading
from workflow_app.commands.unit_requests import GrantDelegation, OrderOnAccount
from workflow_app.store import tables
from workflow_app.web.app import create_app

GROUNDS = {"reason": "协助执行法院裁定", "document": "（2025）赣01执88号", "understood": "true"}


@pytest.fixture
def trading(market: Market) -> Trading:
    """P1's market, served."""
    return Trading(market, Office(market.programme, create_app(market.programme.app)))


def state_of(trading: Trading, name: str) -> str:
    rows = units.rows(trading.market.programme, tables.account, id=trading.market.accounts[name])
    return str(rows[0]["state"])


def test_a_leader_freezes_restricts_and_releases_in_writing(trading: Trading) -> None:
    leader = trading.signed_in("leader")
    account = trading.market.accounts["甲"]
    address = f"/accounts/{account}/orders/new"
    assert f'href="{address}"' in leader.get(f"/accounts/{account}").text
    lacking = leader.post(address, {"kind": "freeze"})
    assert lacking.status_code == 422
    for words in ("请填写理由", "请填写所依据的文书编号", "请确认已核对账户和依据文书"):
        assert words in lacking.text
    assert state_of(trading, "甲") == "normal"
    page = leader.post(address, {"kind": "freeze", **GROUNDS}, follow_redirects=True).text
    assert "指令 ZL-2025-000001 已下达" in page
    assert "（2025）赣01执88号" in page
    assert state_of(trading, "甲") == "frozen"
    offered = leader.get(address).text
    assert 'value="release"' in offered
    assert 'value="restrict"' not in offered
    refused = leader.post(address, {"kind": "restrict", **GROUNDS})
    assert refused.status_code == 409
    leader.post(address, {"kind": "release", **GROUNDS})
    assert state_of(trading, "甲") == "normal"
    assert "（2025）赣01执88号" in trading.signed_in("甲").get(f"/accounts/{account}").text


def test_the_paper_an_order_rests_on_is_kept_for_the_office(trading: Trading) -> None:
    leader = trading.signed_in("leader")
    account = trading.market.accounts["甲"]
    said = {"kind": "freeze", **GROUNDS, "scan": (io.BytesIO(PDF), "裁定书.pdf")}
    page = leader.post(f"/accounts/{account}/orders/new", said, follow_redirects=True).text
    assert "扫描件已附上" in page
    found = re.search(r'href="(/registry-papers/\w+)"', page)
    assert found is not None
    for name, status in (("maker", 200), ("clerk", 200), ("auditor", 200), ("甲", 403), ("owner", 403)):
        assert trading.signed_in(name).get(found[1]).status_code == status, name
    assert trading.signed_in("checker").get(found[1]).data == PDF
    assert found[1] not in trading.signed_in("甲").get(f"/accounts/{account}").text
    (order,) = units.rows(trading.market.programme, tables.account_order)
    address = f"/registry-papers/account_order/{order['id']}"
    wrong = {"scan": (io.BytesIO(b"MZ"), "裁定书.exe")}
    assert "扫描件没有收下" in leader.post(address, wrong, follow_redirects=True).text
    assert trading.signed_in("clerk").post(address).status_code == 403
    missing = {"scan": (io.BytesIO(PDF), "x.pdf")}
    assert leader.post("/registry-papers/account_order/none", missing).status_code == 404
    assert len(units.rows(trading.market.programme, tables.registry_paper)) == 1


def test_a_succession_moves_units_to_a_successor_and_never_frees_them_for_sale(trading: Trading) -> None:
    market = trading.market
    order = market.offered("listing", 2_000, "45.00")
    market.takes("乙", order, 2_000)
    leader = trading.signed_in("leader")
    address = f"/accounts/{market.accounts['乙']}/orders/new"
    said = {"kind": "succession", "project_id": market.programme.project_id, **GROUNDS}
    for changes, words in (
        ({}, "没有这个账号"),
        ({"to_number": "GM-77777"}, "没有这个账号"),
        ({"to_number": market.numbers["丙"], "project_id": ""}, "请选择过户的项目"),
        ({"to_number": market.numbers["丙"], "quantity": "1.5"}, "数量须为1至999,999,999的整数吨"),
        ({"to_number": market.numbers["丙"], "quantity": "0"}, "数量须为1至999,999,999的整数吨"),
        ({"to_number": market.numbers["乙"]}, "承继账户不得为同一账户"),
    ):
        answer = leader.post(address, {**said, **changes})
        assert (answer.status_code, words in answer.text) == (422, True), changes
    too_much = leader.post(address, {**said, "to_number": market.numbers["丙"], "quantity": "2,001"})
    assert too_much.status_code == 409
    assert market.units("乙") == {"held": 2_000}
    done = {**said, "to_number": market.numbers["丙"].lower(), "quantity": "1,500"}
    leader.post(address, done)
    assert (market.units("乙"), market.units("丙")) == ({"held": 500}, {"held": 1_500})
    listed = leader.get("/corrections").text
    found = re.search(r"/corrections/(\w{32})", listed)
    assert found is not None
    shown = leader.get(found[0]).text
    assert "非交易过户" in shown
    for holder in ("婺源演示景区", "演示公益基金会", "1–1,500", "签发户"):
        assert holder in shown, holder


def test_a_correction_is_opened_on_a_page_and_traced_through_every_holder(trading: Trading) -> None:
    market = trading.market
    programme = market.programme
    order = market.offered("listing", 600, "45.00")
    market.takes("乙", order, 600)
    clerk = trading.signed_in("clerk")
    assert "还没有更正" in clerk.get("/corrections").text
    assert "请选择要核查的项目" in clerk.post("/corrections", follow_redirects=True).text
    project = clerk.get(f"/office/projects/{programme.project_id}").text
    assert 'action="/corrections"' in project
    started = clerk.post("/corrections", {"project_id": programme.project_id})
    assert re.fullmatch(r"/tasks/\S+", started.headers["Location"])
    case_id = programme.task("register_finding").case_id
    batch = units.rows(programme, tables.batch)[0]["id"]
    programme.hand_in(
        "register_finding", "clerk", case_id=case_id, correction_batch=batch, correction_tonnes=390
    )
    listed = clerk.get("/corrections?state=open").text
    found = re.search(r"/corrections/(\w{32})", listed)
    assert found is not None
    programme.hand_in("investigate_finding", "clerk", case_id=case_id)
    programme.hand_in("decide_correction", "leader", case_id=case_id, confirmed_tonnes=390)
    programme.hand_in("execute_correction", "checker", case_id=case_id)
    shown = trading.signed_in("auditor").get(found[0]).text
    assert "已更正" in shown
    assert "601–990" in shown  # the oldest of what the owner had left
    project = trading.signed_in("leader").get(f"/office/projects/{programme.project_id}").text
    assert found[0] in project
    assert 'action="/corrections"' not in project
    way, lying = shown.split("减排量现在何处")
    assert [word for word in ("登记签发", "锁定", "核减") if word not in way] == []
    assert [tonnes in lying for tonnes in ("43,110", "390", "600", "44,100")] == [True] * 4
    assert "没有符合条件的更正" in clerk.get("/corrections?kind=dispute").text


def test_a_correction_shows_the_complaint_it_began_with(trading: Trading) -> None:
    """What was said is the department's to read; the exchange is told that there was a complaint."""
    programme = trading.market.programme
    programme.hand_in("review_complaint", "clerk", case_id=complained(programme))
    (correcting,) = programme.cases("correction")
    batch = units.rows(programme, tables.batch)[0]["id"]
    finding = {"correction_batch": batch, "correction_tonnes": 390}
    programme.hand_in("register_finding", "clerk", case_id=correcting.id, **finding)
    receipt = units.rows(programme, tables.complaint)[0]["receipt"]
    (row,) = units.rows(programme, tables.correction)
    address = f"/corrections/{row['id']}"
    for name, told in (("clerk", True), ("auditor", True), ("checker", False)):
        page = trading.signed_in(name).get(address).text
        assert (receipt in page, SAID in page) == (True, told), name
        assert "张三" not in page, name
    assert "因投诉" in trading.signed_in("leader").get("/corrections").text


def test_delegations_are_granted_warned_of_and_revoked(trading: Trading) -> None:
    programme = trading.market.programme
    units.given_delegate(programme, "2026-12-31", "carbon_neutrality")
    leader = trading.signed_in("leader")
    body = programme.organisations["registry_body"]
    said = {
        "organisation_id": body,
        "number": "赣环气候委〔2025〕9号",
        "scope": ["public_welfare", "voluntary_offset"],
        "valid_from": "2025-08-01",
        "valid_until": "2025-08-20",
    }
    for changes, words in (
        ({"organisation_id": ""}, "请选择受托机构"),
        ({"number": " "}, "请填写委托文号"),
        ({"scope": []}, "请选择委托出具凭证的注销用途"),
        ({"valid_until": "2025-07-01"}, "不得早于起始日期"),
        ({"valid_until": "2025-08-02"}, "不得早于今天"),
        ({"valid_from": ""}, "请填写委托的第一天"),
    ):
        answer = leader.post("/delegations", {**said, **changes})
        assert (answer.status_code, words in answer.text) == (422, True), (changes, words)
    page = leader.post("/delegations", said, follow_redirects=True).text
    assert "将于 2025-08-20 到期" in page
    assert "还有 8 天" in page
    assert '委托出具凭证</span><span class="side-nav__count">1</span>' in page
    assert leader.post("/delegations", said).status_code == 409
    delegate = trading.signed_in("delegate")
    own = delegate.get("/delegations").text
    assert "赣环气候委〔2025〕9号" in own
    assert "/revoke" not in own
    row = units.rows(programme, tables.delegation, number="赣环气候委〔2025〕9号")[0]
    address = f"/delegations/{row['id']}/revoke"
    assert "请填写撤销原因" in leader.post(address, follow_redirects=True).text
    revoked = leader.post(address, {"reason": "机构改制"}, follow_redirects=True).text
    assert "机构改制" in revoked
    assert "委托已经撤销" in leader.post(address, {"reason": "再撤"}, follow_redirects=True).text


def test_certificates_are_listed_shown_and_reissued(trading: Trading) -> None:
    market = trading.market
    programme = market.programme
    order = market.offered("listing", 2_000, "45.00")
    market.takes("乙", order, 2_000)
    units.given_delegate(programme, "2026-12-31", "public_welfare")
    leader = trading.signed_in("leader")
    assert "还没有凭证" in leader.get("/office/certificates").text
    issued = units.when_applied(programme, "乙", market.accounts["乙"], 1_500)
    checker = trading.signed_in("checker")
    assert "有 1 件注销申请待核验" in checker.get("/office/certificates").text
    assert "核验" in checker.get("/inbox?element=verify_cancellation").text
    programme.hand_in("verify_cancellation", "checker", case_id=issued)
    assert "待核验" not in checker.get("/office/certificates").text
    programme.hand_in("issue_by_delegate", "delegate", case_id=issued)
    found = re.search(r"/office/certificates/(\w{32})", leader.get("/office/certificates").text)
    assert found is not None
    shown = leader.get(found[0]).text
    for words in ("壹仟伍佰吨", "演示凭证中心", "JX-JCER-01-00001-01-2021-000000001-000001500", "有效"):
        assert words in shown, words
    assert "作废原因" not in trading.signed_in("clerk").get(found[0]).text
    assert trading.signed_in("clerk").post(f"{found[0]}/reissue", {"reason": "x"}).status_code == 403
    lacking = leader.post(f"{found[0]}/reissue", follow_redirects=True).text
    assert "请填写作废原因" in lacking
    renewed = leader.post(f"{found[0]}/reissue", {"reason": "用途有误"}, follow_redirects=True).text
    assert "新凭证" in renewed
    assert "用途有误" in leader.get(found[0]).text
    assert "用途有误" in leader.get("/office/certificates?state=void").text
    assert "没有符合条件的凭证" in leader.get("/office/certificates?find=德兴").text
    assert "婺源演示景区" in leader.get("/office/certificates?find=婺源").text
    delegate = trading.signed_in("delegate")
    own = delegate.get("/office/certificates").text
    assert found[1] in own  # what it issued
    assert leader.get("/office/certificates").text.count("江西省生态环境厅") > own.count("江西省生态环境厅")


def test_another_delegates_certificate_is_not_its_affair(trading: Trading) -> None:
    market = trading.market
    programme = market.programme
    order = market.offered("listing", 100, "45.00")
    market.takes("乙", order, 100)
    units.given_delegate(programme, "2026-12-31", "carbon_neutrality")
    cancelled = units.when_cancelled(programme, "乙", market.accounts["乙"], 100)
    programme.hand_in("issue_by_department", "leader", case_id=cancelled)
    certificate = units.rows(programme, tables.certificate)[0]["id"]
    delegate = trading.signed_in("delegate")
    assert "还没有凭证" in delegate.get("/office/certificates").text
    address = f"/office/certificates/{certificate}"
    assert delegate.get(address).status_code == 404
    assert delegate.post(f"{address}/reissue", {"reason": "x"}).status_code == 404


def test_a_natural_person_is_masked_for_the_department(trading: Trading) -> None:
    market = trading.market
    market.given_person("丁", "10000")
    order = market.offered("listing", 100, "45.00")
    market.takes("丁", order, 5)
    whole = market.programme.app.actor(market.programme.people["丁"], "web").name
    for name in ("clerk", "auditor"):
        page = trading.signed_in(name).get("/exchange/trades").text
        assert whole not in page, name
    assert whole in trading.signed_in("checker").get("/exchange/trades").text
    assert "没有符合条件的成交" in trading.signed_in("clerk").get(f"/exchange/trades?find={whole}").text
    assert (
        "没有符合条件的成交"
        not in trading.signed_in("clerk").get(f"/exchange/trades?find={market.numbers['丁']}").text
    )


def test_an_order_and_a_delegation_sent_twice_take_effect_once(trading: Trading) -> None:
    market = trading.market
    programme = market.programme
    freeze = OrderOnAccount(market.accounts["甲"], "freeze", "裁定", "88号")
    first = programme.do("leader", freeze, key="a")
    assert programme.do("leader", freeze, key="a").values == first.values
    assert len(units.rows(programme, tables.account_order)) == 1
    units.given_delegate(programme, "2026-12-31", "carbon_neutrality")
    body = programme.organisations["registry_body"]
    grant = GrantDelegation(body, "9号", ("public_welfare",), date(2025, 8, 1), date(2026, 8, 1))
    programme.do("leader", grant, key="b")
    programme.do("leader", grant, key="b")
    assert len(units.rows(programme, tables.delegation, number="9号")) == 1
