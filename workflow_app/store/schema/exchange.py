"""What the exchange answers for beside its trades: its qualification, reports refused, differences put right.

R45 (具备相关交易资质的交易机构); docs/domain.md §5 (end-of-day reconciliation). Beside them the files of
papers that orders, qualifications and delegations rest on. All of it is append-only.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from workflow_app.domain.trading.reports import Remedy
from workflow_app.store.schema.columns import Code, Identifier, Instant, key, metadata, one_of, reference

REMEDIES = tuple(remedy.value for remedy in Remedy)
PAPER_OF = ("account_order", "exchange_qualification", "delegation")
"""What a kept paper may belong to."""

difference_remedy = Table(
    "difference_remedy",
    metadata,
    Column("report_id", Identifier, primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("remedy", Code, nullable=False),
    Column("note", Text, nullable=False),
    Column("settled_by", Identifier, nullable=False),
    Column("settled_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["report_id", "line"],
        ["trade_difference.report_id", "trade_difference.line"],
        name="fk_difference_remedy_report_id",
    ),
    CheckConstraint(one_of("remedy", *REMEDIES), name="remedy"),
    CheckConstraint("length(note) > 0", name="note"),
)
"""How a difference between the exchange's list and the book was put right, once each."""

trade_refusal = Table(
    "trade_refusal",
    metadata,
    key(),
    reference("exchange_org", "organisation.id"),
    Column("external_id", String(100), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("told", Text, nullable=False),
    Column("code", Code, nullable=False),
    Column("message", Text, nullable=False),
    Column("refused_at", Instant, nullable=False),
    Column("reported_by", Identifier, nullable=False),
)
"""A reported trade the book refused: what was told (canonical JSON, cut short) and why, once each.

``sha256`` is of what was told and the refusal's code: told again, it is refused again without a row.
"""
Index(
    "uq_trade_refusal_sha256",
    trade_refusal.c.exchange_org,
    trade_refusal.c.sha256,
    unique=True,
)
Index("ix_trade_refusal_external_id", trade_refusal.c.external_id)

exchange_qualification = Table(
    "exchange_qualification",
    metadata,
    key(),
    reference("organisation_id", "organisation.id", index=True),
    Column("number", String(100), nullable=False),
    Column("issuer", String(100), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("note", Text, nullable=False),
    Column("entered_by", Identifier, nullable=False),
    Column("entered_at", Instant, nullable=False),
    CheckConstraint("valid_from <= valid_until", name="dates"),
    CheckConstraint("length(number) > 0 AND length(issuer) > 0", name="named"),
)
"""交易资质文件 (R45): the last entered says until when the exchange publishes, registers and trades."""

registry_paper = Table(
    "registry_paper",
    metadata,
    key(),
    Column("about", Code, nullable=False),
    Column("about_id", Identifier, nullable=False),
    Column("filename", String(255), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("uploaded_by", Identifier, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    CheckConstraint(one_of("about", *PAPER_OF), name="about"),
    CheckConstraint("size >= 0 AND length(sha256) = 64", name="content"),
)
"""The file of a paper something in the registry rests on: a ruling, a qualification, a written delegation."""
Index("ix_registry_paper_about", registry_paper.c.about, registry_paper.c.about_id)
