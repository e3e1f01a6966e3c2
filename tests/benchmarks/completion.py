"""One human task completed through the command layer: commits, CPU, wall beside a bare commit, bytes."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select, text

from tests.benchmarks.figures import Figure, Goal, p50
from tests.benchmarks.probes import Watch, commits_of, timed
from tests.benchmarks.worlds import Bench, Drafting, Place
from workflow_app.store.schema.columns import canonical
from workflow_app.store.tables import event

K = {"SQLite": 8, "PostgreSQL": 5}
WARM_UP = 20


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Measure completions of one case, each a form of 2 KB."""
    with bench.place(kind) as place:
        programme = place.programme()
        drafting = Drafting(programme)
        for _ in range(WARM_UP):
            drafting.complete()
        try:
            return [*_times(bench, place, drafting), _bytes(bench, place, drafting)]
        finally:
            programme.app.store.engine.dispose()


def _times(bench: Bench, place: Place, drafting: Drafting) -> list[Figure]:
    ratios, total, bare = [], Watch(), place.bare()
    engine = drafting.programme.app.store.engine
    with bench.disk.watched() as quiet, commits_of(engine) as commits:
        for _ in range(bench.sizes.runs):
            watch = Watch()
            for _ in range(bench.sizes.completions):
                with watch.timing():
                    drafting.complete()
            ratios.append(p50(watch.wall) / p50(timed(bare, bench.sizes.completions)))
            total.wall += watch.wall
            total.cpu += watch.cpu
        counted = commits() / len(total.wall)
    bare.close()
    kind = place.kind
    return [
        Figure(f"completion, durable commits ({kind})", counted, "", Goal.exactly(1)),
        Figure(f"completion, CPU p50 ({kind})", p50(total.cpu), "ms", Goal.at_most(3)),
        Figure(f"completion, wall p50 ({kind})", p50(total.wall), "ms"),
        Figure(
            f"completion ÷ bare commit, median of {bench.sizes.runs} runs ({kind})",
            p50(ratios),
            "×",
            Goal.at_most(K[kind]),
            quiet(),
        ),
    ]


def _bytes(bench: Bench, place: Place, drafting: Drafting) -> Figure:
    times = bench.sizes.completions * bench.sizes.runs
    engine = drafting.programme.app.store.engine
    with engine.connect() as connection:
        before = _stored(connection)
    for _ in range(times):
        drafting.complete()
    with engine.connect() as connection:
        after = _stored(connection)
        form = _form_bytes(connection, f"case:{drafting.case_id}")
    name = f"stored per completion, form of {form:,.0f} bytes, indexes included ({place.kind})"
    return Figure(name, (after - before) / times, "bytes", Goal.at_most(round(1.5 * form + 1024)))


def _stored(connection: Connection) -> int:
    """Return the bytes in use: the whole file on SQLite; the one table that grows on PostgreSQL.

    PostgreSQL's other tables hold as many rows after a completion as before, and reuse the space.
    """
    if connection.dialect.name == "sqlite":
        pages = connection.execute(
            text("SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count")
        )
        return int(pages.scalar_one()) * int(connection.execute(text("PRAGMA page_size")).scalar_one())
    return int(connection.execute(text("SELECT pg_total_relation_size('event')")).scalar_one())


def _form_bytes(connection: Connection, stream: str) -> float:
    query = select(event.c.body).where(event.c.stream == stream, event.c.kind == "task_completed")
    bodies = [json.loads(row.body) for row in connection.execute(query.order_by(event.c.seq.desc()).limit(2))]
    return sum(len(canonical(body["form"]["data"]).encode()) for body in bodies) / len(bodies)
