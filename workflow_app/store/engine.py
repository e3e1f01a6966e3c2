"""Connections: SQLite and PostgreSQL set up so that a commit is durable and a reader never waits.

SQLite runs in WAL mode with ``synchronous=FULL``; a command opens its transaction with BEGIN
IMMEDIATE, so that two writers queue at the start and never deadlock half-way. PostgreSQL runs in
READ COMMITTED with row locks and the revision check. Nothing here knows a table.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any, Final

import sqlalchemy
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from workflow_app.store.driver import send_waiting

WRITES: Final = "jcer_writes"
"""Execution option of a connection whose transaction will write."""

REST: Final = 5.0
"""Seconds after which a PostgreSQL connection is asked whether it still lives before it is used."""

_USED: Final = "jcer_used"

_PRAGMAS: Final = (
    "PRAGMA page_size = 8192",  # of a new file: three events of a 2 KB form fit on a page, on 4096 one
    "PRAGMA busy_timeout = 15000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
)


def create_engine(url: str, *, pool_size: int = 8) -> Engine:
    """Return an engine for ``sqlite:///path`` or ``postgresql://…``.

    :param pool_size: connections one process keeps.
    :raises ValueError: another kind of database, or SQLite without a file.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError("SQLite needs a file: several connections share the database")
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sqlalchemy.create_engine(parsed, pool_size=pool_size, max_overflow=pool_size)
        event.listen(engine, "connect", _connect_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        engine = sqlalchemy.create_engine(
            parsed,
            pool_size=pool_size,
            max_overflow=pool_size,
            isolation_level="READ COMMITTED",
            # psycopg would drop every prepared statement, :mod:`.pipeline`'s too, at each rollback.
            connect_args={"prepare_threshold": None},
        )
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", _ask_after_rest)
        event.listen(engine, "before_cursor_execute", _send_waiting)
        return engine
    raise ValueError(f"no such database: {backend}")


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite address; ``None`` for another kind of database."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def at_file(url: str, path: Path) -> str:
    """Return an SQLite address that differs in its file only."""
    return make_url(url).set(database=str(path)).render_as_string(hide_password=False)


def _connect_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _note_use(_: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = time.monotonic()


def _ask_after_rest(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
    """Ask a connection that rested whether its server is still there; asking each time costs a round trip.

    :raises DisconnectionError: it is not; the pool then opens another.
    """
    if time.monotonic() - record.info.get(_USED, time.monotonic()) < REST:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError("the server went away while the connection rested") from error


def _send_waiting(connection: Connection, *_: object) -> None:
    send_waiting(connection)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, True)
    raw: Any = connection.connection.driver_connection
    try:
        raw.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    except sqlite3.Error as error:
        raise DBAPIError.instance("BEGIN", None, error, sqlite3.Error, dialect=connection.dialect) from error
