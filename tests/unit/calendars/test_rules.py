"""A rule is valid when made; a bad parameter file is answered in Chinese."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from calendars.errors import RuleError
from calendars.rules import Rule, Suspension

REGISTRATION: dict[str, Any] = {
    "id": "registration",
    "name": "开户并登记",
    "unit": "working_day",
    "n": 3,
    "direction": "max",
    "count_from": "next_working_day",
    "ends": "end_of_day",
    "receipt": "arrival",
    "basis": "355号附件二（一）",
    "kind": "statutory",
    "effective_from": date(2024, 7, 19),
    "version": 1,
    "warn_before": 1,
}


def test_a_rule_is_read_from_the_parameters() -> None:
    rule = Rule.from_mapping(REGISTRATION)

    assert (rule.id, rule.n, rule.direction, rule.kind, rule.warn_before) == (
        "registration",
        3,
        "max",
        "statutory",
        1,
    )
    assert rule.closes_at == time(17, 30)


def test_dates_and_times_may_be_text() -> None:
    rule = Rule.from_mapping({**REGISTRATION, "effective_from": "2025-01-01", "closes_at": "17:00"})

    assert rule.effective_from == date(2025, 1, 1)
    assert rule.closes_at == time(17)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"n": 0}, "n 应为1至2500"),
        ({"n": 3.0}, "n 应为1至2500"),
        ({"n": True}, "n 应为1至2500"),
        ({"n": 2501}, "n 应为1至2500"),
        ({"n": 241, "unit": "month"}, "n 应为1至240"),
        ({"unit": "week"}, "unit 应为"),
        ({"unit": ["month"]}, "unit 应为"),
        ({"direction": "about"}, "direction 应为"),
        ({"kind": "法定"}, "kind 应为"),
        ({"basis": " "}, "缺少 basis"),
        ({"name": None}, "缺少 name"),
        ({"version": 0}, "version"),
        ({"warn_before": 0}, "warn_before"),
        ({"warn_before": "1"}, "warn_before"),
        ({"effective_from": "soon"}, "effective_from"),
        ({"effective_from": 20250101}, "effective_from"),
        ({"effective_from": datetime(2025, 1, 1, tzinfo=UTC)}, "effective_from"),
        ({"closes_at": "25:00"}, "closes_at"),
        ({"closes_at": 1050}, "closes_at"),
        ({"closes_at": "00:00"}, "closes_at"),
        ({"unit": "month", "count_from": "same_day"}, "民法典第二百零一条"),
        ({"__class__": "x"}, "不认识的项"),
    ],
)
def test_a_rule_that_does_not_hold_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(RuleError, match=says):
        Rule.from_mapping({**REGISTRATION, **change})


@pytest.mark.parametrize("key", ["id", "name", "n", "basis", "kind"])
def test_what_a_rule_cannot_do_without(key: str) -> None:
    with pytest.raises(RuleError, match=f"缺少 {key}"):
        Rule.from_mapping({k: v for k, v in REGISTRATION.items() if k != key})


def test_a_suspension_carries_its_reason_and_its_own_written_notice() -> None:
    with pytest.raises(RuleError, match="书面通知"):
        Suspension(date(2025, 10, 10), None, "等待他方登记机构答复", "")
    with pytest.raises(RuleError, match="事由"):
        Suspension(date(2025, 10, 10), None, " ", "赣环函〔2025〕1号")
    with pytest.raises(RuleError, match="早于起日"):
        Suspension(date(2025, 10, 10), date(2025, 10, 9), "等待答复", "赣环函〔2025〕1号")
