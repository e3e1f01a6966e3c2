"""A process from nothing to its first page: CPU seconds."""

from __future__ import annotations

import resource
import subprocess
import sys

from tests.benchmarks.figures import Figure, Goal, p50
from tests.benchmarks.served import environment
from tests.benchmarks.worlds import Bench

FIRST_PAGE = (
    "from workflow_app.serving import application\n"
    "answer = application().test_client().get('/signin')\n"
    "assert answer.status_code == 200, answer.status\n"
)


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Start processes one after another on an installation that is there already; the first compiles."""
    with bench.place(kind) as place:
        programme = place.programme()
        programme.app.store.engine.dispose()
        taken = [_cpu(environment(place)) for _ in range(bench.sizes.processes + 1)][1:]
    return [Figure(f"cold start to the first page, CPU ({kind})", p50(taken), "s", Goal.at_most(2.0))]


def _cpu(environ: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", FIRST_PAGE], env=environ, check=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
