"""Starting cases: a pilot's filing (one case), and a project (its lifecycle and the application it calls)."""

from __future__ import annotations

from tests.benchmarks.figures import Figure, Goal, p50
from tests.benchmarks.probes import Watch
from tests.benchmarks.worlds import Bench
from workflow_app.commands.requests import StartCase

PROCESSES = (("pilot_filing", "pilot", 1), ("project_lifecycle", "owner", 2))


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Start cases one after another, a commit each."""
    sizes, found = bench.sizes, []
    with bench.place(kind) as place:
        programme = place.programme()
        for process, who, cases in PROCESSES:
            actor = programme.app.actor(programme.people[who], "web")
            watch = Watch()
            with bench.disk.watched() as quiet:
                for number in range(sizes.starts + 5):
                    request = StartCase(process, {"title": f"演示办件{number}"})
                    with watch.timing():
                        programme.app.execute(request, actor)
            wall, cpu = watch.wall[5:], watch.cpu[5:]
            rate = 1000 * len(wall) / sum(wall)
            name = f"{process} started, {cases} case{'s' * (cases > 1)} a commit, {sizes.starts} times"
            comparable = quiet() and sizes.full
            found += [
                Figure(f"{name} ({kind})", rate, "/s", Goal.at_least(200), comparable),
                Figure(f"{name}, CPU p50 ({kind})", p50(cpu), "ms"),
            ]
        programme.app.store.engine.dispose()
    return found
