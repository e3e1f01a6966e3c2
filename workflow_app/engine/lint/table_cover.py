"""Proof that a decision table answers every input once: no two rules at a time, and no input without one.

Every cell is constant between the literals its column names, so a column falls into finitely many
classes: each literal, and one value between, below and above them. The rules a class matches are
found by the engine's own evaluator; the classes of all columns are then combined, keeping one example of
each set of rules that can still match. This module must never know what a table decides.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from workflow_app.engine import expressions
from workflow_app.engine.decisions import Input, Table
from workflow_app.engine.faults import ExpressionFault
from workflow_app.engine.model import Json

MAX_SETS: Final = 20_000
"""How many sets of rules are followed at once; a table beyond this is said to be unproven."""

OTHER: Final = "其他"
"""A text no cell names (made longer until that is so)."""

INTEGERS: Final = frozenset({"integer", "long"})


@dataclass(frozen=True, slots=True)
class Cover:
    """What was proven of a table.

    :param overlaps: the rules that match together, with an example input by its expression.
    :param gap: an example input no rule matches.
    :param unproven: why nothing could be proven, in Chinese; ``None`` where it was.
    """

    overlaps: tuple[tuple[tuple[str, ...], Mapping[str, Json]], ...] = ()
    gap: Mapping[str, Json] | None = None
    unproven: str | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    """An input's classes: the rules each value matches, as bits; ``expected`` are those a gap counts in."""

    expression: str
    every: Mapping[int, Json]
    expected: Mapping[int, Json]


def cover(table: Table) -> Cover:
    """Look for inputs that two rules match, and for one that none matches.

    A column of listed values alone (``'a'``, ``in ['b', 'c']``) is taken to hold just these, or those its
    ``inputValues`` declare; a column with a comparison holds every number or text.

    :raises ExpressionFault: a cell does not compile.
    """
    expected = [expressions.compile_expression(column.expression) for column in table.inputs]
    if reason := _entangled([(read.text, read.names) for read in expected]):
        return Cover(unproven=reason)
    columns: list[_Column] = []
    for text in dict.fromkeys(column.expression for column in table.inputs):
        places = [n for n, column in enumerate(table.inputs) if column.expression == text]
        cells = [[expressions.compile_cell(rule.cells[n]) for n in places] for rule in table.rules]
        if any(cell is not None and not _is_plain(cell.tree) for row in cells for cell in row):
            return Cover(unproven=f"“{text}”一列的条件不限于与字面量比较")
        columns.append(_column(table.inputs[places[0]], cells))
    whole = (1 << len(table.rules)) - 1
    both = _combine([(column.expression, column.every) for column in columns], whole, at_least=2)
    none = _combine([(column.expression, column.expected) for column in columns], whole, at_least=0)
    if both is None or none is None:
        return Cover(unproven=f"规则的组合超过 {MAX_SETS} 种")
    overlaps = tuple(
        (tuple(rule.id for n, rule in enumerate(table.rules) if found >> n & 1), example)
        for found, example in both.items()
    )
    return Cover(overlaps, none.get(0))


def _entangled(inputs: Iterable[tuple[str, frozenset[str]]]) -> str | None:
    """Say which two inputs read one variable: their values cannot be chosen apart."""
    seen: dict[str, str] = {}
    for text, names in inputs:
        for name in sorted(names):
            if seen.setdefault(name, text) != text:
                return f"输入“{seen[name]}”与“{text}”都取决于 {name}"
    return None


def _is_plain(tree: ast.expr) -> bool:
    """Say whether a condition only compares the input with literals."""
    if isinstance(tree, ast.BoolOp):
        return all(_is_plain(value) for value in tree.values)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        return _is_plain(tree.operand)
    if not isinstance(tree, ast.Compare):
        return False
    operands = [tree.left, *tree.comparators]
    for operator, right in zip(tree.ops, tree.comparators, strict=True):
        if isinstance(operator, ast.In | ast.NotIn) != isinstance(right, ast.List | ast.Tuple):
            return False
    ordered = any(isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for operator in tree.ops)
    literals: list[Json] = []
    for operand in operands:
        if isinstance(operand, ast.Name) and operand.id == expressions.INPUT:
            continue
        found = _literals(operand)
        if found is None:
            return False
        literals += found
    return not ordered or all(isinstance(value, int | float) for value in literals)


def _literals(tree: ast.expr) -> list[Json] | None:
    """Return the literals of an operand, ``None`` where it is anything else."""
    items = tree.elts if isinstance(tree, ast.List | ast.Tuple) else [tree]
    found: list[Json] = []
    for item in items:
        if isinstance(item, ast.Name) and item.id in expressions.CONSTANTS:
            found.append(expressions.CONSTANTS[item.id])
            continue
        try:
            value = ast.literal_eval(item)
        except ValueError:
            return None
        if not (value is None or isinstance(value, str | bool | int | float)):
            return None
        found.append(value)
    return found


def _column(column: Input, cells: Sequence[Sequence[expressions.Expression | None]]) -> _Column:
    written: list[Json] = [
        value
        for row in cells
        for cell in row
        if cell is not None
        for operand in ast.walk(cell.tree)
        if isinstance(operand, ast.Compare)
        for side in (operand.left, *operand.comparators)
        for value in (_literals(side) or ())
    ]
    listed = _distinct([*written, *column.values])
    if column.type == "boolean" or any(isinstance(value, bool) for value in listed):
        listed = _distinct([*listed, True, False])
    unlisted = _between(column, listed)

    def matched(value: Json) -> int:
        return sum(1 << n for n, row in enumerate(cells) if all(_matches(cell, value) for cell in row))

    named = any(
        any(cell is not None for cell in row) and all(_matches(cell, value) for cell in row)
        for row in cells
        for value in unlisted
    )
    every = _classes(matched, [*listed, *unlisted])
    if column.values:
        expected: list[Json] = list(column.values)
    else:
        expected = [*listed, *(unlisted if named or not listed else ())]
    return _Column(column.expression, every, _classes(matched, expected))


def _classes(matched: Callable[[Json], int], values: Iterable[Json]) -> dict[int, Json]:
    """Keep the first value of each set of rules."""
    found: dict[int, Json] = {}
    for value in values:
        found.setdefault(matched(value), value)
    return found


def _between(column: Input, listed: Sequence[Json]) -> list[Json]:
    """Return a value of each class the literals leave: other texts; numbers below, between and above."""
    numbers = sorted({v for v in listed if isinstance(v, int | float) and not isinstance(v, bool)})
    found: list[Json] = []
    if column.type in INTEGERS and numbers:
        found = [step for number in numbers for step in (int(number // 1), int(number // 1) + 1)]
        found = [int(numbers[0] // 1) - 1, *found]
    elif numbers:
        middles = [(low + high) / 2 for low, high in pairwise(numbers)]
        found = [numbers[0] - 1, *middles, numbers[-1] + 1]
    if any(isinstance(value, str) for value in listed) or not listed:
        other = OTHER
        while other in listed:
            other += OTHER
        found.append(other)
    return _distinct([*listed, *found])[len(listed) :]


def _distinct(values: Iterable[Json]) -> list[Json]:
    """Keep the first of each value; true and 1 are different values."""
    return list({(isinstance(value, bool), value): value for value in values}.values())


def _matches(cell: expressions.Expression | None, value: Json) -> bool:
    """Say whether a cell accepts the value; one it cannot compare is not accepted."""
    try:
        return expressions.matches(cell, value, {})
    except ExpressionFault:
        return False


def _combine(
    columns: Sequence[tuple[str, Mapping[int, Json]]], whole: int, at_least: int
) -> dict[int, dict[str, Json]] | None:
    """Combine the columns' classes: an example of each set of rules that match together.

    :param at_least: sets of fewer rules are dropped on the way.
    :returns: ``None`` where there are more than :data:`MAX_SETS`.
    """
    reached: dict[int, dict[str, Json]] = {whole: {}}
    for expression, classes in columns:
        following: dict[int, dict[str, Json]] = {}
        for before, example in reached.items():
            for bits, value in classes.items():
                after = before & bits
                if after.bit_count() >= at_least and after not in following:
                    following[after] = {**example, expression: value}
            if len(following) > MAX_SETS:
                return None
        reached = following
    return {found: example for found, example in reached.items() if found.bit_count() >= at_least}
