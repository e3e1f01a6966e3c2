"""The two databases the tests stand on are real, empty, and each test's own."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, inspect, text


@pytest.mark.parametrize("round_", [1, 2])
def test_each_test_gets_an_empty_database_of_the_kind_it_asked_for(database_url: str, round_: int) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE left_behind (round integer)"))
        connection.execute(text("INSERT INTO left_behind VALUES (:round)"), {"round": round_})
        assert connection.execute(text("SELECT round FROM left_behind")).scalar_one() == round_
    engine.dispose()


def test_the_postgres_is_a_postgres(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        version = connection.execute(text("SHOW server_version_num")).scalar_one()
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    engine.dispose()
    assert int(version) >= 150000
    assert encoding == "UTF8"
