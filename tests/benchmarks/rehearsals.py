"""A thousand running cases rehearsed on a new version by one worker, and how the site answers meanwhile.

Applications before and after they are handed in, each with the lifecycle that waits for it, and filings of
pilots; the version adds a second review. The rehearsal is the administrator's page, the first one of that
worker: the version is parsed and its nets are explored in it.
"""

from __future__ import annotations

import threading
import time

from tests.benchmarks.figures import Figure, Goal, p95
from tests.benchmarks.served import Server, Visitor, serving
from tests.benchmarks.worlds import Bench
from tests.scenarios import moving
from tests.scenarios.programme import Programme
from workflow_app.commands.requests import StartCase

CASES = 1_000
HANDED_IN = 100
FILINGS = 200


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Rehearse, and read a clerk's inbox until the rehearsal is there."""
    with bench.place(kind) as place:
        programme = place.programme()
        _running(programme)
        target = moving.second_review(programme)
        with serving(place, 1) as server:
            reader = Visitor(server.port).signed_in(programme.people["clerk"])
            before = [_asked(reader) for _ in range(20)]
            seconds, meanwhile = _rehearsed(programme, server, reader, target)
        programme.app.store.engine.dispose()
    name = f"rehearsal of {CASES:,} running cases, 1 worker"
    return [
        Figure(f"{name} ({kind})", seconds, "s", Goal.at_most(30)),
        Figure(f"inbox page meanwhile, slowest of {len(meanwhile)} ({kind})", max(meanwhile), "ms"),
        Figure(f"inbox page meanwhile, p95 ({kind})", p95(meanwhile), "ms"),
        Figure(f"inbox page before, p95 ({kind})", p95(before), "ms"),
    ]


def _running(programme: Programme) -> None:
    for number in range(HANDED_IN):
        programme.given_application(project_name=f"演示林场{number}号")
    for who, process, count in (
        ("pilot", "pilot_filing", FILINGS),
        ("owner", "project_lifecycle", (CASES - FILINGS) // 2 - HANDED_IN),
    ):
        actor = programme.app.actor(programme.people[who], "web")
        for number in range(count):
            programme.app.execute(StartCase(process, {"title": f"演示办件{number}"}), actor)


def _rehearsed(
    programme: Programme, server: Server, reader: Visitor, target: str
) -> tuple[float, list[float]]:
    administrator = Visitor(server.port).signed_in(programme.people["administrator"])
    took: list[float] = []

    def rehearse() -> None:
        started = time.perf_counter()
        administrator.get(f"/admin/process/migrations/rehearsal/{target}")
        took.append(time.perf_counter() - started)

    thread = threading.Thread(target=rehearse)
    thread.start()
    meanwhile = []
    while not took:
        meanwhile.append(_asked(reader))
        time.sleep(0.02)
    thread.join()
    return took[0], meanwhile


def _asked(reader: Visitor) -> float:
    """Return the milliseconds of one page."""
    started = time.perf_counter()
    reader.get("/inbox")
    return 1000 * (time.perf_counter() - started)
