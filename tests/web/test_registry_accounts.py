"""Registry accounts on their pages: who sees what, opening by two persons, money, the statement."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.scenarios.holding import (
    PERSON_CODE,
    account_row,
    applied,
    applied_natural,
    cents,
    given_buyer,
    given_natural_person,
    opened,
    paid_in,
)
from tests.web.conftest import Office, Visitor
from workflow_app.commands.ledger_proof import SETTING, kept, prove_nightly
from workflow_app.domain.ledger.breach import Breach
from workflow_app.web.pages import account_statements


def test_a_buyer_applies_and_the_exchange_opens(office: Office) -> None:
    organisation = given_buyer(office.programme)
    buyer, maker, checker = (office.signed_in(name) for name in ("cement", "maker", "checker"))
    assert buyer.get("/").headers["Location"] == "/my/accounts"
    assert "还没有账户" in buyer.get("/my/accounts").text
    empty = buyer.post("/accounts/apply", {"legal_form": "legal_person"})
    assert (empty.status_code, "请指明开户人" in empty.text) == (422, True)
    sent = buyer.post("/accounts/apply", {"legal_form": "legal_person", "holder": organisation})
    assert sent.status_code == 303
    address = sent.headers["Location"]
    account = address.rsplit("/", 1)[1]
    assert "申请中" in buyer.get("/my/accounts").text
    assert "待核验" in maker.get("/accounts?state=waiting").text
    assert "待经办核验后开立" in checker.get(address).text
    assert "开立账户" not in checker.get(address).text
    maker.post(f"{address}/verify")
    assert "开立账户" in checker.get(address).text
    checker.post(f"{address}/decide", {"decision": "approve"})
    assert account_row(office.programme, account)["state"] == "normal"
    page = buyer.get(address).text
    assert "不得二次转让" in page
    assert "办理" in page  # the holder may close it, and nothing else
    assert "登记出入金" not in page
    assert "关闭账户" in page
    assert "账户已开立" in buyer.get("/messages").text


def test_money_is_entered_and_checked_on_the_accounts_page(office: Office) -> None:
    given_buyer(office.programme)
    account = opened(office.programme, applied(office.programme))
    maker, checker = office.signed_in("maker"), office.signed_in("checker")
    address = f"/accounts/{account}"
    wrong = maker.post(
        f"{address}/cash", {"kind": "deposit", "amount": "0", "reference": "B-1"}, follow_redirects=True
    )
    assert "金额须大于零" in wrong.text
    maker.post(f"{address}/cash", {"kind": "deposit", "amount": "90,000.00", "reference": "B-1"})
    assert 'name="decision"' not in maker.get(address).text
    shown = checker.get(address).text
    found = re.search(rf"{address}/cash/(\w+)", shown)
    assert found is not None
    assert "待复核资金 1 笔" in checker.get("/accounts?state=waiting").text
    holder = office.signed_in("cement")
    assert "关闭账户" not in holder.get(address).text  # money waits
    checker.post(found[0], {"decision": "approve"})
    assert cents(office.programme, account) == {"cash": 9_000_000}
    assert "关闭账户" not in holder.get(address).text  # money is there
    assert "90,000.00" in checker.get(address).text


def test_the_statement_is_paged_and_downloaded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    given_buyer(office.programme)
    account = opened(office.programme, applied(office.programme))
    for number in range(52):
        paid_in(office.programme, account, "1", f"B-{number}")
    buyer = office.signed_in("cement")
    first = buyer.get(f"/accounts/{account}/statement").text
    assert "银行流水B-51" in first
    assert "银行流水B-1<" not in first
    older = re.search(r'href="([^"]*before=[^"]*)"', first)
    assert older is not None
    second = buyer.get(older[1]).text
    assert "银行流水B-1" in second
    assert "银行流水B-51" not in second
    table = buyer.get(f"/accounts/{account}/statement.csv")
    assert table.mimetype == "text/csv"
    lines = table.text.removeprefix("\ufeff").splitlines()
    assert len(lines) == 53
    assert lines[1].split(",")[1] == "资金存入"
    monkeypatch.setattr(account_statements, "CSV_LINES", 52)
    assert (
        buyer.get(f"/accounts/{account}/statement.csv").text == table.text
    )  # exactly as many: nothing is cut
    monkeypatch.setattr(account_statements, "CSV_LINES", 51)
    cut = buyer.get(f"/accounts/{account}/statement.csv").text.removeprefix("\ufeff").splitlines()
    assert cut == [*lines[:52], "只列出最近的 51 笔，更早的请限定期间后下载"]


def test_who_sees_an_account(office: Office) -> None:
    given_buyer(office.programme)
    given_buyer(office.programme, "scenic", "91361130DEM000145C")
    account = opened(office.programme, applied(office.programme))
    for name, status in (
        *((name, 200) for name in ("cement", "maker", "checker", "clerk", "leader", "auditor")),
        *((name, 404) for name in ("scenic", "owner", "agent", "expert_one", "operator", "administrator")),
    ):
        visitor = office.signed_in(name)
        for tail in ("", "/statement", "/statement.csv"):
            assert visitor.get(f"/accounts/{account}{tail}").status_code == status, (name, tail)
        expected = 200 if name in {"maker", "checker", "clerk", "leader", "auditor"} else 403
        assert visitor.get("/accounts").status_code == expected, name
    assert office.visitor().get("/accounts").status_code == 302


def test_a_natural_person_is_masked_but_for_the_exchange_and_themselves(office: Office) -> None:
    given_natural_person(office.programme)
    account = applied_natural(office.programme)
    for name, words in (("ding", "丁演示"), ("maker", "丁演示"), ("clerk", "丁*"), ("auditor", "丁*")):
        page = office.signed_in(name).get(f"/accounts/{account}").text
        assert words in page, name
        assert PERSON_CODE not in page, name
        assert "360*************11" in page, name
        assert ("丁演示" in page) == (words == "丁演示"), name
    maker = office.signed_in("maker")
    refused = maker.post(f"/accounts/{account}/verify", {"identity_code": "1"}, follow_redirects=True)
    assert "与申请填写的公民身份号码不一致" in refused.text
    maker.post(f"/accounts/{account}/verify", {"identity_code": PERSON_CODE})
    assert account_row(office.programme, account)["opened_by"] == office.programme.people["maker"]


def test_nobody_acts_on_anothers_account(office: Office) -> None:
    given_buyer(office.programme)
    account = opened(office.programme, applied(office.programme))
    address = f"/accounts/{account}"
    acts: dict[str, dict[str, str]] = {
        "verify": {},
        "decide": {"decision": "return", "reason": "退回"},
        "restrict": {"step": "restrict", "reason": "限制"},
        "cash": {"kind": "deposit", "amount": "1", "reference": "X"},
    }
    for name in ("cement", "clerk", "leader", "auditor"):
        visitor = office.signed_in(name)
        for act, said in acts.items():
            assert visitor.post(f"{address}/{act}", said).status_code == 403, (name, act)
    closing = {"understood": "true"}
    assert office.signed_in("checker").post(f"{address}/close", closing).status_code == 404
    assert account_row(office.programme, account)["state"] == "normal"
    _closed(office.signed_in("cement"), address)
    assert account_row(office.programme, account)["state"] == "closed"


def test_the_last_proof_stands_before_whoever_answers_for_the_book(office: Office) -> None:
    assert "台账核对" not in office.signed_in("auditor").get("/accounts").text
    proof = prove_nightly(office.programme.app.executor)
    assert proof is not None
    for name in ("auditor", "checker"):
        assert "账账相符" in office.signed_in(name).get("/accounts").text, name
    found = kept(replace(proof, breaches=(Breach("I1", "批次", "少一吨"),)), office.programme.clock.now())
    with office.programme.app.store.unit_of_work() as uow:
        uow.settings.set(SETTING, found)
        uow.commit()
    page = office.signed_in("auditor").get("/accounts").text
    assert "发现不符" in page
    assert "少一吨" in page


def _closed(holder: Visitor, address: str) -> None:
    unsure = holder.post(f"{address}/close", follow_redirects=True)
    assert "请先确认" in unsure.text
    holder.post(f"{address}/close", {"understood": "true"})
