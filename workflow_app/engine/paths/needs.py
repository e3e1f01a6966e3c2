"""What a node must find written when a token comes to it: without it the engine stops the case.

A timer beside an activity reads its beginning when the activity begins, not when the time has run, and so
does one behind an event gateway. This module must never know paths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow_app.engine.documents import bpmn, text_of
from workflow_app.engine.lint.drawing import Drawing, Node, Scope, World
from workflow_app.engine.lint.names import names_in, needed_at, read_by_timer, set_by


@dataclass(frozen=True, slots=True)
class Needs:
    """Of one node.

    :param names: the variables it needs itself.
    :param asked: the variables the condition of each flow that leaves it asks, by the flow's id.
    :param unsure: what it writes only on some answers.
    """

    names: frozenset[str] = frozenset()
    asked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()


def needs_of(scope: Scope, drawing: Drawing, world: World) -> Mapping[str, Needs]:
    """Return what the nodes of ``scope`` need, by their ids."""
    return {node.id: _needs(node, scope, drawing, world) for node in scope.nodes.values()}


def _needs(node: Node, scope: Scope, drawing: Drawing, world: World) -> Needs:
    leaving = scope.leaving.get(node.id, ())
    waited = [*scope.boundaries.get(node.id, ())]
    if node.kind == "eventBasedGateway":
        waited += [scope.nodes[edge.target] for edge in leaving if edge.target in scope.nodes]
    elif node.kind != "boundaryEvent":
        waited.append(node)
    names = {name for each in waited for name in read_by_timer(each)}
    sure = set(set_by(node, drawing, world, surely=True))
    loop = node.xml.find(bpmn("multiInstanceLoopCharacteristics"))
    if loop is None:
        names |= set(needed_at(node, world))
    else:  # an instance has variables of its own, and there may be none
        parts = (text_of(loop.find(bpmn(part))) for part in ("loopDataInputRef", "loopCardinality"))
        names |= {name for part in parts for name in names_in(part)}
        sure = {text_of(loop.find(bpmn("loopDataOutputRef")))}
    asked = {edge.id: frozenset(names_in(edge.condition)) for edge in leaving if edge.condition}
    unsure = frozenset(set_by(node, drawing, world)) - sure
    return Needs(frozenset(names), asked, unsure)
