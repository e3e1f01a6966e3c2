"""Time limits: the deadline with its trail, its suspensions, and the timers that wait for it.

Legal due dates are instants of ours, computed by the calendar; the engine's timers only wait
for them. A due timer is claimed, its case advanced and the mark set in one transaction.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from workflow_app.store.schema.columns import (
    VOLATILE,
    Code,
    Identifier,
    Instant,
    Json,
    key,
    metadata,
    one_of,
    reference,
)

deadline = Table(
    "deadline",
    metadata,
    key(),
    reference("case_id", "case_file.id", index=True),
    Column("project_id", Identifier),
    Column("token_id", String(64), index=True),
    Column("element_id", String(200), nullable=False),
    Column("rule", Code, nullable=False),
    Column("rule_body", Json, nullable=False),
    Column("kind", Code, nullable=False),
    Column("basis", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("earliest_at", Instant, nullable=False),
    Column("latest_at", Instant, nullable=False),
    Column("warn_at", Instant),
    Column("provisional", Boolean, nullable=False),
    Column("published", Boolean, nullable=False, server_default=text("false")),
    Column("trail", Json, nullable=False),
    Column("calendar_revision", String(64), nullable=False),
    Column("state", Code, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint(one_of("kind", "statutory", "promised"), name="kind"),
    CheckConstraint(one_of("state", "open", "suspended", "met", "missed", "cancelled"), name="state"),
    CheckConstraint(
        "due_at >= started_at AND earliest_at <= due_at AND due_at <= latest_at",
        name="order",
    ),
    CheckConstraint("(state IN ('open', 'suspended')) = (ended_at IS NULL)", name="ended"),
)
"""``published``: the closing date was announced and never moves earlier.

``missed`` was recorded as overdue; the act it limits may still be done late, which is shown.
"""
Index(
    "ix_deadline_open",
    deadline.c.due_at,
    sqlite_where=deadline.c.state.in_(("open", "suspended")),
    postgresql_where=deadline.c.state.in_(("open", "suspended")),
)

suspension = Table(
    "suspension",
    metadata,
    key(),
    reference("deadline_id", "deadline.id", index=True),
    Column("from_at", Instant, nullable=False),
    Column("to_at", Instant),
    Column("reason", Text, nullable=False),
    Column("notice_no", String(100), nullable=False),
    Column("suspended_by", Identifier),
    Column("resume_reason", Text),
    Column("resume_notice_no", String(100)),
    Column("resumed_by", Identifier),
    CheckConstraint("to_at IS NULL OR to_at >= from_at", name="span"),
    CheckConstraint("length(notice_no) > 0", name="notice"),
)
Index(
    "uq_suspension_open",
    suspension.c.deadline_id,
    unique=True,
    sqlite_where=suspension.c.to_at.is_(None),
    postgresql_where=suspension.c.to_at.is_(None),
)

timer = Table(
    "timer",
    metadata,
    key(),
    reference("case_id", "case_file.id", index=True),
    Column("token_id", String(64), nullable=False),
    Column("element_id", String(200), nullable=False),
    reference("deadline_id", "deadline.id", nullable=True, index=True),
    Column("kind", Code, nullable=False),
    Column("interrupting", Boolean, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", Code, nullable=False),
    Column("fired_at", Instant),
    Column("next_try", Instant, nullable=False, info=VOLATILE),
    Column("attempts", Integer, nullable=False, server_default=text("0"), info=VOLATILE),
    Column("last_error", Text, info=VOLATILE),
    CheckConstraint(one_of("kind", "deadline", "warning"), name="kind"),
    CheckConstraint(one_of("state", "pending", "suspended", "fired", "cancelled"), name="state"),
    CheckConstraint("(state = 'fired') = (fired_at IS NOT NULL)", name="fired"),
    CheckConstraint("next_try >= due_at", name="next_try"),
)
"""``next_try`` equals ``due_at`` until an attempt fails; a poison timer then waits its turn."""
Index(
    "ix_timer_pending",
    timer.c.next_try,
    timer.c.due_at,
    sqlite_where=timer.c.state == "pending",
    postgresql_where=timer.c.state == "pending",
)
Index(
    "uq_timer_pending",
    timer.c.case_id,
    timer.c.token_id,
    timer.c.element_id,
    timer.c.kind,
    unique=True,
    sqlite_where=timer.c.state.in_(("pending", "suspended")),
    postgresql_where=timer.c.state.in_(("pending", "suspended")),
)
