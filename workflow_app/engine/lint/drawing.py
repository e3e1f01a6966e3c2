"""A diagram as the rules see it: nodes and flows of each scope, and who follows whom.

Built to survive any file: whatever is missing is an empty text, never an exception. This
module must never know SpiffWorkflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from workflow_app.engine.decisions import Table
from workflow_app.engine.documents import bpmn, local, namespace, text_of
from workflow_app.engine.index import NODES, documentation_of, properties_of
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.engine.model import Finding

WAITS = frozenset({"userTask", "manualTask", "callActivity", "receiveTask", "intermediateCatchEvent"})
ACTIVITIES = frozenset(
    {
        "task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask",
        "callActivity", "receiveTask", "subProcess",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A flow node as drawn."""

    id: str
    kind: str
    xml: etree._Element
    name: str = ""
    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def event_definitions(self) -> list[etree._Element]:
        """The event definitions of an event, its kind as their local names."""
        return [child for child in self.xml.iterchildren() if local(child).endswith("EventDefinition")]

    @property
    def interrupting(self) -> bool:
        """Whether a boundary event stops its activity."""
        return (self.xml.get("cancelActivity") or "true").lower() == "true"

    def event(self, kind: str) -> etree._Element | None:
        """Return the event definition of that kind."""
        return self.xml.find(bpmn(f"{kind}EventDefinition"))


@dataclass(frozen=True, slots=True)
class Edge:
    """A sequence flow as drawn; ``condition`` is ``None`` where there is none."""

    id: str
    source: str
    target: str
    condition: str | None


@dataclass(slots=True, eq=False)
class Scope:
    """One process or embedded subprocess, without what is drawn inside its own subprocesses."""

    id: str
    xml: etree._Element
    process_id: str
    top: bool
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    leaving: dict[str, list[Edge]] = field(default_factory=dict)
    arriving: dict[str, list[Edge]] = field(default_factory=dict)
    boundaries: dict[str, list[Node]] = field(default_factory=dict)

    def followers(self, node_id: str) -> Iterator[str]:
        """Yield the nodes a token can come to next, over boundary events too."""
        for edge in self.leaving.get(node_id, ()):
            if edge.target in self.nodes:
                yield edge.target
        for boundary in self.boundaries.get(node_id, ()):
            yield boundary.id

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """Yield the nodes of those kinds."""
        return (node for node in self.nodes.values() if node.kind in kinds)


@dataclass(slots=True, eq=False)
class Drawing:
    """One BPMN file."""

    path: str
    root: etree._Element
    scopes: list[Scope] = field(default_factory=list)
    messages: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    lanes: frozenset[str] = frozenset()

    @property
    def processes(self) -> list[Scope]:
        """The executable processes of the file."""
        return [scope for scope in self.scopes if scope.top]


@dataclass(slots=True, eq=False)
class World:
    """All that a check can see: the drawings given, the tables, and what calls may resolve to."""

    drawings: list[Drawing]
    tables: dict[str, Table]
    callable_ids: set[str]
    calls: dict[str, set[str]]
    catalogue: Catalogue
    given: dict[str, set[str]] = field(default_factory=dict)
    """What the callers of each process hand over to it, by variable."""
    forms: frozenset[str] | None = None


Report = Callable[[str, str, str], None]
"""``report(element_id, code, text)`` for an error."""


@dataclass(slots=True)
class Sheet:
    """Collects the findings of one file."""

    path: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether an error stands against the file."""
        return any(finding.severity == "error" for finding in self.findings)

    def error(self, element_id: str, code: str, text: str, trail: tuple[str, ...] = ()) -> None:
        self._add(element_id, "error", code, text, trail)

    def warning(self, element_id: str, code: str, text: str) -> None:
        self._add(element_id, "warning", code, text, ())

    def _add(
        self,
        element: str,
        severity: Literal["error", "warning"],
        code: str,
        text: str,
        trail: tuple[str, ...],
    ) -> None:
        flat = " ".join(text.split())
        named = " ".join(element.split()) or "-"
        self.findings.append(Finding(self.path, named, severity, code, flat, trail))


def read_drawing(path: str, root: etree._Element) -> Drawing:
    """Read a BPMN document."""
    drawing = Drawing(path, root)
    drawing.messages = _named(root, "message", "name")
    drawing.errors = _named(root, "error", "errorCode")
    drawing.lanes = frozenset(text_of(reference) for reference in root.iter(bpmn("flowNodeRef")))
    pending: list[tuple[etree._Element, str, bool]] = [
        (node, node.get("id") or "", True)
        for node in root.iterchildren(bpmn("process"))
        if (node.get("isExecutable") or "true") == "true"
    ]
    while pending:
        xml, process_id, top = pending.pop(0)
        scope = Scope(xml.get("id") or "", xml, process_id, top)
        for child in xml.iterchildren():
            kind, identifier = local(child), child.get("id") or ""
            if namespace(child) != namespace(root):
                continue
            if kind == "sequenceFlow":
                condition = child.find(bpmn("conditionExpression"))
                text = text_of(condition) if condition is not None else None
                scope.edges.append(
                    Edge(identifier, child.get("sourceRef") or "", child.get("targetRef") or "", text)
                )
            elif kind in NODES:
                scope.nodes[identifier] = Node(
                    identifier,
                    kind,
                    child,
                    child.get("name") or "",
                    documentation_of(child),
                    properties_of(child),
                )
                if kind == "subProcess":
                    pending.append((child, process_id, False))
        _connect(scope)
        drawing.scopes.append(scope)
    return drawing


def _connect(scope: Scope) -> None:
    for edge in scope.edges:
        scope.leaving.setdefault(edge.source, []).append(edge)
        scope.arriving.setdefault(edge.target, []).append(edge)
    for node in scope.of_kind("boundaryEvent"):
        scope.boundaries.setdefault(node.xml.get("attachedToRef") or "", []).append(node)


def _named(root: etree._Element, tag: str, attribute: str) -> dict[str, str]:
    return {node.get("id") or "": node.get(attribute) or "" for node in root.iterchildren(bpmn(tag))}


def owner_of(xml: etree._Element) -> str:
    """Return the id of the element ``xml`` is a part of."""
    node: etree._Element | None = xml
    while node is not None:
        if node.get("id"):
            return node.get("id") or "-"
        node = node.getparent()
    return "-"
