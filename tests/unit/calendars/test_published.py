"""The shipped notices, day by day, against the notices' text and against the ``holidays`` package."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from calendars.errors import OutOfRange
from calendars.published import Calendar, Notice, changed_days, newly_published, parse_notices
from tests.unit.calendars.notice_2027 import NOTICE_2027 as GOOD


@pytest.fixture(scope="module")
def shipped() -> Calendar:
    return Calendar.shipped()


def test_every_day_of_2019_to_2026_agrees_with_holidays(shipped: Calendar) -> None:
    official = holidays.country_holidays(
        "CN", years=range(2019, 2027), language="zh_CN", categories=("public",), expand=False
    )
    days = [date(2019, 1, 1) + timedelta(days=i) for i in range(2922)]
    assert days[-1] == date(2026, 12, 31)

    differ = [
        day
        for day in days
        if shipped.day(day).working
        != (day not in official and (day.weekday() < 5 or day in official.weekend_workdays))
    ]

    assert differ == []


def test_the_shipped_notices_keep_their_own_checks(shipped: Calendar) -> None:
    again = Calendar(()).with_notices(shipped.notices)

    assert again == shipped
    assert shipped.years == set(range(2019, 2027))
    assert [n.short_number for n in shipped.notices] == [
        "〔2018〕15号",
        "〔2019〕3号",
        "〔2019〕16号",
        "〔2020〕1号",
        "〔2020〕27号",
        "〔2021〕11号",
        "〔2022〕16号",
        "〔2023〕7号",
        "〔2024〕12号",
        "〔2025〕7号",
    ]


@pytest.mark.parametrize(
    ("day", "working", "reason", "notice"),
    [
        ("2024-02-09", True, "工作日", None),  # 除夕 2024: 〔2023〕7号 only encourages leave
        ("2019-05-02", False, "劳动节", "国办发明电〔2019〕3号"),  # the amendment wins
        ("2019-05-05", True, "调休上班", "国办发明电〔2019〕3号"),
        ("2020-01-31", False, "春节", "国办发明电〔2020〕1号"),  # the holiday was prolonged
        ("2020-02-01", False, "春节", "国办发明电〔2020〕1号"),  # and took back a make-up Saturday
        ("2022-12-31", False, "元旦", "国办发明电〔2022〕16号"),  # a holiday reaching into December
        ("2025-10-11", True, "调休上班", "国办发明电〔2024〕12号"),
        ("2025-10-12", False, "周末", None),
        ("2026-06-01", True, "工作日", None),  # a half holiday for children only
        ("2026-04-06", False, "清明节", "国办发明电〔2025〕7号"),
        ("2026-02-28", True, "调休上班", "国办发明电〔2025〕7号"),
    ],
)
def test_single_days_and_who_says_so(
    shipped: Calendar, day: str, working: bool, reason: str, notice: str | None
) -> None:
    fact = shipped.day(date.fromisoformat(day))

    assert (fact.working, fact.reason, fact.notice, fact.provisional) == (working, reason, notice, False)


@pytest.mark.parametrize(
    ("day", "working", "reason"),
    [
        ("2027-01-01", False, "元旦"),
        ("2027-01-04", True, "工作日"),
        ("2027-02-05", False, "春节"),
        ("2027-02-09", False, "春节补假"),
        ("2027-05-02", False, "劳动节"),
        ("2060-10-01", False, "国庆节"),
    ],
)
def test_an_unpublished_year_is_estimated_and_marked(
    shipped: Calendar, day: str, working: bool, reason: str
) -> None:
    fact = shipped.day(date.fromisoformat(day))

    assert (fact.working, fact.reason, fact.notice, fact.provisional) == (working, reason, None, True)


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2101, 1, 1), date.min, date.max])
def test_days_the_calendar_cannot_tell_are_refused(shipped: Calendar, day: date) -> None:
    with pytest.raises(OutOfRange, match="工作日"):
        shipped.day(day)


def test_loading_a_notice_makes_a_new_calendar_and_leaves_the_old_one(shipped: Calendar) -> None:
    (notice,) = parse_notices(GOOD)
    loaded = shipped.with_notice(notice)

    assert 2027 not in shipped.years
    assert shipped.day(date(2027, 1, 4)).working
    assert loaded.day(date(2027, 1, 4)).reason == "元旦"
    assert not loaded.day(date(2027, 1, 4)).provisional
    assert loaded.revision != shipped.revision
    assert len(loaded.revision) == 64
    assert newly_published(shipped, loaded) == (2027,)


def test_changed_days_are_those_worked_on_one_side_only(shipped: Calendar) -> None:
    changed = changed_days(shipped, shipped.with_notices(parse_notices(GOOD)))

    # Expected by hand: 补假 02-09, 02-10, 05-03, 05-04, 10-04, 10-05 were estimated off and stay off.
    assert [(day.isoformat(), after.working) for day, _, after in changed] == [
        ("2027-01-04", False),
        ("2027-01-09", True),
        ("2027-02-11", False),
        ("2027-02-20", True),
        ("2027-05-05", False),
        ("2027-10-06", False),
        ("2027-10-07", False),
        ("2027-10-09", True),
    ]
    assert all(before.provisional and not after.provisional for _, before, after in changed)


def test_the_same_content_gives_the_same_revision_however_it_was_typed(shipped: Calendar) -> None:
    shuffled = GOOD.replace("[2027-01-09, 2027-02-20, 2027-10-09]", "[2027-10-09, 2027-02-20, 2027-01-09]")
    once = shipped.with_notices(parse_notices(GOOD))

    assert once.revision == shipped.with_notices(parse_notices(shuffled)).revision
    assert once.with_notices(parse_notices(GOOD)) == once


def test_a_notice_loaded_again_with_a_correction_takes_its_own_place(shipped: Calendar) -> None:
    once = shipped.with_notices(parse_notices(GOOD))
    twice = once.with_notices(parse_notices(GOOD.replace("to = 2027-01-04", "to = 2027-01-03")))

    assert len(twice.notices) == len(once.notices)
    assert [(day, after.working) for day, _, after in changed_days(once, twice)] == [(date(2027, 1, 4), True)]


def test_a_later_notice_wins_whatever_the_order_of_loading(shipped: Calendar) -> None:
    first, amendment = shipped.notices[:2]
    assert amendment.number == "国办发明电〔2019〕3号"

    backwards = Calendar((amendment, first))

    assert backwards == Calendar((first, amendment))
    assert not backwards.day(date(2019, 5, 2)).working


def test_an_amendment_changes_only_what_it_names(shipped: Calendar) -> None:
    amendment = Notice(
        2026,
        "国办发明电〔2026〕3号",
        date(2026, 11, 24),
        "国务院办公厅关于调整放假安排的通知",
        (),
        (date(2026, 12, 5),),
    )

    changed = changed_days(shipped, shipped.with_notice(amendment))

    assert [(day, after.working, after.notice) for day, _, after in changed] == [
        (date(2026, 12, 5), True, "国办发明电〔2026〕3号")
    ]


def test_a_notice_that_reaches_back_into_december_changes_days_of_the_year_before(shipped: Calendar) -> None:
    reaching = GOOD.replace("from = 2027-01-01", "from = 2026-12-31").replace("2027-01-09", "2026-12-26")

    changed = changed_days(shipped, shipped.with_notices(parse_notices(reaching)))

    assert [(day.isoformat(), after.working) for day, _, after in changed[:3]] == [
        ("2026-12-26", True),
        ("2026-12-31", False),
        ("2027-01-04", False),
    ]
