"""The elements and flows of a process, read from its XML for people and for rules.

SpiffWorkflow's specifications say how to run; this says what was drawn: lanes,
documentation, properties, conditions. This module must never know SpiffWorkflow.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workflow_app.engine.documents import bpmn, local, spiff, text_of
from workflow_app.engine.model import Element, Flow, Process

NODES = frozenset(
    {
        "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
        "task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "callActivity",
        "sendTask", "receiveTask", "subProcess", "transaction", "adHocSubProcess", "exclusiveGateway",
        "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway",
    }
)  # fmt: skip


def processes_of(root: etree._Element, path: str) -> Iterator[tuple[Process, etree._Element]]:
    """Yield each process of a BPMN document with its XML node."""
    for node in root.iterchildren(bpmn("process")):
        yield index_process(node, path), node


def index_process(node: etree._Element, path: str) -> Process:
    """Read one process, its embedded subprocesses included."""
    lanes = _lanes(node)
    elements: dict[str, Element] = {}
    flows: dict[str, Flow] = {}
    pending: list[tuple[etree._Element, str | None]] = [(node, None)]
    while pending:
        scope, lane = pending.pop(0)
        for child in scope.iterchildren():
            kind, identifier = local(child), child.get("id") or ""
            if kind == "sequenceFlow":
                condition = child.find(bpmn("conditionExpression"))
                flows[identifier] = Flow(
                    identifier,
                    child.get("name") or "",
                    child.get("sourceRef") or "",
                    child.get("targetRef") or "",
                    text_of(condition) if condition is not None else None,
                )
            elif kind in NODES and identifier:
                found = lanes.get(identifier, lane)
                elements[identifier] = Element(
                    identifier,
                    child.get("name") or "",
                    kind,
                    found,
                    documentation_of(child),
                    properties_of(child),
                )
                if kind in ("subProcess", "transaction", "adHocSubProcess"):
                    pending.append((child, found))
    return Process(
        node.get("id") or "", node.get("name") or "", path, documentation_of(node), elements, flows
    )


def documentation_of(node: etree._Element) -> str:
    """Return the element's documentation."""
    return text_of(node.find(bpmn("documentation")))


def properties_of(node: etree._Element) -> dict[str, str]:
    """Return the element's extension properties by name."""
    extensions = node.find(bpmn("extensionElements"))
    if extensions is None:
        return {}
    return {
        prop.get("name") or "": prop.get("value") or ""
        for group in extensions.iterchildren(spiff("properties"))
        for prop in group.iterchildren(spiff("property"))
    }


def _lanes(node: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for lane in node.iter(bpmn("lane")):
        for reference in lane.iterchildren(bpmn("flowNodeRef")):
            found[text_of(reference)] = lane.get("name") or ""
    return found
