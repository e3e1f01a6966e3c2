"""Making and upgrading the database: alembic's migrations are the truth, here they are run.

Works from an installed wheel: the scripts lie inside the package. One process migrates while
others wait. alembic is loaded only by what migrates: a server that finds its schema in place spends neither
time nor memory on it.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine

from workflow_app.store.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

# ruff: noqa: PLC0415 - see above

_LOCK: Final = 0x4A434552
"""Key of the advisory lock two migrating processes meet at (PostgreSQL)."""

_FUNCTIONS: Final = (
    "SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
)


def create_schema(engine: Engine) -> None:
    """Bring a database to the newest schema; one that is there already is left alone."""
    from alembic import command

    configuration = _configuration()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")


def has_schema(engine: Engine) -> bool:
    """Tell whether any migration was ever run on the database."""
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() is not None


def drop_schema(engine: Engine) -> None:
    """Take everything out of a PostgreSQL database: only for a sandbox whose first run was interrupted."""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        for name in [*(table.name for table in metadata.sorted_tables), "alembic_version"]:
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}" CASCADE')
        for (made,) in connection.exec_driver_sql(_FUNCTIONS).all():
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {made} CASCADE")


def schema_is_current(engine: Engine) -> bool:
    """Tell whether the database has every migration of this program, and none of a newer one."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    head = ScriptDirectory.from_config(_configuration()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def _configuration() -> Config:
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option(
        "script_location",
        str(resources.files("workflow_app.store").joinpath("migrations")).replace("%", "%%"),
    )
    return configuration
