"""What keeps the house running: outbox, in-app notices, retried requests, settings.

None of it is an act of the programme, so none of it is in the history.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from workflow_app.store.schema.columns import (
    Code,
    Identifier,
    Instant,
    Json,
    key,
    metadata,
    one_of,
)

outbox = Table(
    "outbox",
    metadata,
    key(),
    Column("key", String(200), nullable=False, unique=True),
    Column("kind", Code, nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", Code, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_try", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("last_error", Text),
    Column("sent_at", Instant),
    CheckConstraint(one_of("kind", "mail", "webhook", "sms"), name="kind"),
    CheckConstraint(one_of("state", "pending", "sent", "failed"), name="state"),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
)
"""What leaves the system, at least once. ``recipient`` is a principal, resolved when it is sent,
so that no address stays behind when a person is erased."""
Index(
    "ix_outbox_pending",
    outbox.c.next_try,
    sqlite_where=outbox.c.state == "pending",
    postgresql_where=outbox.c.state == "pending",
)

notification = Table(
    "notification",
    metadata,
    key(),
    Column("principal", String(100), nullable=False),
    Column("case_id", Identifier),
    Column("subject", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)
Index("ix_notification_principal", notification.c.principal, notification.c.created_at)

notification_read = Table(
    "notification_read",
    metadata,
    Column("notification_id", Identifier, ForeignKey("notification.id"), primary_key=True),
    Column("user_id", Identifier, primary_key=True),
    Column("read_at", Instant, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor_id", String(64), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("result", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""The answer to a request that carried a key; the same key with another request is refused."""
Index("ix_idempotency_created_at", idempotency.c.created_at)

setting = Table(
    "setting",
    metadata,
    Column("name", Code, primary_key=True),
    Column("value", Json, nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("name", Code, primary_key=True),
    Column("value", Integer, nullable=False),
)
"""Running numbers, taken inside the transaction that uses them, so that none is lost."""
