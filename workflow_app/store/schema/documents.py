"""Official papers: what was issued to whom under which number, its kept file, each delivery.

A paper is its frozen data and the version its template is pinned to; the file is made from both, kept by
its hash, and can be made again byte for byte. docs/domain.md §2 (送达); ADR 0023.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String, Table, Text, text

from workflow_app.store.schema.columns import (
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

AUDIENCES = ("applicant", "owner", "holder", "pilot", "complainant", "public", "office")
CHANNELS = ("in_app", "mail", "public", "counter", "post", "receipt")
RESULTS = ("placed", "sent", "opened", "failed")

official_document = Table(
    "official_document",
    metadata,
    key(),
    Column("key", Code, nullable=False),
    Column("number", String(80), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("audience", Code, nullable=False),
    Column("case_id", Identifier, index=True),
    reference("project_id", "project.id", nullable=True, index=True),
    reference("organisation_id", "organisation.id", nullable=True, index=True),
    Column("subject_id", Identifier, index=True),
    Column("version", String(64), nullable=False),
    Column("data", Json, nullable=False, info=personal("document", "id")),
    Column("issued_at", Instant, nullable=False),
    Column("issued_by", Identifier),
    CheckConstraint(one_of("audience", *AUDIENCES), name="audience"),
    CheckConstraint("length(number) > 0 AND length(title) > 0", name="named"),
)
"""文书. ``subject_id`` is what it is about (a notice, a comment, a batch, a trade).

``version`` pins its template. Never changed, never deleted: a wrong one is followed by another.
"""

document_file = Table(
    "document_file",
    metadata,
    Column("document_id", Identifier, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("typeset_with", String(60), nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("seal_issuer", String(100)),
    Column("seal_algorithm", String(40)),
    Column("seal_value", Text),
    Column("sealed_at", Instant),
    CheckConstraint("length(sha256) = 64 AND size > 0", name="content"),
    CheckConstraint(
        "(seal_issuer IS NULL) = (seal_algorithm IS NULL) AND (seal_issuer IS NULL) = (seal_value IS NULL)"
        " AND (seal_issuer IS NULL) = (sealed_at IS NULL)",
        name="seal",
    ),
)
"""The file of a paper, once it was made: its hash, what made it, its electronic seal if it has one."""

delivery = Table(
    "delivery",
    metadata,
    key(),
    reference("document_id", "official_document.id"),
    Column("channel", Code, nullable=False),
    Column("recipient", String(100), nullable=False),
    Column("result", Code, nullable=False),
    Column("at", Instant, nullable=False),
    Column("detail", Text, nullable=False, server_default=text("''")),
    CheckConstraint(one_of("channel", *CHANNELS), name="channel"),
    CheckConstraint(one_of("result", *RESULTS), name="result"),
)
"""送达: a row for each thing that happened to a copy; ``recipient`` is a principal, or ``public``."""
Index(
    "uq_delivery_document_id",
    delivery.c.document_id,
    delivery.c.recipient,
    delivery.c.channel,
    delivery.c.result,
    unique=True,
)
