"""登记后的投诉: anybody's, with a receipt number and a written answer (docs/domain.md §4).

参照31号令第三十四条、第四十一条. What is taken up leads to a correction, which locks units while it is looked
into. What was said is never changed; an answer is given once (rules in ``0001_complaints.*.sql``).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, String, Table, Text, text

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

complaint = Table(
    "complaint",
    metadata,
    key(),
    Column("receipt", String(20), nullable=False, unique=True),
    reference("project_id", "project.id", index=True),
    Column("serial", String(80), nullable=False, server_default=text("''")),
    Column("case_id", Identifier),
    Column("received_at", Instant, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Json),
    Column("state", Code, nullable=False),
    reference("correction_id", "correction.id", nullable=True),
    Column("outcome", Code),
    Column("reply", Text),
    Column("decided_at", Instant),
    CheckConstraint("length(text) > 0", name="text"),
    CheckConstraint(one_of("state", "received", "taken_up", "answered"), name="state"),
    CheckConstraint(one_of("outcome", "confirmed", "dismissed", "not_taken_up"), name="outcome"),
    CheckConstraint(
        "(state = 'answered') = (reply IS NOT NULL) AND (reply IS NULL) = (decided_at IS NULL)"
        " AND (reply IS NULL) = (outcome IS NULL)",
        name="answered",
    ),
)
"""投诉. ``author`` holds name and contact as ciphertext under ``complaint:<id>``, or NULL."""
Index("ix_complaint_state", complaint.c.state, complaint.c.received_at)
