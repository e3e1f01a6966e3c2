"""The trail as people read it and as it is stored."""

from __future__ import annotations

import json

import pytest

from calendars.periods import Due, Rule, compute, describe
from calendars.published import Calendar
from tests.unit.calendars.example_rules import PUBLIC_NOTICE, REGISTRATION, at

CALENDAR = Calendar.shipped()


def test_the_trail_reads_like_a_count_on_the_fingers() -> None:
    assert describe(compute(PUBLIC_NOTICE, at("2025-09-29"), CALENDAR)) == [
        "第0天 不计 周一 09-29",
        "第1天 周二 09-30",
        "跳过 10-01~08 国庆节、中秋节 〔2024〕12号",
        "第2天 周四 10-09",
        "第3天 周五 10-10",
        "第4天 周六 10-11 调休上班 〔2024〕12号",
        "跳过 10-12 周末",
        "第5天 周一 10-13",
        "截止 2025-10-13 24:00（周一）",
    ]


def test_an_estimate_says_so_on_every_line_and_shows_its_interval() -> None:
    lines = describe(compute(PUBLIC_NOTICE, at("2026-12-28"), CALENDAR))

    assert lines[4:] == [
        "跳过 2027-01-01 元旦 预估",
        "跳过 2027-01-02~03 周末 预估",
        "第4天 周一 2027-01-04 预估",
        "第5天 周二 2027-01-05 预估",
        "截止 2027-01-05 24:00（周二） 预估，2027-01-03至2027-01-08之间",
    ]


def test_a_start_on_a_holiday_shows_whose_holiday_it_is() -> None:
    assert describe(compute(REGISTRATION, at("2025-10-04"), CALENDAR))[:2] == [
        "第0天 不计 周六 10-04 国庆节、中秋节 〔2024〕12号",
        "跳过 10-05~08 国庆节、中秋节 〔2024〕12号",
    ]


def test_a_skip_over_the_end_of_a_month_names_both_months() -> None:
    rule = Rule(id="r", name="期限", n=1, basis="服务规则", kind="promised")

    assert "跳过 01-28~02-04 春节 〔2024〕12号" in describe(compute(rule, at("2025-01-27"), CALENDAR))


def test_a_long_trail_is_stored_in_few_entries() -> None:
    due = compute(
        Rule(id="r", name="期限", n=250, basis="服务规则", kind="promised"), at("2025-01-02"), CALENDAR
    )
    stored = due.to_json()

    assert len(due.trail) > 360
    assert len(stored["trail"]) < 130
    assert Due.from_json(json.loads(json.dumps(stored))) == due


def test_a_stored_form_of_another_schema_is_refused() -> None:
    stored = compute(PUBLIC_NOTICE, at("2025-09-29"), CALENDAR).to_json()

    with pytest.raises(ValueError, match="schema"):
        Due.from_json({**stored, "schema": 2})
