"""Runs migrations on the connection handed over by :mod:`workflow_app.store.migrate`."""

from __future__ import annotations

from alembic import context

from workflow_app.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
context.run_migrations()
