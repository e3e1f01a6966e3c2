"""Due timers: how many one worker advances a second, and how late the heartbeat is, among a million waiting.

Two shipped timers, for a firing costs what it moves: the experts' review period over (their open tasks close,
the quorum is counted, a new panel is asked for, all in one case), and the formal review overdue (deemed
acceptance: the application is accepted and ends, its caller goes on, the assessment's case opens; three cases
and their events). Either way one timer is one commit.
"""

from __future__ import annotations

import time

from sqlalchemy import Engine, select

from tests.benchmarks import crowd
from tests.benchmarks.figures import Figure, Goal, p95
from tests.benchmarks.worlds import Bench
from tests.scenarios.programme import Programme
from workflow_app.bootstrap import build
from workflow_app.scheduler import Heartbeat
from workflow_app.store.schema.columns import to_micros
from workflow_app.store.tables import timer

PATIENCE_SECONDS = 60


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Fire half of each kind of timer in one go, and the others as they fall due one by one."""
    sizes = bench.sizes
    among = f"{sizes.pending:,} pending"
    found = []
    with bench.place(kind) as place:
        programme = place.programme()
        armed = {"1 case": _panels(programme, sizes.due // 2), "3 cases": _reviews(programme, sizes.due)}
        crowd.waiting_timers(programme, sizes.pending)
        for moved, ids in armed.items():
            with bench.disk.watched() as quiet:
                rate = _rate(programme, ids[: len(ids) // 2])
            name = f"timers advanced, {moved} a commit, {among} ({kind})"
            found.append(Figure(name, rate, "/s", Goal.at_least(250), sizes.full and quiet()))
        late = [timer_id for ids in armed.values() for timer_id in ids[len(ids) // 2 :]]
        lag = _lag(programme, late)
        programme.app.store.engine.dispose()
    return [*found, Figure(f"timer lag p95, {among} ({kind})", lag, "s", Goal.at_most(1), sizes.full)]


def _panels(programme: Programme, count: int) -> list[str]:
    """Convene ``count`` panels of which nobody reviews; returns the timers of their review periods."""
    for number in range(count):
        programme.given_application(project_name=f"演示茶园{number}号")
        programme.hand_in("review_application", "clerk")
        programme.hand_in("convene_panel", "clerk")
    return _armed(programme, "review_period_over")


def _reviews(programme: Programme, count: int) -> list[str]:
    """Hand in ``count`` applications; returns the timers of their formal reviews."""
    for number in range(count):
        programme.given_application(project_name=f"演示林场{number}号")
    return _armed(programme, "review_overdue")


def _armed(programme: Programme, element: str) -> list[str]:
    with programme.app.store.reading() as uow:
        query = select(timer.c.id).where(timer.c.element_id == element, timer.c.state == "pending")
        return [str(row.id) for row in uow.connection.execute(query)]


def _rate(programme: Programme, ids: list[str]) -> float:
    now = to_micros(programme.clock.now())
    with programme.app.store.engine.begin() as connection:
        crowd.fall_due(connection, ids, now - len(ids), 1)
    programme.app.tick(limit=3)  # the first pays for what is kept afterwards
    started = time.perf_counter()
    fired = programme.app.tick(limit=len(ids)).values["fired"]
    elapsed = time.perf_counter() - started
    if fired != len(ids) - 3:
        raise RuntimeError(f"{fired} of {len(ids) - 3} timers fired")
    return (len(ids) - 3) / elapsed


def _lag(programme: Programme, ids: list[str]) -> float:
    """Return the 95th percentile of firing after due, in seconds, under the product's own heartbeat."""
    app = build(programme.app.config)
    heart = Heartbeat(app)
    # Twenty a second, in step with no tick.
    with app.store.engine.begin() as connection:
        crowd.fall_due(connection, ids, to_micros(app.clock.now()) + 2_000_000, 51_000)
    heart.start()
    try:
        late = _fired(app.store.engine, ids)
    finally:
        heart.stop()
        app.store.engine.dispose()
    return p95(late)


def _fired(engine: Engine, ids: list[str]) -> list[float]:
    """Wait until every timer has fired; returns how late each was, in seconds."""
    query = select(timer.c.fired_at, timer.c.due_at).where(timer.c.id.in_(ids), timer.c.state == "fired")
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        time.sleep(0.5)
        with engine.connect() as connection:
            rows = connection.execute(query).all()
        if len(rows) == len(ids):
            return [(row.fired_at - row.due_at).total_seconds() for row in rows]
    raise RuntimeError(f"{len(rows)} of {len(ids)} timers fired within {PATIENCE_SECONDS} s")
