"""Accounts, units, delegations and corrections as a handler may read them, answered by the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.unit_facts import Account, Correction
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.cancellation import Purpose
from workflow_app.domain.correction import CorrectionKind
from workflow_app.domain.delegation import covering
from workflow_app.domain.ledger.accounts import AccountKind, Bucket
from workflow_app.kernel.clock import legal_date


@dataclass(frozen=True, slots=True)
class StoredUnitFacts:
    """Reads of units inside the run's transaction, for one case."""

    run: Run
    case: OpenCase

    def account(self, account_id: str) -> Account | None:
        """Return an account."""
        row = self.run.uow.cancellations.account(account_id)
        return None if row is None else account_of(row)

    def owner_account(self) -> Account | None:
        """Return the account of the owner of the case's project."""
        project_id = self.case.row.project_id
        project = self.run.uow.programme.project(project_id) if project_id else None
        row = self.run.uow.programme.account(project["owner_org"], "owner") if project else None
        return None if row is None else account_of(row)

    def purpose_of(self, cancellation_id: str) -> str:
        """Return the purpose of an application for cancellation."""
        row = self.run.uow.cancellations.cancellation(cancellation_id)
        if row is None:
            raise LookupError(f"cancellation {cancellation_id} is not on record")
        return str(row["purpose"])

    def delegate(self, purpose: str) -> str | None:
        """Return the body that may issue certificates for a purpose today, ``None`` for the department."""
        found = covering(self.run.uow.cancellations.delegations(), Purpose(purpose), legal_date(self.run.at))
        return found.organisation_id if found else None

    def correction(self, correction_id: str) -> Correction | None:
        """Return a correction."""
        row = self.run.uow.cancellations.correction(correction_id)
        if row is None:
            return None
        return Correction(
            row["id"],
            CorrectionKind(row["kind"]),
            row["account_id"],
            row["batch_id"],
            row["locked"],
            row["confirmed"],
            row["outstanding"],
        )

    def issued_tonnes(self, batch_id: str | None) -> int:
        """Return what was issued to the case's project, or of one of its batches."""
        project_id = self.case.row.project_id
        batches = self.run.uow.programme.batches(project_id) if project_id else ()
        return sum(row["issued"] or 0 for row in batches if batch_id in (None, row["id"]))

    def free_tonnes(self, account_id: str, project_id: str, batch_id: str | None) -> int:
        """Return what an owner's account has for sale of a project, or of one of its batches."""
        return self.run.uow.ledger.tonnes(account_id, Bucket.AVAILABLE, project_id, batch_id)

    def batch_project(self, batch_id: str) -> str | None:
        """Return the project a batch belongs to."""
        row = self.run.uow.programme.batch(batch_id)
        return str(row["project_id"]) if row is not None else None


def account_of(row: Mapping[str, Any]) -> Account:
    """Return a stored account as handlers know it."""
    return Account(row["id"], AccountKind(row["kind"]), row["organisation_id"], row["person_id"])
