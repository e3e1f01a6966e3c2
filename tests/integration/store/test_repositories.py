"""Drafts, files, retried requests, running numbers, outbox, people: on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from hashlib import sha256

import pytest

from tests.support.records import DAY, NOON, case_row, opened_case
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, NotFound, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.history import Who
from workflow_app.store.repositories.forms import AttachmentRow
from workflow_app.store.repositories.incidents import Incident
from workflow_app.store.unit_of_work import Store, UnitOfWork

TODAY = legal_date(NOON)


def told(uow: UnitOfWork) -> None:
    uow.history.record("acted", "people:u1", Who(None), NOON)
    uow.commit()


def test_a_draft_is_kept_and_a_second_tab_is_told(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.forms.draft("t", "u1") is None
        assert uow.forms.save_draft("t", "u1", {"project_name": ["竹林"]}, 0, NOON) == 1
        assert uow.forms.save_draft("t", "u1", {"project_name": ["竹林碳汇"]}, 1, NOON) == 2
        with pytest.raises(Conflict, match="draft_moved"):
            uow.forms.save_draft("t", "u1", {}, 1, NOON)
        with pytest.raises(Conflict, match="draft_moved"):
            uow.forms.save_draft("t", "u1", {}, 0, NOON)
        uow.forms.save_draft("t", "u2", {}, 0, NOON)
        found = uow.forms.draft("t", "u1")
        assert found is not None
        assert (found.raw, found.revision) == ({"project_name": ["竹林碳汇"]}, 2)
        uow.forms.drop_drafts("t", "u2")
        assert uow.forms.draft("t", "u2") is None
        assert uow.forms.draft("t", "u1") is not None
        uow.forms.drop_drafts("t")
        assert uow.forms.draft("t", "u1") is None


def test_a_submitted_file_stays(store: Store) -> None:
    case = opened_case(store)
    rows = [
        AttachmentRow(
            new_id(),
            case.id,
            "t",
            "mandate",
            "委托书.pdf",
            "application/pdf",
            3,
            "a" * 64,
            "draft",
            "u1",
            NOON,
        )
        for _ in range(2)
    ]
    with store.unit_of_work() as uow:
        for row in rows:
            uow.forms.attach(row)
        uow.forms.submit_attachments([rows[0].id])
        uow.forms.remove_attachment(rows[1].id)
        with pytest.raises(Conflict, match="attachment_submitted"):
            uow.forms.remove_attachment(rows[0].id)
        with pytest.raises(NotFound):
            uow.forms.attachment(rows[1].id)
        assert [row.id for row in uow.forms.attachments(case_id=case.id)] == [rows[0].id]
        assert uow.forms.attachments(task_id="other") == ()


def test_a_retried_request_gets_its_answer_and_a_stolen_key_a_refusal(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.settings.answered("u1", "k", "h") is None
        uow.settings.answer("u1", "k", "h", {"case_id": "c"}, NOON)
        assert uow.settings.answered("u1", "k", "h") == {"case_id": "c"}
        assert uow.settings.answered("u2", "k", "h") is None
        with pytest.raises(Conflict, match="idempotency_key_reused"):
            uow.settings.answered("u1", "k", "another")
        assert uow.settings.forget_answers(NOON) == 0
        assert uow.settings.forget_answers(NOON + timedelta(seconds=1)) == 1


def test_of_two_with_one_key_one_acts(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.settings.answer("u1", "k", "h", {}, NOON)
        uow.commit()
    with pytest.raises(Conflict), store.unit_of_work() as uow:
        uow.settings.answer("u1", "k", "h", {}, NOON)


def test_running_numbers_have_no_gap_and_no_double(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.settings.next("case:2026") == 1  # and rolled back with its act
    taken: list[int] = []

    def take() -> None:
        for _ in range(5):
            with store.unit_of_work() as uow:
                number = uow.settings.next("case:2026")
                uow.commit()
            taken.append(number)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 21))


def test_settings_hold_json(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.settings.get("offset", 0) == 0
        uow.settings.set("offset", 5)
        uow.settings.set("offset", {"seconds": 6})
        assert uow.settings.get("offset") == {"seconds": 6}


def test_the_outbox_asks_once_and_tries_again(store: Store) -> None:
    with store.unit_of_work() as uow:
        for _ in range(2):
            uow.outbox.put("notice:1", "mail", "user:u1", {"subject": "公示期满"}, NOON)
        (message,) = uow.outbox.claim(NOON, NOON + DAY, 10)
        assert uow.outbox.claim(NOON, NOON + DAY, 10) == ()
        uow.outbox.failed(message.id, "no relay", NOON + timedelta(minutes=1))
        assert uow.outbox.claim(NOON, NOON + DAY, 10) == ()
        (again,) = uow.outbox.claim(NOON + timedelta(minutes=1), NOON + DAY, 10)
        assert (again.attempts, again.last_error) == (1, "no relay")
        uow.outbox.sent(message.id, NOON)
        assert uow.outbox.claim(NOON + 2 * DAY, NOON + 3 * DAY, 10) == ()
        assert [m.state for m in uow.outbox.messages()] == ["sent"]


def test_a_notice_is_read_by_each_for_themselves(store: Store) -> None:
    groups = ["role:department_clerk", "user:u1"]
    with store.unit_of_work() as uow:
        uow.outbox.notify(["role:department_clerk"], "新申请", "请审查", None, NOON)
        uow.outbox.notify(["user:u1", "user:u1"], "转办", "请办理", None, NOON + DAY)
        first, second = uow.outbox.notifications(groups, "u1")
        assert (first.subject, second.subject, first.read) == ("转办", "新申请", False)
        assert (uow.outbox.unread(groups, "u1"), uow.outbox.unread(groups, "u1", bound=1)) == (2, 1)
        uow.outbox.mark_read(second.id, "u1", NOON)
        uow.outbox.mark_read(second.id, "u1", NOON)
        assert uow.outbox.unread(groups, "u1") == 1
        assert uow.outbox.unread(["role:department_clerk"], "u2") == 1


def test_an_incident_is_seen_retried_and_closed_once(store: Store) -> None:
    row = Incident(
        id=new_id(),
        case_id="c",
        element_id="mint_units",
        command="FireTimer",
        request={"timer": "t"},
        actor={"user_id": None},
        error="ZeroDivisionError",
        detail="",
        state="open",
        attempts=1,
        opened_at=NOON,
        last_at=NOON,
        resolved_at=None,
        resolved_by=None,
    )
    with store.unit_of_work() as uow:
        uow.incidents.open(row)
        uow.incidents.again(row.id, "KeyError", "x", NOON + DAY)
        found = uow.incidents.get(row.id)
        assert (found.attempts, found.error, found.last_at) == (2, "KeyError", NOON + DAY)
        assert [i.id for i in uow.incidents.list(case_id="c")] == [row.id]
        assert uow.incidents.resolve(row.id, NOON, "u1")
        assert not uow.incidents.resolve(row.id, NOON, "u1")
        assert uow.incidents.list() == ()
        assert len(uow.incidents.list(open_only=False)) == 1


def test_people_their_roles_and_their_tokens(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.people.add_organisation(
            {
                "id": "o1",
                "name": "演示交易中心",
                "uscc": "91360000DEM000129N",
                "kind": "exchange",
                "created_at": NOON,
            }
        )
        user = {"id": "u1", "issuer": "local", "subject": "zhang", "name": "张三", "organisation_id": "o1"}
        uow.people.add_user({**user, "password_hash": "h", "created_at": NOON})
        uow.people.grant("u1", "exchange_maker", "o1", NOON, None)
        uow.people.grant("u1", "auditor", None, NOON, None)
        uow.credentials.add_token(
            {
                "id": "k1",
                "user_id": "u1",
                "label": "脚本",
                "hash": sha256(b"s").hexdigest(),
                "created_at": NOON,
            }
        )
        told(uow)
    with store.unit_of_work() as uow:
        assert uow.people.roles("u1", TODAY) == {("exchange_maker", "o1"), ("auditor", None)}
        assert [u.id for u in uow.people.users(TODAY, role="exchange_maker", organisation_id="o1")] == ["u1"]
        assert uow.people.users(TODAY, role="exchange_maker", organisation_id="o2") == ()
        assert uow.people.only_organisation("exchange") == uow.people.organisation("o1")
        assert uow.people.organisation_by_uscc("91360000DEM000129N") == uow.people.organisation("o1")
        token = uow.credentials.token_by_hash(sha256(b"s").hexdigest())
        assert token is not None
        assert token.user_id == "u1"
        epoch = uow.people.user("u1").session_epoch
        uow.people.change_user("u1", {"password_hash": "h2"})
        assert uow.people.user("u1").session_epoch == epoch + 1
        known = uow.credentials.find(uow.people.user("u1").subject)
        assert known is not None
        assert known.password_hash == "h2"  # noqa: S105  # no password
        uow.credentials.revoke_token("k1", NOON)
        with pytest.raises(NotFound):
            uow.credentials.revoke_token("k1", NOON)
        uow.people.revoke("u1", "auditor", None, NOON, None)
        with pytest.raises(NotFound):
            uow.people.revoke("u1", "auditor", None, NOON, None)
        told(uow)


def test_a_role_is_given_once_even_without_a_scope(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.people.add_user({"id": "u1", "issuer": "local", "subject": "a", "name": "甲", "created_at": NOON})
        uow.people.grant("u1", "auditor", None, NOON, None)
        told(uow)
    with pytest.raises(Refused, match="post_overlaps"), store.unit_of_work() as uow:
        uow.people.grant("u1", "auditor", None, NOON, None)


def test_cases_are_found_by_parent_project_and_number(store: Store) -> None:
    parent = opened_case(store)
    child = opened_case(store, parent_case_id=parent.id, parent_token_id="t1")  # noqa: S106 - a token of a diagram
    with store.reading() as uow:
        assert uow.cases.child_of(parent.id, "t1") == child
        assert uow.cases.child_of(parent.id, "t2") is None
        assert uow.cases.children(parent.id, open_only=True) == (child,)
        assert uow.cases.identified(child.number) == uow.cases.identified(child.id) == child
        with pytest.raises(NotFound):
            uow.cases.get("none")


def test_a_number_is_given_once(store: Store) -> None:
    first = opened_case(store)
    second = case_row(number=first.number)
    with pytest.raises(Conflict), store.unit_of_work() as uow:
        uow.cases.insert(second)


def test_a_refusal_of_the_database_speaks_chinese(store: Store) -> None:
    opened_case(store)
    with pytest.raises(Refused, match="不能更改或删除"), store.unit_of_work() as uow:
        uow.connection.exec_driver_sql("DELETE FROM event_head")
