"""Orders, bids and trades: what is offered, what is asked for it, and what was sold to whom for how much.

docs/domain.md §3 (transfer order), R38-R40; I7: delivery versus payment. A trade is written with its posting
and never changed. The exchange's daily reports and what stands out among trades (R19) are kept beside them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from workflow_app.domain.trading.orders import BidState, Mode, OrderState
from workflow_app.store.schema.columns import (
    Code,
    Identifier,
    Instant,
    Json,
    Tonnes,
    key,
    metadata,
    one_of,
    reference,
)

MODES = tuple(mode.value for mode in Mode)
ORDER_STATES = tuple(state.value for state in OrderState)
OVER = tuple(state.value for state in OrderState.over())
BID_STATES = tuple(state.value for state in BidState)

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

trade_order = Table(
    "trade_order",
    metadata,
    key(),
    Column("number", String(40), nullable=False, unique=True),
    Column("mode", Code, nullable=False),
    reference("project_id", "project.id", index=True),
    reference("batch_id", "batch.id", nullable=True),
    reference("seller_account", "account.id", index=True),
    reference("buyer_account", "account.id", nullable=True, index=True),
    Column("quantity", Tonnes, nullable=False),
    Column("remaining", Tonnes, nullable=False),
    Column("price_cents", BigInteger),
    Column("reserve_cents", BigInteger),
    Column("opens_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("state", Code, nullable=False),
    Column("end_reason", Text),
    Column("ended_at", Instant),
    reference("case_id", "case_file.id", index=True),
    Column("created_at", Instant, nullable=False),
    CheckConstraint(one_of("mode", *MODES), name="mode"),
    CheckConstraint(one_of("state", *ORDER_STATES), name="state"),
    CheckConstraint("quantity > 0 AND remaining >= 0 AND remaining <= quantity", name="quantity"),
    CheckConstraint(
        "(mode = 'auction') = (reserve_cents IS NOT NULL) AND (mode = 'auction') = (price_cents IS NULL)"
        " AND coalesce(price_cents, reserve_cents) > 0",
        name="price",
    ),
    CheckConstraint("(mode = 'negotiated') = (buyer_account IS NOT NULL)", name="buyer"),
    CheckConstraint("opens_at < closes_at", name="times"),
    CheckConstraint("state <> 'completed' OR remaining < quantity", name="completed"),
    CheckConstraint(f"({one_of('state', *OVER)}) = (ended_at IS NOT NULL)", name="ended"),
)
"""转让委托. ``remaining``: what is not sold yet, tCO2e; ``reserve_cents``: an auction's reserve price.

The seller is the account of the project's owner (R39, rules); an order that is over is never changed.
"""
Index("ix_trade_order_state", trade_order.c.state, trade_order.c.mode, trade_order.c.created_at)

bid = Table(
    "bid",
    metadata,
    key(),
    reference("order_id", "trade_order.id", index=True),
    reference("buyer_account", "account.id", index=True),
    Column("quantity", Tonnes, nullable=False),
    Column("sealed", Json, nullable=False),
    Column("price_cents", BigInteger),
    Column("won", Tonnes, nullable=False),
    Column("placed_at", Instant, nullable=False),
    Column("state", Code, nullable=False),
    CheckConstraint(one_of("state", *BID_STATES), name="state"),
    CheckConstraint("quantity > 0 AND won >= 0 AND won <= quantity", name="quantity"),
    CheckConstraint("(state = 'won') = (won > 0)", name="won"),
    CheckConstraint(
        "price_cents IS NULL OR (price_cents > 0 AND state NOT IN ('placed', 'withdrawn'))", name="opened"
    ),
)
"""竞价报价. ``sealed`` is the price as ciphertext; ``price_cents`` is filled when bidding has closed."""
Index(
    "uq_bid_placed",
    bid.c.order_id,
    bid.c.buyer_account,
    unique=True,
    sqlite_where=bid.c.state == "placed",
    postgresql_where=bid.c.state == "placed",
)

trade_alert = Table(
    "trade_alert",
    metadata,
    key(),
    reference("trade_id", "trade.id", index=True),
    Column("kind", Code, nullable=False),
    Column("facts", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", Code, nullable=False),
    Column("finding", Text),
    Column("reviewed_by", Identifier),
    Column("reviewed_at", Instant),
    CheckConstraint(one_of("state", "open", "cleared", "reported"), name="state"),
    CheckConstraint("(state = 'open') = (reviewed_at IS NULL)", name="reviewed"),
)
"""异常交易提示 (R19): what a decision table found remarkable, and what the exchange found out."""
Index("uq_trade_alert_kind", trade_alert.c.trade_id, trade_alert.c.kind, unique=True)
Index("ix_trade_alert_state", trade_alert.c.state, trade_alert.c.at)

trade_report_day = Table(
    "trade_report_day",
    metadata,
    key(),
    reference("exchange_org", "organisation.id"),
    Column("day", String(10), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("signed_with", String(64)),
    Column("trades", Integer, nullable=False),
    Column("quantity", Tonnes, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("differences", Integer, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("received_by", Identifier),
    CheckConstraint("trades >= 0 AND quantity >= 0 AND amount_cents >= 0 AND differences >= 0", name="sums"),
)
"""日终对账: the exchange's list of one legal day; the last received of a day counts.

``signed_with``: SHA-256 of the key a file was signed with; empty where it came through the API.
"""
Index(
    "uq_trade_report_day",
    trade_report_day.c.exchange_org,
    trade_report_day.c.day,
    trade_report_day.c.sha256,
    unique=True,
)
Index("ix_trade_report_day_received_at", trade_report_day.c.day, trade_report_day.c.received_at)

trade_difference = Table(
    "trade_difference",
    metadata,
    Column("report_id", Identifier, ForeignKey("trade_report_day.id"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("external_id", String(100), nullable=False),
    Column("kind", Code, nullable=False),
    Column("what", Text, nullable=False),
    CheckConstraint(one_of("kind", "missing_here", "missing_there", "differs"), name="kind"),
)
"""对账差异, one a row, in words for people."""
