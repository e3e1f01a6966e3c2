"""附件二（一）（二）: buyers' accounts, opened by two persons, restricted, closed; money in and out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

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
from tests.scenarios.programme import Programme
from workflow_app.commands.account_requests import (
    ApplyForAccount,
    CloseAccount,
    DecideAccount,
    DecideCash,
    EnterCash,
    RestrictAccount,
    VerifyAccount,
)
from workflow_app.commands.requests import SYSTEM, AssignRole, CreateUser
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, JcerError, NotFound, Refused
from workflow_app.store import tables
from workflow_app.store.history import SYSTEM as SYSTEM_WHO


@contextmanager
def refused(code: str, kind: type[JcerError] = Refused) -> Iterator[None]:
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.code == code
    assert caught.value.message


def test_a_legal_person_applies_and_two_persons_of_the_exchange_open(programme_on_both: Programme) -> None:
    programme = programme_on_both
    given_buyer(programme)
    account = applied(programme)
    row = account_row(programme, account)
    assert (row["state"], row["kind"], row["legal_form"]) == ("applied", "buyer", "legal_person")
    with refused("account_unverified"):
        programme.do("checker", DecideAccount(account, approve=True))
    programme.do("maker", VerifyAccount(account))
    with refused("account_verified"):
        programme.do("maker", VerifyAccount(account))
    programme.do("checker", DecideAccount(account, approve=True))
    row = account_row(programme, account)
    assert row["state"] == "normal"
    assert row["opened_by"] == programme.people["maker"]
    assert row["checked_by"] == programme.people["checker"]
    with refused("account_exists", Conflict):
        applied(programme)
    with refused("account_step"):
        programme.do("checker", DecideAccount(account, approve=True))


def test_one_person_is_never_both(programme: Programme) -> None:
    given_buyer(programme)
    programme.also_holds("maker", "exchange_checker")
    account = applied(programme)
    programme.do("maker", VerifyAccount(account))
    with refused("maker_is_checker", Forbidden):
        programme.do("maker", DecideAccount(account, approve=True))
    programme.do("checker", DecideAccount(account, approve=True))
    entry = str(programme.do("maker", EnterCash(account, "deposit", "10", "B-1")).values["entry_id"])
    with refused("maker_is_checker", Forbidden):
        programme.do("maker", DecideCash(entry, approve=True))


def test_what_is_returned_is_handed_in_again(programme: Programme) -> None:
    given_buyer(programme)
    account = applied(programme)
    with pytest.raises(InvalidForm):
        programme.do("checker", DecideAccount(account, approve=False))
    programme.do("checker", DecideAccount(account, approve=False, reason="营业执照已过期"))
    assert account_row(programme, account)["note"] == "营业执照已过期"
    assert applied(programme) == account
    row = account_row(programme, account)
    assert (row["state"], row["note"], row["checked_by"]) == ("applied", None, None)


def test_the_exchange_enters_an_application_at_its_counter(programme: Programme) -> None:
    organisation = given_buyer(programme)
    request = ApplyForAccount("other_organisation", organisation_id=organisation)
    account = str(programme.do("maker", request).values["account_id"])
    assert account_row(programme, account)["opened_by"] == programme.people["maker"]
    programme.do("checker", DecideAccount(account, approve=True))
    assert account_row(programme, account)["legal_form"] == "other_organisation"


def test_a_natural_persons_code_is_judged_and_sealed(programme_on_both: Programme) -> None:
    """GB 11643; 个人信息保护法: neither the row nor the history tells the code."""
    programme = programme_on_both
    given_natural_person(programme)
    for wrong in ("", "360101199001010012", "36010119900230001X", "360101"):
        with refused("identity_code"):
            applied_natural(programme, code=wrong)
    account = applied_natural(programme, code="3601 0119 9001 0100 11")
    row = account_row(programme, account)
    assert (row["legal_form"], row["person_id"]) == ("natural_person", programme.people["ding"])
    assert PERSON_CODE not in json.dumps(row["identity"])
    with programme.app.store.reading() as uow:
        assert uow.personal.open(row["identity"]) == PERSON_CODE
        bodies = [
            body
            for (body,) in uow.connection.execute(
                tables.event.select().with_only_columns(tables.event.c.body)
            )
        ]
    assert not any(PERSON_CODE in body for body in bodies)
    with pytest.raises(InvalidForm):
        programme.do("maker", VerifyAccount(account, "360101198506120027"))
    opened(programme, account, PERSON_CODE)
    assert account_row(programme, account)["state"] == "normal"


def test_who_may_not_apply(programme: Programme) -> None:
    organisation = given_buyer(programme)
    person = given_natural_person(programme)
    asks = ApplyForAccount("legal_person", organisation_id=organisation)
    for name in ("clerk", "leader", "owner", "ding", "checker"):
        with refused("role_required", Forbidden):
            programme.do(name, asks)
    for name in ("auditor", "operator"):
        with refused("off_cases", Forbidden):
            programme.do(name, asks)
    with refused("role_required", Forbidden):
        programme.do("cement", ApplyForAccount("natural_person", person_id=person, identity_code=PERSON_CODE))
    for incomplete in (
        ApplyForAccount("company", organisation_id=organisation),
        ApplyForAccount("legal_person"),
        ApplyForAccount("natural_person", organisation_id=organisation),
        ApplyForAccount("natural_person", organisation_id=organisation, person_id=person),
    ):
        with pytest.raises(InvalidForm):
            programme.do("maker", incomplete)


def test_insiders_hold_no_account(programme: Programme) -> None:
    """参照31号令第三十七条: the department, the exchange, and experts as persons."""
    for name in ("department", "exchange"):
        with refused("insider_buyer"):
            programme.do(
                "maker", ApplyForAccount("legal_person", organisation_id=programme.organisations[name])
            )
    made = programme.app.execute(CreateUser("freelance", "独立专家", None, "a password of an expert"), SYSTEM)
    person = str(made.values["user_id"])
    programme.app.execute(AssignRole(person, "expert"), SYSTEM)
    with refused("insider_buyer"):
        programme.do("maker", ApplyForAccount("natural_person", person_id=person, identity_code=PERSON_CODE))
    with refused("insider_buyer"):
        programme.app.execute(AssignRole(person, "buyer"), SYSTEM)


def test_staff_do_not_buy_in_their_own_name_beside_their_organisation(programme: Programme) -> None:
    given_buyer(programme)
    with pytest.raises(InvalidForm):
        programme.app.execute(AssignRole(programme.people["cement"], "buyer"), SYSTEM)
    with refused("person_of_organisation"):
        request = ApplyForAccount(
            "natural_person", person_id=programme.people["cement"], identity_code=PERSON_CODE
        )
        programme.do("maker", request)


def test_the_exchange_restricts_and_lifts_but_not_what_the_department_ordered(programme: Programme) -> None:
    given_buyer(programme)
    account = opened(programme, applied(programme))
    for name in ("maker", "clerk", "cement"):
        with refused("role_required", Forbidden):
            programme.do(name, RestrictAccount(account, "异常交易核查"))
    with pytest.raises(InvalidForm):
        programme.do("checker", RestrictAccount(account, " "))
    programme.do("checker", RestrictAccount(account, "异常交易核查"))
    assert account_row(programme, account)["state"] == "restricted"
    with refused("account_step"):
        programme.do("checker", RestrictAccount(account, "再次限制"))
    programme.do("checker", RestrictAccount(account, "核查完毕", lift=True))
    assert account_row(programme, account)["state"] == "normal"
    _ordered(programme, account, "restrict", "restricted")
    with refused("restricted_by_order"):
        programme.do("checker", RestrictAccount(account, "核查完毕", lift=True))
    _ordered(programme, account, "release", "normal")
    assert account_row(programme, account)["state"] == "normal"


def test_the_holder_closes_an_empty_account_for_good(programme: Programme) -> None:
    given_buyer(programme)
    account = opened(programme, applied(programme))
    paid_in(programme, account, "1,234.50")
    with refused("account_not_empty"):
        programme.do("cement", CloseAccount(account))
    entry = str(programme.do("maker", EnterCash(account, "payout", "1234.5", "B-2")).values["entry_id"])
    programme.do("checker", DecideCash(entry, approve=True))
    for name in ("maker", "owner", "leader"):
        with refused("no_such_account", NotFound):
            programme.do(name, CloseAccount(account))
    programme.do("cement", CloseAccount(account))
    row = account_row(programme, account)
    assert (row["state"], row["closed_at"] is not None) == ("closed", True)
    with refused("account_step"):
        programme.do("checker", RestrictAccount(account, "再开"))


def test_an_account_a_registered_project_needs_stays_open(programme: Programme) -> None:
    programme.given_registered_project("2025-06-09")
    with programme.app.store.reading() as uow:
        account = uow.programme.account(programme.organisations["owner"], "owner")
    assert account is not None
    with refused("account_in_use"):
        programme.do("owner", CloseAccount(account["id"]))


def test_money_is_entered_by_one_and_posted_by_another_once(programme_on_both: Programme) -> None:
    programme = programme_on_both
    given_buyer(programme)
    account = opened(programme, applied(programme))
    entered = programme.do("maker", EnterCash(account, "deposit", "1,000.00", "B-1"))
    again = programme.do("maker", EnterCash(account, "deposit", "1000", "B-1"))
    assert (again.values["entry_id"], again.replayed) == (entered.values["entry_id"], True)
    assert cents(programme, account) == {}
    with refused("reference_reused", Conflict):
        programme.do("maker", EnterCash(account, "deposit", "999", "B-1"))
    entry = str(entered.values["entry_id"])
    programme.do("checker", DecideCash(entry, approve=True))
    with refused("cash_entry_final"):
        programme.do("checker", DecideCash(entry, approve=True))
    assert cents(programme, account) == {"cash": 100_000}
    with refused("insufficient_funds"):
        programme.do("maker", EnterCash(account, "payout", "1000.01", "B-2"))


def test_a_returned_entry_frees_the_banks_number(programme: Programme) -> None:
    given_buyer(programme)
    account = opened(programme, applied(programme))
    entry = str(programme.do("maker", EnterCash(account, "deposit", "10", "B-1")).values["entry_id"])
    with pytest.raises(InvalidForm):
        programme.do("checker", DecideCash(entry, approve=False))
    programme.do("checker", DecideCash(entry, approve=False, reason="金额与回单不符"))
    assert cents(programme, account) == {}
    paid_in(programme, account, "100", "B-1")
    assert cents(programme, account) == {"cash": 10_000}


@pytest.mark.parametrize(
    "amount", ["0", "-1", "0.001", "1e3000", "NaN", "Infinity", "一百", "", "1.5.0", "９９", "9" * 19]
)
def test_what_is_no_amount_of_money_is_refused(programme: Programme, amount: str) -> None:
    given_buyer(programme)
    account = opened(programme, applied(programme))
    with refused("bad_amount"):
        programme.do("maker", EnterCash(account, "deposit", amount, "B-1"))


def test_a_restricted_account_takes_money_out_and_a_frozen_one_does_not(programme: Programme) -> None:
    given_buyer(programme)
    account = opened(programme, applied(programme))
    paid_in(programme, account, "10")
    programme.do("checker", RestrictAccount(account, "异常交易核查"))
    programme.do("maker", EnterCash(account, "payout", "4", "B-2"))
    _ordered(programme, account, "freeze", "frozen")
    with refused("account_not_normal"):
        programme.do("maker", EnterCash(account, "payout", "4", "B-3"))


def test_the_database_keeps_what_was_entered_and_checked(programme_on_both: Programme) -> None:
    programme = programme_on_both
    given_buyer(programme)
    account = opened(programme, applied(programme))
    ids = {
        "done": paid_in(programme, account, "10"),
        "waiting": str(programme.do("maker", EnterCash(account, "deposit", "20", "B-2")).values["entry_id"]),
        "checker": programme.people["checker"],
    }
    other_money = "(SELECT posting_id FROM cash_entry WHERE id = :done)"
    for changes, entry in (
        ("cents = 1", ":done"),
        ("cents = 2001", ":waiting"),
        ("state = 'returned', checked_by = entered_by, checked_at = 1", ":waiting"),
        (f"state = 'posted', checked_by = :checker, checked_at = 1, posting_id = {other_money}", ":waiting"),
    ):
        with pytest.raises(Refused), programme.app.store.unit_of_work() as uow:
            uow.connection.execute(text(f"UPDATE cash_entry SET {changes} WHERE id = {entry}"), ids)  # noqa: S608
    with refused("append_only"), programme.app.store.unit_of_work() as uow:
        uow.connection.execute(text("DELETE FROM cash_entry WHERE id = :waiting"), ids)


def _ordered(programme: Programme, account: str, kind: str, state: str) -> None:
    """What the department orders, as it stands in the tables."""
    with programme.app.store.unit_of_work() as uow:
        at = programme.clock.now()
        row = {
            "id": f"{kind}-order",
            "number": f"ZL-{kind}",
            "kind": kind,
            "account_id": account,
            "reason": "司法冻结",
            "document": "（2026）赣01执1号",
            "ordered_by": programme.people["leader"],
            "ordered_at": at,
        }
        uow.programme.add(tables.account_order, row)
        uow.programme.change(tables.account, account, {"state": state})
        uow.history.record("account_ordered", f"account:{account}", SYSTEM_WHO, at)
        uow.commit()
