"""Scenarios 1-5: the limits of publicity and registration on real calendars (355号附件一（三）、二（一）)."""

from __future__ import annotations

from datetime import time

import pytest

from tests.scenarios.programme import Programme, at
from workflow_app.domain.public_notice import check_close
from workflow_app.kernel.errors import InvalidForm


def test_1_ordinary_week(programme_on_both: Programme) -> None:
    """G P1 accepted, panel passed. W published Mon 2025-06-09. T closes 06-16; register by 06-19."""
    programme = programme_on_both
    programme.on("2025-04-10")
    programme.given_released_notice()

    programme.when_published("2025-06-09")

    programme.then_state("public_notice")
    programme.then_counted("public_notice", "06-10", "06-11", "06-12", "06-13", "06-16")
    programme.then_due_on("public_notice", "2025-06-16")

    programme.on("2025-06-16", time(23, 59))
    programme.then_state("public_notice")
    programme.on("2025-06-17", time(0))
    programme.then_state("registration_pending")
    programme.then_counted("registration", "06-17", "06-18", "06-19")
    programme.then_due_on("registration", "2025-06-19")

    programme.on("2025-06-18")
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")
    programme.then_state("registered")
    assert programme.project["number"] == "JX-JCER-01-00001"
    assert programme.limit("registration").state == "met"


def test_2_national_day(programme: Programme) -> None:
    """W published Mon 2025-09-29. T 10-11 is a working Saturday; closes 10-13; register by 10-16."""
    programme.on("2025-08-01")
    programme.given_released_notice()

    programme.when_published("2025-09-29")

    programme.then_counted("public_notice", "09-30", "10-09", "10-10", "10-11", "10-13")
    programme.then_due_on("public_notice", "2025-10-13")
    # Early close on 10-11 is refused: the law says so, and nothing offers it.
    refused = check_close(at("2025-10-11"), programme.notice["closes_at"])
    assert [finding.code for finding in refused] == ["notice_running"]
    programme.on("2025-10-11")
    programme.then_state("public_notice")

    programme.on("2025-10-14")
    programme.then_counted("registration", "10-14", "10-15", "10-16")
    programme.then_due_on("registration", "2025-10-16")


def test_3_spring_festival(programme: Programme) -> None:
    """W published Wed 2026-02-11. T closes 02-25; a Saturday deadline for registration, 02-28."""
    programme.on("2026-01-12")
    programme.given_released_notice()

    programme.when_published("2026-02-11")

    programme.then_counted("public_notice", "02-12", "02-13", "02-14", "02-24", "02-25")
    programme.then_due_on("public_notice", "2026-02-25")
    programme.on("2026-02-26")
    programme.then_counted("registration", "02-26", "02-27", "02-28")
    programme.then_due_on("registration", "2026-02-28")


@pytest.mark.parametrize(
    ("published", "counted", "closes", "registered_by"),
    [
        ("2026-09-18", ("09-20", "09-21", "09-22", "09-23", "09-24"), "2026-09-24", "2026-09-30"),
        ("2025-10-04", ("10-09", "10-10", "10-11", "10-13", "10-14"), "2025-10-14", "2025-10-17"),
    ],
    ids=["double holiday", "published on a holiday"],
)
def test_4_holidays(
    programme: Programme, published: str, counted: tuple[str, ...], closes: str, registered_by: str
) -> None:
    """W published before two holidays, or on one. T each working day counts once."""
    programme.on(f"{published[:4]}-08-03")
    programme.given_released_notice()

    programme.when_published(published)

    programme.then_counted("public_notice", *counted)
    programme.then_due_on("public_notice", closes)
    programme.to_next_day_of(closes)
    programme.then_due_on("registration", registered_by)


NOTICE_2027 = """
year = 2027

[[notice]]
number = "国办发明电〔2026〕9号"
date = 2026-12-29
title = "国务院办公厅关于2027年部分节假日安排的通知"
off = [
  {{ name = "元旦", from = 2027-01-01, to = {last} }},
  {{ name = "春节", from = 2027-02-05, to = 2027-02-11 }},
  {{ name = "清明节", from = 2027-04-03, to = 2027-04-05 }},
  {{ name = "劳动节", from = 2027-05-01, to = 2027-05-05 }},
  {{ name = "端午节", from = 2027-06-09, to = 2027-06-11 }},
  {{ name = "中秋节", from = 2027-09-15, to = 2027-09-17 }},
  {{ name = "国庆节", from = 2027-10-01, to = 2027-10-07 }},
]
work = [{work}]
"""


def _published_at_the_turn_of_the_year(programme: Programme) -> None:
    programme.on("2026-12-01")
    programme.given_released_notice()
    programme.when_published("2026-12-28")
    programme.then_due_on("public_notice", "2027-01-05")
    assert programme.limit("public_notice").provisional
    assert programme.notice["provisional"]


def test_5_unpublished_year(programme: Programme) -> None:
    """G 2027 not loaded. T closing 2027-01-05 is 预估; a notice making 01-04 a holiday moves it to 01-06."""
    _published_at_the_turn_of_the_year(programme)
    programme.on("2026-12-30")
    notice = NOTICE_2027.format(last="2027-01-04", work="2027-02-20")

    shown = programme.when_notice_loaded(notice, dry_run=True)
    moves = [move for move in shown["deadlines"] if move["rule"] == "public_notice"]
    assert [(move["moved"], move["new"][:10]) for move in moves] == [(True, "2027-01-06")]
    programme.then_due_on("public_notice", "2027-01-05")

    programme.when_notice_loaded(notice)

    programme.then_due_on("public_notice", "2027-01-06")
    assert not programme.limit("public_notice").provisional
    assert programme.notice["closes_at"] == programme.limit("public_notice").due_at
    kinds = [event.kind for event in programme.events(f"case:{programme.cases('public_notice')[0].id}")]
    assert "deadline_recomputed" in kinds
    programme.on("2027-01-06")
    programme.then_state("public_notice")
    programme.on("2027-01-07")
    programme.then_state("registration_pending")
    programme.then_due_on("registration", "2027-01-11")


def test_5_a_published_closing_never_moves_earlier(programme: Programme) -> None:
    """W the loaded notice makes Sunday 01-03 a working day. T the earlier close is ignored, and logged."""
    _published_at_the_turn_of_the_year(programme)
    programme.on("2026-12-30")

    said = programme.when_notice_loaded(NOTICE_2027.format(last="2027-01-02", work="2027-01-03"))

    ignored = [move["ignored"] for move in said["deadlines"] if move["rule"] == "public_notice"]
    assert len(ignored) == 1
    assert "2027-01-05" in ignored[0]
    programme.then_due_on("public_notice", "2027-01-05")


def test_5_a_notice_that_forgets_a_statutory_day_changes_nothing(programme: Programme) -> None:
    """W the file leaves 春节 out. T it is refused with the day."""
    _published_at_the_turn_of_the_year(programme)
    forgetful = "\n".join(
        line for line in NOTICE_2027.format(last="2027-01-03", work="").splitlines() if "春节" not in line
    )
    with pytest.raises(InvalidForm) as refused:
        programme.when_notice_loaded(forgetful)
    assert "2027" in refused.value.message
    programme.then_due_on("public_notice", "2027-01-05")
