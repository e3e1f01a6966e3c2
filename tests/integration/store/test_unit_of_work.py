"""One command, one transaction, one commit: the promise of ADR 1, on both databases."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from sqlalchemy import event, select

from tests.support.records import NOON, case_row, opened_case, record
from workflow_app.kernel.errors import Conflict
from workflow_app.store.tables import case_file, event_head
from workflow_app.store.unit_of_work import Store


def count_of(store: Store, table) -> int:
    with store.reading() as uow:
        return len(uow.connection.execute(select(table)).all())


def test_a_unit_of_work_commits_once(store: Store) -> None:
    commits: list[object] = []
    event.listen(store.engine, "commit", commits.append)
    opened_case(store, "role:department_clerk", "user:u1")
    assert len(commits) == 1


def test_leaving_without_commit_leaves_nothing(store: Store) -> None:
    row = case_row()
    with store.unit_of_work() as uow:
        uow.cases.insert(row)
        record(uow, "case_opened", row.id)
    assert count_of(store, case_file) == 0
    assert count_of(store, event_head) == 0


def test_a_change_no_event_tells_of_cannot_be_committed(store: Store) -> None:
    row = case_row()
    with store.unit_of_work() as uow:
        uow.cases.insert(row)
        with pytest.raises(RuntimeError, match="no event"):
            uow.commit()
    assert count_of(store, case_file) == 0


def test_a_second_commit_is_a_defect(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.commit()
        with pytest.raises(RuntimeError, match="once"):
            uow.commit()


def test_a_reader_cannot_commit(store: Store) -> None:
    with store.reading() as uow, pytest.raises(RuntimeError, match="reading"):
        uow.commit()


def test_an_exception_rolls_everything_back(store: Store) -> None:
    row = case_row()

    def fail() -> None:
        with store.unit_of_work() as uow:
            uow.cases.insert(row)
            record(uow, "case_opened", row.id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count_of(store, case_file) == 0


def test_a_reader_sees_the_state_before_while_a_writer_is_at_work(store: Store) -> None:
    row = opened_case(store)
    with store.unit_of_work() as writer:
        writer.cases.move(row.id, 0, {"title": "新名称"})
        record(writer, "renamed", row.id)
        with store.reading() as reader:
            assert reader.cases.get(row.id).revision == 0
        writer.commit()
    with store.reading() as reader:
        assert reader.cases.get(row.id).title == "新名称"


def test_of_two_who_move_one_case_exactly_one_wins(store: Store) -> None:
    row = opened_case(store)
    start = threading.Barrier(8)
    outcomes: list[str] = []

    def move(name: str) -> None:
        start.wait()
        try:
            with store.unit_of_work() as uow:
                uow.cases.move(row.id, 0, {"title": name})
                record(uow, "renamed", row.id)
                uow.commit()
        except Conflict as conflict:
            outcomes.append(conflict.code)
        else:
            outcomes.append("won")

    threads = [threading.Thread(target=move, args=(f"第{number}人",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("won") == 1
    assert set(outcomes) == {"won", "case_moved"}
    with store.reading() as uow:
        assert uow.cases.get(row.id).revision == 1
        assert [e.kind for e in uow.history.stream(f"case:{row.id}")] == ["case_opened", "renamed"]


def test_two_who_begin_one_stream_do_not_both_begin_it(store: Store) -> None:
    start = threading.Barrier(6)
    outcomes: list[str] = []

    def begin(at: datetime) -> None:
        start.wait()
        try:
            with store.unit_of_work() as uow:
                record(uow, "case_opened", "same")
                uow.commit()
        except Conflict:
            outcomes.append("told")
        else:
            outcomes.append("won")

    threads = [threading.Thread(target=begin, args=(NOON,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 6
    with store.reading() as uow:
        events = uow.history.stream("case:same")
    assert [e.seq for e in events] == list(range(1, outcomes.count("won") + 1))
