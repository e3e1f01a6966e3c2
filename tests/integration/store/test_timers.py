"""Timers: claimed once, in due order, a poison one waits its turn; a limit is stopped once at a time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.support.records import DAY, NOON, open_store, opened_case, record
from workflow_app.kernel.errors import Conflict
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.driver import Query
from workflow_app.store.repositories.deadlines import (
    DUE,
    DUE_LOCKED,
    NEXT_DUE,
    DeadlineRow,
    SuspensionRow,
    TimerRow,
)
from workflow_app.store.schema.columns import to_micros
from workflow_app.store.unit_of_work import Store


def armed(store: Store, *hours: int) -> list[str]:
    """Timers of one case, due so many hours from now."""
    case = opened_case(store)
    rows = [
        TimerRow(
            new_id(), case.id, f"t{n}", "notice_period", None, "deadline", True, NOON + timedelta(hours=h)
        )
        for n, h in enumerate(hours)
    ]
    with store.unit_of_work() as uow:
        for row in rows:
            uow.deadlines.arm(row)
        record(uow, "armed", case.id)
        uow.commit()
    return [row.id for row in rows]


def test_due_timers_come_in_due_order(store: Store) -> None:
    late, _, early = armed(store, -1, 5, -3)
    with store.unit_of_work() as uow:
        assert [t.id for t in uow.deadlines.claim_due(NOON, 10)] == [early, late]
        assert [t.id for t in uow.deadlines.claim_due(NOON, 1)] == [early]
        assert uow.deadlines.next_due(NOON) == NOON + timedelta(hours=5)


def test_a_timer_fires_once(store: Store) -> None:
    (timer,) = armed(store, -1)
    with store.unit_of_work() as uow:
        assert uow.deadlines.fired(timer, NOON)
        assert not uow.deadlines.fired(timer, NOON)
        record(uow, "fired", "c")
        uow.commit()
    with store.unit_of_work() as uow:
        assert uow.deadlines.claim_due(NOON, 10) == ()


def test_a_cancelled_timer_does_not_fire(store: Store) -> None:
    (timer,) = armed(store, -1)
    with store.unit_of_work() as uow:
        uow.deadlines.cancel(timer)
        assert not uow.deadlines.fired(timer, NOON)
        assert uow.deadlines.claim_due(NOON, 10) == ()


def test_workers_on_postgresql_skip_what_another_holds(postgres_store_url: str) -> None:
    store = open_store(postgres_store_url)
    first, second = armed(store, -2, -1)
    with store.unit_of_work() as one, store.unit_of_work() as other:
        assert [t.id for t in one.deadlines.claim_due(NOON, 1)] == [first]
        assert [t.id for t in other.deadlines.claim_due(NOON, 10)] == [second]
    store.engine.dispose()


def test_a_poison_timer_waits_and_lets_others_pass(store: Store) -> None:
    poison, healthy = armed(store, -2, -1)
    with store.unit_of_work() as uow:
        uow.deadlines.postpone(poison, NOON + timedelta(minutes=1), "ZeroDivisionError")
        uow.commit()
    with store.unit_of_work() as uow:
        assert [t.id for t in uow.deadlines.claim_due(NOON, 10)] == [healthy]
    with store.unit_of_work() as uow:
        again = uow.deadlines.claim_due(NOON + timedelta(minutes=1), 10)
    assert [(t.id, t.attempts, t.last_error) for t in again if t.id == poison] == [
        (poison, 1, "ZeroDivisionError")
    ]


def test_a_moved_timer_is_tried_at_its_new_time(store: Store) -> None:
    (timer,) = armed(store, -1)
    with store.unit_of_work() as uow:
        uow.deadlines.change_timer(timer, {"due_at": NOON + DAY})
        assert uow.deadlines.claim_due(NOON, 10) == ()
        assert [t.id for t in uow.deadlines.claim_due(NOON + DAY, 10)] == [timer]


def test_a_limit_is_stopped_once_at_a_time(store: Store) -> None:
    case = opened_case(store)
    limit = DeadlineRow(
        id=new_id(),
        case_id=case.id,
        project_id=None,
        token_id="t",  # noqa: S106 - a token of a diagram
        element_id="investigate",
        rule="objection",
        rule_body={"n": 10},
        kind="promised",
        basis="服务规则",
        started_at=NOON,
        due_at=NOON + 14 * DAY,
        earliest_at=NOON + 14 * DAY,
        latest_at=NOON + 14 * DAY,
        warn_at=None,
        provisional=False,
        published=False,
        trail=[],
        calendar_revision="r",
    )

    def stop() -> SuspensionRow:
        return SuspensionRow(
            new_id(), limit.id, NOON, None, "等待境外登记机构答复", "赣环中止〔2026〕1号", "u1"
        )

    first = stop()
    with store.unit_of_work() as uow:
        uow.deadlines.add(limit)
        uow.deadlines.suspend(first)
        record(uow, "suspended", case.id)
        uow.commit()
    with pytest.raises(Conflict), store.unit_of_work() as uow:
        uow.deadlines.suspend(stop())
    with store.unit_of_work() as uow:
        uow.deadlines.resume(first.id, {"to_at": NOON + DAY, "resumed_by": "u1"})
        uow.deadlines.suspend(stop())
        record(uow, "suspended", case.id)
        uow.commit()
    with store.reading() as uow:
        assert [s.to_at for s in uow.deadlines.suspensions(limit.id)].count(None) == 1
        assert uow.deadlines.get(limit.id) == limit
        assert uow.deadlines.latest(case.id, "objection") == limit
        assert uow.deadlines.open_after(NOON) == (limit,)
        assert uow.deadlines.open_after(NOON + 14 * DAY) == ()


def test_a_timer_put_off_is_not_the_next_one_due(store: Store) -> None:
    tried, waiting, _ = armed(store, -1, 5, 7)
    with store.unit_of_work() as uow:
        uow.deadlines.postpone(tried, NOON + timedelta(hours=1), "ZeroDivisionError")
        assert uow.deadlines.next_due(NOON) == NOON + timedelta(hours=5)
        uow.deadlines.change_timer(waiting, {"due_at": NOON + timedelta(hours=9)})
        assert uow.deadlines.next_due(NOON) == NOON + timedelta(hours=7)
        assert uow.deadlines.next_due(NOON + timedelta(hours=9)) is None


@pytest.mark.parametrize("asked", [DUE, DUE_LOCKED, NEXT_DUE], ids=["due", "due and locked", "next due"])
def test_looking_at_the_timers_walks_their_index(store: Store, asked: Query) -> None:
    """However many wait: the plan sorts only rows of one instant and scans no table."""
    armed(store, *range(-3, 40))
    with store.unit_of_work() as uow:
        if uow.driver.sqlite and asked is DUE_LOCKED:
            asked = DUE
        if not uow.driver.sqlite:  # of so few rows PostgreSQL would read all
            for way in ("seqscan", "bitmapscan"):
                uow.connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        word = "EXPLAIN QUERY PLAN" if uow.driver.sqlite else "EXPLAIN"
        parameters = {"now": to_micros(NOON), "after": to_micros(NOON), "limit": 1}
        named = {name: value for name, value in parameters.items() if f"{{{name}}}" in asked.sql}
        plan = " ".join(str(row) for row in uow.driver.rows(f"{word} {asked.sql}", named))
    assert "ix_timer_pending" in plan, plan
    assert "SCAN timer" not in plan, plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan, plan
    assert not re.search(r"(?<!Incremental )Sort  \(", plan), plan
