"""Buyers and their accounts, as scenarios speak of them."""

from __future__ import annotations

from typing import Any

from tests.scenarios.programme import Programme
from workflow_app.commands.account_requests import (
    ApplyForAccount,
    DecideAccount,
    DecideCash,
    EnterCash,
    VerifyAccount,
)
from workflow_app.commands.requests import SYSTEM, AssignRole, CreateOrganisation, CreateUser

CEMENT = "91361181DEM000137D"
PERSON_CODE = "360101199001010011"


def given_buyer(programme: Programme, name: str = "cement", uscc: str = CEMENT) -> str:
    """A legal person with somebody who buys for it; returns the organisation's id."""
    entered = programme.app.execute(CreateOrganisation(f"演示{name}", uscc, "buyer"), SYSTEM)
    programme.organisations[name] = str(entered.values["organisation_id"])
    programme.given_person(name, name, "buyer")
    return programme.organisations[name]


def given_natural_person(programme: Programme, name: str = "ding") -> str:
    """A natural person who may buy for themselves; returns the user's id."""
    made = programme.app.execute(CreateUser(name, "丁演示", None, f"a password of {name}"), SYSTEM)
    programme.people[name] = str(made.values["user_id"])
    programme.app.execute(AssignRole(programme.people[name], "buyer"), SYSTEM)
    return programme.people[name]


def applied(programme: Programme, name: str = "cement") -> str:
    """A legal person's account, applied for by itself."""
    request = ApplyForAccount("legal_person", organisation_id=programme.organisations[name])
    return str(programme.do(name, request).values["account_id"])


def applied_natural(programme: Programme, name: str = "ding", code: str = PERSON_CODE) -> str:
    """A natural person's account, applied for by themselves."""
    request = ApplyForAccount("natural_person", person_id=programme.people[name], identity_code=code)
    return str(programme.do(name, request).values["account_id"])


def opened(programme: Programme, account: str, code: str = "") -> str:
    """The account, verified and opened."""
    programme.do("maker", VerifyAccount(account, code))
    programme.do("checker", DecideAccount(account, approve=True))
    return account


def paid_in(programme: Programme, account: str, amount: str, reference: str = "B-1") -> str:
    """Money brought in, entered and checked; returns the entry."""
    entry = str(programme.do("maker", EnterCash(account, "deposit", amount, reference)).values["entry_id"])
    programme.do("checker", DecideCash(entry, approve=True))
    return entry


def account_row(programme: Programme, account: str) -> dict[str, Any]:
    """An account as it is."""
    with programme.app.store.reading() as uow:
        return uow.ledger.lock([account])[account]


def cents(programme: Programme, account: str) -> dict[str, int]:
    """Cents by bucket, what is nought left out."""
    with programme.app.store.reading() as uow:
        return {bucket.value: held for bucket, held in uow.ledger.money(account).items() if held}
