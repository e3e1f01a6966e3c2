"""Decision tables: one rule, or an error that names the rules."""

from __future__ import annotations

import pytest

from tests.unit.engine.drawings import table
from workflow_app.engine.decisions import Table, decide, parse_tables
from workflow_app.engine.documents import parse_document
from workflow_app.engine.faults import DecisionFault, DiagramFault, ExpressionFault

ROWS = [
    ["'biogas'", "&lt; 20", "'jcer'"],
    ["'biogas'", "&gt;= 20", "'ccer'"],
    ["'forest', 'grass'", "-", "'jcer'"],
]


def one(data: bytes) -> Table:
    (found,) = parse_tables(parse_document(data), "x.dmn")
    return found


def test_the_rule_that_matches_is_recorded() -> None:
    decision = decide(
        one(table("route_table", ["kind", "size"], ["route"], ROWS)), "task", {"kind": "biogas", "size": 20}
    )
    assert decision.rule_ids == ("rule_2",)
    assert decision.outputs == {"route": "ccer"}
    assert decision.inputs == {"kind": "biogas", "size": 20}
    assert (decision.element_id, decision.table) == ("task", "route_table")


def test_a_list_of_values_is_membership() -> None:
    found = one(table("t", ["kind", "size"], ["route"], ROWS))
    assert decide(found, "task", {"kind": "grass", "size": 1}).rule_ids == ("rule_3",)


def test_no_rule_is_an_error() -> None:
    with pytest.raises(DecisionFault) as raised:
        decide(one(table("t", ["kind", "size"], ["route"], ROWS)), "task", {"kind": "wind", "size": 1})
    assert raised.value.code == "decision_without_rule"


def test_two_rules_are_an_error() -> None:
    rows = [["&gt; 1", "1"], ["&gt; 2", "2"]]
    found = one(table("t", ["n"], ["x"], rows))
    assert decide(found, "task", {"n": 2}).outputs == {"x": 1}
    with pytest.raises(DecisionFault, match="rule_1、rule_2") as raised:
        decide(found, "task", {"n": 3})
    assert raised.value.code == "decision_overlap"


def test_outputs_are_expressions_on_the_variables() -> None:
    assert decide(one(table("t", ["n"], ["x"], [["-", "n + 1"]])), "task", {"n": 3}).outputs == {"x": 4}
    with pytest.raises(ExpressionFault):
        decide(one(table("t", ["n"], ["x"], [["-", "n.__class__"]])), "task", {"n": 3})


@pytest.mark.parametrize(
    "data",
    [
        b"<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'><decision id='x'/></definitions>",
        table("t", ["n"], ["x"], [["1"]]),
        table("t", ["n"], [], [["1"]]),
        table("t", ["n"], ["x"], [["1", "2", "3"]]),
        table("", ["n"], ["x"], [["1", "2"]]),
    ],
)
def test_a_broken_table_is_refused(data: bytes) -> None:
    with pytest.raises(DiagramFault) as raised:
        one(data)
    assert raised.value.code == "bad_table"
