"""Rules on decision tables: hit policy UNIQUE, safe cells, no rule twice, every input answered once.

SpiffWorkflow reads any other policy as "first", and never notices an overlap or a gap. This module
must never know what a table decides.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping

from workflow_app.engine import expressions
from workflow_app.engine.decisions import Table
from workflow_app.engine.faults import ExpressionFault
from workflow_app.engine.lint.drawing import Sheet
from workflow_app.engine.lint.table_cover import cover
from workflow_app.engine.model import Json

MAX_SHOWN = 5
"""How many overlaps of one table are listed; mending these shows the next."""


def check_table(table: Table, facts: Mapping[str, frozenset[str]], sheet: Sheet) -> None:
    """Check one table.

    :param facts: the values forms have words for, by the name of a result.
    """
    if table.hit_policy != "UNIQUE":
        sheet.error(table.id, "hit_policy", f"命中策略只支持 UNIQUE，现为 {table.hit_policy}")
    for column in table.inputs:
        _expression(table.id, column.expression, sheet)
    rows = Counter(tuple("".join(cell.split()) for cell in rule.cells) for rule in table.rules)
    for cells, count in rows.items():
        if count > 1:
            sheet.error(table.id, "duplicate_rule", f"有 {count} 条规则的条件完全相同：{' | '.join(cells)}")
    if not table.rules:
        sheet.error(table.id, "no_rules", "决策表没有规则")
    _check_cells(table, sheet)
    _check_values(table, facts, sheet)
    if not sheet.failed:
        _check_cover(table, sheet)


def _check_cells(table: Table, sheet: Sheet) -> None:
    for rule in table.rules:
        for cell in rule.cells:
            try:
                expressions.compile_cell(cell)
            except ExpressionFault as fault:
                sheet.error(rule.id, fault.code, f"规则的条件“{cell[:60]}”有误：{fault.message}")
        for output in rule.outputs:
            _expression(rule.id, output, sheet)


def _check_cover(table: Table, sheet: Sheet) -> None:
    """Refuse inputs that two rules match and inputs none matches, each with an example."""
    proven = cover(table)
    if proven.unproven:
        sheet.warning(table.id, "table_unproven", f"无法证明规则不重叠、无遗漏：{proven.unproven}")
    for rules, example in proven.overlaps[:MAX_SHOWN]:
        sheet.error(
            rules[0], "rules_overlap", f"规则 {'、'.join(rules)} 同时适用，例如：{_said(table, example)}"
        )
    if proven.gap is not None:
        sheet.error(table.id, "rules_gap", f"没有适用的规则，例如：{_said(table, proven.gap)}")


def _said(table: Table, example: Mapping[str, Json]) -> str:
    labels = {column.expression: column.label for column in table.inputs}
    return "，".join(f"{labels[expression]} = {value!r}" for expression, value in example.items())


def _check_values(table: Table, facts: Mapping[str, frozenset[str]], sheet: Sheet) -> None:
    for rule in table.rules:
        for name, output in zip(table.outputs, rule.outputs, strict=True):
            for value in sorted(_values(output) - facts[name]) if name in facts else ():
                sheet.error(rule.id, "unknown_value", f"结果“{name}”的值“{value[:60]}”没有表单说明它叫什么")


def _values(output: str) -> set[str]:
    """Return the values a result lists, separated by commas; none where it is computed."""
    try:
        written = ast.literal_eval(output.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return set()
    return set(written.split(",")) if isinstance(written, str) else set()


def _expression(element_id: str, text: str, sheet: Sheet) -> None:
    try:
        expressions.compile_expression(text)
    except ExpressionFault as fault:
        sheet.error(element_id, fault.code, fault.message)
