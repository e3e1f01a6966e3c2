"""What is known of a variable on a path: which values it may still have.

A branch taken is knowledge: behind ``result == 'passed'`` the result is ``passed`` until somebody writes it
anew. Values are compared as JSON, so that ``True`` and ``1`` stay apart. This module must never know
what a variable means.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from workflow_app.engine import expressions
from workflow_app.engine.faults import ExpressionFault
from workflow_app.engine.model import Json

Value = str
"""A value as canonical JSON."""


def value_of(value: Json) -> Value:
    """Return ``value`` as it is compared."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


TRUE: Final = value_of(True)


@dataclass(frozen=True, slots=True)
class Known:
    """Either one of ``values`` (``inside``), or any value but those; ``writer`` made it."""

    inside: bool
    values: frozenset[Value]
    writer: str = ""

    def split(self, values: frozenset[Value]) -> tuple[Known | None, Known | None]:
        """Return what is known where the value is one of ``values``, and where it is not."""
        if self.inside:
            yes, no = self.values & values, self.values - values
            return (
                Known(True, yes, self.writer) if yes else None,
                Known(True, no, self.writer) if no else None,
            )
        yes = values - self.values
        return Known(True, yes, self.writer) if yes else None, Known(False, self.values | values, self.writer)

    def within(self, values: frozenset[Value]) -> bool:
        """Whether the value is surely one of ``values``."""
        return self.inside and self.values <= values

    def outside(self, values: frozenset[Value]) -> bool:
        """Whether the value is surely none of ``values``."""
        return self.values.isdisjoint(values) if self.inside else values <= self.values


ANYTHING: Final = Known(False, frozenset())


@dataclass(frozen=True, slots=True)
class Test:
    """A condition read: ``name`` is one of ``values`` (or, where not ``holds``, none of them).

    ``truth`` asks only whether it is true or empty, as ``name`` and ``not name`` do.

    An order comparison is a name of its own (``rounds > 3``), true or false, until its variable is written.
    """

    name: str
    values: frozenset[Value]
    holds: bool = True
    truth: bool = False

    def split(self, known: Known) -> tuple[Known | None, Known | None]:
        """Return what is known where the test holds, and where it does not."""
        values = self.values
        if self.truth and known.inside:
            values = frozenset(value for value in known.values if json.loads(value))
        yes, no = known.split(values)
        return (yes, no) if self.holds else (no, yes)


def read_test(text: str, constants: Mapping[str, Json]) -> Test:
    """Read a gateway's condition; one of another form is a name of its own.

    :param constants: values of the version's parameters, which a condition may compare with.
    """
    try:
        tree = expressions.compile_expression(text).tree
    except ExpressionFault:
        return Test(text, frozenset({TRUE}))
    if isinstance(tree, ast.Name):
        return Test(tree.id, frozenset({TRUE}), truth=True)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not) and isinstance(tree.operand, ast.Name):
        return Test(tree.operand.id, frozenset({TRUE}), holds=False, truth=True)
    if isinstance(tree, ast.Compare) and isinstance(tree.left, ast.Name) and len(tree.ops) == 1:
        values = _values(tree.comparators[0], constants)
        operator = tree.ops[0]
        if values is not None and isinstance(operator, ast.Eq | ast.In):
            return Test(tree.left.id, values)
        if values is not None and isinstance(operator, ast.NotEq | ast.NotIn):
            return Test(tree.left.id, values, holds=False)
    return Test(" ".join(text.split()), frozenset({TRUE}))


def _values(tree: ast.expr, constants: Mapping[str, Json]) -> frozenset[Value] | None:
    if isinstance(tree, ast.List | ast.Tuple):
        parts = [_values(each, constants) for each in tree.elts]
        return frozenset().union(*(part for part in parts if part)) if all(parts) else None
    if isinstance(tree, ast.Constant):
        return frozenset({value_of(cast(Json, tree.value))})
    if isinstance(tree, ast.Name):
        constant = expressions.CONSTANTS if tree.id in expressions.CONSTANTS else constants
        return frozenset({value_of(constant[tree.id])}) if tree.id in constant else None
    return None


def mentions(names: Iterable[str], *variables: str) -> bool:
    """Whether one of ``names`` is one of ``variables``, or a comparison with one of them."""
    return any(not variables_of(name).isdisjoint(variables) for name in names)


@lru_cache(maxsize=4096)
def variables_of(name: str) -> frozenset[str]:
    """Return the variables a name is about: itself, and those of a comparison."""
    try:
        return frozenset({name}) | expressions.compile_expression(name).names
    except ExpressionFault:
        return frozenset({name})
