"""Making and upgrading the database: alembic's migrations are the truth, here they are run.

Works from an installed wheel: the scripts lie inside the package. One process migrates while
others wait.
"""

from __future__ import annotations

from importlib import resources
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

_LOCK: Final = 0x4A434552
"""Key of the advisory lock two migrating processes meet at (PostgreSQL)."""


def create_schema(engine: Engine) -> None:
    """Bring a database to the newest schema; one that is there already is left alone."""
    configuration = _configuration()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")


def schema_is_current(engine: Engine) -> bool:
    """Tell whether the database has every migration of this program, and none of a newer one."""
    head = ScriptDirectory.from_config(_configuration()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option(
        "script_location",
        str(resources.files("workflow_app.store").joinpath("migrations")).replace("%", "%%"),
    )
    return configuration
