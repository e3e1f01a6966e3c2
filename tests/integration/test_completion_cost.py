"""What one completed task costs the database: statements, round trips, commits, on both kinds."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import event, select

from tests.benchmarks.probes import commits_of
from tests.benchmarks.worlds import Drafting
from tests.scenarios.programme import Programme
from workflow_app.store import tables
from workflow_app.store.pipeline import Answer, Pipeline, Statement
from workflow_app.store.schema.columns import canonical, pack

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


def test_an_event_holds_its_own_form_and_no_earlier_one(drafting: Drafting) -> None:
    """Long texts stay variables of the case; the changed header in an event tells only what changed of it."""
    drafting.complete()
    drafting.complete()
    query = select(tables.event).where(tables.event.c.stream == f"case:{drafting.case_id}")
    with drafting.programme.app.store.reading() as uow:
        rows = uow.connection.execute(query.order_by(tables.event.c.seq.desc()).limit(2)).all()
    last, one_before = ((row, json.loads(row.body)["form"]["data"]) for row in rows)
    long = max(one_before[1].values(), key=lambda value: len(str(value)))
    assert len(long.encode()) > 1_500
    assert long not in last[0].body
    assert len(pack(last[0].body)) <= 1.5 * len(canonical(last[1]).encode()) + 1_024
