"""What was deployed: immutable versions of ``bpmn/``, their files by content hash, and calendar notices.

A case is pinned to the version it started on. Nothing here is ever changed (triggers).
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from workflow_app.store.schema.columns import Identifier, Instant, key, metadata

content = Table(
    "content",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

definition_version = Table(
    "definition_version",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("stored_at", Instant, nullable=False),
)
"""A set of files, by content hash; whether it was ever deployed says :data:`deployment`."""

deployment = Table(
    "deployment",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("version", String(64), ForeignKey("definition_version.version"), nullable=False, index=True),
    Column("effective_from", Instant, nullable=False),
    Column("deployed_at", Instant, nullable=False),
    Column("deployed_by", Identifier),
    Column("approved_by", Identifier),
    Column("reason", Text, nullable=False),
    Column("statute", String(64), nullable=False),
    CheckConstraint(
        "deployed_by IS NULL OR (approved_by IS NOT NULL AND approved_by <> deployed_by)",
        name="second_person",
    ),
    CheckConstraint("sequence >= 1", name="sequence"),
    CheckConstraint("effective_from >= deployed_at", name="effective_from"),
)
"""Versions becoming effective: of those whose day has come, the highest ``sequence`` is the one new cases
start on. A version may be deployed again (rollback). ``statute`` is the edition it was judged by."""

definition_file = Table(
    "definition_file",
    metadata,
    Column(
        "version",
        String(64),
        ForeignKey("definition_version.version"),
        primary_key=True,
    ),
    Column("path", String(200), primary_key=True),
    Column("sha256", String(64), ForeignKey("content.sha256"), nullable=False),
)

calendar_notice = Table(
    "calendar_notice",
    metadata,
    key(),
    Column("sequence", Integer, nullable=False, unique=True),
    Column("year", Integer, nullable=False),
    Column("number", String(60), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("body", Text, nullable=False),
    Column("revision", String(64), nullable=False),
    Column("loaded_at", Instant, nullable=False),
    Column("loaded_by", Identifier),
    CheckConstraint("year BETWEEN 2000 AND 2200", name="year"),
)
"""Notices of the State Council loaded at run time, beside those shipped; ``body`` is the TOML.

A number loaded again puts right what was typed wrong: the later row stands.
"""
