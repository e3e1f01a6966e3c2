"""One programme a test, on a fresh database; its history must hold when the test is over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from tests.scenarios.market import Market
from tests.scenarios.programme import Programme, built
from tests.scenarios.units import given_issued
from workflow_app.kernel.clock import FixedClock


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


@pytest.fixture(scope="session")
def issued_once(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    """A registered project with 9,600 t of 2024 issued on 2025-08-12, played once a worker."""
    folder = tmp_path_factory.mktemp("issued")
    opened = Programme.opened(f"sqlite:///{folder / 'jcer.db'}", folder)
    given_issued(opened, y2024=9_600)
    opened.app.store.engine.dispose()
    return opened


@pytest.fixture
def issued(issued_once: Programme, tmp_path: Path) -> Iterator[Programme]:
    """That programme, on a copy of its own."""
    folder = tmp_path / "programme"
    shutil.copytree(issued_once.app.config.var, folder)
    clock = FixedClock(issued_once.clock.now())
    app = built(f"sqlite:///{folder / 'jcer.db'}", folder, clock)
    opened = replace(
        issued_once,
        app=app,
        clock=clock,
        organisations=deepcopy(issued_once.organisations),
        people=deepcopy(issued_once.people),
        receipts=[],
    )
    yield opened
    opened.then_history_holds()
    opened.app.store.engine.dispose()


@pytest.fixture(scope="session")
def p1_template(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """P1 with its units and three buyers, played once; its store is closed and its folder is copied."""
    folder = tmp_path_factory.mktemp("p1")
    market = Market.of_p1(Programme.opened(f"sqlite:///{folder / 'jcer.db'}", folder))
    market.programme.then_history_holds()
    market.programme.app.store.engine.dispose()
    return market


@pytest.fixture
def market(p1_template: Market, tmp_path: Path) -> Iterator[Market]:
    """P1 with 44,100 tonnes, and 甲, 乙 and 丙 with money, on SQLite."""
    played = p1_template.programme
    folder = tmp_path / "p1"
    shutil.copytree(played.app.config.var, folder)
    clock = FixedClock(played.clock.now())
    app = built(f"sqlite:///{folder / 'jcer.db'}", folder, clock)
    programme = replace(
        played,
        app=app,
        clock=clock,
        organisations=dict(played.organisations),
        people=dict(played.people),
    )
    yield p1_template.copied(programme)
    programme.then_history_holds()
    programme.app.store.engine.dispose()


@pytest.fixture
def market_on_both(programme_on_both: Programme) -> Market:
    """The same, on SQLite and again on PostgreSQL."""
    return Market.of_p1(programme_on_both)
