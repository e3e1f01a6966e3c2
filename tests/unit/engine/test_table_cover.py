"""A decision table's rules, held to answer every input once."""

from __future__ import annotations

import itertools

import pytest

from tests.unit.engine.drawings import table as drawn
from workflow_app.engine.decisions import Table, decide, parse_tables
from workflow_app.engine.documents import parse_document
from workflow_app.engine.faults import DecisionFault
from workflow_app.engine.lint.table_cover import MAX_SETS, cover


def read(inputs: list[str], rows: list[list[str]], **typed: str) -> Table:
    data = drawn("t", inputs, ["x"], [[*row, "1"] for row in rows]).decode()
    for number, kind in enumerate(typed.get("types", "").split()):
        data = data.replace(f'id="e{number}"', f'id="e{number}" typeRef="{kind}"')
    if "values" in typed:
        data = data.replace(
            "</inputExpression>",
            f"</inputExpression><inputValues><text>{typed['values']}</text></inputValues>",
        )
    (found,) = parse_tables(parse_document(data.encode()), "t.dmn")
    return found


GAPS = [
    (["n"], [["? &lt; 5"], ["? &gt; 5"]], {"n": 5}),
    (["n"], [["? &lt;= 5"], ["? &gt; 5 and ? &lt; 7"]], {"n": 7}),
    (["n"], [["? &lt;= 4"], ["? &gt;= 5"]], {"n": 4.5}),
    (["ok"], [["True"]], {"ok": False}),
    (["ok", "kind"], [["True", "'a'"], ["False", ""]], None),
    (["ok", "kind"], [["True", "'a'"], ["False", "'b'"]], {"ok": True, "kind": "b"}),
    (["kind"], [["'a'"], ["? != 'a' and ? != 'b'"]], {"kind": "b"}),
    (["kind"], [["'a'"], ["not in ['a']"]], None),
    (["kind"], [["'a'"], ["in ['b', 'c']"]], None),
]


@pytest.mark.parametrize(("inputs", "rows", "gap"), GAPS)
def test_an_input_no_rule_matches_is_found(
    inputs: list[str], rows: list[list[str]], gap: dict[str, object] | None
) -> None:
    found = cover(read(inputs, rows))
    assert (found.gap, found.overlaps, found.unproven) == (gap, (), None)
    if found.gap is not None:
        with pytest.raises(DecisionFault, match="没有适用的规则"):
            decide(read(inputs, rows), "e", found.gap)


OVERLAPS = [
    (["n"], [["? &lt;= 5"], ["? &gt;= 5"]], ("rule_1", "rule_2")),
    (["n"], [["? &lt; 5"], ["? &gt;= 4 and ? &lt; 9"], ["? &gt;= 9"]], ("rule_1", "rule_2")),
    (["ok", "kind"], [["True", ""], ["", "'a'"], ["False", "? != 'a'"]], ("rule_1", "rule_2")),
    (["kind"], [["in ['a', 'b']"], ["in ['b', 'c']"]], ("rule_1", "rule_2")),
    (["n"], [["-"], ["1"]], ("rule_1", "rule_2")),
]


@pytest.mark.parametrize(("inputs", "rows", "rules"), OVERLAPS)
def test_an_input_two_rules_match_is_found(
    inputs: list[str], rows: list[list[str]], rules: tuple[str, ...]
) -> None:
    ((found, example),) = cover(read(inputs, rows)).overlaps
    assert found == rules
    with pytest.raises(DecisionFault, match="同时有多条规则适用"):
        decide(read(inputs, rows), "e", example)


def test_whole_numbers_have_nothing_between_them() -> None:
    rows = [["? &lt;= 4"], ["? &gt;= 5"]]
    assert cover(read(["n"], rows, types="integer")).gap is None
    assert cover(read(["n"], [["? &lt;= 4"], ["? &gt;= 6"]], types="integer")).gap == {"n": 5}


def test_declared_values_are_the_whole_of_a_column() -> None:
    assert cover(read(["kind"], [["'a'"], ["'b'"]], values="'a', 'b', 'c'")).gap == {"kind": "c"}
    assert cover(read(["kind"], [["'a'"], ["'b'"]], values="'a', 'b'")).gap is None


def test_two_columns_of_one_input_are_read_together() -> None:
    rows = [["? &lt; 5", "? &lt; 3"], ["? &lt; 5", "? &gt;= 3"], ["? &gt;= 5", ""]]
    found = cover(read(["n", "n"], rows))
    assert (found.gap, found.overlaps) == (None, ())


@pytest.mark.parametrize(
    ("inputs", "rows"),
    [
        (["n"], [["? &gt; m"], ["? &lt;= m"]]),
        (["n"], [["len(?) &gt; 2"]]),
        (["s"], [["? &lt; 'b'"], ["? &gt;= 'b'"]]),
        (["n", "n + m"], [["1", "2"]]),
    ],
)
def test_what_cannot_be_proven_is_said(inputs: list[str], rows: list[list[str]]) -> None:
    found = cover(read(inputs, rows))
    assert found.unproven
    assert (found.gap, found.overlaps) == (None, ())


def test_a_table_too_large_is_said_not_tried_for_ever() -> None:
    width = 16
    rows = [["True" if n == place else "" for place in range(width)] for n in range(width)]
    found = cover(read([f"v{n}" for n in range(width)], rows))
    assert found.unproven == f"规则的组合超过 {MAX_SETS} 种"


def test_the_proof_agrees_with_trying_every_input() -> None:
    """Three columns of few values: what the proof says, deciding every input says too."""
    cells = ["", "True", "False"]
    kinds = ["", "'a'", "? != 'a'"]
    for first, second in itertools.product(itertools.product(cells, kinds), repeat=2):
        if first == second:
            continue
        made = read(["ok", "kind"], [list(first), list(second)], types="boolean string")
        outcomes = set()
        for ok, kind in itertools.product([True, False], ["a", "z"]):
            try:
                decide(made, "e", {"ok": ok, "kind": kind})
            except DecisionFault as fault:
                outcomes.add(fault.code)
        found = cover(made)
        named = {"? != 'a'"} & {first[1], second[1]} or not {"'a'"} & {first[1], second[1]}
        assert bool(found.overlaps) == ("decision_overlap" in outcomes), (first, second)
        if named:
            assert (found.gap is not None) == ("decision_without_rule" in outcomes), (first, second)
