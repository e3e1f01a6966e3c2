"""What a filed pilot leaves behind: its work mechanism in versions, activities, comments, evaluations.

正文五（R15, R16, R18, R22, R46）. Versions and comments are never changed; an activity may be voided once, an
evaluation is fixed once its leader has signed it (rules in ``0001_pilots.*.sql``).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, String, Table, Text, text

from workflow_app.domain.pilot import ActivityKind
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

pilot_profile = Table(
    "pilot_profile",
    metadata,
    key(),
    reference("filing_id", "pilot_filing.id"),
    Column("version", Integer, nullable=False),
    Column("people", Json, nullable=False),
    Column("leader_post", String(100), nullable=False),
    Column("duties", Json, nullable=False),
    Column("training_plan", Text, nullable=False, server_default=text("''")),
    Column("absorption_plan", Text, nullable=False, server_default=text("''")),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("entered_by", Identifier),
    Column("entered_at", Instant, nullable=False),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("version = 1 OR length(reason) > 0", name="reason"),
)
"""工作机制: ``people`` are leader and contact by name and address, ciphertext under ``filing:<id>``."""
Index("uq_pilot_profile_filing_id", pilot_profile.c.filing_id, pilot_profile.c.version, unique=True)

pilot_activity = Table(
    "pilot_activity",
    metadata,
    key(),
    reference("filing_id", "pilot_filing.id"),
    Column("kind", Code, nullable=False),
    Column("title", String(200), nullable=False),
    Column("held_on", Date, nullable=False),
    Column("place", String(200), nullable=False),
    Column("sessions", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("entered_by", Identifier, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("voided_by", Identifier),
    Column("voided_at", Instant),
    Column("void_reason", Text),
    CheckConstraint(one_of("kind", *(kind.value for kind in ActivityKind)), name="kind"),
    CheckConstraint("sessions >= 1 AND people >= 0", name="counts"),
    CheckConstraint(
        "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
        name="voided",
    ),
)
Index("ix_pilot_activity_filing_id", pilot_activity.c.filing_id, pilot_activity.c.held_on)

pilot_comment = Table(
    "pilot_comment",
    metadata,
    key(),
    reference("filing_id", "pilot_filing.id"),
    reference("project_id", "project.id", nullable=True),
    reference("organisation_id", "organisation.id"),
    Column("author_id", Identifier, nullable=False),
    Column("text", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
    CheckConstraint("length(text) > 0", name="text"),
)
"""指导意见 of the bureau that organised the filing (R16), on the pilot or on a project of it."""
Index("ix_pilot_comment_filing_id", pilot_comment.c.filing_id, pilot_comment.c.written_at)

pilot_evaluation = Table(
    "pilot_evaluation",
    metadata,
    key(),
    reference("filing_id", "pilot_filing.id"),
    Column("sequence", Integer, nullable=False),
    Column("case_id", Identifier, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("figures", Json, nullable=False),
    Column("state", Code, nullable=False),
    Column("report", Json),
    Column("drafted_by", Identifier),
    Column("signed_by", Identifier),
    Column("signed_at", Instant),
    Column("begun_at", Instant, nullable=False),
    CheckConstraint("sequence >= 1 AND period_start <= period_end", name="period"),
    CheckConstraint(one_of("state", "drafting", "reported"), name="state"),
    CheckConstraint(
        "(state = 'reported') = (report IS NOT NULL) AND (report IS NULL) = (signed_at IS NULL)"
        " AND (signed_at IS NULL) = (signed_by IS NULL)",
        name="reported",
    ),
    CheckConstraint("drafted_by <> signed_by", name="second_person"),
)
"""试点评估: ``figures`` were taken when the period was over and stay as they were (R22)."""
Index("uq_pilot_evaluation_filing_id", pilot_evaluation.c.filing_id, pilot_evaluation.c.sequence, unique=True)
