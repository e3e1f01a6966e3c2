"""A process that completes one task and is killed at a chosen point; started by ``test_kill``.

Arguments: database address, folder, task id, user id, the answer as JSON, and where to die:
``before`` or ``after`` the commit, or ``outbox`` (after the commit, before anything is sent).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from workflow_app.bootstrap import build
from workflow_app.commands.requests import CompleteTask
from workflow_app.config import Config
from workflow_app.kernel.clock import FixedClock
from workflow_app.store.unit_of_work import UnitOfWork


def die() -> None:
    """Be killed as by the kernel: no handler runs, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Complete the task and die."""
    url, folder, now, task_id, user_id, answer, where = sys.argv[1:]
    config = Config(
        database_url=url,
        secret="test" * 10,
        master_key=bytes(range(32)),
        files=Path(folder) / "files",
        var=Path(folder),
    )
    instant = datetime.fromisoformat(now)
    app = build(config, clock=FixedClock(instant))
    commit = UnitOfWork.commit

    def deadly(uow: UnitOfWork) -> None:
        if where == "before":
            die()
        commit(uow)
        if where == "after":
            die()

    UnitOfWork.commit = deadly  # type: ignore[method-assign, assignment]
    app.execute(CompleteTask(task_id, json.loads(answer)), app.actor(user_id, "web"), "the-click")
    die()


if __name__ == "__main__":
    main()
