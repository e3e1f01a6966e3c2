"""The book of emission reductions and of money: append-only postings, each of balanced lines.

docs/domain.md §5. A posting's lines are written first (their reference is checked at commit), then the
holdings they give are deleted and those they make inserted, the posting last: the rules on it refuse
what does not balance or is no lawful move, and afterwards any further line. Corrections are postings of
their own. ``holding``, ``unit_balance`` and ``money_balance`` are derived from the lines in the same
transaction; ``jcer ledger verify`` proves them equal.
"""

from __future__ import annotations

from typing import Any

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
    text,
)

from workflow_app.domain.ledger.accounts import Bucket, MoneyBucket
from workflow_app.domain.ledger.holdings import HoldKind
from workflow_app.domain.ledger.moves import MONEY_KINDS, PostingKind
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

BUCKETS = tuple(bucket.value for bucket in Bucket)
HELD_BUCKETS = tuple(bucket.value for bucket in Bucket if bucket is not Bucket.ISSUED)
HOLDS = tuple(kind.value for kind in HoldKind)
KINDS = tuple(kind.value for kind in PostingKind)
MONEY_BUCKETS = tuple(bucket.value for bucket in MoneyBucket)

ledger_posting = Table(
    "ledger_posting",
    metadata,
    key(),
    Column("key", String(200), nullable=False, unique=True),
    Column("kind", Code, nullable=False),
    reference("project_id", "project.id", nullable=True, index=True),
    reference("batch_id", "batch.id", nullable=True),
    reference("order_id", "account_order.id", nullable=True),
    Column("quantity", Tonnes, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("money_lines", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("case_id", Identifier),
    Column("memo", Text, nullable=False, server_default=text("''")),
    CheckConstraint(one_of("kind", *KINDS), name="kind"),
    CheckConstraint(
        f"(project_id IS NULL) = ({one_of('kind', *(k.value for k in PostingKind if k in MONEY_KINDS))})",
        name="project",
    ),
    CheckConstraint(
        "quantity >= 0 AND (quantity = 0) = (project_id IS NULL) AND (lines = 0) = (project_id IS NULL)",
        name="quantity",
    ),
    CheckConstraint("(kind = 'mint') = (batch_id IS NOT NULL)", name="mint"),
    CheckConstraint("(kind = 'succession') = (order_id IS NOT NULL)", name="succession"),
)
"""``key`` is the act's idempotency key: a retried posting is refused as a duplicate.

``quantity``: the tonnes moved; what a split leaves where it was does not count. ``lines`` and
``money_lines`` are how many lines close with it.
"""
Index(
    "uq_ledger_posting_mint",
    ledger_posting.c.batch_id,
    unique=True,
    sqlite_where=ledger_posting.c.kind == "mint",
    postgresql_where=ledger_posting.c.kind == "mint",
)
Index("ix_ledger_posting_kind", ledger_posting.c.kind)


def _posting() -> Column[str]:
    """The posting a line belongs to: written after it, so checked at commit."""
    return Column(
        "posting_id",
        Identifier,
        ForeignKey("ledger_posting.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    )


def _units() -> tuple[Column[Any], ...]:
    """A block of units and what binds it, as lines and holdings both say it."""
    return (
        Column("vintage", Integer, nullable=False),
        Column("first_unit", Tonnes, nullable=False),
        Column("last_unit", Tonnes, nullable=False),
        Column("serial", String(100), nullable=False),
        Column("transfer_count", Integer, nullable=False),
        Column("hold_kind", Code),
        Column("hold_id", Identifier),
        Column("prior_bucket", Code),
        Column("prior_hold_kind", Code),
        Column("prior_hold_id", Identifier),
    )


def _unit_checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("transfer_count IN (0, 1)", name="transfer_count"),
        CheckConstraint(one_of("hold_kind", *HOLDS), name="hold_kind"),
        CheckConstraint("(hold_kind IS NULL) = (hold_id IS NULL)", name="hold"),
        CheckConstraint(
            "(prior_hold_kind IS NULL) = (prior_hold_id IS NULL)"
            " AND (bucket = 'disputed') = (prior_bucket IS NOT NULL)",
            name="prior",
        ),
    )


ledger_line = Table(
    "ledger_line",
    metadata,
    _posting(),
    Column("line", Integer, primary_key=True, autoincrement=False),
    reference("account_id", "account.id"),
    Column("bucket", Code, nullable=False),
    reference("batch_id", "batch.id", index=True),
    Column("quantity", Tonnes, nullable=False),
    *_units(),
    Column("of_line", Integer),
    Column("holding_id", Identifier),
    CheckConstraint(one_of("bucket", *BUCKETS), name="bucket"),
    CheckConstraint("line >= 1", name="line"),
    CheckConstraint("quantity <> 0", name="quantity"),
    CheckConstraint("first_unit >= 1 AND abs(quantity) = last_unit - first_unit + 1", name="units"),
    CheckConstraint("(quantity > 0) = (of_line IS NOT NULL)", name="of_line"),
    CheckConstraint(
        "(bucket = 'issued') = (holding_id IS NULL) AND (bucket <> 'issued' OR quantity < 0)",
        name="holding",
    ),
    *_unit_checks(),
)
"""Signed tonnes: plus is received, minus is given. A given line names the holding it gives, a received one
the holding it makes and the given line it is a part of: a holding is a received line nobody has given."""
Index("ix_ledger_line_account_id", ledger_line.c.account_id, ledger_line.c.posting_id)
Index(
    "uq_ledger_line_made",
    ledger_line.c.holding_id,
    unique=True,
    sqlite_where=ledger_line.c.quantity > 0,
    postgresql_where=ledger_line.c.quantity > 0,
)
Index(
    "uq_ledger_line_given",
    ledger_line.c.holding_id,
    unique=True,
    sqlite_where=ledger_line.c.quantity < 0,
    postgresql_where=ledger_line.c.quantity < 0,
)

ledger_money = Table(
    "ledger_money",
    metadata,
    _posting(),
    Column("line", Integer, primary_key=True, autoincrement=False),
    reference("account_id", "account.id"),
    Column("bucket", Code, nullable=False),
    Column("cents", BigInteger, nullable=False),
    CheckConstraint(one_of("bucket", *MONEY_BUCKETS), name="bucket"),
    CheckConstraint("line >= 1", name="line"),
    CheckConstraint("cents <> 0", name="cents"),
)
"""Signed cents: plus is received, minus is given."""
Index("ix_ledger_money_account_id", ledger_money.c.account_id, ledger_money.c.posting_id)

holding = Table(
    "holding",
    metadata,
    key(),
    reference("project_id", "project.id"),
    reference("batch_id", "batch.id", index=True),
    reference("account_id", "account.id"),
    Column("bucket", Code, nullable=False),
    *_units(),
    Column(
        "posting_id",
        Identifier,
        ForeignKey("ledger_posting.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
        index=True,
    ),
    CheckConstraint(one_of("bucket", *HELD_BUCKETS), name="bucket"),
    CheckConstraint("1 <= first_unit AND first_unit <= last_unit", name="units"),
    CheckConstraint("transfer_count = 0 OR bucket NOT IN ('available', 'frozen')", name="sold_once"),
    *_unit_checks(),
)
"""The blocks units lie in now; of a project they partition [1..N] (I2). A row is inserted and deleted by
its postings and never changed (rules)."""
Index(
    "ix_holding_account_id",
    holding.c.account_id,
    holding.c.bucket,
    holding.c.project_id,
    holding.c.vintage,
    holding.c.first_unit,
)
Index("uq_holding_project_id", holding.c.project_id, holding.c.first_unit, unique=True)
Index("ix_holding_hold_id", holding.c.hold_id, postgresql_where=holding.c.hold_id.is_not(None))
Index(
    "ix_holding_prior_hold_id",
    holding.c.prior_hold_id,
    sqlite_where=holding.c.prior_hold_id.is_not(None),
    postgresql_where=holding.c.prior_hold_id.is_not(None),
)

unit_balance = Table(
    "unit_balance",
    metadata,
    Column("account_id", Identifier, ForeignKey("account.id"), primary_key=True),
    Column("project_id", Identifier, ForeignKey("project.id"), primary_key=True),
    Column("bucket", Code, primary_key=True),
    Column("quantity", Tonnes, nullable=False),
    CheckConstraint(one_of("bucket", *HELD_BUCKETS), name="bucket"),
    CheckConstraint("quantity >= 0", name="quantity"),
)
"""Running totals of the lines, tCO2e."""
Index("ix_unit_balance_project_id", unit_balance.c.project_id, unit_balance.c.bucket)

money_balance = Table(
    "money_balance",
    metadata,
    Column("account_id", Identifier, ForeignKey("account.id"), primary_key=True),
    Column("bucket", Code, primary_key=True),
    Column("cents", BigInteger, nullable=False),
    CheckConstraint(one_of("bucket", *MONEY_BUCKETS), name="bucket"),
)
"""Running totals of the money; only ``outside`` may be negative (rules)."""
