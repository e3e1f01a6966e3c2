"""The K rules stand in the database: direct SQL that breaks one is refused, on both kinds.

docs/domain.md §3 and §5; every test first shows that the lawful act next to it passes.
"""

# ruff: noqa: S608 - direct SQL is what these tests are about

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from tests.support.records import DAY, NOON, Programme
from workflow_app.kernel.errors import Conflict, Refused
from workflow_app.store import tables
from workflow_app.store.history import Who
from workflow_app.store.unit_of_work import Store


@pytest.fixture
def programme(store: Store) -> Programme:
    return Programme(store)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code
    assert caught.value.message


def sql(store: Store, statement: str) -> None:
    """What somebody with a database client might try."""
    with store.unit_of_work() as uow:
        uow.connection.execute(text(statement))
        uow.commit()


# --- registration -----------------------------------------------------------------------


def test_registration_needs_all_it_rests_on_and_then_passes(programme: Programme, store: Store) -> None:
    registration = programme.registration(programme.opinion(), programme.notice())
    with store.reading() as uow:
        found = uow.programme.registration(programme.project)
    assert found is not None
    assert found["id"] == registration


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ({"state": "open", "closed_at": None, "outcome": None}, "notice_not_closed"),
        ({"outcome": None}, "notice_not_closed"),
        ({"closes_at": NOON + DAY, "closed_at": NOON + DAY}, "notice_not_closed"),
        ({"outcome": "upheld_fixable"}, "notice_upheld"),
        ({"outcome": "upheld_fatal"}, "notice_upheld"),
        ({"published_at": NOON - 30 * DAY}, "notice_before_opinion"),
    ],
)
def test_a_notice_that_does_not_carry_a_registration(programme: Programme, spoilt: dict, code: str) -> None:
    opinion = programme.opinion()
    notice = programme.notice(**spoilt)
    with refused(code):
        programme.registration(opinion, notice)


def test_a_notice_counts_at_least_five_working_days(programme: Programme) -> None:
    with refused("public_notice_five_working_days"):
        programme.notice(working_days=4)


def test_a_notice_spans_at_least_five_days(programme: Programme) -> None:
    with pytest.raises(Exception, match="five_days"):
        programme.notice(published_at=NOON - 7 * DAY)


def test_a_notice_is_never_closed_early(programme: Programme) -> None:
    notice = programme.notice(state="open", closed_at=None, outcome=None)
    with refused("public_notice_never_early"):
        programme.change(tables.public_notice, notice, state="closed", closed_at=NOON - 4 * DAY)
    programme.change(tables.public_notice, notice, state="closed", closed_at=NOON - 3 * DAY)


def test_a_published_closing_time_moves_later_and_never_earlier(programme: Programme) -> None:
    notice = programme.notice(state="open", closed_at=None, outcome=None)
    programme.change(tables.public_notice, notice, closes_at=NOON - 2 * DAY)
    with refused("closing_moved_earlier"):
        programme.change(tables.public_notice, notice, closes_at=NOON - 3 * DAY)


def test_a_closed_notice_is_final(programme: Programme, store: Store) -> None:
    programme.notice()
    with refused("notice_final"):
        sql(store, "UPDATE public_notice SET outcome = 'dismissed'")
    with refused("notice_final"):
        sql(store, "UPDATE public_notice SET state = 'terminated', closed_at = NULL, outcome = NULL")
    with refused("append_only"):
        sql(store, "DELETE FROM public_notice")


@pytest.mark.parametrize("result", ["revise", "failed"])
def test_registration_needs_a_passed_opinion(programme: Programme, result: str) -> None:
    with refused("opinion_not_passed"):
        programme.registration(programme.opinion(result), programme.notice())


def test_another_projects_papers_do_not_serve(programme: Programme, store: Store) -> None:
    other = Programme(store)
    with refused("notice_of_other_project"):
        programme.registration(programme.opinion(), other.notice())
    with refused("opinion_not_passed"):
        programme.registration(other.opinion(), programme.notice())


@pytest.mark.parametrize(
    "standing",
    [
        {},
        {"kind": "objection"},
        {"kind": "objection", "outcome": "upheld_fixable", "decided_at": NOON},
    ],
)
def test_a_standing_objection_blocks(programme: Programme, standing: dict) -> None:
    opinion, notice = programme.opinion(), programme.notice()
    comment = programme.comment(notice, **standing)
    with refused("open_objection"):
        programme.registration(opinion, notice)
    if "outcome" not in standing:
        programme.change(tables.comment, comment, kind="objection", outcome="dismissed", decided_at=NOON)
        programme.registration(opinion, notice)


STOPPED = {"state": "terminated", "terminated_at": NOON - 12 * DAY, "end_reason": "项目边界调整"}


def stopped_notice(programme: Programme, **changes: object) -> str:
    """A notice that was stopped before the one a registration rests on."""
    values = STOPPED | {"published_at": NOON - 18 * DAY, "closes_at": NOON - 11 * DAY} | changes
    return programme.notice(**values, closed_at=None, outcome=None)


@pytest.mark.parametrize("standing", [{}, {"kind": "objection"}])
def test_an_objection_to_a_stopped_notice_blocks_until_decided(programme: Programme, standing: dict) -> None:
    opinion, notice = programme.opinion(), programme.notice()
    comment = programme.comment(stopped_notice(programme), received_at=NOON - 14 * DAY, **standing)
    with refused("open_objection"):
        programme.registration(opinion, notice)
    programme.change(
        tables.comment, comment, kind="objection", outcome="upheld_fixable", decided_at=NOON - 10 * DAY
    )
    programme.registration(opinion, notice)


def test_an_objection_to_a_stopped_notice_of_project_and_first_batch_blocks(programme: Programme) -> None:
    """The notice named both: withdrawing the batch does not answer the objection to the project."""
    opinion, notice = programme.opinion(), programme.notice()
    batch = programme.batch(date(2021, 1, 1), date(2021, 12, 31))
    comment = programme.comment(stopped_notice(programme, batch_id=batch), received_at=NOON - 14 * DAY)
    with refused("open_objection"):
        programme.registration(opinion, notice)
    programme.change(tables.comment, comment, kind="objection", outcome="dismissed", decided_at=NOON)
    programme.registration(opinion, notice)


def test_an_answered_comment_and_a_late_one_do_not_block(programme: Programme) -> None:
    opinion, notice = programme.opinion(), programme.notice()
    programme.comment(notice, kind="comment", outcome="answered", decided_at=NOON)
    programme.comment(notice, late=True, received_at=NOON - DAY)
    programme.registration(opinion, notice)


def test_nobody_calls_a_timely_comment_late(programme: Programme, store: Store) -> None:
    notice = programme.notice()
    with refused("comment_lateness"):
        programme.comment(notice, late=True)
    with refused("comment_lateness"):
        programme.comment(notice, late=False, received_at=NOON - 3 * DAY)
    programme.comment(notice)
    with refused("comment_lateness"):
        sql(store, "UPDATE comment SET late = true")


def test_what_the_public_said_and_what_was_decided_stays(programme: Programme, store: Store) -> None:
    comment = programme.comment(programme.notice())
    with refused("comment_final"):
        sql(store, "UPDATE comment SET text = '没有意见'")
    programme.change(tables.comment, comment, kind="objection", outcome="upheld_fatal", decided_at=NOON)
    with refused("comment_final"):
        sql(store, "UPDATE comment SET outcome = 'dismissed'")
    with refused("append_only"):
        sql(store, "DELETE FROM comment")


def test_maker_and_checker_are_two_people(programme: Programme) -> None:
    opinion, notice = programme.opinion(), programme.notice()
    with refused("registration_second_person"):
        programme.registration(opinion, notice, checker_id="maker")


def test_a_registration_only_ends(programme: Programme, store: Store) -> None:
    registration = programme.registration(programme.opinion(), programme.notice())
    with refused("registration_final"):
        sql(store, "UPDATE registration SET number = 'JX-1'")
    with refused("append_only"):
        sql(store, "DELETE FROM registration")
    programme.change(tables.registration, registration, state="revoked", ended_at=NOON, end_reason="造假查实")
    with refused("registration_final"):
        programme.change(tables.registration, registration, state="active", ended_at=None)


def test_a_project_is_registered_once(programme: Programme) -> None:
    opinion, notice = programme.opinion(), programme.notice()
    programme.registration(opinion, notice)
    with pytest.raises(Conflict):
        programme.registration(opinion, notice, number="JX-2")


def test_a_project_is_registered_by_its_registration_alone(programme: Programme) -> None:
    number = f"JX-{programme.project[-8:]}"
    registered = {"state": "registered", "number": number, "registered_at": NOON}
    with refused("registration_missing"):
        programme.change(tables.project, programme.project, **registered)
    programme.registration(programme.opinion(), programme.notice())
    programme.change(tables.project, programme.project, **registered)


# --- separation of duties ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("department_clerk", "department_leader", "clerk_is_leader"),
        ("department_leader", "department_clerk", "clerk_is_leader"),
        ("exchange_maker", "exchange_checker", "maker_is_checker"),
        ("exchange_checker", "exchange_maker", "maker_is_checker"),
    ],
)
def test_two_duties_that_are_never_one_persons(store: Store, first: str, second: str, code: str) -> None:
    def do(subject: str, user: str, role: str) -> None:
        with store.unit_of_work() as uow:
            uow.people.do_duty(subject, user, role, NOON)
            uow.history.record("duty", "case:1", Who(None), NOON)
            uow.commit()

    do("p1", "u1", first)
    do("p1", "u1", first)
    with refused(code):
        do("p1", "u1", second)
    do("p1", "u2", second)
    do("p2", "u1", second)
    with refused("append_only"):
        sql(store, "DELETE FROM duty")


@pytest.mark.parametrize(
    "table",
    [
        "content",
        "definition_file",
        "definition_version",
        "deployment",
        "calendar_notice",
        "panel_opinion",
        "note",
    ],
)
def test_what_is_append_only_is_neither_changed_nor_deleted(
    programme: Programme, store: Store, table: str
) -> None:
    programme.opinion()
    with store.unit_of_work() as uow:
        version = uow.definitions.store({"a.bpmn": b"<a/>"}, NOON)
        uow.definitions.deploy(version, NOON, "首次部署", statute="s")
        uow.history.record("deployed", "definitions", Who(None), NOON)
        uow.connection.execute(
            tables.calendar_notice.insert(),
            {
                "id": "n",
                "sequence": 1,
                "year": 2027,
                "number": "国办发明电〔2026〕1号",
                "issued_on": date(2026, 11, 1),
                "body": "",
                "revision": "r",
                "loaded_at": NOON + timedelta(0),
            },
        )
        uow.connection.exec_driver_sql(
            "INSERT INTO case_file"
            " (id, number, process_id, version, title, status, revision, header, opened_at)"
            " VALUES ('c', '1', 'p', 'v', 't', 'open', 0, '{}', 0)"
        )
        uow.connection.exec_driver_sql(
            "INSERT INTO note (id, case_id, author_id, at, text) VALUES ('n', 'c', 'u', 0, 't')"
        )
        uow.commit()
    column = {
        "content": "sha256",
        "definition_file": "path",
        "definition_version": "version",
        "deployment": "reason",
    }.get(table, "id")
    with refused("append_only"):
        sql(store, f"UPDATE {table} SET {column} = 'x'")
    with refused("append_only"):
        sql(store, f"DELETE FROM {table}")
