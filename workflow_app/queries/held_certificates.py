"""A holder's certificates, the newest first: what each says, and where its file is (附件二（三）; R42)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from workflow_app.domain.certificate import CertificateState, grouped
from workflow_app.queries.reading import Reading
from workflow_app.queries.unit_facts import beneficiary_of, purpose_of
from workflow_app.store.tables import account, cancellation, certificate, project

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate of one's own account.

    :param code: as printed, in groups of four.
    """

    id: str
    number: str
    code: str
    plain_code: str
    state: str
    state_label: str
    cancellation_id: str
    cancellation_number: str
    account_number: str
    project_number: str
    project: str
    quantity: int
    purpose: str
    beneficiary: str
    issued_at: datetime
    document_id: str | None


def certificates(
    reading: Reading, account_ids: Sequence[str], *, after: str = "", size: int = PAGE
) -> tuple[tuple[HeldCertificate, ...], str]:
    """Return certificates of these accounts, the newest first, and the id to go on after."""
    query = (
        select(
            cancellation,
            certificate.c.id.label("certificate_id"),
            certificate.c.number.label("certificate_number"),
            certificate.c.code,
            certificate.c.state.label("certificate_state"),
            certificate.c.issued_at,
            certificate.c.document_id,
            certificate.c.stated,
            account.c.number.label("account_number"),
            project.c.number.label("project_number"),
            project.c.name.label("project_name"),
        )
        .join(cancellation, cancellation.c.id == certificate.c.cancellation_id)
        .join(account, account.c.id == cancellation.c.account_id)
        .join(project, project.c.id == cancellation.c.project_id)
        .where(cancellation.c.account_id.in_(account_ids))
        .order_by(certificate.c.id.desc())
        .limit(size + 1)
    )
    if after:
        query = query.where(certificate.c.id < after)
    rows = [dict(row) for row in reading.execute(query).mappings()]
    found = tuple(
        HeldCertificate(
            id=row["certificate_id"],
            number=row["certificate_number"],
            code=grouped(row["code"]),
            plain_code=row["code"],
            state=row["certificate_state"],
            state_label=CertificateState(row["certificate_state"]).label,
            cancellation_id=row["id"],
            cancellation_number=row["number"],
            account_number=row["account_number"],
            project_number=row["project_number"],
            project=row["project_name"],
            quantity=int(row["quantity"]),
            purpose=purpose_of(row),
            beneficiary=row["stated"].get("beneficiary_name") or beneficiary_of(reading, row),
            issued_at=row["issued_at"],
            document_id=row["document_id"],
        )
        for row in rows[:size]
    )
    return found, found[-1].id if len(rows) > size else ""
