"""Events: what goes in comes out, nobody changes it, and personal values can be forgotten."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.support.records import NOON, open_store, opened_case, record
from workflow_app.kernel.errors import NotFound, Refused
from workflow_app.store.chain import verify
from workflow_app.store.history import FormEntry, Who
from workflow_app.store.refusals import translate
from workflow_app.store.sealing import ERASED, Vault
from workflow_app.store.tables import event
from workflow_app.store.unit_of_work import Store

FORM = FormEntry(
    "project_application",
    1,
    {"project_name": "竹林碳汇", "contacts": [{"name": "王五", "phone": "13800000000"}], "note": ""},
    {
        "contacts.0.phone": "project:p1:contact",
        "contacts.0.name": "project:p1:contact",
        "note": "x:1",
        "no.path": "x:1",
    },
    action="submit",
)
CLERK = Who("u1", "张三", "department_clerk", "o1")


def hand_in(store: Store, case_id: str, form: FormEntry = FORM) -> None:
    with store.unit_of_work() as uow:
        uow.history.record(
            "task_completed",
            f"case:{case_id}",
            CLERK,
            NOON,
            element_id="submit_application",
            version="a" * 64,
            form=form,
            decisions=[{"table": "eligibility", "outputs": {"eligible": True}}],
            calendar_revision="c1",
            legal_basis="355号附件一（一）",
            facts={"receipt": "SL-1"},
        )
        uow.commit()


def test_an_event_comes_back_as_it_was_told(store: Store) -> None:
    case = opened_case(store)
    hand_in(store, case.id)
    with store.reading() as uow:
        told = uow.history.stream(f"case:{case.id}")[1]
        assert uow.history.form(f"case:{case.id}", "project_application") == FORM.data
        assert uow.history.forms(f"case:{case.id}", "project_application") == (FORM.data,)
        assert uow.history.form(f"case:{case.id}", "formal_review") is None
    assert (told.seq, told.kind, told.at, told.element_id) == (
        2,
        "task_completed",
        NOON,
        "submit_application",
    )
    assert (told.actor_id, told.actor_name, told.role, told.organisation_id) == (
        "u1",
        "张三",
        "department_clerk",
        "o1",
    )
    assert told.body["form"] == {
        "key": "project_application",
        "version": 1,
        "data": FORM.data,
        "action": "submit",
    }
    assert told.body["decisions"] == [{"table": "eligibility", "outputs": {"eligible": True}}]
    assert (told.body["calendar_revision"], told.body["legal_basis"]) == ("c1", "355号附件一（一）")
    assert "changes" not in told.body


def test_personal_values_and_names_enter_as_ciphertext(store: Store) -> None:
    case = opened_case(store)
    hand_in(store, case.id)
    with store.reading() as uow:
        stored = uow.connection.execute(
            select(event.c.body, event.c.actor_name).where(event.c.seq == 2)
        ).one()
    assert "13800000000" not in stored.body
    assert "王五" not in stored.body
    assert "竹林碳汇" in stored.body
    assert "张三" not in stored.actor_name


def test_erasing_a_person_leaves_the_chain_whole(store: Store) -> None:
    case = opened_case(store)
    hand_in(store, case.id)
    with store.unit_of_work() as uow:
        uow.personal.erase("project:p1:contact", NOON)
        uow.personal.erase("user:u1", NOON)
        record(uow, "personal_data_erased", case.id)
        uow.commit()
    with store.reading() as uow:
        told = uow.history.stream(f"case:{case.id}")[1]
        assert told.actor_name == ERASED
        assert told.body["form"]["data"]["contacts"] == [{"name": ERASED, "phone": ERASED}]
        assert told.body["form"]["data"]["project_name"] == "竹林碳汇"
        assert verify(uow.connection, store.vault).breaches == ()


def test_nothing_is_written_again_about_an_erased_person(store: Store) -> None:
    case = opened_case(store)
    hand_in(store, case.id)
    with store.unit_of_work() as uow:
        uow.personal.erase("project:p1:contact", NOON)
        uow.commit()
    with pytest.raises(Refused) as refusal:
        hand_in(store, case.id)
    assert refusal.value.code == "person_erased"


def test_erasing_nobody_is_an_error(store: Store) -> None:
    with store.unit_of_work() as uow, pytest.raises(NotFound):
        uow.personal.erase("user:nobody", NOON)


def test_a_sealed_value_cannot_be_given_to_another_person(store: Store) -> None:
    with store.unit_of_work() as uow:
        sealed = uow.personal.seal("user:a", "甲")
        uow.personal.seal("user:b", "乙")
        with pytest.raises(NotFound, match="sealed_value_damaged"):
            uow.personal.open({**sealed, "enc": "user:b"})


def test_another_master_key_opens_nothing(store: Store) -> None:
    case = opened_case(store)
    hand_in(store, case.id)
    foreign = Store(store.engine, Vault(b"x" * 32), store.clock)
    with foreign.reading() as uow, pytest.raises(ValueError, match="master key"):
        uow.history.stream(f"case:{case.id}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET body = '{}' WHERE seq = 1",
        "DELETE FROM event",
        "DELETE FROM event_head",
        "UPDATE event_head SET hash = prefix.h FROM (SELECT '0' AS h) AS prefix",
        "UPDATE event_head SET seq = 7",
    ],
)
def test_the_database_refuses_to_change_history(store: Store, statement: str) -> None:
    opened_case(store)
    with store.unit_of_work() as uow, pytest.raises(DBAPIError) as caught:
        uow.connection.execute(text(statement))
    refusal = translate(caught.value)
    assert isinstance(refusal, Refused)
    assert refusal.code == "append_only"


def test_sqlite_refuses_to_replace_an_event_by_whoever_connects(sqlite_store_url: str) -> None:
    store = open_store(sqlite_store_url)
    opened_case(store)
    raw = sqlite3.connect(store.engine.url.database or "")
    try:
        with pytest.raises(sqlite3.IntegrityError, match="jcer:already_there"):
            raw.execute("INSERT OR REPLACE INTO event SELECT * FROM event")
    finally:
        raw.close()
        store.engine.dispose()


def test_history_outlives_its_case(store: Store) -> None:
    case = opened_case(store)
    with store.unit_of_work() as uow:
        uow.connection.execute(text("DELETE FROM token"))
        uow.connection.execute(text("DELETE FROM case_file"))
        uow.commit()
    with store.reading() as uow:
        assert [e.kind for e in uow.history.stream(f"case:{case.id}")] == ["case_opened"]
