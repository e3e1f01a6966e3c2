"""Opening the store of an installation: one line for whoever wires things together."""

from __future__ import annotations

from workflow_app.kernel.clock import Clock, SystemClock
from workflow_app.kernel.errors import Refused
from workflow_app.store.engine import create_engine
from workflow_app.store.migrate import create_schema, schema_is_current
from workflow_app.store.sealing import Vault
from workflow_app.store.unit_of_work import Store


def open_store(
    database_url: str, master_key: bytes, clock: Clock | None = None, *, create: bool = False
) -> Store:
    """Return the store behind an address.

    :param create: make or upgrade the schema first.
    :raises Refused: without ``create``, where the schema is missing or of another version.
    """
    engine = create_engine(database_url)
    if create:
        create_schema(engine)
    elif not schema_is_current(engine):
        engine.dispose()
        raise Refused("schema_not_current", "数据库尚未初始化或版本不符：请先运行 jcer init")
    return Store(engine, Vault(master_key), clock or SystemClock())
