"""A certificate's PDF, signed: made by the process that typesets, just started and at work."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.figures import Figure, Goal, p50
from tests.benchmarks.probes import Watch
from tests.benchmarks.worlds import Bench
from tests.scenarios.papers import issued
from tests.scenarios.programme import Programme
from tests.scenarios.units import given_buyer, given_issued, sold, when_cancelled
from workflow_app.adapters import typesetting
from workflow_app.commands.documents import bytes_of

COLD = 5
WARM = 20


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Make one certificate again and again; which database its data came from has no say."""
    if kind != "SQLite":
        return []
    with bench.place(kind) as place:
        programme = Programme.opened(place.url, place.folder)
        given_issued(programme, y2024=600)
        buyer = given_buyer(programme, "cement")
        sold(programme, buyer, 600)
        case_id = when_cancelled(programme, "cement", buyer, 600)
        programme.hand_in("issue_by_department", "leader", case_id=case_id)
        (certificate,) = issued(programme, "cancellation_certificate")
        host = programme.app.executor
        before = _megabytes()
        cold, warm = Watch(), Watch()
        for _ in range(COLD):
            typesetting.rest()
            with cold.timing():
                bytes_of(host, certificate)
        for _ in range(WARM):
            with warm.timing():
                bytes_of(host, certificate)
        grown = _megabytes() - before
        typesetting.rest()
        programme.app.store.engine.dispose()
    return [
        Figure("certificate PDF, signed, wall p50", p50(warm.wall), "ms", Goal.at_most(500)),
        Figure("the same, the first after a rest, wall p50", p50(cold.wall), "ms", Goal.at_most(500)),
        Figure("memory it leaves in the worker", grown, "MB"),
    ]


def _megabytes() -> float:
    """Return what this process holds."""
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
