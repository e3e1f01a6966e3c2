"""Rules on gateways: one named variable against a literal or a parameter, a default, no overlap.

SpiffWorkflow ignores a condition on a flow that leaves a task, and takes the first of two
conditions that both hold. This module must never know what the variables mean.
"""

from __future__ import annotations

import ast
from collections import Counter

from workflow_app.engine import expressions
from workflow_app.engine.faults import ExpressionFault
from workflow_app.engine.lint.drawing import Drawing, Edge, Node, Scope, Sheet, World

_REFUSED = {
    "complexGateway": ("complex_gateway", "不支持复杂网关"),
    "inclusiveGateway": ("inclusive_gateway", "不支持包容网关，汇合时会卡住"),
}


def check_gateways(drawing: Drawing, _: World, sheet: Sheet) -> None:
    """Check each gateway and every condition."""
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind in _REFUSED:
                sheet.error(node.id, *_REFUSED[node.kind])
            elif node.kind == "exclusiveGateway":
                _check_exclusive(scope, node, sheet)
            elif node.kind == "eventBasedGateway":
                _check_event_gateway(scope, node, sheet)
        for edge in scope.edges:
            source = scope.nodes.get(edge.source)
            if edge.condition is None or source is None or source.kind in ("exclusiveGateway", *_REFUSED):
                continue
            sheet.error(edge.id, "task_condition", "条件只能写在排他网关流出的连线上，写在别处不起作用")


def _check_exclusive(scope: Scope, node: Node, sheet: Sheet) -> None:
    leaving = scope.leaving.get(node.id, [])
    default = node.xml.get("default")
    if len(leaving) <= 1:
        for edge in leaving:
            if edge.condition is not None:
                sheet.error(edge.id, "lone_condition", "唯一的流出连线不能带条件")
        return
    _check_default(node, default, leaving, sheet)
    variables: set[str] = set()
    conditions = []
    for edge in leaving:
        if edge.id == default:
            if edge.condition is not None:
                sheet.error(edge.id, "default_condition", "默认连线不能带条件")
        elif edge.condition is None:
            sheet.error(edge.id, "condition_missing", "非默认连线缺少条件")
        else:
            conditions.append(edge)
            variables |= _check_condition(edge, sheet)
    _check_overlap(node, conditions, sheet)
    if len(variables) > 1:
        names = "、".join(sorted(variables))
        sheet.warning(
            node.id, "many_variables", f"同一网关检验了多个变量（{names}），请确认条件互斥，或改用决策表"
        )


def _check_default(node: Node, default: str | None, leaving: list[Edge], sheet: Sheet) -> None:
    if default is None:
        sheet.error(node.id, "no_default", "分支网关没有默认连线，条件都不成立时办件会停在这里")
    elif default not in {edge.id for edge in leaving}:
        sheet.error(node.id, "bad_default", f"默认连线“{default}”不是从此网关流出的")


def _check_condition(edge: Edge, sheet: Sheet) -> frozenset[str]:
    try:
        expression = expressions.compile_expression(edge.condition or "")
    except ExpressionFault as fault:
        sheet.error(edge.id, fault.code, fault.message)
        return frozenset()
    if not _one_test(expression.tree):
        sheet.error(
            edge.id, "gateway_expression", f"网关条件只能是一个变量与字面量或参数比较：{expression.text}"
        )
    return _tested(expression.tree)


def _one_test(tree: ast.expr) -> bool:
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        return isinstance(tree.operand, ast.Name)
    if isinstance(tree, ast.Name):
        return True
    if not isinstance(tree, ast.Compare) or not isinstance(tree.left, ast.Name) or len(tree.ops) != 1:
        return False
    return _literal(tree.comparators[0])


def _tested(tree: ast.expr) -> frozenset[str]:
    """The variable a condition is about: the one on its left, or under ``not``."""
    left = (
        tree.left
        if isinstance(tree, ast.Compare)
        else tree.operand
        if isinstance(tree, ast.UnaryOp)
        else tree
    )
    return frozenset({left.id}) if isinstance(left, ast.Name) else frozenset()


def _literal(tree: ast.expr) -> bool:
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        return isinstance(tree.operand, ast.Constant)
    if isinstance(tree, ast.List | ast.Tuple):
        return all(isinstance(item, ast.Constant) for item in tree.elts)
    return isinstance(tree, ast.Constant | ast.Name)


def _check_overlap(node: Node, edges: list[Edge], sheet: Sheet) -> None:
    texts = Counter("".join((edge.condition or "").split()) for edge in edges)
    for text, count in texts.items():
        if count > 1:
            sheet.error(node.id, "overlap", f"有 {count} 条连线的条件相同：{text}")


def _check_event_gateway(scope: Scope, node: Node, sheet: Sheet) -> None:
    timers = 0
    leaving = scope.leaving.get(node.id, [])
    if len(leaving) <= 1:
        sheet.error(node.id, "event_gateway_target", "事件网关之后至少要有两个事件")
    for edge in leaving:
        target = scope.nodes.get(edge.target)
        if target is None:
            continue
        if target.kind != "intermediateCatchEvent" or len(scope.arriving.get(target.id, ())) != 1:
            sheet.error(node.id, "event_gateway_target", f"事件网关之后只能直接接消息或定时事件：{target.id}")
        timers += target.event("timer") is not None
    if timers > 1:
        sheet.error(node.id, "two_timers", "事件网关之后只能有一个定时事件")
