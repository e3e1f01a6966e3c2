"""Rules on decision tables: hit policy UNIQUE, safe cells, no rule twice.

SpiffWorkflow reads any other policy as "first", and never notices an overlap. This module
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
    for rule in table.rules:
        for cell in rule.cells:
            try:
                expressions.compile_cell(cell)
            except ExpressionFault as fault:
                sheet.error(rule.id, fault.code, f"规则的条件“{cell[:60]}”有误：{fault.message}")
        for output in rule.outputs:
            _expression(rule.id, output, sheet)
    _check_values(table, facts, sheet)


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
