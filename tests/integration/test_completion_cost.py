"""What one completed task costs the database: statements, round trips, commits, on both kinds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.benchmarks.probes import commits_of
from tests.benchmarks.worlds import Drafting
from tests.scenarios.programme import Programme
from workflow_app.store.pipeline import Answer, Pipeline, Statement

STATEMENTS = 25
"""Of a form with a file, whose guard reads the panel's opinion: nine open the case, eleven write."""
ROUND_TRIPS = 5
"""On PostgreSQL: the case, what its guard and its files ask, everything written, the commit."""


@pytest.fixture
def drafting(database_url: str, tmp_path: Path) -> Iterator[Drafting]:
    drafting = Drafting(Programme.opened(database_url, tmp_path, "2026-11-24"))
    for _ in range(4):  # what is read once a process, and statements prepared once a connection
        drafting.complete()
    yield drafting
    drafting.programme.app.store.close()


def test_a_completion_is_one_commit_of_few_statements(
    drafting: Drafting, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = drafting.programme.app.store.engine
    sent: list[str] = []
    trips: list[int] = []
    run = Pipeline.run

    def spied(pipeline: Pipeline, statements: Sequence[Statement]) -> list[Answer]:
        trips.append(len(statements))
        sent.extend(sql for sql, _ in statements)
        return run(pipeline, statements)

    monkeypatch.setattr(Pipeline, "run", spied)
    event.listen(engine, "before_cursor_execute", lambda *seen: sent.append(seen[2]))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "checkout", lambda raw, *_: raw.set_trace_callback(sent.append))
    with commits_of(engine) as commits:
        for done in (1, 2):
            sent.clear()
            trips.clear()
            drafting.complete()
            # SQLite tells of a statement once more for each trigger it sets off.
            told = [sql for sql, _ in itertools.groupby(sent)]
            assert 12 <= len(told) <= STATEMENTS, told
            assert commits() == done
            assert len(trips) + 1 <= ROUND_TRIPS
