"""Versions of the methodology register: what each says, and the days it may be chosen on.

355号正文四 (R12): methodologies are published, revised and replaced; a project pins the version it applied
under. A version never changes once entered but for the day it ends.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, text

from workflow_app.store.schema.columns import Instant, Json, key, metadata

methodology_version = Table(
    "methodology_version",
    metadata,
    key(),
    Column("code", String(60), ForeignKey("methodology.code"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", String(100), nullable=False, server_default=text("''")),
    Column("effective_from", Date, nullable=False),
    Column("effective_until", Date),
    Column("gases", Json, nullable=False),
    Column("gwp_set", String(20), nullable=False, server_default=text("''")),
    Column("crediting_required", Boolean, nullable=False),
    Column("entered_at", Instant, nullable=False),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("effective_until IS NULL OR effective_until > effective_from", name="effective"),
)
"""方法学版本. ``effective_from``: the first day it may be chosen; ``effective_until``: the first it may not.

Two versions of one methodology are never in force on one day (rules).
"""
Index("uq_methodology_version_code", methodology_version.c.code, methodology_version.c.version, unique=True)
