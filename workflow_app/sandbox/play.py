"""Playing the sandbox's story: every timeline merged under one clock, each act a command, never SQL.

The story starts on 2025-01-02 and is handed over at 2026-11-23 10:00 Shanghai; from there the sandbox's clock
runs on, whatever the host's date.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from workflow_app.adapters.identity import LocalIdentity
from workflow_app.bootstrap import OFFSET, App, build
from workflow_app.config import Config
from workflow_app.kernel.clock import SHANGHAI, FixedClock, legal_date
from workflow_app.sandbox import methodologies
from workflow_app.sandbox.stage import Stage, at
from workflow_app.sandbox.story import market
from workflow_app.sandbox.story.filings import FILINGS
from workflow_app.sandbox.story.pilots import activities, complaints, filing
from workflow_app.sandbox.story.teller import Timeline
from workflow_app.sandbox.story.timelines import TIMELINES, conflict

STARTS: Final = at("2025-01-02", "09:00")
HANDED_OVER: Final = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI).astimezone(UTC)
MARK: Final = "sandbox_story"
"""Setting that says how far the story got: ``playing`` or ``told``."""


class OnePassword(LocalIdentity):
    """Local identity that hashes the sandbox's one printed password once and not once an account."""

    def __init__(self) -> None:
        super().__init__()
        self._hashes: dict[str, str] = {}

    def hash(self, password: str) -> str:
        """Return the hash of a password, the same one each time."""
        if password not in self._hashes:
            self._hashes[password] = super().hash(password)
        return self._hashes[password]


def play(config: Config) -> None:
    """Tell the whole story in an empty database and hand its clock over."""
    app = build(config, FixedClock(STARTS), OnePassword())
    try:
        app.initialise()
        _mark(app, "playing")
        stage = Stage(app)
        stage.enter_people()
        _tell(stage)
        stage.move_to(HANDED_OVER)
        app.send_outbox()
        hand_over(app)
    finally:
        app.store.engine.dispose()


def hand_over(app: App) -> None:
    """Let the sandbox's clock run on from the moment of handing over, and mark the story as told."""
    with app.store.unit_of_work() as uow:
        shift = HANDED_OVER - datetime.now(UTC)
        uow.settings.set(OFFSET, shift // timedelta(microseconds=1))
        uow.settings.set(MARK, "told")
        uow.commit()


def told(app: App) -> str | None:
    """Return how far the story of a database got: ``playing``, ``told``, or ``None`` where there is none."""
    with app.store.reading() as uow:
        mark = uow.settings.get(MARK)
    return str(mark) if mark is not None else None


def _mark(app: App, how: str) -> None:
    with app.store.unit_of_work() as uow:
        uow.settings.set(MARK, how)
        uow.commit()


def _tell(stage: Stage) -> None:
    """Advance whichever timeline waits for the earliest moment, until none is left."""
    order = count()
    lines = [_register(stage), conflict(stage)]
    lines += [filing(stage, each) for each in FILINGS]
    lines += [activities(stage), complaints(stage)]
    lines += [timeline(stage) for timeline in (*TIMELINES, *market.TIMELINES)]
    waiting = [(moment, next(order), line) for line in lines for moment in _next(line)]
    heapq.heapify(waiting)
    while waiting:
        moment, _, line = heapq.heappop(waiting)
        stage.move_to(moment)
        for following in _next(line):
            heapq.heappush(waiting, (following, next(order), line))


def _next(line: Timeline) -> Iterator[datetime]:
    """The next moment a timeline waits for, or nothing when it is over."""
    moment = next(line, None)
    if moment is not None:
        yield moment


def _register(stage: Stage) -> Timeline:
    """The register of methodologies: what is published at the start, then each as it appears."""
    entries = methodologies.shipped(demo=True)
    present = methodologies.published_by(entries, legal_date(STARTS))
    yield STARTS
    for entry in present:
        stage.do("jingban", entry)
    for entry in entries:
        if entry not in present:
            yield max(STARTS, at(entry.published_on.isoformat(), "17:00"))
            stage.do("jingban", entry)
