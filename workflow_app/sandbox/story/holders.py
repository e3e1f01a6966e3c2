"""Buyers' accounts and their money in the sandbox: applied for by the holder, opened by two of the exchange.

Each stretch yields the moments it waits for. Amounts are yuan as typed.
"""

from __future__ import annotations

from workflow_app.commands.account_requests import (
    ApplyForAccount,
    DecideAccount,
    DecideCash,
    EnterCash,
    VerifyAccount,
)
from workflow_app.sandbox import people
from workflow_app.sandbox.stage import Stage, at
from workflow_app.sandbox.story.teller import Timeline

MAKER, CHECKER = "jiaoyi1", "jiaoyi2"


def applies(stage: Stage, login: str, legal_form: str = "legal_person") -> None:
    """An organisation's buyer applies for its account."""
    request = ApplyForAccount(legal_form, organisation_id=stage.bodies[login])
    stage.accounts[login] = str(stage.do(login, request).values["account_id"])


def person_applies(stage: Stage, login: str) -> None:
    """A natural person applies for an account of their own."""
    request = ApplyForAccount(
        "natural_person", person_id=stage.people[login], identity_code=people.PERSON_CODE
    )
    stage.accounts[login] = str(stage.do(login, request).values["account_id"])


def opened(stage: Stage, login: str, verified: str, decided: str, code: str = "") -> Timeline:
    """The exchange verifies who the holder is, and a second person opens the account."""
    account = stage.accounts[login]
    yield at(verified, "11:10")
    stage.do(MAKER, VerifyAccount(account, code))
    yield at(decided, "15:00")
    stage.do(CHECKER, DecideAccount(account, approve=True))


def cash(stage: Stage, login: str, yuan: str, day: str, reference: str, kind: str = "deposit") -> Timeline:
    """Money comes in, or goes out: entered by one of the exchange, decided by another."""
    yield at(day, "09:50")
    account = stage.accounts.get(login) or owner_account(stage, login)
    entry = stage.do(MAKER, EnterCash(account, kind, yuan, reference)).values["entry_id"]
    yield at(day, "14:10")
    stage.do(CHECKER, DecideCash(str(entry), approve=True))


def owner_account(stage: Stage, body: str) -> str:
    """The account a project's owner was given at its registration.

    :raises LookupError: it has none yet.
    """
    with stage.app.store.reading() as uow:
        account = uow.programme.account(stage.bodies[body], "owner")
    if account is None:
        raise LookupError(f"{body} has no account yet")
    return str(account["id"])


def number(stage: Stage, account_id: str) -> str:
    """An account's number, as parties name it to each other."""
    with stage.app.store.reading() as uow:
        account = uow.trading.account(account_id)
    if account is None:
        raise LookupError(f"no account {account_id}")
    return str(account["number"])
