"""The net of one drawn process or embedded subprocess, by the token rules of BPMN 2.0 (§13).

Every node has one place before it, a parallel gateway one for each flow that arrives. A subprocess
is one transition of the net around it, and has a net of its own: one is sound where both are.
Data is not looked at: each branch of a gateway can be taken. A boundary event that does not
interrupt runs beside its activity once at a time; the rules on events keep its handler to itself.
"""

from __future__ import annotations

from typing import Final

from workflow_app.engine.lint.drawing import ACTIVITIES, Edge, Node, Scope
from workflow_app.engine.lint.graph import reachable
from workflow_app.engine.nets.net import Net, Trail, Transition

INITIAL: Final = "i"
IDLE: Final = "idle "


def net_of(scope: Scope) -> Net:
    """Return the net of ``scope``; dangling flows are left out (other rules refuse them)."""
    return _Drawing(scope).net()


class _Drawing:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._transitions: list[Transition] = []
        self._homes: dict[str, str] = {}
        self._ends: set[str] = set()
        self._edges = {edge.id: edge for edge in scope.edges if edge.target in scope.nodes}
        self._resting = self._beside()

    def net(self) -> Net:
        for node in self._scope.nodes.values():
            if node.kind == "startEvent":
                self._add(node, {self._place(INITIAL, node.id)}, self._after(node))
            elif node.kind == "endEvent":
                self._end(node)
            elif node.kind == "parallelGateway":
                arriving = {self._place(edge.id, node.id) for edge in self._arriving(node)}
                self._add(node, arriving, self._after(node))
            elif node.kind in ("exclusiveGateway", "inclusiveGateway", "complexGateway"):
                for edge in self._leaving(node):
                    self._add(node, {self._before(node)}, {self._to(edge.id)}, edge.id)
            elif node.kind == "eventBasedGateway":
                self._events(node)
            elif node.kind == "boundaryEvent":
                self._boundary(node)
            elif node.kind in ACTIVITIES or not self._awaited(node):
                self._add(node, {self._before(node)}, self._after(node))
        idle = frozenset(place for place in self._homes if place.startswith(IDLE))
        rests = idle | frozenset(self._ends)
        return Net(frozenset({INITIAL}) | idle, rests, tuple(self._transitions), self._homes)

    def _add(self, node: Node, takes: set[str], gives: set[str], *flows: str, clears: bool = False) -> None:
        trail = (node.id, *(flows or (edge.id for edge in self._leaving(node))))
        self._transitions.append(
            Transition(frozenset(takes), frozenset(gives), Trail(trail), frozenset({node.id}), clears)
        )

    def _end(self, node: Node) -> None:
        done = self._resting.get(node.id) or self._place(f"o {node.id}", node.id)
        if node.id not in self._resting:
            self._ends.add(done)
        clears = node.event("terminate") is not None or node.event("error") is not None
        self._add(node, {self._before(node)}, {done}, clears=clears)

    def _events(self, node: Node) -> None:
        for edge in self._leaving(node):
            event = self._scope.nodes[edge.target]
            after = self._after(event)
            trail = Trail((node.id, edge.id, event.id, *(flow.id for flow in self._leaving(event))))
            covers = frozenset({node.id, event.id})
            self._transitions.append(
                Transition(frozenset({self._before(node)}), frozenset(after), trail, covers)
            )

    def _boundary(self, node: Node) -> None:
        host = self._scope.nodes.get(node.xml.get("attachedToRef") or "")
        if host is None:
            return
        here = self._before(host)
        if node.interrupting:
            self._add(node, {here}, self._after(node))
            return
        idle = self._place(f"{IDLE}{node.id}", node.id)
        self._add(node, {here, idle}, {here} | self._after(node))

    def _beside(self) -> dict[str, str]:
        """Return, by end event of a handler beside its activity, the idle place of its boundary."""
        found = {}
        for node in self._scope.of_kind("boundaryEvent"):
            if not node.interrupting:
                for identifier in reachable([node.id], self._scope.followers):
                    end = self._scope.nodes.get(identifier)
                    if end is not None and end.kind == "endEvent":
                        found[identifier] = f"{IDLE}{node.id}"
        return found

    def _awaited(self, node: Node) -> bool:
        """Whether an event is one of those an event gateway waits for, and so is part of its choice."""
        sources = (self._scope.nodes.get(edge.source) for edge in self._arriving(node))
        return any(source is not None and source.kind == "eventBasedGateway" for source in sources)

    def _after(self, node: Node) -> set[str]:
        return {self._to(edge.id) for edge in self._leaving(node)}

    def _to(self, flow: str) -> str:
        target = self._scope.nodes[self._edges[flow].target]
        if target.kind == "parallelGateway":
            return self._place(flow, target.id)
        return self._before(target)

    def _leaving(self, node: Node) -> list[Edge]:
        return [edge for edge in self._scope.leaving.get(node.id, ()) if edge.id in self._edges]

    def _arriving(self, node: Node) -> list[Edge]:
        return [edge for edge in self._scope.arriving.get(node.id, ()) if edge.source in self._scope.nodes]

    def _before(self, node: Node) -> str:
        return self._place(f"@{node.id}", node.id)

    def _place(self, name: str, home: str) -> str:
        self._homes[name] = home
        return name
