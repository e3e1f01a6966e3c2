"""The inbox with a million open tasks, one group holding half of them: the query a page is made from."""

from __future__ import annotations

from sqlalchemy import literal, select

from tests.benchmarks import crowd
from tests.benchmarks.figures import Figure, Goal, p50, p95
from tests.benchmarks.probes import Watch
from tests.benchmarks.worlds import Bench
from tests.scenarios.programme import Programme
from workflow_app.commands.permissions import principals
from workflow_app.queries.inbox import Filter, inbox

_WAKE = select(literal(1))
"""Opens the transaction: a page has asked who is signed in before it asks for the inbox."""
READERS = (("clerk", "their group holds half"), ("maker", "own and two small groups"))


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Ask for first pages as a clerk of the large group and as somebody of small ones."""
    found, sizes = [], bench.sizes
    with bench.place(kind) as place:
        programme = place.programme()
        programme.given_application()
        crowd.open_tasks(programme, sizes.tasks)
        for who, what in READERS:
            watch = looked(programme, who, sizes.looks)
            name = f"inbox page query, {sizes.tasks:,} open tasks, {what}"
            found += [
                Figure(f"{name}, p95 ({kind})", p95(watch.wall), "ms", Goal.at_most(3), sizes.full),
                Figure(f"{name}, CPU p50 ({kind})", p50(watch.cpu), "ms"),
            ]
        programme.app.store.engine.dispose()
    return found


def looked(programme: Programme, who: str, times: int) -> Watch:
    """Return the times of a person's looks at their first page of 50, counts included."""
    app = programme.app
    actor = app.actor(programme.people[who], "web")
    mine = principals(actor)
    with app.store.reading() as uow:
        calendar = app.tools.calendars.current(uow)
    watch = Watch()
    for number in range(times + 10):
        with app.reading() as reading:
            reading.execute(_WAKE)
            with watch.timing():
                page = inbox(reading, mine, str(actor.user_id), Filter(), calendar, app.clock.now())
        if not number and len(page.rows) != 50:
            raise RuntimeError("an inbox that does not fill its page is not worth timing")
    return Watch(watch.wall[10:], watch.cpu[10:])
