"""Setting an installation up: the sandbox with its story, or a production with what was really published.

A second run keeps the data. An interrupted first run leaves nothing half told: on SQLite the story is told in
a file of its own that takes its place when it is whole; on PostgreSQL it carries a mark until it is, and is
told anew.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from workflow_app.bootstrap import App, build
from workflow_app.commands.requests import SYSTEM
from workflow_app.config import Config
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Refused
from workflow_app.sandbox import methodologies
from workflow_app.sandbox.play import play, told
from workflow_app.store.engine import at_file, sqlite_file
from workflow_app.store.migrate import drop_schema, has_schema


class Outcome(StrEnum):
    """What a set-up did."""

    TOLD = "told"
    RETOLD = "retold"
    KEPT = "kept"


@contextmanager
def alone(var: Path) -> Iterator[None]:
    """Let one set-up of an installation run at a time; the next waits and then finds the data there."""
    with (var / ".init.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sandbox(config: Config) -> Outcome:
    """Set a sandbox up: its story where the database is empty, nothing where it is not."""
    path = sqlite_file(config.database_url)
    if path is not None and not path.exists():
        return _told_aside(config, path)
    app = build(config)
    try:
        interrupted = has_schema(app.store.engine) and told(app) == "playing"
        if not interrupted and has_schema(app.store.engine) and not _empty(app):
            app.initialise()
            return Outcome.KEPT
        if path is None and interrupted:
            drop_schema(app.store.engine)
    finally:
        app.store.engine.dispose()
    if path is not None:
        return _told_aside(config, path)
    play(config)
    return Outcome.RETOLD if interrupted else Outcome.TOLD


def production(config: Config) -> Outcome:
    """Set a production up: the schema, the shipped diagrams, the methodologies really published; no people.

    :raises Refused: the database holds a sandbox.
    """
    app = build(config)
    try:
        before = has_schema(app.store.engine)
        if before and told(app) is not None:
            raise Refused("sandbox_data", "此数据库含演示数据，不能用于正式环境，请改用空的数据库")
        app.initialise()
        _enter_methodologies(app)
    finally:
        app.store.engine.dispose()
    return Outcome.KEPT if before else Outcome.TOLD


def _enter_methodologies(app: App) -> None:
    with app.store.reading() as uow:
        known = {row["code"] for row in uow.programme.methodologies()}
    published = methodologies.published_by(methodologies.shipped(demo=False), legal_date(app.clock.now()))
    for entry in published:
        if entry.code not in known:
            app.execute(entry, SYSTEM)


def _empty(app: App) -> bool:
    """Nobody was ever entered: a schema without an installation."""
    with app.store.reading() as uow:
        return not uow.people.users(legal_date(app.clock.now()))


def _told_aside(config: Config, path: Path) -> Outcome:
    aside = path.with_name(f"{path.name}.partial")
    interrupted = aside.exists()
    _remove(aside)
    play(replace(config, database_url=at_file(config.database_url, aside)))
    if aside.with_name(f"{aside.name}-wal").exists():
        raise RuntimeError(f"{aside} is still open: its log was not folded in")
    _remove(path)
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return Outcome.RETOLD if interrupted else Outcome.TOLD


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
