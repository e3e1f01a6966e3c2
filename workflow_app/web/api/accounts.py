"""Registry accounts over HTTP: lists, the last proof of the book, and every act the pages offer."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.account_requests import (
    ApplyForAccount,
    CloseAccount,
    DecideAccount,
    DecideCash,
    EnterCash,
    RestrictAccount,
    VerifyAccount,
)
from workflow_app.domain.ledger.accounts import ACCOUNT_STATES
from workflow_app.domain.parties import LegalForm
from workflow_app.queries import accounts
from workflow_app.queries.accounts import READERS, Account, AccountLine
from workflow_app.queries.ledger_proof import LastProof, last_proof
from workflow_app.web.account_view import seen
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, named, nested, shape
from workflow_app.web.api.wire import Choice, Flag, Taken, Text
from workflow_app.web.desk import reading, require, somebody

section = Section("accounts", "登记账户")

PROOF = named("LedgerProof", {"proof": nested(shape(LastProof), allow_none=True)})
CHANGED = named("AccountChanged", {"account_id": fields.String(), "state": fields.String()})
ENTERED = named("CashEntered", {"entry_id": fields.String(), "state": fields.String()})


class AccountsSought(Taken):
    """Which accounts."""

    q = Text(100, load_default="")
    kind = Choice("", *accounts.HELD, load_default="")
    state = Choice("", "waiting", *ACCOUNT_STATES, load_default="")
    after = Text(32, load_default="")


class AccountApplication(Taken):
    """Whose account."""

    legal_form = Choice(*(form.value for form in LegalForm), required=True)
    organisation_id = Text(40, load_default=None)
    person_id = Text(40, load_default=None)
    identity_code = Text(40, load_default="")


class AccountVerified(Taken):
    """What the identity card says, of a natural person."""

    identity_code = Text(40, load_default="")


class AccountDecided(Taken):
    """Whether it is approved; why not."""

    approve = Flag(required=True)
    reason = Text(500, load_default="")


class AccountRestriction(Taken):
    """Why; whether it is lifted."""

    reason = Text(500, required=True)
    lift = Flag(load_default=False)


class CashMovement(Taken):
    """Money in or out; ``amount`` in yuan, as text."""

    kind = Choice("deposit", "payout", required=True)
    amount = Text(40, required=True)
    reference = Text(100, required=True)


@section.read("/accounts", listing(shape(AccountLine)), query=AccountsSought)
def search(query: dict[str, str]) -> dict[str, Any]:
    """全部账户，新开立（申请）的在前"""
    require(*READERS)
    found, after = accounts.accounts(
        reading(), text=query["q"], kind=query["kind"], state=query["state"], after=query["after"]
    )
    return {"items": found, "next": after or None}


@section.read("/ledger/proof", PROOF)
def proof() -> dict[str, Any]:
    """最近一次台账核对的结果"""
    require(*READERS)
    return {"proof": last_proof(reading())}


@section.read("/my/accounts", listing(shape(Account, name="RegistryAccount")))
def mine() -> dict[str, Any]:
    """本人（本单位）的账户"""
    require("owner", "buyer")
    return {"items": accounts.own(reading(), somebody().viewer), "next": None}


@section.write("/accounts", CHANGED, body=AccountApplication, status=201)
def apply(body: dict[str, Any]) -> Any:
    """申请开立购买户，或退回后重新申请"""
    require("buyer", "exchange_maker")
    return act(ApplyForAccount(**body)).values


@section.write("/accounts/<account_id>/verify", CHANGED, body=AccountVerified)
def verify(body: dict[str, str], account_id: str) -> Any:
    """核验开户人（经办）"""
    seen(account_id)
    return act(VerifyAccount(account_id, body["identity_code"])).values


@section.write("/accounts/<account_id>/decide", CHANGED, body=AccountDecided)
def decide(body: dict[str, Any], account_id: str) -> Any:
    """开立账户或退回申请（复核）"""
    seen(account_id)
    return act(DecideAccount(account_id, body["approve"], body["reason"])).values


@section.write("/accounts/<account_id>/restrict", CHANGED, body=AccountRestriction)
def restrict(body: dict[str, Any], account_id: str) -> Any:
    """限制账户或解除限制"""
    seen(account_id)
    return act(RestrictAccount(account_id, body["reason"], body["lift"])).values


@section.write("/accounts/<account_id>/close", CHANGED)
def close(account_id: str) -> Any:
    """关闭账户（持有人）"""
    seen(account_id)
    return act(CloseAccount(account_id)).values


@section.write("/accounts/<account_id>/cash", ENTERED, body=CashMovement, status=201)
def enter_cash(body: dict[str, str], account_id: str) -> Any:
    """登记入金、出金（经办）"""
    seen(account_id)
    return act(EnterCash(account_id, body["kind"], body["amount"], body["reference"])).values


@section.write("/cash-entries/<entry_id>/decide", ENTERED, body=AccountDecided)
def decide_cash(body: dict[str, Any], entry_id: str) -> Any:
    """复核入金、出金"""
    require("exchange_checker")
    return act(DecideCash(entry_id, body["approve"], body["reason"])).values
