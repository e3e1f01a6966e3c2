"""The safe evaluator: the only code a diagram or a decision table can carry.

An expression is parsed once, held against a whitelist of syntax, then evaluated by
simpleeval on plain JSON values. There is no attribute, subscript, comprehension, lambda,
power or f-string, and only the functions of ``FUNCTIONS`` can be called; whatever has an
effect is a registered service operation instead. This module must never know a clock,
a case or the engine it serves.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, cast

from simpleeval import DEFAULT_OPERATORS, EvalWithCompoundTypes

from workflow_app.engine.faults import ExpressionFault
from workflow_app.engine.model import Json
from workflow_app.engine.plain import plain, weight

MAX_LENGTH: Final = 500
MAX_NODES: Final = 120
MAX_DEPTH: Final = 20
MAX_NUMBER: Final = 10**30
MAX_SIZE: Final = 1_000_000
"""Characters and items of a result, all levels together."""

INPUT: Final = "cell_input"
"""The name ``?`` stands for in a decision table's cell."""

CONSTANTS: Final[Mapping[str, Json]] = {"true": True, "false": False, "null": None}

FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "len": len,
    "min": min,
    "max": max,
    "sum": sum,
    "abs": abs,
}

_SYNTAX: Final = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd,
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Compare, ast.Eq, ast.NotEq, ast.Lt,
    ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.IfExp, ast.Name, ast.Load, ast.Constant,
    ast.List, ast.Tuple, ast.Call,
)  # fmt: skip

_COMPARISON = re.compile(r"^(<=|>=|==|!=|<|>|in\b|not\s+in\b)")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\?")
_RULE = re.compile(r"^[a-z][a-z0-9_]{0,63}$")


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression: its text, its tree and the variables it reads."""

    text: str
    tree: ast.expr
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Assignment:
    """``name = expression``, the only script there is."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class TimerForm:
    """``deadline('rule'[, variable])`` or ``warning('rule'[, variable])``, read and never run."""

    kind: Literal["deadline", "warning"]
    rule: str
    variable: str | None


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Expression:
    """Parse and check ``text``.

    :raises ExpressionFault: it is empty, too long, too deep, or holds syntax outside the whitelist.
    """
    source = text.strip()
    if not source:
        raise ExpressionFault("表达式为空")
    return Expression(source, *_checked(source))


def check(text: str) -> str | None:
    """Return a Chinese sentence saying why ``text`` is refused, or ``None``."""
    try:
        compile_expression(text)
    except ExpressionFault as fault:
        return fault.message
    return None


def evaluate(text: str, names: Mapping[str, Json]) -> Json:
    """Evaluate ``text`` on JSON ``names`` and return a JSON value of its own.

    :raises ExpressionFault: refused syntax, an unknown name, or values the operation cannot take.
    """
    return _run(compile_expression(text), names)


def compile_script(text: str) -> Assignment:
    """Parse ``name = expression``.

    :raises ExpressionFault: it is anything else.
    """
    name, equals, value = text.strip().partition("=")
    if not equals or value.startswith("=") or not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name.strip()):
        raise ExpressionFault("脚本只允许“变量 = 表达式”", code="bad_script")
    return Assignment(name.strip(), compile_expression(value))


def execute(text: str, names: Mapping[str, Json]) -> tuple[str, Json]:
    """Return the variable and the value that script ``text`` sets."""
    script = compile_script(text)
    return script.name, _run(script.value, names)


@lru_cache(maxsize=1024)
def compile_cell(text: str) -> Expression | None:
    """Read a decision table's input cell; ``None`` is the cell that matches anything.

    A cell with ``?`` is a condition on the input; one that starts with a comparison is
    completed with it; a list of literals is membership; anything else is compared for equality.
    """
    source = text.strip()
    if source in ("", "-"):
        return None
    if any(found == "?" for found in _QUOTED.findall(source)):
        return compile_expression(_QUOTED.sub(lambda m: INPUT if m[0] == "?" else m[0], source))
    if _COMPARISON.match(source):
        return compile_expression(f"{INPUT} {source}")
    whole = compile_expression(source)
    if isinstance(whole.tree, ast.Compare | ast.BoolOp) or (
        isinstance(whole.tree, ast.UnaryOp) and isinstance(whole.tree.op, ast.Not)
    ):
        raise ExpressionFault(f"条件须以 ? 指代输入值：{source}", code="bad_cell")
    operator = "in" if isinstance(whole.tree, ast.Tuple | ast.List) else "=="
    return compile_expression(f"{INPUT} {operator} ({source})")


def matches(cell: Expression | None, value: Json, names: Mapping[str, Json]) -> bool:
    """Say whether the cell accepts ``value``; true and 1 are different values here."""
    if cell is None:
        return True
    if isinstance(value, bool) and isinstance(cell.tree, ast.Compare):
        right = cell.tree.comparators[-1]
        if isinstance(right, ast.Constant) and not isinstance(right.value, bool):
            return isinstance(cell.tree.ops[0], ast.NotEq)
    return bool(_run(cell, {**names, INPUT: value}))


@lru_cache(maxsize=256)
def compile_timer(text: str) -> TimerForm:
    """Read a timer.

    :raises ExpressionFault: it is not ``deadline('rule'[, variable])`` or ``warning(…)``.
    """
    fault = ExpressionFault(
        "定时器只允许 deadline('规则'[, 变量]) 或 warning('规则'[, 变量])", code="bad_timer"
    )
    if len(text) > MAX_LENGTH:
        raise fault
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise fault from None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.keywords:
        raise fault
    first, *rest = call.args or [ast.Constant(None)]
    if call.func.id not in ("deadline", "warning") or len(rest) > 1:
        raise fault
    if (
        not isinstance(first, ast.Constant)
        or not isinstance(first.value, str)
        or not _RULE.match(first.value)
    ):
        raise fault
    if rest and not (isinstance(rest[0], ast.Name) and not rest[0].id.startswith("_")):
        raise fault
    kind = cast(Literal["deadline", "warning"], call.func.id)
    return TimerForm(kind, first.value, cast(ast.Name, rest[0]).id if rest else None)


def _checked(source: str) -> tuple[ast.expr, frozenset[str]]:
    if len(source) > MAX_LENGTH:
        raise ExpressionFault(f"表达式超过 {MAX_LENGTH} 个字符")
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ExpressionFault(f"表达式语法有误：{source[:60]}") from None
    return tree.body, _names_in(tree, source)


def _names_in(tree: ast.Expression, source: str) -> frozenset[str]:
    """Hold every node of ``tree`` against the whitelist; return the variables it reads."""
    names: set[str] = set()
    pending: list[tuple[ast.AST, int]] = [(tree, 0)]
    count = 0
    while pending:
        node, depth = pending.pop()
        count += 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionFault("表达式过于复杂")
        if not isinstance(node, _SYNTAX):
            raise ExpressionFault(f"表达式不允许使用 {type(node).__name__}：{source[:60]}")
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Name) or node.keywords or node.func.id not in FUNCTIONS:
                raise ExpressionFault(f"表达式调用了未登记的函数：{source[:60]}", code="unknown_function")
            children.remove(node.func)
        elif isinstance(node, ast.Name):
            if node.id.startswith("_"):
                raise ExpressionFault(f"变量名不能以下划线开头：{node.id}")
            if node.id not in CONSTANTS:
                names.add(node.id)
        else:
            _ensure_bounded(node, source)
        pending.extend((child, depth + 1) for child in children)
    return frozenset(names)


def _ensure_bounded(node: ast.AST, source: str) -> None:
    """Refuse a literal no expression needs, and a text or a list as a factor: a number would repeat it."""
    if isinstance(node, ast.Constant):
        _literal(node.value)
    product = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)
    for each in ast.iter_child_nodes(node) if product else ():
        written = isinstance(each, ast.Constant) and isinstance(each.value, str)
        if written or isinstance(each, ast.List | ast.Tuple):
            raise ExpressionFault(f"只有数可以相乘：{source[:60]}")


def _literal(value: object) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if not isinstance(value, int | float) or abs(value) > MAX_NUMBER or not math.isfinite(value):
        raise ExpressionFault("表达式中有不允许的字面量")


def _product(left: Json, right: Json) -> Json:
    """Multiply numbers alone: a list times a number would grow without bound."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left * right
    raise TypeError("only numbers are multiplied")


_OPERATORS = {**DEFAULT_OPERATORS, ast.Mult: _product}


def _run(expression: Expression, names: Mapping[str, Json]) -> Json:
    missing = sorted(name for name in expression.names if name not in names)
    if missing:
        raise ExpressionFault(
            f"表达式用到了不存在的变量 {'、'.join(missing)}：{expression.text}", code="unknown_name"
        )
    known: dict[str, Json] = {name: names[name] for name in expression.names}
    evaluator = EvalWithCompoundTypes(_OPERATORS, dict(FUNCTIONS), {**CONSTANTS, **known})
    try:
        value = evaluator.eval(expression.text, previously_parsed=expression.tree)
    except (
        Exception
    ) as error:  # simpleeval and the operators raise what they like; all of it means "no value"
        raise ExpressionFault(f"表达式无法计算：{expression.text}（{type(error).__name__}）") from error
    if isinstance(value, int | float) and abs(value) > MAX_NUMBER:
        raise ExpressionFault("表达式的结果过大")
    if weight(value, MAX_SIZE) > MAX_SIZE:  # before it is copied: [x, x] again and again doubles each time
        raise ExpressionFault("表达式的结果过大")
    return plain(value)
