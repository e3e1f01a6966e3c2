"""The K rules of issuance stand in the database: I5, I6, I9, and tonnes that only fall.

docs/domain.md §5; every test first shows that the lawful act next to it passes.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.integration.store.test_rules import refused, sql, stopped_notice
from tests.support.records import DAY, NOON, Programme
from workflow_app.store import tables
from workflow_app.store.unit_of_work import Store


@pytest.fixture
def programme(store: Store) -> Programme:
    return Programme(store)


def assessed(programme: Programme) -> tuple[str, dict[str, Any]]:
    """A batch that may be issued, and what it is issued as."""
    programme.registration(programme.opinion(), programme.notice(quantity=44_100))
    batch = programme.batch(date(2021, 1, 1), date(2023, 12, 31))
    opinion, notice = programme.opinion(batch_id=batch), programme.notice(quantity=44_100, batch_id=batch)
    values = {
        "state": "issued",
        "issued": 44_100,
        "accepted": 44_100,
        "publicised": 44_100,
        "opinion_id": opinion,
        "notice_id": notice,
        "issued_at": NOON,
    }
    return batch, values


def issued(programme: Programme, **changes: Any) -> str:
    """A batch issued as it should be."""
    batch, values = assessed(programme)
    programme.change(tables.batch, batch, **(values | changes))
    return batch


def test_periods_of_one_project_are_disjoint(programme: Programme) -> None:
    first = programme.batch(date(2021, 1, 1), date(2023, 12, 31))
    with refused("batch_periods_overlap"):
        programme.batch(date(2023, 12, 31), date(2024, 12, 31), sequence=2)
    second = programme.batch(date(2024, 1, 1), date(2024, 12, 31), sequence=2)
    with refused("batch_periods_overlap"):
        programme.change(tables.batch, second, period_start=date(2023, 6, 1))
    programme.change(tables.batch, first, state="withdrawn")
    programme.batch(date(2023, 12, 1), date(2023, 12, 31), sequence=3)


def test_a_period_lies_in_the_crediting_period(programme: Programme) -> None:
    with refused("batch_outside_crediting_period"):
        programme.batch(date(2020, 12, 1), date(2021, 12, 31))
    with refused("batch_period"):
        programme.batch(date(2026, 1, 1), date(2026, 11, 24))


def test_no_more_than_the_calculation_rounded_down(programme: Programme) -> None:
    with refused("batch_quantity"):
        programme.batch(date(2024, 1, 1), date(2024, 12, 31), quantity=14_801, calculated=Decimal("14800.73"))
    programme.batch(date(2024, 1, 1), date(2024, 12, 31), quantity=14_800, calculated=Decimal("14800.73"))


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ({"publicised": 44_099}, "batch_issued"),
        ({"accepted": 44_099, "publicised": 44_099}, "batch_issued"),
        ({"publicised": None}, "batch_issued"),
        ({"notice_id": None}, "notice_not_closed"),
    ],
)
def test_issued_is_at_most_publicised_at_most_accepted(
    programme: Programme, spoilt: dict[str, Any], code: str
) -> None:
    with refused(code):
        issued(programme, **spoilt)


def test_no_more_is_publicised_than_accepted(programme: Programme) -> None:
    batch = programme.batch(date(2021, 1, 1), date(2023, 12, 31))
    programme.change(tables.batch, batch, accepted=44_000, publicised=44_000)
    with refused("batch_publicised"):
        programme.change(tables.batch, batch, publicised=44_001)


def test_nothing_is_issued_to_an_unregistered_project(programme: Programme) -> None:
    batch = programme.batch(date(2021, 1, 1), date(2023, 12, 31))
    opinion, notice = programme.opinion(batch_id=batch), programme.notice(quantity=1, batch_id=batch)
    with refused("project_not_registered"):
        programme.change(
            tables.batch,
            batch,
            state="issued",
            issued=1,
            accepted=1,
            publicised=1,
            opinion_id=opinion,
            notice_id=notice,
            issued_at=NOON,
        )


def test_a_batch_is_issued_on_its_own_opinion_and_its_own_notice(programme: Programme) -> None:
    with refused("opinion_of_other_batch"):
        issued(programme, opinion_id=programme.opinion())


def test_a_batch_is_not_issued_on_the_notice_of_its_project(programme: Programme) -> None:
    with refused("notice_of_other_batch"):
        issued(programme, notice_id=programme.notice(quantity=44_100))


def test_under_assessment_tonnes_only_fall(programme: Programme) -> None:
    batch = programme.batch(date(2021, 1, 1), date(2023, 12, 31), quantity=44_000)
    programme.change(tables.batch, batch, quantity=44_050)  # a correction before any assessment
    programme.change(tables.batch, batch, state="assessment")
    programme.change(tables.batch, batch, quantity=44_000, state="recheck")
    with refused("batch_tonnes_rise"):
        programme.change(tables.batch, batch, quantity=44_001)


def test_no_more_is_accepted_than_claimed(programme: Programme) -> None:
    batch = programme.batch(date(2021, 1, 1), date(2023, 12, 31), quantity=44_000)
    with refused("batch_accepted"):
        programme.change(tables.batch, batch, accepted=44_001)


def test_an_issued_batch_is_final(programme: Programme, store: Store) -> None:
    issued(programme)
    with refused("batch_final"):
        sql(store, "UPDATE batch SET period_end = '2023-12-30'")
    with refused("append_only"):
        sql(store, "DELETE FROM batch")


def test_what_is_received_before_registration_needs_a_notice(programme: Programme) -> None:
    """I9: the first registration always does, whatever the parameters say; later the parameters decide."""
    with refused("first_notice_required"):
        programme.batch(date(2021, 1, 1), date(2021, 12, 31), notice_required=False)
    first = programme.batch(date(2021, 1, 1), date(2021, 12, 31))
    programme.registration(programme.opinion(), programme.notice())
    programme.batch(date(2022, 1, 1), date(2022, 12, 31), sequence=2, notice_required=False)
    with refused("notice_pinned"):
        programme.change(tables.batch, first, notice_required=False)


def test_an_objection_to_another_rounds_stopped_notice_does_not_block(programme: Programme) -> None:
    first, values = assessed(programme)
    other = programme.batch(date(2024, 1, 1), date(2024, 12, 31), sequence=2)
    programme.comment(stopped_notice(programme, batch_id=other), received_at=NOON - 14 * DAY)
    programme.change(tables.batch, first, **values)
