"""The migrations are the truth: they make exactly the tables the program reads and writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from tests.support.records import open_store
from workflow_app.kernel.clock import SystemClock
from workflow_app.kernel.errors import Refused
from workflow_app.store.engine import create_engine
from workflow_app.store.migrate import create_schema, schema_is_current
from workflow_app.store.opening import open_store as open_installed
from workflow_app.store.tables import metadata
from workflow_app.store.unit_of_work import Store


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_migrated_schema_is_the_declared_one(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_every_declared_check_is_in_the_database(store: Store) -> None:
    inspector = inspect(store.engine)
    for table in metadata.sorted_tables:
        declared = {
            str(c.name) for c in table.constraints if c.__visit_name__ == "table_or_column_check_constraint"
        }
        declared |= {str(c.name) for c in table.constraints if "check" in c.__visit_name__}
        stored = {str(check["name"]) for check in inspector.get_check_constraints(table.name)}
        assert stored == declared, table.name


def test_a_change_of_an_enumeration_is_a_migration(tmp_path: Path, sqlite_store_url: str) -> None:
    """The text of every CHECK equals the declared one: a new state needs a new migration."""
    declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    metadata.create_all(declared)
    migrated = create_engine(sqlite_store_url)
    checks = [
        {
            (table, str(check["name"])): " ".join(str(check["sqltext"]).split())
            for table in metadata.tables
            for check in inspect(engine).get_check_constraints(table)
        }
        for engine in (declared, migrated)
    ]
    declared.dispose()
    migrated.dispose()
    assert checks[0] == checks[1]


def test_migrating_twice_changes_nothing(store: Store) -> None:
    create_schema(store.engine)
    assert schema_is_current(store.engine)


def test_an_empty_database_is_refused_until_it_is_made(database_url: str) -> None:
    with pytest.raises(Refused, match="schema_not_current"):
        open_installed(database_url, bytes(32), SystemClock())
    opened = open_installed(database_url, bytes(32), create=True)
    assert schema_is_current(opened.engine)
    opened.engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_only_real_databases(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite|database"):
        create_engine(url)


def test_sqlite_is_durable_and_keeps_foreign_keys(sqlite_store_url: str) -> None:
    store = open_store(sqlite_store_url)
    with store.reading() as uow:
        found = {
            name: uow.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
    store.engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
