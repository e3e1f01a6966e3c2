"""Worlds the bench runs in: a fresh database of either kind, the programme on it, acts to repeat.

Everything goes through ``App.execute`` on the shipped diagrams. Each form handed in is filled to 2 KB, the
size the goals are said for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import URL

from tests.benchmarks.probes import Bare, BarePostgres, BareSqlite, Disk
from tests.benchmarks.sizes import Sizes
from tests.scenarios.programme import Programme
from tests.support.postgres import fresh_database
from workflow_app.commands.requests import Actor, CompleteTask, Result
from workflow_app.kernel.clock import SHANGHAI
from workflow_app.store.schema.columns import canonical
from workflow_app.store.tables import inbox_task

FORM_BYTES = 2_048
SENTENCE = "请对照方法学核对项目边界、监测方案与减排量核算过程，并补充支持性材料。"


@dataclass(frozen=True, slots=True)
class Place:
    """One empty database and a folder beside it."""

    kind: str
    url: str
    folder: Path
    disk: Disk

    def programme(self, day: str | None = None) -> Programme:
        """Open the programme here, today unless a day is given."""
        today = datetime.now(SHANGHAI).date().isoformat()
        return Programme.opened(self.url, self.folder, day or today)

    def bare(self) -> Bare:
        """Open the same kind of database for bare commits."""
        if self.kind == "SQLite":
            return BareSqlite(self.folder)
        return BarePostgres(_url(self.url))


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the bench.

    :param server: the PostgreSQL.
    """

    sizes: Sizes
    server: URL
    disk: Disk

    @contextmanager
    def place(self, kind: str) -> Iterator[Place]:
        """Yield an empty database; it is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="jcer-bench-") as name:
            folder = Path(name)
            if kind == "SQLite":
                yield Place(kind, f"sqlite:///{folder / 'jcer.db'}", folder, self.disk)
                return
            with fresh_database(self.server) as url:
                yield Place(kind, url.render_as_string(hide_password=False), folder, self.disk)


def _url(text: str) -> URL:
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - one line's need

    return make_url(text)


def filled(answer: dict[str, Any], field: str) -> dict[str, Any]:
    """Return ``answer`` with ``field`` so long that the whole comes near 2 KB."""
    answer = {**answer, field: ""}
    missing = FORM_BYTES - len(canonical(answer).encode())
    text = SENTENCE * (missing // len(SENTENCE.encode()) + 1)
    return {**answer, field: text.encode()[:missing].decode(errors="ignore")}


def open_task(programme: Programme) -> str:
    """Return the one open task of the programme's present project."""
    query = select(inbox_task.c.id).where(inbox_task.c.project_id == programme.project_id)
    with programme.app.store.reading() as uow:
        return str(uow.connection.execute(query).scalar_one())


class Drafting:
    """A notice drafted by the exchange and sent back by the leader, for as long as one likes.

    Each completion stays in its case: one token goes on, one task closes, one opens, one event is written.
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        programme.given_passed_panel()
        self.task_id = programme.task("draft_notice").id
        drafted = filled(programme.answer_to(programme.task("draft_notice"), "maker"), "notice_text")
        returned = filled({"action": "return"}, "release_opinion")
        self.turns: list[tuple[str, Actor, dict[str, Any]]] = [
            (who, programme.app.actor(programme.people[who], "web"), answer)
            for who, answer in (("maker", drafted), ("leader", returned))
        ]
        self.case_id = programme.task("draft_notice").case_id

    def complete(self) -> Result:
        """Hand in the open form."""
        _, actor, answer = self.turns[0]
        result = self.programme.app.execute(CompleteTask(self.task_id, answer), actor)
        opened: Any = result.values["next_tasks"]
        self.task_id = opened[0]
        self.turns.reverse()
        return result
