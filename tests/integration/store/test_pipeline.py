"""Statements that travel together to PostgreSQL: answers in order, one failure fails all, errors are told."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from workflow_app.kernel.errors import Conflict
from workflow_app.store.driver import Driver
from workflow_app.store.engine import create_engine

INSERT = "INSERT INTO thing (id, name, big, flag) VALUES ({id}, {name}, {big}, {flag})"
SELECT = "SELECT id, name, big, flag FROM thing ORDER BY id"


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE thing (id integer PRIMARY KEY, name text, big bigint, flag boolean)")
        )
    yield engine
    engine.dispose()


def row(number: int, name: str | None = "竹林") -> dict[str, object]:
    return {"id": number, "name": name, "big": number * 10**12, "flag": number % 2 == 0}


def test_writes_wait_for_a_read_and_are_seen_by_it(engine: Engine) -> None:
    with engine.begin() as connection:
        driver = Driver(connection)
        driver.write_behind()
        driver.write(INSERT, row(1))
        driver.write(INSERT, row(2, None))
        assert driver.rows(SELECT, {}) == [(1, "竹林", 10**12, False), (2, None, 2 * 10**12, True)]


def test_sqlalchemy_on_the_same_connection_sees_what_waited(engine: Engine) -> None:
    with engine.begin() as connection:
        driver = Driver(connection)
        driver.write_behind()
        driver.write(INSERT, row(1))
        assert connection.execute(text("SELECT count(*) FROM thing")).scalar_one() == 1


def test_what_waits_is_dropped_with_its_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        driver = Driver(connection)
        driver.write_behind()
        driver.write(INSERT, row(1))
        driver.close()
        connection.execute(text("SELECT 1"))
        connection.commit()
    with engine.connect() as connection:
        assert Driver(connection).rows("SELECT count(*) FROM thing", {}) == [(0,)]


def test_a_write_that_must_hit_one_row_says_so_when_it_is_sent(engine: Engine) -> None:
    with engine.connect() as connection:
        driver = Driver(connection)
        driver.write_behind()
        driver.write("UPDATE thing SET name = 'x' WHERE id = {id}", {"id": 7}, Conflict("moved", "已变动"))
        with pytest.raises(Conflict, match="moved"):
            driver.send()


def test_one_failure_fails_all_and_the_connection_goes_on(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.begin()
        driver = Driver(connection)
        driver.write_behind()
        for number in (1, 2, 1, 3):
            driver.write(INSERT, row(number))
        with pytest.raises(DBAPIError) as caught:
            driver.send()
        assert getattr(caught.value.orig, "sqlstate", None) == "23505"
        assert "竹林" not in str(caught.value.statement)
        connection.rollback()
        connection.begin()
        assert driver.rows(SELECT, {}) == []
        driver.write(INSERT, row(1))
        driver.send()
        connection.commit()
        assert [each[0] for each in driver.rows(SELECT, {})] == [1]


def test_a_waiting_thread_lets_the_others_run(engine: Engine) -> None:
    """The row is held by another thread of this process, which has to get its turn to let it go."""
    held = "SELECT id FROM thing WHERE id = 1 FOR UPDATE"
    with engine.begin() as connection:
        Driver(connection).execute(INSERT, row(1))
    holding, found = threading.Event(), []
    with engine.connect() as first:
        first.begin()
        Driver(first).rows(held, {})

        def second() -> None:
            with engine.connect() as connection:
                holding.set()
                found.append(Driver(connection).rows(held, {}))

        thread = threading.Thread(target=second)
        thread.start()
        assert holding.wait(10)
        thread.join(0.2)
        assert found == []
        first.rollback()
        thread.join(10)
    assert found == [[(1,)]]


def test_a_server_that_went_away_fails_one_act_and_not_the_next(engine: Engine) -> None:
    with engine.connect() as connection:
        driver = Driver(connection)
        (pid,) = driver.rows("SELECT pg_backend_pid()", {})[0]
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(DBAPIError):
            driver.rows(SELECT, {})
    with engine.connect() as connection:
        assert Driver(connection).rows(SELECT, {}) == []


def test_a_value_no_column_takes_is_refused(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(TypeError, match="list"):
        Driver(connection).execute(INSERT, {**row(1), "name": ["x"]})
