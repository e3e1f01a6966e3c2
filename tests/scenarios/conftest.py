"""One programme a test, on a fresh database; its history must hold when the test is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.programme import Programme


@pytest.fixture
def programme(sqlite_url: str, tmp_path: Path) -> Iterator[Programme]:
    """The programme on SQLite."""
    opened = Programme.opened(sqlite_url, tmp_path)
    yield opened
    opened.then_history_holds()
    opened.app.store.engine.dispose()


@pytest.fixture
def programme_on_both(database_url: str, tmp_path: Path) -> Iterator[Programme]:
    """The programme on SQLite, and again on PostgreSQL."""
    opened = Programme.opened(database_url, tmp_path)
    yield opened
    opened.then_history_holds()
    opened.app.store.engine.dispose()
