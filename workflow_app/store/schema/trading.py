"""Trades: what was sold to whom for how much, each settled by one posting of the book.

docs/domain.md §3 (transfer order), R38-R40; I7: delivery versus payment. A trade is written with its posting
and never changed. Orders and bids stand in the same room.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table

from workflow_app.store.schema.columns import (
    Code,
    Identifier,
    Instant,
    Tonnes,
    key,
    metadata,
    one_of,
    reference,
)

trade = Table(
    "trade",
    metadata,
    key(),
    Column("order_id", Identifier, index=True),
    Column("confirmation_number", String(60), nullable=False, unique=True),
    Column("channel", Code, nullable=False),
    Column("external_id", String(100), unique=True),
    Column(
        "posting_id",
        Identifier,
        ForeignKey("ledger_posting.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
        unique=True,
    ),
    reference("seller_account", "account.id", index=True),
    reference("buyer_account", "account.id", index=True),
    reference("project_id", "project.id", index=True),
    Column("quantity", Tonnes, nullable=False),
    Column("price_cents", BigInteger, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("fee_cents", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint(one_of("channel", "market", "reported"), name="channel"),
    CheckConstraint("(channel = 'reported') = (external_id IS NOT NULL)", name="external"),
    CheckConstraint("quantity > 0 AND price_cents > 0", name="quantity"),
    CheckConstraint("amount_cents = quantity * price_cents", name="amount"),
    CheckConstraint("fee_cents >= 0 AND fee_cents <= amount_cents", name="fee"),
    CheckConstraint("seller_account <> buyer_account", name="two_accounts"),
)
"""成交. ``order_id`` is empty for a trade the exchange's own system only reported."""
Index("ix_trade_at", trade.c.at)
