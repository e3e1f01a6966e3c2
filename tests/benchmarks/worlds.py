"""Worlds the bench runs in: a fresh database of either kind, the programme on it, acts to repeat.

Everything goes through ``App.execute`` on the shipped diagrams. Each form handed in is filled to 2 KB, the
size the goals are said for.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
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
PROSE = Path(__file__).parents[2] / "workflow_app/web/templates/public/_notice_355.html"
"""Where the words of the forms are taken from: clauses of the notice, in another order in each form."""


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


@cache
def _clauses() -> tuple[str, ...]:
    plain = re.sub(r"\{#.*?#\}|<[^>]*>|\s", "", PROSE.read_text("utf-8"))
    return tuple(clause for clause in re.split(r"(?<=[，。；：])", plain) if clause)


def filled(answer: dict[str, Any], field: str, words: Random) -> dict[str, Any]:
    """Return ``answer`` with ``field`` so long that the whole comes near 2 KB, no clause in it twice."""
    answer = {**answer, field: ""}
    missing = FORM_BYTES - len(canonical(answer).encode())
    text = "".join(words.sample(_clauses(), len(_clauses())))
    return {**answer, field: text.encode()[:missing].decode(errors="ignore")}


def open_task(programme: Programme) -> str:
    """Return the one open task of the programme's present project."""
    query = select(inbox_task.c.id).where(inbox_task.c.project_id == programme.project_id)
    with programme.app.store.reading() as uow:
        return str(uow.connection.execute(query).scalar_one())


class Drafting:
    """A notice drafted by the exchange and sent back by the leader, for as long as one likes.

    Each completion stays in its case: one token goes on, one task closes, one opens, one event is written.
    No two forms say the same.
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        programme.given_passed_panel()
        self.task_id = programme.task("draft_notice").id
        drafted = programme.answer_to(programme.task("draft_notice"), "maker")
        self.turns: list[tuple[str, Actor, dict[str, Any], str]] = [
            (who, programme.app.actor(programme.people[who], "web"), answer, field)
            for who, answer, field in (
                ("maker", drafted, "notice_text"),
                ("leader", {"action": "return"}, "release_opinion"),
            )
        ]
        self._words = Random(1)  # noqa: S311 - a measurement must repeat
        self.case_id = programme.task("draft_notice").case_id

    def complete(self) -> Result:
        """Hand in the open form."""
        _, actor, answer, field = self.turns[0]
        form = filled(answer, field, self._words)
        result = self.programme.app.execute(CompleteTask(self.task_id, form), actor)
        opened: Any = result.values["next_tasks"]
        self.task_id = opened[0]
        self.turns.reverse()
        return result
