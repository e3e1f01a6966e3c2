"""Who takes part: organisations, users, their roles, their API tokens, their keys, their ties.

docs/domain.md §6. Users are keyed by (issuer, subject), so that another identity provider can bring
its own. Nothing here is deleted: people leave by a state, and personal values by their key.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from workflow_app.domain.parties import OrganisationKind
from workflow_app.domain.roles import Role
from workflow_app.store.schema.columns import (
    SECRET,
    VOLATILE,
    Code,
    Identifier,
    Instant,
    Json,
    key,
    metadata,
    one_of,
    personal,
    reference,
)

ORGANISATION_KINDS = tuple(kind.value for kind in OrganisationKind)
ROLES = tuple(role.value for role in Role)

organisation = Table(
    "organisation",
    metadata,
    key(),
    Column("name", String(100), nullable=False),
    Column("uscc", String(18), unique=True),
    Column("kind", Code, nullable=False),
    reference("parent_id", "organisation.id", nullable=True),
    Column("division", String(12), nullable=False, server_default=text("''")),
    Column("address", Text, nullable=False, server_default=text("''")),
    Column("qualified_until", Date),
    Column("details", Json, nullable=False, server_default=text("'{}'")),
    Column("status", Code, nullable=False, server_default=text("'active'")),
    Column("closed_on", Date),
    Column("created_at", Instant, nullable=False),
    CheckConstraint(one_of("kind", *ORGANISATION_KINDS), name="kind"),
    CheckConstraint(one_of("status", "active", "closed"), name="status"),
    CheckConstraint("uscc IS NULL OR length(uscc) = 18", name="uscc"),
    CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed"),
)

organisation_name = Table(
    "organisation_name",
    metadata,
    key(),
    reference("organisation_id", "organisation.id"),
    Column("name", String(100), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("entered_at", Instant, nullable=False),
    Column("entered_by", Identifier),
    UniqueConstraint("organisation_id", "valid_from"),
    CheckConstraint("length(name) > 0", name="name"),
)
"""What an organisation was called from when on; append-only. ``organisation.name`` is the newest."""

user_account = Table(
    "user_account",
    metadata,
    key(),
    Column("issuer", String(200), nullable=False),
    Column("subject", String(200), nullable=False, info=personal("user", "id")),
    Column("name", String(100), nullable=False, info=personal("user", "id")),
    Column("post", String(100), nullable=False, server_default=text("''")),
    Column(
        "email",
        String(254),
        nullable=False,
        server_default=text("''"),
        info=personal("user", "id"),
    ),
    Column(
        "phone",
        String(40),
        nullable=False,
        server_default=text("''"),
        info=personal("user", "id"),
    ),
    reference("organisation_id", "organisation.id", nullable=True, index=True),
    Column("password_hash", Text, info=SECRET),
    Column("must_change", Boolean, nullable=False, server_default=text("false")),
    Column("status", Code, nullable=False, server_default=text("'active'")),
    Column(
        "language",
        String(8),
        nullable=False,
        server_default=text("'zh'"),
        info=VOLATILE,
    ),
    Column(
        "mail_wanted",
        Boolean,
        nullable=False,
        server_default=text("false"),
        info=VOLATILE,
    ),
    Column(
        "failed_sign_ins",
        Integer,
        nullable=False,
        server_default=text("0"),
        info=VOLATILE,
    ),
    Column("locked_until", Instant, info=VOLATILE),
    Column(
        "session_epoch",
        Integer,
        nullable=False,
        server_default=text("0"),
        info=VOLATILE,
    ),
    Column("last_sign_in_at", Instant, info=VOLATILE),
    Column("last_day", Date),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("issuer", "subject"),
    CheckConstraint(one_of("status", "active", "disabled", "erased"), name="status"),
)

role_assignment = Table(
    "role_assignment",
    metadata,
    key(),
    reference("user_id", "user_account.id", index=True),
    Column("role", Code, nullable=False),
    reference("organisation_id", "organisation.id", nullable=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("granted_at", Instant, nullable=False),
    Column("granted_by", Identifier),
    Column("revoked_at", Instant),
    Column("revoked_by", Identifier),
    CheckConstraint(one_of("role", *ROLES), name="role"),
    CheckConstraint("valid_to >= valid_from", name="span"),
    CheckConstraint("revoked_by IS NULL OR revoked_at IS NOT NULL", name="revoked"),
)
"""A post, held on the legal days from ``valid_from`` to ``valid_to``, both included.

``revoked_at``: it was taken away at once, whatever its last day was to be. No two posts of one person in
one role for one organisation share a day (trigger); none is ever deleted.
"""
Index("ix_role_assignment_role", role_assignment.c.role, role_assignment.c.organisation_id)

api_token = Table(
    "api_token",
    metadata,
    key(),
    reference("user_id", "user_account.id", index=True),
    Column("label", String(100), nullable=False),
    Column("hash", String(64), nullable=False, unique=True, info=SECRET),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant, info=VOLATILE),
)

person_key = Table(
    "person_key",
    metadata,
    Column("subject", String(120), primary_key=True),
    Column("wrapped", Text),
    Column("created_at", Instant, nullable=False),
    Column("erased_at", Instant),
    CheckConstraint("(wrapped IS NULL) = (erased_at IS NOT NULL)", name="erased"),
)
"""One key a person, wrapped by the installation's master key; erased is gone for good."""

expert_conflict = Table(
    "expert_conflict",
    metadata,
    key(),
    reference("expert_id", "user_account.id", index=True),
    reference("organisation_id", "organisation.id"),
    Column("nature", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("declared_at", Instant, nullable=False),
    Column("declared_by", Identifier),
    CheckConstraint("until IS NULL OR until >= since", name="span"),
)

duty = Table(
    "duty",
    metadata,
    Column("subject_id", Identifier, primary_key=True),
    Column("user_id", Identifier, primary_key=True),
    Column("role", Code, primary_key=True),
    Column("since", Instant, nullable=False),
    CheckConstraint(one_of("role", *ROLES), name="role"),
)
"""Which duties a person did on a project (or on a filing): clerk≠leader, maker≠checker (K, trigger).

``subject_id`` is a project's id, or a filing's, or a case's that has neither.
"""
