"""What may be asked of registry accounts: opening, restricting, closing, money in and out.

One frozen request a use case, as in ``requests``. The department's written orders are requests of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflow_app.commands.requests import Request


@dataclass(frozen=True, slots=True)
class ApplyForAccount(Request):
    """申请开立购买户, or hand a returned application in again: by the holder, or by the exchange for it.

    :param legal_form: ``legal_person``, ``other_organisation`` or ``natural_person``.
    :param organisation_id: the holder, where it is one.
    :param person_id: the holder, where it is a natural person.
    :param identity_code: of a natural person (GB 11643); sealed, and never said again in full.
    """

    legal_form: str
    organisation_id: str | None = None
    person_id: str | None = None
    identity_code: str = ""


@dataclass(frozen=True, slots=True)
class VerifyAccount(Request):
    """核验开户申请: the exchange's first person has seen who the holder is.

    :param identity_code: as it stands on a natural person's identity card; it must be what they applied with.
    """

    account_id: str
    identity_code: str = ""


@dataclass(frozen=True, slots=True)
class DecideAccount(Request):
    """复核开户申请: the exchange's second person opens the account, or returns the application.

    :param reason: why it is returned, as the applicant reads it.
    """

    account_id: str
    approve: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RestrictAccount(Request):
    """限制 or 解除限制 by the exchange: a restricted account neither sells nor buys.

    :param lift: end the restriction.
    """

    account_id: str
    reason: str
    lift: bool = False


@dataclass(frozen=True, slots=True)
class CloseAccount(Request):
    """销户: by its holder, when nothing is in it."""

    account_id: str


@dataclass(frozen=True, slots=True)
class EnterCash(Request):
    """登记入金 or 出金: the exchange's first person.

    :param kind: ``deposit`` or ``payout``.
    :param amount: yuan, as typed.
    :param reference: the bank's own number of the movement.
    """

    account_id: str
    kind: str
    amount: str
    reference: str


@dataclass(frozen=True, slots=True)
class DecideCash(Request):
    """复核入金 or 出金: the exchange's second person; what is approved stands in the book.

    :param reason: why it is returned.
    """

    entry_id: str
    approve: bool
    reason: str = ""
