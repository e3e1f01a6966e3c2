"""The live state of cases: the file, its tokens, its open tasks, and who sees them.

One row per live token; a finished token is only in the history. An inbox holds one row per
(task, principal), which one index serves in due order. Everything here is rebuilt from events.
"""

from __future__ import annotations

from sqlalchemy import (
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
    OBJECT,
    Code,
    Identifier,
    Instant,
    Json,
    key,
    metadata,
    one_of,
    reference,
)

case_file = Table(
    "case_file",
    metadata,
    key(),
    Column("number", String(40), nullable=False, unique=True),
    Column("process_id", Code, nullable=False),
    Column("version", String(64), nullable=False),
    Column("title", Text, nullable=False),
    reference("project_id", "project.id", nullable=True),
    Column("batch_id", Identifier),
    reference("parent_case_id", "case_file.id", nullable=True),
    Column("parent_token_id", String(64)),
    Column("status", Code, nullable=False),
    Column("outcome", Code),
    Column("revision", Integer, nullable=False),
    Column("header", Text, nullable=False, info=OBJECT),
    reference("owner_org", "organisation.id", nullable=True, index=True),
    reference("applicant_org", "organisation.id", nullable=True, index=True),
    reference("exchange_org", "organisation.id", nullable=True),
    reference("bureau_org", "organisation.id", nullable=True),
    Column("opened_by", Identifier),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    CheckConstraint(one_of("status", "open", "closed", "cancelled", "incident"), name="status"),
    CheckConstraint("(closed_at IS NOT NULL) = (status IN ('closed', 'cancelled'))", name="closed"),
    CheckConstraint("(parent_case_id IS NULL) = (parent_token_id IS NULL)", name="parent"),
    CheckConstraint("revision >= 0", name="revision"),
)
# A lifecycle calls a case each round for twenty years: one of them is found without looking at the others.
Index("ix_case_file_project_id", case_file.c.project_id, case_file.c.process_id)
Index("ix_case_file_parent_case_id", case_file.c.parent_case_id, case_file.c.parent_token_id)
Index("ix_case_file_status", case_file.c.status, case_file.c.opened_at)

token = Table(
    "token",
    metadata,
    Column("case_id", Identifier, primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("element", String(200), nullable=False),
    Column("state", Integer, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)
token.append_constraint(CheckConstraint("length(body) > 0", name="body"))

inbox_task = Table(
    "inbox_task",
    metadata,
    Column("id", String(64), primary_key=True),
    reference("case_id", "case_file.id", index=True),
    Column("project_id", Identifier, index=True),
    Column("process_id", Code, nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("form", Code, nullable=False),
    Column("role", String(100), nullable=False),
    Column("candidates", Json, nullable=False),
    Column("assignee_id", Identifier),
    Column("claimed_at", Instant),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("deadline_id", Identifier),
    Column("provisional", Integer, nullable=False, server_default=text("0")),
    Column("data", Json, nullable=False, server_default=text("'{}'")),
    CheckConstraint("provisional IN (0, 1)", name="provisional"),
)
"""Open human tasks; ``id`` is the token's id, ``data`` what the face needs of the token's variables."""

inbox_entry = Table(
    "inbox_entry",
    metadata,
    Column("principal", String(100), primary_key=True),
    Column("due_at", Instant, primary_key=True),
    Column("task_id", String(64), primary_key=True),
    Column("process_id", Code, nullable=False),
    Column("element_id", String(200), nullable=False),
    sqlite_with_rowid=False,
)
"""One row per (task, principal). ``due_at`` is never NULL: no limit is the year 9999.

A claimed task has the one entry ``user:<assignee>``; an unclaimed one an entry per candidate.
"""
Index("ix_inbox_entry_task_id", inbox_entry.c.task_id)
Index(
    "ix_inbox_entry_element",
    inbox_entry.c.principal,
    inbox_entry.c.process_id,
    inbox_entry.c.element_id,
    inbox_entry.c.due_at,
    inbox_entry.c.task_id,
)

message_wait = Table(
    "message_wait",
    metadata,
    Column("case_id", Identifier, primary_key=True),
    Column("token_id", String(64), primary_key=True),
    Column("name", Code, primary_key=True),
    Column("element_id", String(200), nullable=False),
)
"""Which tokens wait for which message, so that one message finds its one receiver."""

note = Table(
    "note",
    metadata,
    key(),
    reference("case_id", "case_file.id", index=True),
    Column("author_id", Identifier, nullable=False),
    Column("at", Instant, nullable=False),
    Column("text", Text, nullable=False),
    CheckConstraint("length(text) > 0", name="text"),
)

draft = Table(
    "draft",
    metadata,
    Column("task_id", String(64), primary_key=True),
    Column("user_id", Identifier, primary_key=True),
    Column("raw", Json, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("revision >= 1", name="revision"),
)
"""What somebody typed and has not handed in. Not an act: it is not in the history."""

attachment = Table(
    "attachment",
    metadata,
    key(),
    reference("case_id", "case_file.id", index=True),
    Column("task_id", String(64), index=True),
    Column("field", String(200), nullable=False),
    Column("filename", String(255), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("state", Code, nullable=False),
    Column("uploaded_by", Identifier),
    Column("uploaded_at", Instant, nullable=False),
    CheckConstraint(one_of("state", "draft", "submitted", "removed"), name="state"),
    CheckConstraint("size >= 0 AND length(sha256) = 64", name="content"),
)
"""A file by content hash; a removed one keeps its row."""

incident = Table(
    "incident",
    metadata,
    key(),
    Column("case_id", Identifier, index=True),
    Column("element_id", String(200)),
    Column("command", Code, nullable=False),
    Column("request", Json, nullable=False),
    Column("actor", Json, nullable=False),
    Column("error", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=text("''")),
    Column("state", Code, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("1")),
    Column("opened_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolved_by", Identifier),
    CheckConstraint(one_of("state", "open", "resolved"), name="state"),
    CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name="resolved"),
)
"""A failed act, rolled back whole, which a person can see and retry. Written by its own unit of work."""
Index(
    "ix_incident_open",
    incident.c.opened_at,
    sqlite_where=incident.c.state == "open",
    postgresql_where=incident.c.state == "open",
)
