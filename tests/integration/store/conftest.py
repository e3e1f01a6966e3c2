"""One migrated database of each kind, copied for every test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from tests.support.records import open_store
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.engine import create_engine
from workflow_app.store.migrate import create_schema
from workflow_app.store.unit_of_work import Store


def _migrate(url: str) -> None:
    engine = create_engine(url)
    create_schema(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    path = tmp_path_factory.mktemp("template") / "jcer.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[URL]:
    """A migrated PostgreSQL database nobody is connected to."""
    name = f"template_{new_id()}"
    admin = postgres_server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
        _migrate(postgres_server.set(database=name).render_as_string(hide_password=False))
        yield postgres_server.set(database=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def sqlite_store_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "jcer.db")
    return f"sqlite:///{tmp_path / 'jcer.db'}"


@pytest.fixture
def postgres_store_url(postgres_template: URL) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    name = f"jcer_{new_id()}"
    admin = postgres_template.set(drivername="postgresql", database="postgres")
    with psycopg.connect(admin.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template.database}".encode())
        yield postgres_template.set(database=name).render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, once of each kind."""
    url: str = request.getfixturevalue(f"{'sqlite' if request.param == 'sqlite' else 'postgres'}_store_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """The store on it."""
    opened = open_store(store_url)
    yield opened
    opened.engine.dispose()
