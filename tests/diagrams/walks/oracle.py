"""An independent token game of BPMN 2.0, to hold the engine against.

It parses the XML itself and shares nothing with the engine: tokens on flows, activities
that wait, scopes that end when no token is left. Variables belong to the case, and to one
instance each inside a multi-instance activity.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from tests.diagrams.walks.tables import Tables

B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
S = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
WAITING = {
    "userTask", "manualTask", "callActivity", "receiveTask", "intermediateCatchEvent", "eventBasedGateway",
}  # fmt: skip
CONDITION = re.compile(r"^(\w+) == (\d+)$")
SCRIPT = re.compile(r"^(\w+) = (\w+) \+ (\d+)$")

Path = tuple[tuple[str, Any], ...]
Key = tuple[str, str, Path]


class Refusal(Exception):
    """The oracle's own business error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def service(operation: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """What every service of the generated diagrams does."""
    if operation.startswith("refuse_") and inputs["value"] == 1:
        raise Refusal("E1")
    return {f"s_{operation}": inputs["value"] + 1}


@dataclass
class Node:
    id: str
    kind: str
    container: str
    element: Any
    incoming: list[str] = field(default_factory=list)
    outgoing: list[str] = field(default_factory=list)
    boundaries: list[str] = field(default_factory=list)

    def event(self, name: str) -> Any:
        return self.element.find(f"{B}{name}EventDefinition")

    @property
    def loop(self) -> Any:
        return self.element.find(f"{B}multiInstanceLoopCharacteristics")


@dataclass(eq=False)
class Scope:
    container: str
    host: Activity | None
    live: list[Activity] = field(default_factory=list)
    arrived: Counter[tuple[str, str]] = field(default_factory=Counter)
    dead: bool = False


@dataclass(eq=False)
class Activity:
    node: Node
    scope: Scope
    body: Activity | None = None
    frame: dict[str, Any] | None = None
    index: int = 0
    inner: Scope | None = None
    instances: list[Activity] = field(default_factory=list)
    pending: list[tuple[int, Any]] = field(default_factory=list)
    results: dict[int, Any] = field(default_factory=dict)
    armed: list[str] = field(default_factory=list)


class Oracle:
    def __init__(self, xml: bytes, decisions: bytes, variables: dict[str, Any]) -> None:
        root = ET.fromstring(xml)  # noqa: S314 - the generator's own XML
        self.messages = {m.get("id"): m.get("name") for m in root.iter(f"{B}message")}
        self.errors = {m.get("id"): m.get("errorCode") for m in root.iter(f"{B}error")}
        self.nodes: dict[str, Node] = {}
        self.flows: dict[str, tuple[str, str, str | None]] = {}
        self.process = root.find(f"{B}process")
        assert self.process is not None
        self._read(self.process, "")
        for flow, (source, target, _) in self.flows.items():
            self.nodes[source].outgoing.append(flow)
            self.nodes[target].incoming.append(flow)
        self.variables = dict(variables)
        self.queue: deque[tuple[Scope, str, str | None]] = deque()
        self.taken: list[str] = []
        self.tables = Tables.read(decisions)
        self.decided: list[tuple[str, str]] = []
        self.ended = False
        self.outcome: str | None = None
        self.root = Scope("", None)
        self._start(self.root)
        self._settle()

    def _read(self, container: Any, name: str) -> None:
        for child in container:
            kind = child.tag.removeprefix(B)
            if kind == "sequenceFlow":
                condition = child.find(f"{B}conditionExpression")
                text = condition.text if condition is not None else None
                self.flows[child.get("id")] = (child.get("sourceRef"), child.get("targetRef"), text)
            elif child.get("id") and kind not in ("laneSet", "dataObject"):
                self.nodes[child.get("id")] = Node(child.get("id"), kind, name, child)
                if kind == "subProcess":
                    self._read(child, child.get("id"))
        for node in list(self.nodes.values()):
            if node.kind == "boundaryEvent" and node.container == name:
                self.nodes[node.element.get("attachedToRef")].boundaries.append(node.id)

    # -- variables

    def frames(self, scope: Scope, activity: Activity | None) -> list[dict[str, Any]]:
        found = []
        while True:
            if activity is not None and activity.frame is not None:
                found.append(activity.frame)
            if scope.host is None:
                return [*found, self.variables]
            activity, scope = scope.host, scope.host.scope

    def view(self, scope: Scope, activity: Activity | None = None) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for frame in reversed(self.frames(scope, activity)):
            merged.update(frame)
        return merged

    # -- the game

    def _start(self, scope: Scope) -> None:
        for node in self.nodes.values():
            if node.kind == "startEvent" and node.container == scope.container:
                self.queue.append((scope, node.id, None))

    def _leave(self, scope: Scope, node: Node) -> None:
        for flow in node.outgoing:
            self._take(scope, flow)

    def _take(self, scope: Scope, flow: str) -> None:
        self.taken.append(flow)
        self.queue.append((scope, self.flows[flow][1], flow))

    def _settle(self) -> None:
        while True:
            while self.queue:
                scope, node, flow = self.queue.popleft()
                if not scope.dead:
                    self._arrive(scope, self.nodes[node], flow)
            if not self._complete_one_scope(self.root):
                return

    def _complete_one_scope(self, scope: Scope) -> bool:
        if scope.dead:
            return False
        for activity in scope.live:
            for inner in [activity.inner, *(instance.inner for instance in activity.instances)]:
                if inner is not None and self._complete_one_scope(inner):
                    return True
        if scope.live or +scope.arrived:
            return False
        scope.dead = True
        if scope.host is None:
            self.ended = True
            return False
        self._finish(scope.host)
        return True

    def _arrive(self, scope: Scope, node: Node, flow: str | None) -> None:
        if node.kind in ("startEvent", "task"):
            self._leave(scope, node)
        elif node.kind == "exclusiveGateway":
            self._choose(scope, node)
        elif node.kind == "parallelGateway":
            assert flow is not None
            scope.arrived[node.id, flow] += 1
            if all(scope.arrived[node.id, each] for each in node.incoming):
                for each in node.incoming:
                    scope.arrived[node.id, each] -= 1
                self._leave(scope, node)
        elif node.kind == "endEvent":
            self._end(scope, node)
        else:
            self._open(scope, node)

    def _choose(self, scope: Scope, node: Node) -> None:
        default = node.element.get("default")
        seen = self.view(scope)
        for flow in node.outgoing:
            condition = self.flows[flow][2]
            if condition is not None and flow != default:
                match = CONDITION.match(condition)
                assert match
                if seen[match[1]] == int(match[2]):
                    self._take(scope, flow)
                    return
        self._take(scope, default or node.outgoing[0])

    def _end(self, scope: Scope, node: Node) -> None:
        if node.event("error") is not None:
            code = self.errors[node.event("error").get("errorRef")]
            assert scope.host is not None
            self._throw(scope.host, code)
        elif node.event("terminate") is not None:
            for activity in list(scope.live):
                self._cancel(activity)
            scope.arrived.clear()
            self.queue = deque(item for item in self.queue if item[0] is not scope)
        if scope.host is None:
            for prop in node.element.iter(f"{S}property"):
                if prop.get("name") == "outcome":
                    self.outcome = prop.get("value")

    def _open(self, scope: Scope, node: Node) -> None:
        activity = Activity(node, scope)
        activity.armed = list(node.boundaries)
        scope.live.append(activity)
        if node.loop is None:
            self._perform(activity)
            return
        collection = self.view(scope)[node.loop.find(f"{B}loopDataInputRef").text]
        activity.pending = list(enumerate(collection))
        if not activity.pending:
            self._collect(activity)
            self._close(activity)
        else:
            self._more(activity)

    def _more(self, body: Activity) -> None:
        count = 1 if body.node.loop.get("isSequential") == "true" else len(body.pending)
        started, body.pending = body.pending[:count], body.pending[count:]
        fresh = []
        for index, item in started:
            frame = {body.node.loop.find(f"{B}inputDataItem").get("id"): item}
            fresh.append(Activity(body.node, body.scope, body, frame, index))
        body.instances.extend(fresh)
        for instance in fresh:
            self._perform(instance)

    def _perform(self, activity: Activity) -> None:
        node, scope = activity.node, activity.scope
        seen = self.view(scope, activity)
        if node.kind == "scriptTask":
            match = SCRIPT.match(node.element.find(f"{B}script").text)
            assert match
            self.frames(scope, activity)[0][match[1]] = seen[match[2]] + int(match[3])
            self._finish(activity)
        elif node.kind == "serviceTask":
            operator = next(node.element.iter(f"{S}serviceTaskOperator"))
            inputs = {p.get("id"): seen[p.get("value")] for p in operator.iter(f"{S}parameter")}
            try:
                self.frames(scope, activity)[0].update(service(operator.get("id"), inputs))
            except Refusal as refusal:
                self._throw(activity, refusal.code)
            else:
                self._finish(activity)
        elif node.kind == "businessRuleTask":
            called = next(node.element.iter(f"{S}calledDecisionId")).text
            rule, outputs = self.tables.decide(called, seen)
            self.decided.append((node.id, rule))
            self.frames(scope, activity)[0].update(outputs)
            self._finish(activity)
        elif node.kind == "subProcess":
            activity.inner = Scope(node.id, activity)
            self._start(activity.inner)
        else:
            assert node.kind in WAITING, node.kind

    def _finish(self, activity: Activity) -> None:
        if activity.body is None:
            self._close(activity)
            return
        body, loop = activity.body, activity.node.loop
        body.instances.remove(activity)
        assert activity.frame is not None
        output = loop.find(f"{B}outputDataItem")
        if output is None:
            item = loop.find(f"{B}inputDataItem").get("id")
            written = {k: v for k, v in activity.frame.items() if k != item}
            self.frames(activity.scope, activity)[1].update(written)
        else:
            body.results[activity.index] = activity.frame.get(output.get("id"), dict(activity.frame))
        condition = loop.find(f"{B}completionCondition")
        if condition is not None:
            match = CONDITION.match(condition.text)
            assert match
            if self.view(activity.scope, activity).get(match[1]) == int(match[2]):
                for instance in body.instances:
                    self._kill(instance)
                body.instances, body.pending = [], []
        if body.pending and not body.instances:
            self._more(body)
        elif not body.instances:
            self._collect(body)
            self._close(body)

    def _collect(self, body: Activity) -> None:
        output = body.node.loop.find(f"{B}loopDataOutputRef")
        if output is not None:
            ordered = [body.results[index] for index in sorted(body.results)]
            self.frames(body.scope, body)[0][output.text] = ordered

    def _close(self, activity: Activity) -> None:
        activity.scope.live.remove(activity)
        self._leave(activity.scope, activity.node)

    def _cancel(self, activity: Activity) -> None:
        activity.scope.live.remove(activity)
        for instance in activity.instances:
            self._kill(instance)
        self._kill(activity)

    def _kill(self, activity: Activity) -> None:
        if activity.inner is not None:
            for inner in list(activity.inner.live):
                self._cancel(inner)
            activity.inner.dead = True

    def _throw(self, activity: Activity, code: str | None) -> None:
        body = activity.body or activity
        for boundary in body.armed:
            event = self.nodes[boundary].event("error")
            if event is not None and self.errors[event.get("errorRef")] == code:
                self._cancel(body)
                self._leave(body.scope, self.nodes[boundary])
                return
        assert body.scope.host is not None, f"error {code} is not caught"
        self._throw(body.scope.host, code)

    # -- what can happen next

    def waits(self) -> dict[Key, tuple[Activity, str]]:
        found: dict[Key, tuple[Activity, str]] = {}
        if self.ended:
            return found
        pending = [self.root]
        while pending:
            scope = pending.pop()
            for activity in scope.live:
                for boundary in activity.armed:
                    self._wait(found, activity, self.nodes[boundary], self.path(scope, None))
                for each in activity.instances or [activity]:
                    if each.inner is not None:
                        pending.append(each.inner)
                    elif each.node.kind in WAITING:
                        self._wait(found, each, each.node, self.path(scope, each))
        return found

    def path(self, scope: Scope, activity: Activity | None) -> tuple[tuple[str, Any], ...]:
        found: list[tuple[str, Any]] = []
        while True:
            if activity is not None and activity.body is not None and activity.frame is not None:
                name = activity.node.loop.find(f"{B}inputDataItem").get("id")
                found.append((name, activity.frame[name]))
            if scope.host is None:
                return tuple(found)
            activity, scope = scope.host, scope.host.scope

    def _wait(
        self, found: dict[Key, tuple[Activity, str]], activity: Activity, node: Node, path: Path
    ) -> None:
        if node.kind == "eventBasedGateway":
            for flow in node.outgoing:
                self._wait(found, activity, self.nodes[self.flows[flow][1]], path)
            return
        if node.kind in ("userTask", "manualTask"):
            kind = "task"
        elif node.kind == "callActivity":
            kind = "call"
        elif node.kind == "receiveTask" or node.event("message") is not None:
            kind = "message"
        elif node.event("timer") is not None:
            kind = "timer"
        else:
            return
        key = (kind, node.id, path)
        assert key not in found, f"two tokens at {key}"
        found[key] = (activity, node.id)

    def act(self, key: Key, values: dict[str, Any], error: str | None = None) -> None:
        """Do what ``key`` waits for; ``values`` are what the person, letter or child brings."""
        activity, node_id = self.waits()[key]
        self.taken, self.decided = [], []
        node = self.nodes[node_id]
        if error is not None:
            self._throw(activity, error)
        elif node.kind == "boundaryEvent":
            activity.armed.remove(node_id)
            self.frames(activity.scope, None)[0].update(values)
            if node.element.get("cancelActivity", "true") == "true":
                self._cancel(activity)
            self._leave(activity.scope, node)
        else:
            self.frames(activity.scope, activity)[0].update(values)
            if activity.node.kind == "eventBasedGateway":
                activity.scope.live.remove(activity)
                flow = next(f for f in activity.node.outgoing if self.flows[f][1] == node_id)
                self.taken.append(flow)
                self._leave(activity.scope, node)
            else:
                self._finish(activity)
        self._settle()
