"""Over HTTP: completions sent by one browser after another, a worker's memory, inbox pages a second."""

from __future__ import annotations

import threading
import time
from random import Random
from typing import Any
from uuid import uuid4

from tests.benchmarks import crowd
from tests.benchmarks.figures import Figure, Goal, p50
from tests.benchmarks.probes import Watch
from tests.benchmarks.served import Server, Visitor, serving
from tests.benchmarks.worlds import Bench, Drafting, filled, open_task
from tests.scenarios.programme import Programme

READERS = 4
"""Browsers that ask for pages at the same time."""


def completions(bench: Bench, kind: str) -> list[Figure]:
    """Hand in forms through the task page of one worker, each with the key a page gives it."""
    sizes = bench.sizes
    with bench.place(kind) as place:
        programme = place.programme()
        drafting = Drafting(programme)
        with serving(place, 1) as server, bench.disk.watched() as quiet:
            watch = _handed_in(programme, drafting, server, sizes.submitted)
            memory = server.worker_memory()
        programme.app.store.engine.dispose()
    comparable, name = quiet() and sizes.full, f"{sizes.submitted:,} completions over HTTP, 1 worker"
    rate = 1000 * len(watch.wall) / sum(watch.wall)
    return [
        Figure(f"{name}, p50 ({kind})", p50(watch.wall), "ms", Goal.at_most(6), comparable),
        Figure(f"{name}, one browser at a time ({kind})", rate, "/s", Goal.at_least(150), comparable),
        Figure(
            f"worker's memory after {sizes.submitted:,} completions ({kind})",
            memory,
            "MB",
            Goal.at_most(100),
            sizes.full,
        ),
    ]


def _handed_in(programme: Programme, drafting: Drafting, server: Server, times: int) -> Watch:
    people = [(who, Visitor(server.port).signed_in(programme.people[who])) for who, *_ in drafting.turns]
    words = Random(1)  # noqa: S311 - a measurement must repeat
    answers = {who: (answer, field) for who, _, answer, field in drafting.turns}
    watch = Watch()
    for number in range(times):
        who, visitor = people[number % 2]
        path = f"/tasks/{open_task(programme)}"
        fields = {**_typed(filled(*answers[who], words)), "idempotency_key": uuid4().hex}
        with watch.timing():
            visitor.post(path, fields)
    return watch


def _typed(answer: dict[str, Any]) -> dict[str, str | list[str]]:
    """Return an answer as a browser sends it."""
    typed = {name: value if isinstance(value, list) else str(value) for name, value in answer.items()}
    return {name: "true" if value == "True" else value for name, value in typed.items()}


def inbox_pages(bench: Bench, kind: str) -> list[Figure]:
    """Ask two workers for a clerk's inbox, signed in, with the large inbox behind it."""
    sizes = bench.sizes
    with bench.place(kind) as place:
        programme = place.programme()
        programme.given_application()
        crowd.open_tasks(programme, sizes.tasks)
        with serving(place, 2) as server:
            people = [Visitor(server.port).signed_in(programme.people["clerk"]) for _ in range(READERS)]
            _together(people, READERS * 5)
            started = time.perf_counter()
            _together(people, sizes.pages)
            rate = sizes.pages / (time.perf_counter() - started)
        programme.app.store.engine.dispose()
    name = f"inbox pages, {sizes.tasks:,} open tasks, 2 workers, signed in"
    return [Figure(f"{name} ({kind})", rate, "/s", Goal.at_least(500), sizes.full)]


def _together(people: list[Visitor], times: int) -> None:
    """Let everybody ask for the inbox at once, ``times`` in all."""

    def ask(visitor: Visitor) -> None:
        for _ in range(times // len(people)):
            visitor.get("/inbox")

    threads = [threading.Thread(target=ask, args=(visitor,)) for visitor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
