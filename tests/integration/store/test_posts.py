"""任职 by the legal day, on both databases: what counts when, what overlaps, what is never undone."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from tests.support.records import NOON
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, JcerError, Refused
from workflow_app.store.history import Who
from workflow_app.store.unit_of_work import Store, UnitOfWork

TODAY = legal_date(NOON)
DAY = timedelta(days=1)
Span = tuple[date, date | None]


@pytest.fixture
def settled(store: Store) -> Store:
    """One person of one organisation, without a post."""
    with store.unit_of_work() as uow:
        uow.people.add_organisation({"id": "o1", "name": "演示中心", "kind": "exchange", "created_at": NOON})
        uow.people.add_user({"id": "u1", "issuer": "local", "subject": "a", "name": "甲", "created_at": NOON})
        told(uow)
    return store


def told(uow: UnitOfWork) -> None:
    uow.history.record("acted", "people:u1", Who(None), NOON)
    uow.commit()


def given(store: Store, first: date, last: date | None = None, role: str = "auditor") -> str:
    with store.unit_of_work() as uow:
        post_id = uow.people.grant("u1", role, None, NOON, None, first, last)
        told(uow)
    return post_id


def test_a_post_counts_from_its_first_to_its_last_day(settled: Store) -> None:
    given(settled, TODAY, TODAY + 2 * DAY)
    with settled.reading() as uow:
        counted = [bool(uow.people.roles("u1", TODAY + days * DAY)) for days in (-1, 0, 1, 2, 3)]
        found = [bool(uow.people.users(TODAY + days * DAY, role="auditor")) for days in (-1, 0, 2, 3)]
    assert counted == [False, True, True, True, False]
    assert found == [False, True, True, False]


@pytest.mark.parametrize(
    ("standing", "wanted"),
    [
        ((TODAY, None), (TODAY + 9 * DAY, None)),
        ((TODAY, TODAY + 5 * DAY), (TODAY + 5 * DAY, None)),
        ((TODAY + 3 * DAY, None), (TODAY, TODAY + 3 * DAY)),
        ((TODAY, TODAY), (TODAY, TODAY)),
    ],
)
def test_two_posts_that_share_a_day_are_refused(settled: Store, standing: Span, wanted: Span) -> None:
    given(settled, *standing)
    with pytest.raises(Refused, match="post_overlaps"):
        given(settled, *wanted)


def test_one_post_follows_another_and_another_role_may_overlap(settled: Store) -> None:
    given(settled, TODAY, TODAY + 5 * DAY)
    given(settled, TODAY + 6 * DAY)
    given(settled, TODAY, None, role="process_admin")
    with settled.reading() as uow:
        assert len(uow.people.posts("u1")) == 3


def test_a_last_day_may_not_be_moved_into_the_next_post(settled: Store) -> None:
    given(settled, TODAY, TODAY + 5 * DAY)
    given(settled, TODAY + 6 * DAY)
    with pytest.raises(Refused, match="post_overlaps"), settled.unit_of_work() as uow:
        uow.people.end_post(uow.people.posts("u1")[0], TODAY + 6 * DAY)


def test_what_was_taken_away_stays_on_record_and_leaves_room(settled: Store) -> None:
    post_id = given(settled, TODAY)
    with settled.unit_of_work() as uow:
        uow.people.take_away(uow.people.posts("u1")[0], NOON, None)
        told(uow)
    given(settled, TODAY)
    with settled.reading() as uow:
        taken, standing = sorted(uow.people.posts("u1"), key=lambda post: post.id != post_id)
        assert (taken.on(TODAY), standing.on(TODAY)) == (False, True)
    with pytest.raises(Refused, match="post_fixed"), settled.unit_of_work() as uow:
        uow.connection.execute(
            text("UPDATE role_assignment SET revoked_at = NULL WHERE id = :id"), {"id": post_id}
        )
    with pytest.raises(Refused, match="append_only"), settled.unit_of_work() as uow:
        uow.connection.execute(text("DELETE FROM role_assignment WHERE id = :id"), {"id": post_id})


def test_a_post_changed_meanwhile_is_not_changed_again(settled: Store) -> None:
    given(settled, TODAY)
    with settled.reading() as uow:
        seen = uow.people.posts("u1")[0]
    with settled.unit_of_work() as uow:
        uow.people.end_post(seen, TODAY + DAY)
        told(uow)
    with pytest.raises(Conflict, match="post_changed"), settled.unit_of_work() as uow:
        uow.people.end_post(seen, TODAY + 2 * DAY)


def test_a_closed_organisation_takes_no_post_and_one_with_a_post_stays_open(settled: Store) -> None:
    with settled.unit_of_work() as uow:
        uow.people.grant("u1", "exchange_maker", "o1", NOON, None, TODAY, TODAY + DAY)
        told(uow)
    with pytest.raises(Refused, match="organisation_in_use"), settled.unit_of_work() as uow:
        uow.people.change_organisation("o1", {"status": "closed", "closed_on": TODAY + DAY})
    with settled.unit_of_work() as uow:
        uow.people.change_organisation("o1", {"status": "closed", "closed_on": TODAY + 2 * DAY})
        told(uow)
    with pytest.raises(Refused, match="organisation_closed"), settled.unit_of_work() as uow:
        uow.people.grant("u1", "exchange_checker", "o1", NOON, None, TODAY + 9 * DAY)


def test_of_two_administrators_who_give_one_post_at_once_one_is_refused(settled: Store) -> None:
    start, said = threading.Barrier(2), []

    def give() -> None:
        start.wait()
        try:
            given(settled, TODAY)
        except JcerError as error:
            said.append(error.code)
        else:
            said.append("given")

    both = [threading.Thread(target=give) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    with settled.reading() as uow:
        assert len(uow.people.posts("u1")) == 1
    assert sorted(said) == ["given", "post_overlaps"]
