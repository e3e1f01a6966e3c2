"""Cancellations, the certificates issued on them, delegations to issue them, and corrections.

355号附件二（三）, R41, R42, I8: a certificate says its cancellation's quantity and serial numbers (rules).
docs/domain.md §4: corrections are contra-entries; the postings of a correction carry its case.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table, Text, text

from workflow_app.domain.cancellation import BeneficiaryKind, CancellationState, Purpose, SubType
from workflow_app.domain.certificate import CertificateState, Issuer
from workflow_app.domain.correction import CorrectionKind, CorrectionState
from workflow_app.store.schema.columns import (
    Code,
    Identifier,
    Instant,
    Json,
    Tonnes,
    key,
    metadata,
    one_of,
    reference,
)


def _posting(name: str) -> Column[str]:
    return Column(name, Identifier, ForeignKey("ledger_posting.id"), unique=True)


cancellation = Table(
    "cancellation",
    metadata,
    key(),
    Column("number", String(40), nullable=False, unique=True),
    reference("account_id", "account.id", index=True),
    reference("project_id", "project.id", index=True),
    Column("quantity", Tonnes, nullable=False),
    Column("purpose", Code, nullable=False),
    Column("sub_type", Code),
    Column("purpose_other", Text, nullable=False, server_default=text("''")),
    Column("evidence", Json, nullable=False),
    Column("beneficiary_kind", Code, nullable=False),
    Column("beneficiary_name", String(200)),
    Column("people", Json),
    Column("state", Code, nullable=False),
    _posting("hold_posting_id"),
    _posting("cancel_posting_id"),
    _posting("return_posting_id"),
    Column("case_id", Identifier, index=True),
    Column("applied_at", Instant, nullable=False),
    Column("decided_at", Instant),
    CheckConstraint(one_of("purpose", *(purpose.value for purpose in Purpose)), name="purpose"),
    CheckConstraint(one_of("sub_type", *(kind.value for kind in SubType)), name="sub_type"),
    CheckConstraint(
        one_of("beneficiary_kind", *(kind.value for kind in BeneficiaryKind)), name="beneficiary_kind"
    ),
    CheckConstraint("(beneficiary_kind = 'organisation') = (beneficiary_name IS NOT NULL)", name="named"),
    CheckConstraint("beneficiary_kind <> 'person' OR people IS NOT NULL", name="person"),
    CheckConstraint("purpose <> 'other' OR length(purpose_other) > 0", name="purpose_other"),
    CheckConstraint(one_of("state", *(state.value for state in CancellationState)), name="state"),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint(
        "(state = 'cancelled') = (cancel_posting_id IS NOT NULL)"
        " AND (state = 'returned') = (return_posting_id IS NOT NULL)"
        " AND (state = 'pending') = (decided_at IS NULL)",
        name="decided",
    ),
)
"""注销: one application each. ``evidence`` is what the purpose asks for, persons left out; ``people`` are
the names of a natural beneficiary and of an obligor, ciphertext under ``cancellation:<id>``."""
Index("ix_cancellation_state", cancellation.c.state, cancellation.c.applied_at)

delegation = Table(
    "delegation",
    metadata,
    key(),
    Column("number", String(100), nullable=False, unique=True),
    reference("organisation_id", "organisation.id", index=True),
    Column("scope", Json, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("granted_by", Identifier, nullable=False),
    Column("granted_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", Identifier),
    Column("revoke_reason", Text),
    CheckConstraint("valid_from <= valid_until", name="dates"),
    CheckConstraint(
        "(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoke_reason IS NULL)",
        name="revoked",
    ),
)
"""委托出具凭证 (R42): ``scope`` lists the purposes; nothing but its revocation is ever changed (rules)."""

certificate = Table(
    "certificate",
    metadata,
    key(),
    Column("number", String(60), nullable=False, unique=True),
    reference("cancellation_id", "cancellation.id", index=True),
    Column("quantity", Tonnes, nullable=False),
    Column("serials", Json, nullable=False),
    Column("code", String(12), nullable=False, unique=True),
    Column("issuer", Code, nullable=False),
    reference("issuer_org", "organisation.id", nullable=True),
    reference("delegation_id", "delegation.id", nullable=True),
    Column("issued_by", Identifier, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("stated", Json, nullable=False, server_default=text("'{}'")),
    Column("document_id", Identifier),
    Column("state", Code, nullable=False),
    reference("replaces_id", "certificate.id", nullable=True),
    Column("voided_at", Instant),
    Column("void_reason", Text),
    CheckConstraint(one_of("issuer", *(issuer.value for issuer in Issuer)), name="issuer"),
    CheckConstraint(
        "(issuer = 'delegate') = (delegation_id IS NOT NULL)"
        " AND (delegation_id IS NULL) = (issuer_org IS NULL)",
        name="delegation",
    ),
    CheckConstraint(one_of("state", *(state.value for state in CertificateState)), name="state"),
    CheckConstraint(
        "(state = 'void') = (voided_at IS NOT NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
        name="void",
    ),
    CheckConstraint("length(code) = 12", name="code"),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("replaces_id <> id", name="replaces"),
)
"""注销凭证. ``serials`` are the cancelled blocks in order of their units, as posted. A wrong one is voided
and another issued; of a cancellation one is valid at a time (I8). ``stated``: what it says other than the
application did (``beneficiary_name``), after a mistake in it."""
Index(
    "uq_certificate_cancellation_id",
    certificate.c.cancellation_id,
    unique=True,
    sqlite_where=certificate.c.state == "valid",
    postgresql_where=certificate.c.state == "valid",
)
Index("uq_certificate_replaces_id", certificate.c.replaces_id, unique=True)

correction = Table(
    "correction",
    metadata,
    key(),
    Column("number", String(40), nullable=False, unique=True),
    Column("kind", Code, nullable=False),
    reference("project_id", "project.id", index=True),
    reference("batch_id", "batch.id", nullable=True, index=True),
    reference("account_id", "account.id", index=True),
    reference("to_account_id", "account.id", nullable=True),
    reference("order_id", "account_order.id", nullable=True),
    Column("quantity", Tonnes, nullable=False),
    Column("locked", Tonnes, nullable=False, server_default=text("0")),
    Column("confirmed", Tonnes),
    Column("reversed", Tonnes, nullable=False, server_default=text("0")),
    Column("outstanding", Tonnes, nullable=False, server_default=text("0")),
    Column("grounds", Text, nullable=False),
    Column("state", Code, nullable=False),
    Column("decision", Text),
    Column("decided_by", Identifier),
    Column("barred_until", Date),
    Column("case_id", Identifier, index=True),
    Column("found_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("settled_at", Instant),
    CheckConstraint(one_of("kind", *(kind.value for kind in CorrectionKind)), name="kind"),
    CheckConstraint(one_of("state", *(state.value for state in CorrectionState)), name="state"),
    CheckConstraint(
        "quantity > 0 AND locked >= 0 AND confirmed > 0 AND reversed >= 0 AND outstanding >= 0",
        name="quantity",
    ),
    CheckConstraint("reversed + outstanding <= confirmed", name="confirmed"),
    CheckConstraint(
        "(kind = 'succession') = (order_id IS NOT NULL AND to_account_id IS NOT NULL)", name="succession"
    ),
    CheckConstraint("barred_until IS NULL OR kind = 'revocation'", name="barred"),
    CheckConstraint(
        "(state = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)"
        " AND (state = 'settled') = (settled_at IS NOT NULL)"
        " AND (state <> 'settled' OR outstanding = 0)",
        name="decided",
    ),
)
"""更正: over-issuance, revocation, dispute, succession. ``account_id`` is whose units are concerned; what was
``reversed`` and what is ``outstanding`` are tonnes of what was ``confirmed``."""
Index("ix_correction_state", correction.c.state, correction.c.kind)
