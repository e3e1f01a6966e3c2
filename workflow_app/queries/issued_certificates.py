"""凭证 issued, as the department, the exchange, the auditor and a delegate list them (R42)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from workflow_app.domain.cancellation import CancellationState
from workflow_app.domain.certificate import CertificateState
from workflow_app.queries.certificates import AUTHORITY
from workflow_app.queries.holders import accounts_called, holders_of
from workflow_app.queries.reading import Reading
from workflow_app.queries.unit_facts import beneficiary_of, purpose_of
from workflow_app.store.tables import account, cancellation, certificate, organisation, project


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate in a list; its whole text is in ``queries.certificates``."""

    id: str
    number: str
    code: str
    state: str
    state_label: str
    holder: str
    beneficiary: str
    purpose: str
    quantity: int
    project: str
    project_number: str
    issuer: str
    issued_at: datetime
    void_reason: str
    document_id: str | None
    case_id: str | None


def certificates(
    reading: Reading,
    *,
    state: str = "",
    text: str = "",
    issuer_orgs: tuple[str, ...] | None = None,
    after: str = "",
    size: int = 50,
) -> tuple[tuple[Issued, ...], str]:
    """Return certificates, the newest first, and the id to go on after.

    :param issuer_orgs: issued by these delegates only; ``None``: all.
    """
    query = _certificates(issuer_orgs).order_by(certificate.c.id.desc()).limit(size + 1)
    if state:
        query = query.where(certificate.c.state == state)
    if text:
        query = query.where(_named(text))
    if after:
        query = query.where(certificate.c.id < after)
    found = _issued_all(reading, query)
    return found[:size], found[size - 1].id if len(found) > size else ""


def certificate_of(
    reading: Reading, certificate_id: str, issuer_orgs: tuple[str, ...] | None = None
) -> Issued | None:
    """Return one certificate, of these delegates where they are named."""
    query = _certificates(issuer_orgs).where(certificate.c.id == certificate_id)
    return next(iter(_issued_all(reading, query)), None)


def _certificates(issuer_orgs: tuple[str, ...] | None) -> Select[Any]:
    query = (
        select(
            certificate.c.id.label("certificate_id"),
            certificate.c.number.label("certificate_number"),
            *(certificate.c[name] for name in ("code", "issued_at", "void_reason", "document_id", "stated")),
            certificate.c.state.label("certificate_state"),
            cancellation,
            project.c.name.label("project_name"),
            project.c.number.label("project_number"),
            organisation.c.name.label("issuer_name"),
        )
        .join(cancellation, cancellation.c.id == certificate.c.cancellation_id)
        .join(project, project.c.id == cancellation.c.project_id)
        .outerjoin(organisation, organisation.c.id == certificate.c.issuer_org)
    )
    return query if issuer_orgs is None else query.where(certificate.c.issuer_org.in_(issuer_orgs))


def _issued_all(reading: Reading, query: Select[Any]) -> tuple[Issued, ...]:
    rows = [dict(row) for row in reading.execute(query).mappings()]
    names = holders_of(reading, [row["account_id"] for row in rows])
    return tuple(_issued(reading, row, names[row["account_id"]].name) for row in rows)


def counts(reading: Reading, issuer_orgs: tuple[str, ...] | None = None) -> dict[str, int]:
    """Return how many certificates are in force and how many void."""
    query = select(certificate.c.state, func.count().label("number")).group_by(certificate.c.state)
    if issuer_orgs is not None:
        query = query.where(certificate.c.issuer_org.in_(issuer_orgs))
    return {row.state: int(row.number) for row in reading.execute(query)}


def unverified(reading: Reading) -> int:
    """Return how many applications for cancellation the exchange has not verified yet."""
    query = select(func.count()).where(cancellation.c.state == CancellationState.PENDING.value)
    return int(reading.execute(query).scalar_one())


def _named(text: str) -> ColumnElement[bool]:
    accounts = select(account.c.id).where(accounts_called(text))
    return or_(
        certificate.c.number == text,
        certificate.c.code == text.upper().replace("-", ""),
        project.c.number == text.upper(),
        project.c.name.contains(text, autoescape=True),
        cancellation.c.account_id.in_(accounts),
    )


def _issued(reading: Reading, row: dict[str, Any], holder: str) -> Issued:
    stated = row["stated"].get("beneficiary_name")
    named = row["beneficiary_kind"] != "holder"
    return Issued(
        row["certificate_id"],
        row["certificate_number"],
        row["code"],
        row["certificate_state"],
        CertificateState(row["certificate_state"]).label,
        holder,
        stated or (beneficiary_of(reading, row) if named else holder),
        purpose_of(row),
        row["quantity"],
        row["project_name"],
        row["project_number"] or "",
        row["issuer_name"] or AUTHORITY,
        row["issued_at"],
        row["void_reason"] or "",
        row["document_id"],
        row["case_id"],
    )
