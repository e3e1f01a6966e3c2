"""Registry accounts and the department's written orders on them.

附件二（一）: accounts are opened by the exchange, one for a holder and kind, by maker and checker; R40: a
buyer is an organisation or a natural person.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String, Table, Text

from workflow_app.domain.ledger import accounts
from workflow_app.domain.parties import LegalForm
from workflow_app.store.schema.columns import (
    Code,
    Identifier,
    Instant,
    Json,
    key,
    metadata,
    one_of,
    reference,
)

ACCOUNT_KINDS = tuple(kind.value for kind in accounts.AccountKind)
ACCOUNT_STATES = tuple(accounts.ACCOUNT_STATES)
LEGAL_FORMS = tuple(form.value for form in LegalForm)

account = Table(
    "account",
    metadata,
    key(),
    Column("number", String(40), nullable=False, unique=True),
    reference("organisation_id", "organisation.id", nullable=True),
    reference("person_id", "user_account.id", nullable=True),
    Column("identity", Json),
    Column("kind", Code, nullable=False),
    Column("legal_form", Code),
    Column("state", Code, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("applied_by", Identifier),
    Column("opened_by", Identifier),
    Column("checked_by", Identifier),
    Column("closed_at", Instant),
    Column("note", Text),
    CheckConstraint(one_of("kind", *ACCOUNT_KINDS), name="kind"),
    CheckConstraint(one_of("state", *ACCOUNT_STATES), name="state"),
    CheckConstraint(
        "(organisation_id IS NULL) <> (person_id IS NULL)"
        " OR (kind IN ('issuance', 'fee', 'outside') AND organisation_id IS NULL AND person_id IS NULL)",
        name="holder",
    ),
    CheckConstraint("person_id IS NULL OR (kind = 'buyer' AND identity IS NOT NULL)", name="person"),
    CheckConstraint("kind NOT IN ('issuance', 'fee', 'outside') OR organisation_id IS NULL", name="system"),
    CheckConstraint(one_of("legal_form", *LEGAL_FORMS), name="legal_form"),
    CheckConstraint("(legal_form = 'natural_person') = (person_id IS NOT NULL)", name="form_of_holder"),
    CheckConstraint("checked_by <> opened_by", name="second_person"),
    CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
)
"""Registry accounts: one per holder and kind; ``issuance``, ``fee`` and ``outside`` are the book's own.

A natural person is a buyer by ``person_id``; ``identity`` is the identity code as ciphertext under the
subject ``user:<person_id>``. ``applied_by`` asked for it, ``opened_by`` is the exchange's maker who verified
the holder, ``checked_by`` its checker; ``note`` says why it is in its state, as the holder reads it. Number,
holder and kind never change (rules).
"""
Index("uq_account_organisation_id", account.c.organisation_id, account.c.kind, unique=True)
Index("uq_account_person_id", account.c.person_id, unique=True)
Index(
    "uq_account_system",
    account.c.kind,
    unique=True,
    sqlite_where=account.c.kind.in_(("issuance", "fee", "outside")),
    postgresql_where=account.c.kind.in_(("issuance", "fee", "outside")),
)

account_order = Table(
    "account_order",
    metadata,
    key(),
    Column("number", String(60), nullable=False, unique=True),
    Column("kind", Code, nullable=False),
    reference("account_id", "account.id", index=True),
    reference("to_account_id", "account.id", nullable=True),
    Column("reason", Text, nullable=False),
    Column("document", String(100), nullable=False),
    Column("ordered_by", Identifier, nullable=False),
    Column("ordered_at", Instant, nullable=False),
    Column("case_id", Identifier),
    CheckConstraint(one_of("kind", "freeze", "restrict", "release", "succession"), name="kind"),
    CheckConstraint("(kind = 'succession') = (to_account_id IS NOT NULL)", name="succession"),
    CheckConstraint("to_account_id <> account_id", name="two_accounts"),
    CheckConstraint("length(reason) > 0 AND length(document) > 0", name="grounds"),
)
"""The department's written orders on an account, by a leader; kept for ever.

``document`` names the paper the order stands on: a court's ruling, a decision, by number or upload.
"""

CASH_KINDS = ("deposit", "payout")
CASH_STATES = ("entered", "posted", "returned")

cash_entry = Table(
    "cash_entry",
    metadata,
    key(),
    Column("kind", Code, nullable=False),
    reference("account_id", "account.id", index=True),
    Column("cents", BigInteger, nullable=False),
    Column("reference", String(100), nullable=False),
    Column("state", Code, nullable=False),
    Column("entered_by", Identifier, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("checked_by", Identifier),
    Column("checked_at", Instant),
    reference("posting_id", "ledger_posting.id", nullable=True),
    Column("reason", Text),
    CheckConstraint(one_of("kind", *CASH_KINDS), name="kind"),
    CheckConstraint(one_of("state", *CASH_STATES), name="state"),
    CheckConstraint("cents > 0", name="cents"),
    CheckConstraint("length(reference) > 0", name="reference"),
    CheckConstraint("checked_by <> entered_by", name="second_person"),
    CheckConstraint("(state = 'entered') = (checked_by IS NULL)", name="checked"),
    CheckConstraint("(state = 'posted') = (posting_id IS NOT NULL)", name="posted"),
)
"""Money that reached the exchange for a holder, or is to be paid out: one person enters, another checks.

``reference`` is the bank's own number; one number stands for one movement unless it was returned.
"""
Index("ix_cash_entry_state", cash_entry.c.state)
Index(
    "uq_cash_entry_reference",
    cash_entry.c.kind,
    cash_entry.c.reference,
    unique=True,
    sqlite_where=cash_entry.c.state != "returned",
    postgresql_where=cash_entry.c.state != "returned",
)
