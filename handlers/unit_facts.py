"""What a handler may read of accounts, units, delegations and corrections; part of ``handlers.facts``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from workflow_app.domain.correction import CorrectionKind
from workflow_app.domain.ledger.accounts import AccountKind


@dataclass(frozen=True, slots=True)
class Account:
    """账户.

    :param organisation_id: its holder; ``None`` for a natural person.
    """

    id: str
    kind: AccountKind
    organisation_id: str | None
    person_id: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """更正, as it stands; tonnes."""

    id: str
    kind: CorrectionKind
    account_id: str
    batch_id: str | None
    locked: int
    confirmed: int | None
    outstanding: int


class UnitFacts(Protocol):
    """Reads of units, inside the act's transaction."""

    def account(self, account_id: str) -> Account | None:
        """Return an account."""
        ...

    def owner_account(self) -> Account | None:
        """Return the account of the owner of the case's project."""
        ...

    def purpose_of(self, cancellation_id: str) -> str:
        """Return the purpose of an application for cancellation."""
        ...

    def delegate(self, purpose: str) -> str | None:
        """Return the body that may issue certificates for a purpose today, ``None`` for the department."""
        ...

    def correction(self, correction_id: str) -> Correction | None:
        """Return a correction."""
        ...

    def issued_tonnes(self, batch_id: str | None) -> int:
        """Return what was issued to the case's project, or of one of its batches."""
        ...

    def free_tonnes(self, account_id: str, project_id: str, batch_id: str | None) -> int:
        """Return what an owner's account has for sale of a project, or of one of its batches."""
        ...

    def batch_project(self, batch_id: str) -> str | None:
        """Return the project a batch belongs to."""
        ...
