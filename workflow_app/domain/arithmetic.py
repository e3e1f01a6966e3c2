"""Arithmetic on decimals: the only thing a methodology's calculation may say.

附件4 asks for 计算过程; a step of it is an expression of names, numbers, ``+ - * /``, ``min`` and ``max``. It
is parsed once against a whitelist and evaluated exactly, never in floats. Must never know: where the text
and the values come from.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, localcontext
from typing import Final

MAX_LENGTH: Final = 500
MAX_NODES: Final = 120
MAX_DEPTH: Final = 20
LIMIT: Final = Decimal(10) ** 18
_EXACT: Final = Context(prec=60, traps=[InvalidOperation, DivisionByZero])

_Binary = Callable[[Decimal, Decimal], Decimal]
_BINARY: Final[Mapping[type[ast.operator], _Binary]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: Final[Mapping[str, Callable[[Sequence[Decimal]], Decimal]]] = {"min": min, "max": max}


class NotArithmetic(ValueError):
    """A text is no such expression; the message says why, in Chinese."""


class NoValue(ValueError):
    """An expression has no value for these numbers: a division by zero, a result beyond 10^18."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A checked expression: its text, its tree and the names it reads.

    :raises NotArithmetic: it is empty, too long, too deep, or says anything but arithmetic.
    """

    text: str
    tree: ast.expr
    names: frozenset[str]

    @classmethod
    def read(cls, text: str) -> Arithmetic:
        """Parse and check a text."""
        source = text.strip()
        if not source or len(source) > MAX_LENGTH:
            raise NotArithmetic(f"算式为空或者超过{MAX_LENGTH}个字符")
        try:
            tree = ast.parse(source, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise NotArithmetic(f"算式有误：{source[:60]}") from None
        return cls(source, tree, _names(tree, source))

    def value(self, known: Mapping[str, Decimal]) -> Decimal:
        """Return the exact value (60 digits).

        :raises KeyError: a name is not known.
        :raises NoValue: it divides by zero, or the result has no room.
        """
        with localcontext(_EXACT):
            try:
                result = _value(self.tree, self.text, known)
            except DecimalException:
                raise NoValue("除数为零，无法计算") from None
        if not result.is_finite() or abs(result) > LIMIT:
            raise NoValue("计算结果过大")
        return result


def _names(tree: ast.expr, source: str) -> frozenset[str]:
    """Hold every node against what arithmetic is; return the names."""
    found: set[str] = set()
    pending: list[tuple[ast.expr, int]] = [(tree, 1)]
    count = 0
    while pending:
        node, depth = pending.pop()
        count += 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise NotArithmetic(f"算式过于复杂：{source[:60]}")
        if isinstance(node, ast.Name):
            found.add(node.id)
        pending += [(part, depth + 1) for part in _parts(node, source)]
    return frozenset(found)


def _parts(node: ast.expr, source: str) -> Sequence[ast.expr]:
    """Return what a node is made of; refuse whatever is not arithmetic."""
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return (node.left, node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return (node.operand,)
    if isinstance(node, ast.Name) and not node.id.startswith("_") and node.id not in _FUNCTIONS:
        return ()
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        return ()
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
        plain = not node.keywords and not any(isinstance(one, ast.Starred) for one in node.args)
        if node.args and plain:
            return node.args
    raise NotArithmetic(f"算式只允许四则运算、min 和 max：{source[:60]}")


def _value(node: ast.expr, source: str, known: Mapping[str, Decimal]) -> Decimal:
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_value(node.left, source, known), _value(node.right, source, known))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, source, known)
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        return _FUNCTIONS[name]([_value(part, source, known) for part in node.args])
    if isinstance(node, ast.Name):
        return known[node.id]
    # The number as it was written: a float in between would lose its last digit.
    return Decimal((ast.get_source_segment(source, node) or "").replace("_", ""))
