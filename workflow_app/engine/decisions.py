"""Decision tables: read from DMN, evaluated with the safe expressions, recorded.

Hit policy UNIQUE only, and held to: no rule that matches and two rules that match are
both errors, never a silent first. This module must never know what a table decides about.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from workflow_app.engine import expressions
from workflow_app.engine.documents import DMN, local, namespace, text_of
from workflow_app.engine.faults import DecisionFault, DiagramFault
from workflow_app.engine.model import Decision, Json


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions: its label, the expression it tests, its DMN type and declared values."""

    id: str
    label: str
    expression: str
    type: str = ""
    values: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: one cell an input, one expression an output."""

    id: str
    cells: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One decision with its only table."""

    id: str
    name: str
    path: str
    hit_policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]


def parse_tables(root: etree._Element, path: str) -> tuple[Table, ...]:
    """Return the decisions of a DMN document.

    :raises DiagramFault: ``not_dmn`` where the root is not DMN definitions, ``bad_table`` where
        a decision has no table, or a rule has more or fewer cells than the table has columns.
    """
    if namespace(root) not in DMN or local(root) != "definitions":
        raise DiagramFault("not_dmn", "不是 DMN 决策表文件")
    return tuple(_table(node, path) for node in root.iterchildren() if local(node) == "decision")


def trial(table: Table, names: Mapping[str, Json]) -> tuple[tuple[bool, ...], ...]:
    """Return for each rule which of its cells accept the variables ``names``, for whoever tries a table out.

    :raises ExpressionFault: an input or a cell does not evaluate.
    """
    values = [expressions.evaluate(column.expression, names) for column in table.inputs]
    return tuple(
        tuple(
            expressions.matches(expressions.compile_cell(cell), value, names)
            for cell, value in zip(rule.cells, values, strict=True)
        )
        for rule in table.rules
    )


def decide(table: Table, element_id: str, names: Mapping[str, Json]) -> Decision:
    """Evaluate ``table`` on the variables ``names``.

    :raises DecisionFault: ``decision_without_rule`` or ``decision_overlap``.
    :raises ExpressionFault: a cell or an output does not evaluate.
    """
    values: dict[str, Json] = {
        column.expression: expressions.evaluate(column.expression, names) for column in table.inputs
    }
    hits = [
        rule
        for rule in table.rules
        if all(
            expressions.matches(expressions.compile_cell(cell), values[column.expression], names)
            for cell, column in zip(rule.cells, table.inputs, strict=True)
        )
    ]
    if not hits:
        raise DecisionFault("decision_without_rule", f"决策表“{table.name}”没有适用的规则：{values}")
    if len(hits) > 1:
        ids = "、".join(rule.id for rule in hits)
        raise DecisionFault("decision_overlap", f"决策表“{table.name}”同时有多条规则适用（{ids}）：{values}")
    outputs = {
        name: expressions.evaluate(text, names)
        for name, text in zip(table.outputs, hits[0].outputs, strict=True)
    }
    return Decision(element_id, table.id, values, (hits[0].id,), outputs)


def _table(node: etree._Element, path: str) -> Table:
    identifier = node.get("id") or ""
    tables = [child for child in node.iterchildren() if local(child) == "decisionTable"]
    if len(tables) != 1 or not identifier:
        raise DiagramFault("bad_table", f"决策“{identifier}”必须有编号和唯一的一张决策表")
    columns = list(tables[0].iterchildren())
    inputs = tuple(_input(child) for child in columns if local(child) == "input")
    outputs = tuple(child.get("name") or "" for child in columns if local(child) == "output")
    rules = tuple(
        _rule(child, position) for position, child in enumerate((c for c in columns if local(c) == "rule"), 1)
    )
    for rule in rules:
        if len(rule.cells) != len(inputs) or len(rule.outputs) != len(outputs):
            raise DiagramFault("bad_table", f"决策表“{identifier}”的规则 {rule.id} 列数与表头不符")
    if not outputs or not all(outputs):
        raise DiagramFault("bad_table", f"决策表“{identifier}”的输出列缺少名称")
    policy = (tables[0].get("hitPolicy") or "UNIQUE").upper()
    return Table(identifier, node.get("name") or identifier, path, policy, inputs, outputs, rules)


def _input(node: etree._Element) -> Input:
    parts = {local(child): child for child in node.iterchildren()}
    tested = parts.get("inputExpression")
    expression = _text(tested)
    kind = (tested.get("typeRef") or "") if tested is not None else ""
    return Input(
        node.get("id") or "",
        node.get("label") or expression,
        expression,
        kind,
        _declared(parts.get("inputValues")),
    )


def _text(node: etree._Element | None) -> str:
    children = node.iterchildren() if node is not None else ()
    return next((text_of(found) for found in children if local(found) == "text"), "")


def _declared(node: etree._Element | None) -> tuple[Json, ...]:
    """Return the values a column declares, a list of literals.

    :raises DiagramFault: ``bad_table`` where it is anything else.
    """
    text = _text(node).strip()
    if not text:
        return ()
    try:
        values = ast.literal_eval(f"[{text}]")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        values = [None]
    if not all(isinstance(value, str | bool | int | float) for value in values):
        raise DiagramFault("bad_table", f"输入列声明的取值必须是字面量的列表：{text[:60]}")
    return tuple(values)


def _rule(node: etree._Element, position: int) -> Rule:
    def entries(tag: str) -> tuple[str, ...]:
        return tuple(
            next((text_of(found) for found in child.iterchildren() if local(found) == "text"), "")
            for child in node.iterchildren()
            if local(child) == tag
        )

    return Rule(node.get("id") or f"row_{position}", entries("inputEntry"), entries("outputEntry"))
