"""A holiday notice somebody proposes to put in force, and what the department's leader decided on it.

Not the table of proposals of process versions: that one names two versions of ``bpmn/``, the calendar is part
of none. What was proposed is fixed; it is decided once (rules in ``0001_calendar.*.sql``).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, String, Table, Text

from workflow_app.store.schema.columns import Code, Identifier, Instant, Json, key, metadata, one_of

PROPOSAL_STATES = ("submitted", "approved", "rejected", "withdrawn")
KINDS = ("first", "amendment", "correction")

calendar_proposal = Table(
    "calendar_proposal",
    metadata,
    key(),
    Column("number", String(40), nullable=False, unique=True),
    Column("year", Integer, nullable=False),
    Column("notice_number", String(60), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("title", String(200), nullable=False),
    Column("kind", Code, nullable=False),
    Column("body", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("base", String(64), nullable=False),
    Column("state", Code, nullable=False),
    Column("proposed_by", Identifier),
    Column("proposed_at", Instant, nullable=False),
    Column("decided_by", Identifier),
    Column("decided_at", Instant),
    Column("decision_reason", Text),
    Column("effect", Json),
    CheckConstraint("year BETWEEN 2000 AND 2200", name="year"),
    CheckConstraint(one_of("kind", *KINDS), name="kind"),
    CheckConstraint(one_of("state", *PROPOSAL_STATES), name="state"),
    CheckConstraint("(state = 'submitted') = (decided_at IS NULL)", name="decided"),
    CheckConstraint("(state = 'approved') = (effect IS NOT NULL)", name="effect"),
    CheckConstraint(
        "state <> 'approved' OR (decided_by IS NOT NULL"
        " AND (proposed_by IS NULL OR proposed_by <> decided_by))",
        name="second_person",
    ),
)
"""``body`` is the notice's TOML; ``base`` the revision of the calendar it was proposed on.

``kind``: the year's first notice, a later one that changes it (``amendment``), or the same number put right
(``correction``). ``effect``: the days and limits that changed when it was approved.
"""
Index("ix_calendar_proposal_state", calendar_proposal.c.state, calendar_proposal.c.proposed_at)
