"""What the bench reads off: wall and CPU time, commits counted, and what the disk alone would take."""

from __future__ import annotations

import sqlite3
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from typing import Protocol

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL

from tests.benchmarks.figures import Figure, p50

QUIET_MS = 0.5
"""A disk is quiet when a bare durable commit takes no longer than this in the same run."""
ROW = "x" * 3_000
PIECE = 1_900
"""Characters of a row that PostgreSQL keeps in its place, unpacked."""
STATE_BYTES = 300
"""What the two rows a bare commit changes add to the log."""


@dataclass(slots=True)
class Watch:
    """Wall and CPU milliseconds of acts timed one by one."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Time one act."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.cpu.append((time.process_time() - cpu) * 1000)
        self.wall.append((time.perf_counter() - wall) * 1000)


@contextmanager
def commits_of(engine: Engine) -> Iterator[Callable[[], int]]:
    """Count the commits of an engine; yields the counter."""
    seen = 0

    def note(_: object) -> None:
        nonlocal seen
        seen += 1

    event.listen(engine, "commit", note)
    try:
        yield lambda: seen
    finally:
        event.remove(engine, "commit", note)


class Bare(Protocol):
    """A database used through its driver alone."""

    def commit(self) -> None:
        """Make one durable commit: a row of 3 KB inserted, two rows updated."""

    def close(self) -> None:
        """Close it."""


class BareSqlite:
    """SQLite as the product sets it up, through the standard library."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(
            "CREATE TABLE IF NOT EXISTS act (id INTEGER PRIMARY KEY, body TEXT);"
            "CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY, body TEXT);"
            "INSERT OR IGNORE INTO state VALUES (1, ''), (2, '')"
        )

    def commit(self) -> None:
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        run("INSERT INTO act (body) VALUES (?)", (ROW,))
        for row in (1, 2):
            run("UPDATE state SET body = ? WHERE id = ?", (ROW[:300], row))
        run("COMMIT")

    def close(self) -> None:
        self._connection.close()


class BarePostgres:
    """The same PostgreSQL, through psycopg.

    PostgreSQL packs a row that repeats itself to nothing; :meth:`of` makes commits that log as many bytes as
    an act does.
    """

    def __init__(self, server: URL) -> None:
        plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(plain)
        self._connection.execute("CREATE TABLE bare_act (id serial PRIMARY KEY, body text)")
        self._connection.execute("CREATE TABLE bare_state (id int PRIMARY KEY, body text)")
        self._connection.execute("INSERT INTO bare_state VALUES (1, ''), (2, '')")
        self._connection.commit()

        self._rows = [ROW]

    def of(self, logged: float) -> None:
        """Let every commit from here on write about so many bytes to the server's log."""
        whole, rest = divmod(max(0, int(logged) - STATE_BYTES), PIECE)
        sizes = [PIECE] * whole + ([rest] if rest else [])
        self._rows = [b64encode(token_bytes(size * 3 // 4)).decode("ascii") for size in sizes]

    def logged(self) -> int:
        """Return how many bytes the server has ever written to its log."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
            row = cursor.fetchone()
        self._connection.commit()
        return int(row[0]) if row else 0

    def commit(self) -> None:
        run = self._connection.execute
        run("INSERT INTO bare_act (body) SELECT unnest(%s::text[])", (self._rows,))
        for row in (1, 2):
            run("UPDATE bare_state SET body = %s WHERE id = %s", (ROW[:300], row))
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()


def timed(bare: Bare, times: int) -> list[float]:
    """Return the wall milliseconds of some bare commits."""
    watch = Watch()
    for _ in range(times):
        with watch.timing():
            bare.commit()
    return watch.wall


def turning() -> Figure:
    """Return what a fixed piece of Python takes here and now: CPU figures are read beside it."""
    watch = Watch()
    for _ in range(15):
        with watch.timing():
            sum(number * number % 7 for number in range(200_000))
    return Figure("this machine: 200,000 turns of a Python loop, CPU p50", p50(watch.cpu), "ms")


@dataclass(slots=True)
class Disk:
    """The disk under every database of the bench, asked again round each figure it has a say in."""

    folder: Path
    taken: list[float] = field(default_factory=list)

    @contextmanager
    def watched(self) -> Iterator[Callable[[], bool]]:
        """Take bare commits before and after; yields whether the disk was quiet, asked after the block."""
        bare = BareSqlite(self.folder)
        before = timed(bare, 15)
        found: list[float] = []
        try:
            yield lambda: p50(found) <= QUIET_MS
        finally:
            found += before + timed(bare, 15)
            self.taken += found
            bare.close()

    def figures(self) -> list[Figure]:
        """Return what a bare commit took over the whole bench, where one was asked for."""
        if not self.taken:
            return []
        figure = Figure(
            f"bare durable commit of 3 KB, SQLite, p50 of {len(self.taken)}", p50(self.taken), "ms"
        )
        return [figure]
