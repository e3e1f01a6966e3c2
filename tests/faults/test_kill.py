"""``kill -9`` before the commit, after it, and before the outbox: nothing half done, nothing twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.programme import Programme
from workflow_app.commands.requests import CompleteTask
from workflow_app.store.repositories.inbox import InboxTask


@pytest.fixture
def programme(database_url: str, tmp_path: Path) -> Any:
    """The programme on SQLite, and again on PostgreSQL."""
    opened = Programme.opened(database_url, tmp_path)
    opened.on("2025-04-10")
    opened.given_application()
    yield opened
    opened.then_history_holds()
    opened.app.store.engine.dispose()


def _killed(programme: Programme, task: InboxTask, answer: dict[str, Any], where: str, url: str) -> None:
    config = programme.app.config
    died = subprocess.run(  # noqa: S603  # our own script, our own interpreter
        [
            sys.executable,
            "-m",
            "tests.faults.killed",
            url,
            str(config.var),
            programme.clock.now().isoformat(),
            task.id,
            programme.people["clerk"],
            json.dumps(answer),
            where,
        ],
        check=False,
        timeout=60,
    )
    assert died.returncode == -signal.SIGKILL


def test_killed_before_the_commit(programme: Programme, database_url: str) -> None:
    """Nothing is left of the act; the same click is then done once."""
    task = programme.task("review_application")
    answer = programme.answer_to(task, "clerk")
    before = len(programme.events(f"case:{task.case_id}"))

    _killed(programme, task, answer, "before", database_url)

    programme.then_state("formal_review")
    assert len(programme.events(f"case:{task.case_id}")) == before
    done = programme.do("clerk", CompleteTask(task.id, answer), key="the-click")
    assert not done.replayed
    programme.then_state("accepted")


@pytest.mark.parametrize("where", ["after", "outbox"])
def test_killed_after_the_commit(programme: Programme, database_url: str, where: str) -> None:
    """The act stands whole; the retried click is answered, not done again; what waits is sent later."""
    task = programme.task("review_application")
    answer = programme.answer_to(task, "clerk")

    _killed(programme, task, answer, where, database_url)

    programme.then_state("accepted")
    events = len(programme.events(f"case:{task.case_id}"))
    again = programme.do("clerk", CompleteTask(task.id, answer), key="the-click")
    assert again.replayed
    assert len(programme.events(f"case:{task.case_id}")) == events
    assert programme.app.send_outbox() > 0
    assert programme.app.send_outbox() == 0
