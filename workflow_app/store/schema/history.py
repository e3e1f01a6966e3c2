"""The history: one event per act and stream, hash-chained, append-only, referencing nothing.

No foreign key leads in or out, so nothing can cascade into it and it outlives what it tells of.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from workflow_app.store.schema.columns import Code, Identifier, Instant, Packed, metadata

event = Table(
    "event",
    metadata,
    Column(
        "id",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("stream", String(100), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Code, nullable=False),
    Column("actor_id", Identifier),
    Column("actor_name", Text),
    Column("role", Code),
    Column("organisation_id", Identifier),
    Column("on_behalf", Identifier),
    Column("element_id", String(200)),
    Column("version", String(64)),
    Column("form_key", Code),
    Column("body", Packed, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("algorithm", String(16), nullable=False),
    UniqueConstraint("stream", "seq"),
    CheckConstraint("seq >= 1", name="seq"),
    CheckConstraint("length(hash) = 64 AND length(prev_hash) = 64", name="hash"),
)
"""``id`` is the database's order over all streams and no part of the chain; ``seq`` counts one stream."""
Index(
    "ix_event_form",
    event.c.stream,
    event.c.form_key,
    event.c.seq,
    sqlite_where=event.c.form_key.is_not(None),
    postgresql_where=event.c.form_key.is_not(None),
)
Index("ix_event_actor", event.c.actor_id, event.c.at)

event_head = Table(
    "event_head",
    metadata,
    Column("stream", String(100), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
    sqlite_with_rowid=False,
)
"""The last event of each stream: locks the stream while it grows, and betrays a dropped tail.

``mac`` is an HMAC under a key of the installation: whoever can write rows but does not hold the
master key cannot append to, cut or rewrite a stream unnoticed.
"""
