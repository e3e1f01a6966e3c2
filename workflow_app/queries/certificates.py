"""Certificates as anybody may check them, by their code: what was cancelled, for whom, and whether it holds.

355号附件二（三）, docs/domain.md §5: live state; organisations by their whole name, persons as 张*. A code
that was never issued and a mistyped one are told apart, since the check character tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from workflow_app.domain.certificate import CertificateState, code_holds, compact
from workflow_app.domain.figures import capital
from workflow_app.domain.ledger.serial import Serial
from workflow_app.kernel.codes import mask_name
from workflow_app.kernel.errors import NotFound, Refused
from workflow_app.queries.reading import Reading
from workflow_app.queries.unit_facts import beneficiary_of, purpose_of
from workflow_app.store.tables import (
    account,
    batch,
    cancellation,
    certificate,
    delegation,
    methodology,
    organisation,
    project,
    user_account,
)

AUTHORITY: Final = "江西省生态环境厅"
NO_RESALE: Final = "本凭证所载减排量不得二次转让"


@dataclass(frozen=True, slots=True)
class Checked:
    """A certificate as it stands now.

    :param state: ``valid`` or ``void``.
    :param replaced_by: number of the one issued in its place.
    :param corrected: some of the project's issuance was corrected since; the certificate stands.
    """

    number: str
    code: str
    state: str
    state_label: str
    holder: str
    beneficiary: str
    purpose: str
    quantity: int
    quantity_words: str
    serials: tuple[str, ...]
    vintages: tuple[int, ...]
    project_id: str
    project: str
    project_number: str
    methodology: str
    cancelled_at: datetime
    issued_at: datetime
    issuer: str
    delegation: str | None
    document_id: str | None
    voided_at: datetime | None
    void_reason: str | None
    replaced_by: str | None
    corrected: bool
    statement: str = NO_RESALE


def verify(reading: Reading, typed: str) -> Checked:
    """Return the certificate of a code, as it stands at this moment.

    :param typed: blanks, hyphens and small letters do not matter.
    :raises Refused: ``code_mistyped``: it cannot be a code.
    :raises NotFound: ``no_such_certificate``: nothing was issued under it.
    """
    code = compact(typed)
    if not code_holds(code):
        raise Refused("code_mistyped", "查验码有误，请核对12位字符（不含0、O、1、I、L）")
    row = reading.execute(select(certificate).where(certificate.c.code == code)).mappings().first()
    if row is None:
        raise NotFound("no_such_certificate", "没有此查验码的凭证")
    return _checked(reading, dict(row))


def of_cancellation(reading: Reading, cancellation_id: str) -> tuple[Checked, ...]:
    """Return the certificates of a cancellation, the latest first."""
    query = select(certificate).where(certificate.c.cancellation_id == cancellation_id)
    found = reading.execute(query.order_by(certificate.c.id.desc())).mappings().all()
    return tuple(_checked(reading, dict(row)) for row in found)


def _checked(reading: Reading, row: Mapping[str, Any]) -> Checked:
    of = reading.execute(
        select(
            cancellation,
            project.c.name.label("project_name"),
            project.c.number.label("project_number"),
            methodology.c.name.label("methodology_name"),
            organisation.c.name.label("holder_name"),
            user_account.c.name.label("person_name"),
        )
        .join(project, project.c.id == cancellation.c.project_id)
        .join(account, account.c.id == cancellation.c.account_id)
        .outerjoin(methodology, methodology.c.code == project.c.methodology_code)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .outerjoin(user_account, user_account.c.id == account.c.person_id)
        .where(cancellation.c.id == row["cancellation_id"])
    ).mappings()
    said = dict(of.one())
    holder = said["holder_name"] or mask_name(said["person_name"] or "")
    stated = row["stated"].get("beneficiary_name")
    named = said["beneficiary_kind"] != "holder"
    serials = tuple(row["serials"])
    issuer, number = _issuer(reading, row)
    return Checked(
        number=row["number"],
        code=row["code"],
        state=row["state"],
        state_label=CertificateState(row["state"]).label,
        holder=holder,
        beneficiary=stated or (beneficiary_of(reading, said) if named else holder),
        purpose=purpose_of(said),
        quantity=row["quantity"],
        quantity_words=f"{capital(row['quantity'])}吨",
        serials=serials,
        vintages=tuple(sorted({Serial.parse(each).vintage for each in serials})),
        project_id=said["project_id"],
        project=said["project_name"],
        project_number=said["project_number"],
        methodology=said["methodology_name"] or "",
        cancelled_at=said["decided_at"],
        issued_at=row["issued_at"],
        issuer=issuer,
        delegation=number,
        document_id=row["document_id"],
        voided_at=row["voided_at"],
        void_reason=row["void_reason"],
        replaced_by=_successor(reading, row["id"]),
        corrected=_corrected(reading, said["project_id"]),
    )


def _issuer(reading: Reading, row: Mapping[str, Any]) -> tuple[str, str | None]:
    if row["delegation_id"] is None:
        return AUTHORITY, None
    query = select(organisation.c.name, delegation.c.number).join(
        organisation, organisation.c.id == delegation.c.organisation_id
    )
    found = reading.execute(query.where(delegation.c.id == row["delegation_id"])).one()
    return found.name, found.number


def _successor(reading: Reading, certificate_id: str) -> str | None:
    query = select(certificate.c.number).where(certificate.c.replaces_id == certificate_id)
    return reading.execute(query).scalar()


def _corrected(reading: Reading, project_id: str) -> bool:
    query = select(batch.c.id).where(batch.c.project_id == project_id, batch.c.state == "corrected").limit(1)
    return reading.execute(query).first() is not None
