"""The first schema: tables, and the rules the database keeps whatever the program does.

The text of both is SQL, one file a database, so that an administrator can read what stands
between a row and a mistake. Statements are separated by an empty line.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PARTS = (
    *("tables", "rules", "ledger", "accounts", "documents", "methodologies", "cancellations", "trading"),
    *("exchange", "first_batch", "pilots", "complaints", "design", "migrations", "posts"),
    *("calendar",),
)
"""The SQL files a schema is made of, in their order."""

APPEND_ONLY = {
    "event": ("id", "stream, seq"),
    "content": ("sha256",),
    "calendar_notice": ("id", "sequence"),
    "definition_version": ("version",),
    "deployment": ("sequence",),
    "definition_file": ("version, path",),
    "panel_opinion": ("id",),
    "note": ("id",),
    "ledger_posting": ("id", "key"),
    "ledger_line": ("posting_id, line",),
    "ledger_money": ("posting_id, line",),
    "official_document": ("id", "number"),
    "document_file": ("document_id",),
    "delivery": ("id", "document_id, recipient, channel, result"),
    "account_order": ("id", "number"),
    "trade": ("id", "posting_id", "confirmation_number", "external_id"),
    "trade_report_day": ("id", "exchange_org, day, sha256"),
    "trade_difference": ("report_id, line",),
    "difference_remedy": ("report_id, line",),
    "trade_refusal": ("id", "exchange_org, sha256"),
    "exchange_qualification": ("id",),
    "registry_paper": ("id",),
    "pilot_profile": ("id", "filing_id, version"),
    "pilot_comment": ("id",),
    "organisation_name": ("id", "organisation_id, valid_from"),
}
"""Tables whose rows are never changed or deleted, and their keys."""

KEPT = (
    *("project", "public_notice", "comment", "registration", "batch", "account", "pilot_filing", "duty"),
    *("cash_entry", "methodology_version"),
    *("cancellation", "certificate", "delegation", "correction"),
    *("trade_order", "bid", "trade_alert"),
    *("migration", "migration_case"),
    *("organisation", "role_assignment"),
    *("calendar_proposal",),
    *("pilot_activity", "pilot_evaluation", "complaint", "proposal"),
)
"""Tables whose rows change by their own rules, but are never deleted."""


def upgrade() -> None:
    """Make everything."""
    dialect = op.get_bind().dialect.name
    for part in PARTS:
        for statement in _statements(f"0001_{part}.{dialect}.sql"):
            op.get_bind().exec_driver_sql(statement)
    for statement in _sqlite_guards() if dialect == "sqlite" else _postgresql_guards():
        op.get_bind().exec_driver_sql(statement)


def _statements(name: str) -> Iterator[str]:
    text = resources.files("workflow_app.store.migrations").joinpath("sql", name).read_text("utf-8")
    for statement in text.split("\n\n"):
        lines = [line for line in statement.splitlines() if not line.startswith("--")]
        if lines:
            yield "\n".join(lines)


def _sqlite_guards() -> Iterator[str]:
    """Refuse UPDATE and DELETE, and INSERT OR REPLACE, which fires no delete trigger by default."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'jcer:append_only'); END"
    for table, keys in APPEND_ONLY.items():
        yield f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}"
        for number, key in enumerate(keys):
            same = " AND ".join(f"{column} = NEW.{column}" for column in key.split(", "))
            yield (
                f"CREATE TRIGGER {table}_no_replace_{number} BEFORE INSERT ON {table}"  # noqa: S608
                f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"
                " BEGIN SELECT RAISE(ABORT, 'jcer:already_there'); END"
            )
    for table in (*APPEND_ONLY, *KEPT, "event_head"):
        yield f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}"


def _postgresql_guards() -> Iterator[str]:
    for table in APPEND_ONLY:
        yield (
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION jcer_append_only()"
        )
    for table in (*APPEND_ONLY, *KEPT, "event_head"):
        yield (
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION jcer_append_only()"
        )
        yield (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION jcer_append_only()"
        )
