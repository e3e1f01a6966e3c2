"""Work on the next version: drafts with their files and edit lock, and proposals to deploy them.

A draft is nobody's act until it is proposed; a proposal names an immutable version, and is decided by a
second person. Nothing of these is part of a version.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

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

DRAFT_STATES = ("open", "proposed", "deployed", "discarded")
PROPOSAL_STATES = ("submitted", "approved", "rejected", "withdrawn")
PROPOSAL_KINDS = ("process", "article_fixed", "rollback")

definition_draft = Table(
    "definition_draft",
    metadata,
    key(),
    Column("title", String(200), nullable=False),
    Column("base", String(64), ForeignKey("definition_version.version"), nullable=False),
    Column("state", Code, nullable=False),
    Column("opened_by", Identifier, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("editor", Identifier),
    Column("editing_until", Instant),
    CheckConstraint(one_of("state", *DRAFT_STATES), name="state"),
    CheckConstraint("(editor IS NULL) = (editing_until IS NULL)", name="editor"),
)
"""``base`` is the version its files differ from; ``editor`` holds the edit lock until ``editing_until``."""

definition_draft_file = Table(
    "definition_draft_file",
    metadata,
    Column("draft_id", Identifier, ForeignKey("definition_draft.id"), primary_key=True),
    Column("path", String(200), primary_key=True),
    Column("body", LargeBinary),
    Column("revision", Integer, nullable=False),
    Column("changed_by", Identifier, nullable=False),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("revision >= 1", name="revision"),
)
"""A file as it is to be; no ``body``: it is to go. ``revision`` counts its changes, so that two editors who
saved from the same one are told."""

proposal = Table(
    "proposal",
    metadata,
    key(),
    Column("number", String(40), nullable=False, unique=True),
    reference("draft_id", "definition_draft.id", nullable=True),
    Column("version", String(64), ForeignKey("definition_version.version"), nullable=False),
    Column("base", String(64), ForeignKey("definition_version.version"), nullable=False),
    Column("kind", Code, nullable=False),
    Column("reason", Text, nullable=False),
    Column("effective_from", Instant),
    Column("warnings", Json, nullable=False),
    Column("statute", String(64), nullable=False),
    Column("state", Code, nullable=False),
    Column("submitted_by", Identifier, nullable=False),
    Column("submitted_at", Instant, nullable=False),
    Column("authors", Json, nullable=False),
    Column("decided_by", Identifier),
    Column("decided_at", Instant),
    Column("decision_reason", Text),
    CheckConstraint(one_of("state", *PROPOSAL_STATES), name="state"),
    CheckConstraint(one_of("kind", *PROPOSAL_KINDS), name="kind"),
    CheckConstraint("(state = 'submitted') = (decided_by IS NULL)", name="decided"),
    CheckConstraint("state <> 'approved' OR decided_by <> submitted_by", name="second_person"),
)
"""``authors`` are all who changed a file of its draft: none of them decides on it. Kind ``article_fixed``
changes what an article of the notice fixes, and is the department's leader's to decide."""
Index("ix_proposal_state", proposal.c.state, proposal.c.submitted_at)
