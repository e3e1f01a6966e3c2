"""What a pilot enters of itself: each field judged by itself, all at once (R15, R18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from workflow_app.domain.pilot import Activity, ActivityKind, Mechanism, check_activity, check_mechanism

FILED, TODAY = date(2025, 1, 8), date(2025, 3, 20)
HELD = Activity("training", "计量培训", date(2025, 3, 12), "横水镇", 2, 86)
SAID = Mechanism(
    "李县长", "副县长", "王科长", "0797-3812345", "", ({"department": "县林业局", "duty": "项目实施"},)
)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("kind", replace(HELD, kind="banquet")),
        ("title", replace(HELD, title="")),
        ("title", replace(HELD, title="长" * 201)),
        ("held_on", replace(HELD, held_on=date(2025, 3, 21))),
        ("held_on", replace(HELD, held_on=date(2025, 1, 7))),
        ("place", replace(HELD, place=" ")),
        ("sessions", replace(HELD, sessions=0)),
        ("sessions", replace(HELD, sessions=1_001)),
        ("people", replace(HELD, people=-1)),
        ("people", replace(HELD, people=1_000_001)),
        ("note", replace(HELD, note="长" * 3_001)),
    ],
)
def test_an_activity_says_which_field_is_wrong(field: str, wrong: Activity) -> None:
    assert check_activity(HELD, TODAY, FILED) == {}
    assert set(check_activity(wrong, TODAY, FILED)) == {field}


def test_an_activity_may_be_of_the_day_of_filing_and_of_today() -> None:
    for day in (FILED, TODAY):
        assert check_activity(replace(HELD, held_on=day, people=0), TODAY, FILED) == {}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("leader_name", replace(SAID, leader_name=" ")),
        ("leader_post", replace(SAID, leader_post="长" * 101)),
        ("contact_name", replace(SAID, contact_name="")),
        ("contact_phone", replace(SAID, contact_phone="12")),
        ("contact_email", replace(SAID, contact_email="nobody")),
        ("duties", replace(SAID, duties=())),
        ("duties", replace(SAID, duties=({"department": "县林业局", "duty": ""},))),
        ("duties", replace(SAID, duties=({"department": "长" * 101, "duty": "实施"},))),
        ("duties", replace(SAID, duties=tuple(SAID.duties) * 51)),
        ("training_plan", replace(SAID, training_plan="长" * 3_001)),
    ],
)
def test_a_mechanism_says_which_field_is_wrong(field: str, wrong: Mechanism) -> None:
    assert check_mechanism(SAID) == {}
    assert set(check_mechanism(wrong)) == {field}


def test_every_kind_has_its_name_and_says_whom_it_counts() -> None:
    assert [kind.label for kind in ActivityKind] == ["宣传", "培训", "专家团队建设", "其他"]
    assert [kind.counted for kind in ActivityKind] == ["覆盖人数", "参训人数", "专家人数", "参加人数"]
