"""What an event holds of a changed JSON object gives the object back, whatever changed in it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workflow_app.store.differences import Changed, difference, rewritten
from workflow_app.store.schema.columns import canonical

NAMES = st.sampled_from(["a", "b", "=", "-", "~", "甲"])
SCALARS = st.sampled_from([None, True, False, 0, 1, 2, 0.0, -0.0, 1.0, "", "a", "甲"])
SMALL = SCALARS | st.lists(SCALARS, max_size=2)
VALUES = SMALL | st.dictionaries(NAMES, SMALL | st.dictionaries(NAMES, SCALARS, max_size=2), max_size=2)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=4)


@given(OBJECTS, OBJECTS)
def test_a_difference_gives_the_later_object(before: dict[str, Any], after: dict[str, Any]) -> None:
    change = json.loads(canonical(difference(before, after)))
    assert rewritten(canonical(before), change) == canonical(after)


@given(OBJECTS, OBJECTS, OBJECTS)
def test_two_changes_of_an_act_are_one(
    one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
) -> None:
    first, second = (Changed(canonical(a), canonical(b)) for a, b in ((one, two), (two, three)))
    both = second.since(first)
    assert isinstance(both, Changed)
    assert rewritten(canonical(one), both.written()) == canonical(three)


def test_what_stayed_is_not_told_again() -> None:
    long = "核对项目边界" * 100
    before = {"variables": {"opinion": long, "round": 1, "gone": 2}, "root": "r"}
    after = {"variables": {"opinion": long, "round": True, "new": [1]}, "root": "r"}
    assert difference(before, after) == {
        "~": {"variables": {"=": {"round": True, "new": [1]}, "-": ["gone"]}}
    }
    assert difference(after, after) == {}


def test_an_object_written_whole_in_the_same_act_stays_whole() -> None:
    assert Changed('{"n":1}', '{"n":2}').since('{"n":1}') == '{"n":2}'
