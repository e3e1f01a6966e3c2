"""The programme's records: methodologies, filings, projects, opinions, notices, comments, batches.

The K rules of docs/domain.md §3-§5 stand here as constraints, and where a row must be compared with
others, as triggers of the same migration: publicity of five working days before registration,
no open objection, a passed opinion, maker≠checker, disjoint batch periods, issued ≤ publicised ≤
accepted ≤ calculated.
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
    text,
)

from workflow_app.domain.issuance import BatchState
from workflow_app.domain.methodology import MethodologyField
from workflow_app.domain.project import ProjectState
from workflow_app.store.schema.columns import (
    Code,
    Decimal4,
    Identifier,
    Instant,
    Json,
    Tonnes,
    key,
    metadata,
    one_of,
    reference,
)

FIELDS = tuple(field.value for field in MethodologyField)
PROJECT_STATES = tuple(state.value for state in ProjectState)
BATCH_STATES = tuple(state.value for state in BatchState)
BATCH_VOID = ("failed", "lapsed", "withdrawn")

methodology = Table(
    "methodology",
    metadata,
    Column("code", String(60), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("kind", Code, nullable=False),
    Column("field", String(2), nullable=False),
    Column("published_on", Date, nullable=False),
    Column("document", String(100), nullable=False, server_default=text("''")),
    Column("crediting_required", Boolean, nullable=False, server_default=text("false")),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    Column("details", Json, nullable=False, server_default=text("'{}'")),
    CheckConstraint(one_of("kind", "jcer", "ccer", "international"), name="kind"),
    CheckConstraint(one_of("field", *FIELDS), name="field"),
)

pilot_filing = Table(
    "pilot_filing",
    metadata,
    key(),
    Column("number", String(60), unique=True),
    Column("case_id", Identifier),
    reference("organisation_id", "organisation.id", index=True),
    reference("bureau_org", "organisation.id", nullable=True),
    Column("kind", Code, nullable=False),
    Column("name", String(200), nullable=False, server_default=text("''")),
    Column("division", String(12), nullable=False, server_default=text("''")),
    Column("basis", String(100), nullable=False, server_default=text("''")),
    Column("details", Json, nullable=False, server_default=text("'{}'")),
    Column("state", Code, nullable=False),
    Column("submitted_at", Instant),
    Column("filed_at", Instant),
    Column("ended_at", Instant),
    Column("evaluation_case_id", Identifier),
    CheckConstraint(
        one_of(
            "kind",
            "county",
            "development_zone",
            "provincial_soe",
            "municipal_soe",
            "grandfathered",
            "other",
        ),
        name="kind",
    ),
    CheckConstraint(
        one_of(
            "state",
            "draft",
            "submitted",
            "returned",
            "filed",
            "suspended",
            "terminated",
        ),
        name="state",
    ),
    CheckConstraint(
        "state NOT IN ('filed', 'suspended', 'terminated') OR (number IS NOT NULL AND filed_at IS NOT NULL)",
        name="filed",
    ),
)
"""试点备案. ``evaluation_case_id``: the case that waits for the end of its present period (R22)."""

project = Table(
    "project",
    metadata,
    key(),
    Column("number", String(60), unique=True),
    Column("name", String(200), nullable=False),
    Column("state", Code, nullable=False, index=True),
    reference("owner_org", "organisation.id", index=True),
    reference("applicant_org", "organisation.id", index=True),
    reference("exchange_org", "organisation.id", nullable=True),
    reference("bureau_org", "organisation.id", nullable=True),
    reference("pilot_filing_id", "pilot_filing.id", nullable=True),
    Column("methodology_code", String(60)),
    Column("methodology_version", Integer),
    Column("field", String(2)),
    Column("division", String(12), nullable=False, server_default=text("''")),
    Column("address", Text, nullable=False, server_default=text("''")),
    Column("started_on", Date),
    Column("crediting_start", Date),
    Column("crediting_end", Date),
    Column("annual_tonnes", Decimal4),
    Column("total_tonnes", Decimal4),
    Column("summary", Text, nullable=False, server_default=text("''")),
    Column("technical_service", String(100)),
    Column("technical_service_uscc", String(18)),
    Column("mandate_until", Date),
    Column("mandate_revoked_at", Instant),
    Column("details", Json, nullable=False, server_default=text("'{}'")),
    Column("case_id", Identifier),
    Column("created_at", Instant, nullable=False),
    Column("received_at", Instant),
    Column("accepted_at", Instant),
    Column("registered_at", Instant),
    Column("ended_at", Instant),
    CheckConstraint(one_of("state", *PROJECT_STATES), name="state"),
    CheckConstraint(one_of("field", *FIELDS), name="field"),
    CheckConstraint(
        "crediting_start IS NULL OR crediting_end IS NULL OR crediting_start <= crediting_end",
        name="crediting",
    ),
    CheckConstraint(
        "state NOT IN ('registered', 'deregistered', 'revoked', 'completed')"
        " OR (number IS NOT NULL AND registered_at IS NOT NULL)",
        name="registered",
    ),
    CheckConstraint("accepted_at IS NULL OR received_at IS NOT NULL", name="accepted"),
)
"""项目. ``technical_service``: whoever advised the owner, as Form 1 names them; experts tied to it recuse.

``mandate_until`` and ``mandate_revoked_at``: how long an agent may act for the owner (R29).
"""

panel_opinion = Table(
    "panel_opinion",
    metadata,
    key(),
    reference("project_id", "project.id", index=True),
    Column("batch_id", Identifier),
    Column("case_id", Identifier),
    Column("result", Code, nullable=False),
    Column("accepted_tonnes", Tonnes),
    Column("findings", Json, nullable=False),
    Column("revision_round", Integer, nullable=False),
    Column("signed_by", Identifier),
    Column("signed_at", Instant, nullable=False),
    CheckConstraint(one_of("result", "passed", "revise", "failed"), name="result"),
    CheckConstraint("accepted_tonnes IS NULL OR accepted_tonnes >= 0", name="accepted"),
    CheckConstraint("revision_round >= 0", name="round"),
)
"""专家组意见: every opinion is kept, none is changed (trigger)."""

public_notice = Table(
    "public_notice",
    metadata,
    key(),
    Column("number", String(60), unique=True),
    reference("project_id", "project.id", index=True),
    Column("batch_id", Identifier),
    Column("case_id", Identifier, index=True),
    reference("opinion_id", "panel_opinion.id", nullable=True),
    Column("title", String(300), nullable=False),
    Column("body", Json, nullable=False, server_default=text("'{}'")),
    Column("quantity", Tonnes),
    Column("published_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("working_days", Integer, nullable=False),
    Column("calendar_revision", String(64), nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("state", Code, nullable=False),
    Column("closed_at", Instant),
    Column("outcome", Code),
    Column("announced_at", Instant),
    Column("terminated_at", Instant),
    Column("end_reason", Text),
    CheckConstraint("working_days >= 5", name="five_working_days"),
    CheckConstraint("closes_at - published_at >= 432000000000", name="five_days"),
    CheckConstraint("closed_at IS NULL OR closed_at >= closes_at", name="never_early"),
    CheckConstraint(one_of("state", "open", "closed", "terminated"), name="state"),
    CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    CheckConstraint(
        "(state = 'terminated') = (terminated_at IS NOT NULL)"
        " AND (terminated_at IS NULL) = (end_reason IS NULL)",
        name="terminated",
    ),
    CheckConstraint(
        one_of("outcome", "unopposed", "dismissed", "upheld_fixable", "upheld_fatal"),
        name="outcome",
    ),
    CheckConstraint("outcome IS NULL OR closed_at IS NOT NULL", name="outcome_closed"),
    CheckConstraint("quantity IS NULL OR quantity > 0", name="quantity"),
)
"""公示. ``working_days`` is the number of working days counted by the calendar, at least 5 (R35).

``closes_at`` never moves earlier (trigger). ``terminated``: replaced by a new notice.
"""
Index("ix_public_notice_state", public_notice.c.state, public_notice.c.published_at)

comment = Table(
    "comment",
    metadata,
    key(),
    Column("receipt", String(20), nullable=False, unique=True),
    reference("notice_id", "public_notice.id", index=True),
    Column("case_id", Identifier),
    Column("received_at", Instant, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Json),
    Column("kind", Code),
    Column("outcome", Code),
    Column("reply", Text),
    Column("decided_at", Instant),
    CheckConstraint(one_of("kind", "objection", "comment"), name="kind"),
    CheckConstraint(
        "outcome IS NULL"
        " OR (kind = 'objection' AND outcome IN ('dismissed', 'upheld_fixable', 'upheld_fatal'))"
        " OR (kind = 'comment' AND outcome = 'answered')",
        name="outcome",
    ),
    CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
    CheckConstraint("length(text) > 0", name="text"),
)
"""意见. ``author`` holds name and contact as ciphertext under the subject ``comment:<id>``, or NULL.

``kind`` stays NULL until classified (a downgrade: until the department confirmed it).
"""

registration = Table(
    "registration",
    metadata,
    key(),
    reference("project_id", "project.id"),
    Column("number", String(60), nullable=False, unique=True),
    Column("case_id", Identifier),
    reference("opinion_id", "panel_opinion.id"),
    reference("notice_id", "public_notice.id"),
    reference("account_id", "account.id"),
    Column("maker_id", Identifier, nullable=False),
    Column("checker_id", Identifier, nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("state", Code, nullable=False),
    Column("ended_at", Instant),
    Column("end_reason", Text),
    CheckConstraint("maker_id <> checker_id", name="second_person"),
    CheckConstraint(one_of("state", "active", "deregistered", "revoked"), name="state"),
    CheckConstraint("(state = 'active') = (ended_at IS NULL)", name="ended"),
)
"""登记. Only ``state``, ``ended_at`` and ``end_reason`` may change, once, and it is never deleted."""
Index("uq_registration_project_id", registration.c.project_id, unique=True)

batch = Table(
    "batch",
    metadata,
    key(),
    reference("project_id", "project.id"),
    Column("sequence", Integer, nullable=False),
    Column("case_id", Identifier),
    Column("state", Code, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("applied_on", Date, nullable=False),
    Column("quantity", Tonnes, nullable=False),
    Column("calculated", Decimal4, nullable=False),
    Column("verifier", String(100)),
    Column("verifier_uscc", String(18)),
    Column("accepted", Tonnes),
    Column("publicised", Tonnes),
    Column("issued", Tonnes),
    Column("notice_required", Boolean, nullable=False),
    reference("opinion_id", "panel_opinion.id", nullable=True),
    reference("notice_id", "public_notice.id", nullable=True),
    Column("received_at", Instant, nullable=False),
    Column("issued_at", Instant),
    CheckConstraint(one_of("state", *BATCH_STATES), name="state"),
    CheckConstraint("period_start <= period_end AND period_end <= applied_on", name="period"),
    CheckConstraint("quantity > 0 AND quantity * 10000 <= calculated", name="quantity"),
    CheckConstraint(
        "accepted IS NULL OR (accepted * 10000 <= calculated AND accepted <= quantity)", name="accepted"
    ),
    CheckConstraint(
        "publicised IS NULL OR (accepted IS NOT NULL AND publicised <= accepted)",
        name="publicised",
    ),
    CheckConstraint(
        "issued IS NULL OR (issued > 0 AND accepted IS NOT NULL AND issued <= accepted"
        " AND (publicised IS NULL OR issued <= publicised)"
        " AND (NOT notice_required OR (publicised IS NOT NULL AND issued = publicised)))",
        name="issued",
    ),
    CheckConstraint(
        "(state IN ('issued', 'corrected')) = (issued IS NOT NULL)"
        " AND (issued IS NULL) = (issued_at IS NULL)"
        " AND (issued IS NULL OR opinion_id IS NOT NULL)",
        name="issuance",
    ),
)
"""分期签发. Periods of one project are disjoint and within its crediting period (trigger, I6)."""
Index("uq_batch_project_id", batch.c.project_id, batch.c.sequence, unique=True)
Index(
    "ix_batch_standing",
    batch.c.project_id,
    batch.c.period_start,
    sqlite_where=batch.c.state.not_in(BATCH_VOID),
    postgresql_where=batch.c.state.not_in(BATCH_VOID),
)
