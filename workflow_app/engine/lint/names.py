"""Rules on names: what a diagram reads must be set by something, and what it calls must exist.

A variable nobody sets stops the case that reads it; an input an operation does not take, or an error it never
raises, is a drawing of something that will not happen. Which names there are is handed in by the catalogue;
this module must never know one itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from workflow_app.engine import expressions
from workflow_app.engine.decisions import Table
from workflow_app.engine.documents import bpmn, spiff, text_of
from workflow_app.engine.expressions import Expression
from workflow_app.engine.faults import EngineFault, ExpressionFault
from workflow_app.engine.lint.catalogue import Operation
from workflow_app.engine.lint.drawing import Drawing, Node, Scope, Sheet, World
from workflow_app.engine.mappings import mapping_of

Read = Iterator[tuple[str, str]]
"""(what reads it, the variable)."""


def check_names(drawing: Drawing, world: World, sheet: Sheet) -> None:
    """Check the variables of each process and the names around each operation, where they are known."""
    for top in drawing.processes:
        scopes = [scope for scope in drawing.scopes if scope.process_id == top.id]
        _check_operations(scopes, drawing, world, sheet)
        known = _set_in(top.id, scopes, drawing, world)
        if known is None:
            continue
        # Whoever calls a process nobody calls yet may hand over what it lacks.
        opened = top.id in world.catalogue.started or top.id in world.given
        report = sheet.error if opened else sheet.warning
        for scope in scopes:
            for element_id, name in dict.fromkeys(_read_in(scope, world)):
                if name not in known:
                    report(element_id, "unknown_variable", f"变量“{name}”没有任何环节写入")


def _check_operations(scopes: list[Scope], drawing: Drawing, world: World, sheet: Sheet) -> None:
    if world.catalogue.operations is None:
        return
    for scope in scopes:
        for node in scope.of_kind("serviceTask"):
            operation = world.catalogue.operations.get(operation_of(node))
            if operation is None:
                continue
            for name, _ in _parameters(node):
                if name and name not in operation.inputs:
                    sheet.error(node.id, "unknown_input", f"服务操作没有名为“{name}”的参数")
            for boundary in scope.boundaries.get(node.id, ()):
                code = _error_code(boundary, drawing)
                if code and code not in operation.errors:
                    sheet.error(boundary.id, "unknown_error", f"服务操作不会报出错误“{code}”")


def _set_in(process_id: str, scopes: list[Scope], drawing: Drawing, world: World) -> frozenset[str] | None:
    """Return every variable something sets; ``None`` where that cannot be known."""
    catalogue = world.catalogue
    if catalogue.variables is None or catalogue.forms is None or catalogue.operations is None:
        return None
    found = set(catalogue.variables) | world.given.get(process_id, set())
    found |= catalogue.started.get(process_id, frozenset())
    for scope in scopes:
        for node in scope.nodes.values():
            found.update(set_by(node, drawing, world))
    return frozenset(found)


def set_by(node: Node, drawing: Drawing, world: World, surely: bool = False) -> Iterator[str]:
    """Return the variables ``node`` sets; one may come twice.

    :param surely: leave out what only some answers to its form set.
    """
    catalogue = world.catalogue
    if node.kind in ("userTask", "manualTask"):
        forms = catalogue.surely if surely else (catalogue.forms or {})
        yield from forms.get(node.properties.get("form", ""), ())
    elif node.kind == "serviceTask":
        operation = (catalogue.operations or {}).get(operation_of(node), Operation())
        operator = node.xml.find(f"{bpmn('extensionElements')}/{spiff('serviceTaskOperator')}")
        result = operator.get("resultVariable") if operator is not None else None
        yield from (result,) if result else operation.outputs
    elif node.kind == "scriptTask":
        try:
            yield expressions.compile_script(text_of(node.xml.find(bpmn("script")))).name
        except ExpressionFault:
            return  # said by the rules on activities
    elif node.kind == "businessRuleTask":
        table = _table(node, world)
        yield from table.outputs if table is not None else ()
    elif node.kind == "callActivity":
        yield from (name for name, _ in _mapping(node, "outputs"))
    yield from _set_by_instances(node)
    for definition in node.event_definitions:
        message = drawing.messages.get(definition.get("messageRef") or "", "")
        yield from (catalogue.messages or {}).get(message, ())


def _set_by_instances(node: Node) -> Iterator[str]:
    loop = node.xml.find(bpmn("multiInstanceLoopCharacteristics"))
    if loop is not None:
        for part in ("inputDataItem", "outputDataItem"):
            item = loop.find(bpmn(part))
            if item is not None:
                yield item.get("id") or ""
        yield text_of(loop.find(bpmn("loopDataOutputRef")))


def _read_in(scope: Scope, world: World) -> Read:
    for edge in scope.edges:
        if edge.condition is not None:
            yield from ((edge.id, name) for name in names_in(edge.condition))
    for node in scope.nodes.values():
        yield from ((node.id, name) for name in _read_by(node, world))


def read_at(scope: Scope, node: Node, world: World) -> Iterator[str]:
    """Return the variables read when ``node`` is done and left; one may come twice."""
    yield from _read_by(node, world)
    for edge in scope.leaving.get(node.id, ()):
        if edge.condition is not None:
            yield from names_in(edge.condition)


def _read_by(node: Node, world: World) -> Iterator[str]:
    yield from needed_at(node, world)
    if node.kind == "callActivity":
        yield from (name for _, value in _mapping(node, "inputs") for name in names_in(value))
    yield from read_by_timer(node)


def needed_at(node: Node, world: World) -> Iterator[str]:
    """Yield the variables ``node`` cannot do without once a token is there; one may come twice.

    A call hands over what it knows by its bare name, and nothing where there is none.
    """
    for name in ("assignee", "deadline_from"):
        if node.properties.get(name, "").isidentifier():
            yield node.properties[name]
    if node.kind == "scriptTask":
        yield from _read_by_script(node)
    elif node.kind == "serviceTask":
        yield from (name for _, value in _parameters(node) for name in names_in(value))
    elif node.kind == "businessRuleTask":
        table = _table(node, world)
        yield from _read_by_table(table) if table is not None else ()
    elif node.kind == "callActivity":
        given = _mapping(node, "inputs")
        yield from (name for own, value in given if value != own for name in names_in(value))
    yield from _read_by_instances(node)


def _read_by_script(node: Node) -> Iterable[str]:
    try:
        return sorted(expressions.compile_script(text_of(node.xml.find(bpmn("script")))).value.names)
    except ExpressionFault:
        return ()


def _read_by_instances(node: Node) -> Iterator[str]:
    loop = node.xml.find(bpmn("multiInstanceLoopCharacteristics"))
    if loop is not None:
        for part in ("loopDataInputRef", "loopCardinality", "completionCondition"):
            yield from names_in(text_of(loop.find(bpmn(part))))


def read_by_timer(node: Node) -> Iterable[str]:
    """Return the variable from which the timer of ``node`` counts, if it has one."""
    timer = node.event("timer")
    if timer is None:
        return ()
    try:
        variable = expressions.compile_timer(text_of(timer.find(bpmn("timeDate")))).variable
    except ExpressionFault:
        return ()
    return (variable,) if variable else ()


def _read_by_table(table: Table) -> Iterable[str]:
    texts = [column.expression for column in table.inputs]
    texts += [output for rule in table.rules for output in rule.outputs]
    found = {name for text in texts for name in names_in(text)}
    for rule in table.rules:
        for cell in rule.cells:
            found.update(names_in(cell, expressions.compile_cell))
    return sorted(found - {expressions.INPUT})


def names_in(
    text: str, read: Callable[[str], Expression | None] = expressions.compile_expression
) -> Iterable[str]:
    """Return the variables an expression reads; none where it is refused, which other rules say."""
    try:
        expression = read(text)
    except ExpressionFault:
        return ()
    return sorted(expression.names) if expression is not None else ()


def handed_over(call: Node) -> set[str]:
    """Return the variables a call activity gives the process it calls."""
    return {name for name, _ in _mapping(call, "inputs")}


def operation_of(node: Node) -> str:
    """Return the operation a service task names, or an empty text."""
    operator = node.xml.find(f"{bpmn('extensionElements')}/{spiff('serviceTaskOperator')}")
    return (operator.get("id") or "") if operator is not None else ""


def _parameters(node: Node) -> Iterator[tuple[str, str]]:
    operator = node.xml.find(f"{bpmn('extensionElements')}/{spiff('serviceTaskOperator')}")
    if operator is not None:
        for parameter in operator.iter(spiff("parameter")):
            yield parameter.get("id") or "", parameter.get("value") or ""


def _mapping(node: Node, name: str) -> list[tuple[str, str]]:
    try:
        return mapping_of(node.properties.get(name, ""))
    except EngineFault:
        return []


def _table(node: Node, world: World) -> Table | None:
    reference = node.xml.find(f"{bpmn('extensionElements')}/{spiff('calledDecisionId')}")
    return world.tables.get(text_of(reference))


def _error_code(boundary: Node, drawing: Drawing) -> str:
    error = boundary.event("error")
    return drawing.errors.get(error.get("errorRef") or "", "") if error is not None else ""
