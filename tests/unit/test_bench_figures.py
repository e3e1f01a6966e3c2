"""The bench's own figures: when a goal counts as met, and what each line says."""

from __future__ import annotations

import json

import pytest

from tests.benchmarks.figures import HEADING, Figure, Goal, p50, p95


@pytest.mark.parametrize(
    ("goal", "met", "missed"),
    [(Goal.at_most(3), 3.0, 3.001), (Goal.at_least(250), 250.0, 249.9), (Goal.exactly(1), 1.0, 2.0)],
)
def test_a_goal_is_met_at_its_bound_and_not_beyond(goal: Goal, met: float, missed: float) -> None:
    assert goal.met_by(met)
    assert not goal.met_by(missed)


@pytest.mark.parametrize(
    ("goal", "comparable", "met"),
    [
        (Goal.at_most(2), True, True),
        (Goal.at_most(1), True, False),
        (Goal.at_most(2), False, None),
        (Goal.at_most(1), False, None),
        (None, True, None),
    ],
)
def test_only_a_comparable_run_judges_its_goal(goal: Goal | None, comparable: bool, met: bool | None) -> None:
    assert Figure("cold start", 1.5, "s", goal, comparable).met is met


def test_a_line_of_json_says_everything() -> None:
    figure = Figure("timers (SQLite)", 93.123456, "/s", Goal.at_least(250))
    assert json.loads(figure.as_json()) == {
        "name": "timers (SQLite)",
        "value": 93.1235,
        "unit": "/s",
        "goal": "≥ 250",
        "met": False,
    }
    unjudged = json.loads(Figure("turns", 2.0, "ms").as_json())
    assert (unjudged["goal"], unjudged["met"]) == (None, None)


@pytest.mark.parametrize(
    ("figure", "ends"),
    [
        (Figure("a", 1.0, "commits", Goal.exactly(1)), ["1", "commits", "=", "1", "yes"]),
        (Figure("a", 0.93333, "×", Goal.at_most(0.9)), ["0.933", "×", "≤", "0.9", "NO"]),
        (
            Figure("a", 4_751.4, "bytes", Goal.at_most(4_146), comparable=False),
            ["4,751", "bytes", "≤", "4,146", "-"],
        ),
        (Figure("a", 12.34, "ms"), ["12.3", "ms", "-"]),
    ],
)
def test_a_row_of_the_table(figure: Figure, ends: list[str]) -> None:
    assert figure.as_row().split() == ["a", *ends]


def test_rows_stand_under_the_heading() -> None:
    row = Figure("a", 12.34, "ms", Goal.at_most(3), comparable=False).as_row()
    assert row.index("ms") == HEADING.index("unit")
    assert row.rindex("-") == HEADING.index("met")


def test_the_middle_and_the_worst_in_twenty() -> None:
    assert p50([5.0, 1.0, 3.0]) == 3.0
    assert p95([float(number) for number in range(1, 101)]) == 95.0
    assert p95([float(number) for number in range(20, 0, -1)]) == 19.0
    assert p95([7.0]) == 7.0
