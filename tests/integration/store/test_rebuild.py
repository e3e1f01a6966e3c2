"""The present rebuilt from events alone: equal after every kind of change, and unequal once tampered with."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, text

from tests.support.records import NOON, Programme, opened_case, record
from workflow_app.store import tables
from workflow_app.store.history import Who
from workflow_app.store.rebuild import Comparison, compare
from workflow_app.store.repositories.tokens import Token
from workflow_app.store.unit_of_work import Store


def compared(store: Store) -> Comparison:
    with store.reading() as uow:
        return compare(uow.connection, uow.personal)


def lived_through(store: Store) -> str:
    """A case that grew, changed, shrank; a project registered; a person added, renamed, erased."""
    case = opened_case(store, "role:department_clerk", "role:department_leader")
    with store.unit_of_work() as uow:
        tasks = uow.inbox.of_case(case.id)
        uow.inbox.close(tasks[0].id)
        uow.inbox.assign(tasks[1], "u1", NOON)
        uow.cases.move(case.id, 0, {"title": "更名"})
        uow.cases.move(case.id, 1, {"header": '{"n":2}'})
        uow.cases.move(case.id, 2, {"header": '{"n":3,"v":{"a":1}}'}, '{"n":2}')
        uow.tokens.save(case.id, [Token("a", "x", 16, "{}"), Token("b", "y", 16, "{}")], [f"{case.id}-1"])
        waits = {("a", "withdrawal"): "x", ("b", "revocation"): "y"}
        uow.cases.change_waits(case.id, (), waits)
        record(uow, "task_completed", case.id)
        uow.tokens.save(case.id, [Token("a", "x", 32, '{"data":1}')], ["b"])
        uow.cases.change_waits(case.id, waits, {("a", "withdrawal"): "x"})
        record(uow, "task_completed", case.id)
        uow.cases.move(case.id, 3, {"header": '{"v":{"a":1,"b":2}}'}, '{"n":3,"v":{"a":1}}')
        uow.cases.move(case.id, 4, {"header": '{"v":{"b":2,"c":null}}'}, '{"v":{"a":1,"b":2}}')
        record(uow, "task_completed", case.id)
        uow.commit()
    programme = Programme(store)
    programme.registration(programme.opinion(), programme.notice())
    programme.comment(programme.notice(), late=False)
    programme.batch(date(2021, 1, 1), date(2021, 12, 31))
    with store.unit_of_work() as uow:
        user = {"id": "u1", "issuer": "local", "subject": "zhang", "name": "张三", "phone": "13800000000"}
        uow.people.add_user({**user, "password_hash": "secret-hash", "created_at": NOON})
        uow.people.grant("u1", "auditor", None, NOON, None)
        uow.history.record("user_created", "people:u1", Who(None), NOON)
        uow.people.change_user("u1", {"name": "张三丰", "must_change": True})
        uow.people.revoke("u1", "auditor", None, NOON, None)
        uow.history.record("user_changed", "people:u1", Who("u1", "张三丰"), NOON)
        version = uow.definitions.store({"a.bpmn": b"1", "b.dmn": b"2"}, NOON)
        uow.definitions.deploy(version, NOON, "首次部署", statute="s")
        uow.history.record("deployed", "definitions", Who(None), NOON)
        uow.commit()
    return case.id


def test_what_was_lived_through_is_rebuilt(store: Store) -> None:
    lived_through(store)
    found = compared(store)
    assert found.differences == ()
    assert (found.rows["case_file"], found.rows["token"], found.rows["inbox_task"]) == (1, 1, 1)
    assert (found.rows["user_account"], found.rows["role_assignment"], found.rows["definition_file"]) == (
        1,
        1,
        2,
    )


def test_secrets_and_names_are_not_in_the_history(store: Store) -> None:
    lived_through(store)
    with store.reading() as uow:
        bodies = "".join(uow.connection.execute(select(tables.event.c.body)).scalars())
    assert "secret-hash" not in bodies
    assert "13800000000" not in bodies
    assert "张三" not in bodies
    assert "zhang" not in bodies


def test_an_erased_person_does_not_make_a_difference(store: Store) -> None:
    lived_through(store)
    with store.unit_of_work() as uow:
        uow.people.erase_user("u1")
        uow.personal.erase("user:u1", NOON)
        uow.history.record("user_erased", "people:u1", Who(None), NOON)
        uow.commit()
    assert compared(store).differences == ()


def test_bookkeeping_is_no_difference(store: Store) -> None:
    lived_through(store)
    with store.unit_of_work() as uow:
        uow.credentials.failed("u1", NOON)
        uow.commit()
    assert compared(store).differences == ()


def test_a_row_changed_behind_the_programs_back_is_found(store: Store) -> None:
    case_id = lived_through(store)
    with store.unit_of_work() as uow:
        uow.connection.execute(text("UPDATE case_file SET title = 'x', revision = 9"))
        uow.connection.execute(text("DELETE FROM inbox_entry"))
        uow.connection.execute(
            text("INSERT INTO token (case_id, id, element, state, body) VALUES ('c', 'z', 'x', 16, '{}')")
        )
        uow.connection.execute(tables.user_account.update().values(name="李四"))
        uow.commit()
    found = {(d.table, d.kind): d for d in compared(store).differences}
    assert found.keys() == {
        ("case_file", "differs"),
        ("inbox_entry", "missing"),
        ("token", "extra"),
        ("user_account", "differs"),
    }
    assert found["case_file", "differs"].key == (case_id,)
    assert set(found["case_file", "differs"].columns) == {"title", "revision"}
    assert found["user_account", "differs"].columns == ("name",)
