"""One process or subprocess made ready to be walked: its nodes with what they do, test, write and call.

This module must never know rules.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from workflow_app.engine import expressions
from workflow_app.engine.documents import bpmn, spiff, text_of
from workflow_app.engine.faults import EngineFault, ExpressionFault
from workflow_app.engine.lint.catalogue import Operation
from workflow_app.engine.lint.drawing import Drawing, Node, Scope, World
from workflow_app.engine.lint.graph import reachable
from workflow_app.engine.lint.names import operation_of, set_by
from workflow_app.engine.mappings import mapping_of
from workflow_app.engine.model import Json
from workflow_app.engine.paths.facts import Test, Value, read_test, value_of
from workflow_app.engine.paths.law import Act

GATES: Final = ("exclusiveGateway", "inclusiveGateway", "complexGateway")


@dataclass(frozen=True, slots=True)
class Assignment:
    """``name`` becomes what ``source`` is, or ``value``, or unknown where it has neither."""

    name: str
    source: str = ""
    value: Value = ""


@dataclass(frozen=True, slots=True, eq=False)
class Station:
    """A node: what happens there, and where a token goes.

    :param leaving: for each flow that leaves: its id, the place it fills, and its test (``None``: default).
    :param takes: the places a token is taken from; more than one at a parallel join.
    :param calls: the process called, or the subprocess drawn inside.
    :param beside: the boundary whose handler ends here, where this ends one that does not interrupt.
    """

    id: str
    kind: str
    act: Act
    takes: tuple[str, ...]
    leaving: tuple[tuple[str, str, Test | None], ...]
    writes: tuple[Assignment, ...] = ()
    calls: str = ""
    inner: bool = False
    inputs: tuple[Assignment, ...] = ()
    outputs: tuple[Assignment, ...] = ()
    boundaries: tuple[str, ...] = ()
    interrupting: bool = True
    clears: bool = False
    beside: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """A process or subprocess: its stations by id, and the place its start fills."""

    id: str
    process_id: str
    start: str
    stations: Mapping[str, Station]


def local_of(scope: Scope, drawing: Drawing, world: World, constants: Mapping[str, Json]) -> Local:
    """Return ``scope`` ready to be walked."""
    edges = {
        edge.id: edge for edge in scope.edges if edge.source in scope.nodes and edge.target in scope.nodes
    }
    beside = _beside(scope)
    start = next((node.id for node in scope.of_kind("startEvent")), "")

    def place(edge_id: str) -> str:
        target = scope.nodes[edges[edge_id].target]
        return f"~{edge_id}" if target.kind == "parallelGateway" else f"@{target.id}"

    stations = {}
    for node in scope.nodes.values():
        own = [edge for edge in scope.leaving.get(node.id, ()) if edge.id in edges]
        default = node.xml.get("default")
        leaving = (
            sorted(
                (
                    edge.id,
                    place(edge.id),
                    read_test(edge.condition, constants) if edge.condition and edge.id != default else None,
                )
                for edge in own
            )
            if node.kind not in GATES
            else [
                (edge.id, place(edge.id), read_test(edge.condition, constants) if edge.condition else None)
                for edge in sorted(own, key=lambda each: each.id == default or each.condition is None)
            ]
        )
        if node.kind == "parallelGateway":
            takes = tuple(f"~{edge.id}" for edge in scope.arriving.get(node.id, ()) if edge.id in edges)
        else:
            takes = (f"@{node.id}",)
        stations[node.id] = Station(
            node.id,
            node.kind,
            act_of(node, scope.process_id, drawing),
            takes,
            tuple(leaving),
            _writes(node, drawing, world),
            (node.xml.get("calledElement") or "") if node.kind == "callActivity" else "",
            node.kind == "subProcess",
            _mapped(node, "inputs"),
            _mapped(node, "outputs"),
            tuple(boundary.id for boundary in scope.boundaries.get(node.id, ())),
            node.interrupting,
            node.event("terminate") is not None or node.event("error") is not None,
            beside.get(node.id, ""),
        )
    return Local(scope.id, scope.process_id, start, stations)


def act_of(node: Node, process_id: str, drawing: Drawing) -> Act:
    """Return what happens at ``node``, by attribute; what does not apply is left out."""
    act = {"kind": node.kind, "process": process_id}
    for name in ("form", "role", "scope", "assignee", "outcome", "deadline", "deadline_from"):
        if node.properties.get(name):
            act[name] = node.properties[name]
    if operation_of(node):
        act["operation"] = operation_of(node)
    decision = text_of(node.xml.find(f"{bpmn('extensionElements')}/{spiff('calledDecisionId')}"))
    if decision:
        act["decision"] = decision
    if node.kind == "callActivity":
        act["calls"] = node.xml.get("calledElement") or ""
    for definition in [*node.event_definitions, node.xml]:
        if definition.get("messageRef"):
            act["message"] = drawing.messages.get(definition.get("messageRef") or "", "")
    timer = node.event("timer")
    if timer is not None:
        try:
            form = expressions.compile_timer(text_of(timer.find(bpmn("timeDate"))))
            act |= {"timer": form.rule, "timer_kind": form.kind, "timer_from": form.variable or ""}
        except ExpressionFault:
            act["timer"] = "?"
    return act


def _writes(node: Node, drawing: Drawing, world: World) -> tuple[Assignment, ...]:
    if node.kind == "callActivity":
        return ()
    if node.kind == "scriptTask":
        try:
            script = expressions.compile_script(text_of(node.xml.find(bpmn("script"))))
        except ExpressionFault:
            return ()
        return (_assigned(script.name, script.value.text),)
    if node.kind == "endEvent":
        outcome = node.properties.get("outcome")
        return (Assignment("outcome", value=value_of(outcome)),) if outcome else ()
    operation = (world.catalogue.operations or {}).get(operation_of(node), Operation())
    always = {name: value_of(value) for name, value in operation.always.items()}
    names = sorted(name for name in set(set_by(node, drawing, world)) if name)
    return tuple(Assignment(name, value=always.get(name, "")) for name in names)


def _mapped(node: Node, name: str) -> tuple[Assignment, ...]:
    if node.kind != "callActivity":
        return ()
    try:
        pairs = mapping_of(node.properties.get(name, ""))
    except EngineFault:
        return ()
    return tuple(_assigned(target, source) for target, source in pairs)


def _assigned(name: str, text: str) -> Assignment:
    try:
        tree = expressions.compile_expression(text).tree
    except ExpressionFault:
        return Assignment(name)
    if isinstance(tree, ast.Constant):
        return Assignment(name, value=value_of(cast(Json, tree.value)))
    if isinstance(tree, ast.Name):
        if tree.id in expressions.CONSTANTS:
            return Assignment(name, value=value_of(expressions.CONSTANTS[tree.id]))
        return Assignment(name, source=tree.id)
    return Assignment(name)


def _beside(scope: Scope) -> dict[str, str]:
    found = {}
    for node in scope.of_kind("boundaryEvent"):
        if not node.interrupting:
            for identifier in reachable([node.id], scope.followers):
                if scope.nodes[identifier].kind == "endEvent":
                    found[identifier] = node.id
    return found
