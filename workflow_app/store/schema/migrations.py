"""迁移: running cases moved to another version in a batch, each by itself, and what became of each.

A batch is asked for by one process administrator and approved by another (rules in
``0001_migrations.*.sql``). What is kept of a case names elements and outcomes, never what somebody typed.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text, text

from workflow_app.store.schema.columns import (
    Code,
    Identifier,
    Instant,
    Json,
    key,
    metadata,
    one_of,
)

migration = Table(
    "migration",
    metadata,
    key(),
    Column("target", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Code, nullable=False),
    Column("back", Boolean, nullable=False, server_default=text("false")),
    Column("requested_by", Identifier, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("decided_by", Identifier),
    Column("decided_at", Instant),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint(one_of("state", "requested", "rejected", "running", "stopped", "done"), name="state"),
    CheckConstraint("length(reason) > 0", name="reason"),
    CheckConstraint(
        "(state = 'requested') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
        name="decided",
    ),
    CheckConstraint(
        "state = 'rejected' OR decided_by IS NULL OR decided_by <> requested_by", name="second_person"
    ),
)
"""``back``: the cases go back to the versions they came from."""
Index("ix_migration_state", migration.c.state, migration.c.requested_at)

migration_case = Table(
    "migration_case",
    metadata,
    Column("migration_id", Identifier, primary_key=True),
    Column("case_id", Identifier, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("from_version", String(64), nullable=False),
    Column("state", Code, nullable=False),
    Column("remarks", Json, nullable=False, server_default=text("'[]'")),
    Column("revision", Integer),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint(
        one_of("state", "pending", "moved", "skipped", "failed", "reverted", "kept"), name="state"
    ),
    CheckConstraint("(state IN ('moved', 'reverted', 'kept')) = (revision IS NOT NULL)", name="revision"),
    CheckConstraint("position >= 0", name="position"),
)
"""``revision``: the case's own once it was moved; whoever did anything on it since has raised it.

``kept``: moved, and not taken back, because it had gone on by then.
"""
Index(
    "ix_migration_case_position",
    migration_case.c.migration_id,
    migration_case.c.state,
    migration_case.c.position,
)
Index("ix_migration_case_case_id", migration_case.c.case_id)
