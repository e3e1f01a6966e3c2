"""The book of emission reductions: append-only postings, each of balanced lines.

docs/domain.md §5. A posting's lines are written first (their reference is checked at commit), the
posting last: the trigger on it refuses lines that do not sum to nought, and afterwards refuses
any further line. Corrections are postings of their own.
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
    Tonnes,
    key,
    metadata,
    one_of,
    reference,
)

ledger_posting = Table(
    "ledger_posting",
    metadata,
    key(),
    Column("key", String(200), nullable=False, unique=True),
    Column("kind", Code, nullable=False),
    reference("project_id", "project.id", index=True),
    reference("batch_id", "batch.id", nullable=True),
    Column("quantity", Tonnes, nullable=False),
    Column("at", Instant, nullable=False),
    Column("case_id", Identifier),
    Column("memo", Text, nullable=False, server_default=text("''")),
    CheckConstraint(
        one_of("kind", "mint", "reversal", "transfer", "cancellation", "freeze"),
        name="kind",
    ),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("kind <> 'mint' OR batch_id IS NOT NULL", name="mint"),
)
"""``key`` is the act's idempotency key: a retried posting is refused as a duplicate."""
Index(
    "uq_ledger_posting_mint",
    ledger_posting.c.batch_id,
    unique=True,
    sqlite_where=ledger_posting.c.kind == "mint",
    postgresql_where=ledger_posting.c.kind == "mint",
)

ledger_line = Table(
    "ledger_line",
    metadata,
    Column(
        "posting_id",
        Identifier,
        ForeignKey("ledger_posting.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    ),
    Column("line", Integer, primary_key=True, autoincrement=False),
    reference("account_id", "account.id", index=True),
    Column("bucket", Code, nullable=False),
    reference("batch_id", "batch.id", nullable=True, index=True),
    Column("vintage", Integer),
    Column("quantity", Tonnes, nullable=False),
    Column("first_unit", Tonnes),
    Column("last_unit", Tonnes),
    Column("serial", String(100)),
    CheckConstraint(
        one_of(
            "bucket",
            "issued",
            "available",
            "frozen",
            "disputed",
            "held",
            "pending",
            "cancelled",
            "reversed",
        ),
        name="bucket",
    ),
    CheckConstraint("quantity <> 0", name="quantity"),
    CheckConstraint("first_unit IS NULL OR abs(quantity) = last_unit - first_unit + 1", name="units"),
)
"""Signed tonnes: plus is received, minus is given. Balances are derived, never stored."""
