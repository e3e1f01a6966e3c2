"""The inbox: what each sees, in which order, page by page, and who wins a claim."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.records import DAY, NOON, Programme, case_row, opened_case, record, task_of
from workflow_app.kernel.errors import Conflict, NotFound
from workflow_app.store.inbox_pages import InboxFilter, inbox_count, inbox_page
from workflow_app.store.unit_of_work import Store

CLERK, LEADER = "role:department_clerk", "role:department_leader"


def offered(store: Store, count: int, *principals: str, **changes) -> list[str]:
    """Tasks of one case, due one after the other; every third has no limit."""
    case = case_row()
    tasks = [
        task_of(case, *principals, due_at=None if n % 3 == 2 else NOON + n * timedelta(hours=1), **changes)
        for n in range(count)
    ]
    with store.unit_of_work() as uow:
        uow.cases.insert(case)
        uow.inbox.open(*tasks)
        record(uow, "case_opened", case.id)
        uow.commit()
    limited = [task.id for task in tasks if task.due_at]
    return [*limited, *sorted(task.id for task in tasks if not task.due_at)]


def page(store: Store, *principals: str, **arguments):
    with store.reading() as uow:
        return inbox_page(uow.connection, principals, arguments.pop("now", NOON), **arguments)


def ids(found) -> list[str]:
    return [line.task_id for line in found.lines]


def test_pages_follow_each_other_in_due_order_without_gap_or_repeat(store: Store) -> None:
    expected = offered(store, 17, CLERK, LEADER)
    seen: list[str] = []
    after = None
    for _ in range(10):
        found = page(store, CLERK, LEADER, "user:u1", after=after, limit=5)
        seen += ids(found)
        after = found.after
        if after is None:
            break
    assert seen == expected


def test_nobody_sees_what_is_offered_to_others(store: Store) -> None:
    offered(store, 3, LEADER)
    assert ids(page(store, CLERK, "user:u1")) == []
    assert ids(page(store)) == []


def test_filters(store: Store) -> None:
    offered(store, 4, CLERK)
    registration = offered(store, 3, CLERK, process_id="registration", element_id="open_account")
    assert ids(page(store, CLERK, filters=InboxFilter(process_id="registration"))) == registration
    both = InboxFilter(process_id="registration", element_id="open_account")
    assert ids(page(store, CLERK, filters=both)) == registration
    assert ids(page(store, CLERK, filters=replace(both, element_id="verify_registration"))) == []
    late = page(store, CLERK, filters=InboxFilter(overdue=True), now=NOON + timedelta(minutes=90))
    assert [line.due_at for line in late.lines] == [NOON, NOON] + [NOON + timedelta(hours=1)] * 2


def test_text_finds_projects_and_cases(store: Store) -> None:
    programme = Programme(store)
    with_project = opened_case(store, CLERK, project_id=programme.project)
    plain = opened_case(store, CLERK, title="崇义县试点备案", number="SD-2026-0007")

    def found(text: str) -> list[str]:
        return [line.case_id for line in page(store, CLERK, filters=InboxFilter(text=text)).lines]

    assert found("林业碳汇") == [with_project.id]
    assert found("崇义") == [plain.id]
    assert found(" sd-2026-0007 ") == [plain.id]
    assert found("100%_") == []


def test_counts_stop_at_their_bound(store: Store) -> None:
    offered(store, 12, CLERK)
    with store.reading() as uow:
        assert inbox_count(uow.connection, [CLERK], NOON) == 12
        assert inbox_count(uow.connection, [CLERK], NOON, bound=5) == 6
        assert inbox_count(uow.connection, [CLERK], NOON + DAY, filters=InboxFilter(overdue=True)) == 8
        assert inbox_count(uow.connection, [], NOON) == 0


def test_a_claimed_task_leaves_the_group_and_comes_back(store: Store) -> None:
    (task,) = offered(store, 1, CLERK)

    def assign(user: str | None) -> None:
        with store.unit_of_work() as uow:
            uow.inbox.assign(uow.inbox.get(task), user, NOON)
            record(uow, "assigned", "c")
            uow.commit()

    assign("u1")
    assert ids(page(store, CLERK)) == []
    assert ids(page(store, "user:u1")) == [task]
    assign("u2")
    assert (ids(page(store, "user:u1")), ids(page(store, "user:u2"))) == ([], [task])
    assign(None)
    assert (ids(page(store, "user:u2")), ids(page(store, CLERK))) == ([], [task])


def test_a_moved_limit_moves_the_line(store: Store) -> None:
    first, second, _ = offered(store, 3, CLERK)
    with store.unit_of_work() as uow:
        uow.inbox.limit(first, NOON + 9 * DAY, "d", provisional=True)
        record(uow, "moved", "c")
        uow.commit()
    assert ids(page(store, CLERK))[:2] == [second, first]
    assert page(store, CLERK).lines[1].provisional


def test_a_closed_task_is_gone(store: Store) -> None:
    first, *rest = offered(store, 3, CLERK, LEADER)
    with store.unit_of_work() as uow:
        uow.inbox.close(first, "never-was")
        record(uow, "closed", "c")
        uow.commit()
        with pytest.raises(NotFound):
            uow.inbox.get(first)
    assert ids(page(store, CLERK, LEADER)) == rest


def test_of_many_who_claim_one_task_exactly_one_gets_it(store: Store) -> None:
    (task,) = offered(store, 1, CLERK)
    start = threading.Barrier(6)
    outcomes: list[str] = []

    def claim(user: str) -> None:
        start.wait()
        try:
            with store.unit_of_work() as uow:
                seen = uow.inbox.get(task)
                if seen.assignee_id is not None:
                    outcomes.append("told")
                    return
                uow.inbox.assign(seen, user, NOON)
                record(uow, "claimed", user)
                uow.commit()
        except Conflict:
            outcomes.append("told")
        else:
            outcomes.append(user)

    threads = [threading.Thread(target=claim, args=(f"u{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [outcome for outcome in outcomes if outcome != "told"]
    assert len(outcomes) == 6
    assert ids(page(store, f"user:{winner}")) == [task]
