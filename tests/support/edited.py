"""Shipped diagrams, changed as somebody at a drawing board would change them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from lxml import etree

from workflow_app.commands.versions import shipped

B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
S = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"

Edit = Callable[[etree._Element], None]


@lru_cache(maxsize=1)
def files() -> dict[str, bytes]:
    return shipped()


def edited(**edits: Edit) -> dict[str, bytes]:
    """Return the shipped version with each named process changed by its edit."""
    changed = dict(files())
    for process, edit in edits.items():
        path = f"processes/{process}.bpmn"
        root = etree.fromstring(changed[path])
        edit(root)
        changed[path] = etree.tostring(root)
    return changed


def element(root: etree._Element, identifier: str) -> etree._Element:
    (found,) = root.xpath("//*[@id=$id]", id=identifier)
    return found


def flows(root: etree._Element, **ends: str) -> list[etree._Element]:
    """Return the flows with the given ``sourceRef`` or ``targetRef``."""
    return [f for f in root.iter(f"{B}sequenceFlow") if all(f.get(name) == end for name, end in ends.items())]


def lead(root: etree._Element, source: str, target: str, to: str) -> None:
    """Let the flow from ``source`` to ``target`` go to ``to`` instead."""
    (flow,) = flows(root, sourceRef=source, targetRef=target)
    flow.set("targetRef", to)
    identifier = flow.get("id")
    for reference in element(root, target).findall(f"{B}incoming"):
        if reference.text == identifier:
            element(root, target).remove(reference)
    touch(root, to, "incoming", identifier)


def touch(root: etree._Element, identifier: str, end: str, flow: str | None) -> None:
    """Say at a node that ``flow`` arrives (``incoming``) or leaves (``outgoing``), in the schema's order."""
    node = element(root, identifier)
    before = ["documentation", "extensionElements", "incoming", *(["outgoing"] if end == "outgoing" else [])]
    place = sum(len(node.findall(f"{B}{name}")) for name in before)
    said = etree.Element(f"{B}{end}")
    said.text = flow
    node.insert(place, said)


def drop(root: etree._Element, identifier: str) -> None:
    """Take a node away, its boundary events and all nothing leads to any more with it."""
    after = flows(root, sourceRef=identifier)
    for flow in flows(root, targetRef=identifier):
        lead(root, flow.get("sourceRef"), identifier, after[0].get("targetRef"))
    _remove(root, identifier)
    sweep(root)


def sweep(root: etree._Element) -> None:
    """Take away every node no token can come to any more."""
    reached = {start.get("id") for start in root.iter(f"{B}startEvent")}
    while True:
        more = {flow.get("targetRef") for each in reached for flow in flows(root, sourceRef=each)}
        more |= {b.get("id") for b in root.iter(f"{B}boundaryEvent") if b.get("attachedToRef") in reached}
        if more <= reached:
            break
        reached |= more
    for node in list(root.iter(*(f"{B}{kind}" for kind in KINDS))):
        if node.get("id") not in reached:
            _remove(root, node.get("id"))


KINDS = (
    *("userTask", "serviceTask", "businessRuleTask", "scriptTask", "callActivity", "endEvent"),
    *("exclusiveGateway", "eventBasedGateway", "intermediateCatchEvent"),
)


def _remove(root: etree._Element, identifier: str) -> None:
    if not root.xpath("//*[@id=$id]", id=identifier):
        return  # gone with the activity it was attached to
    gone = [identifier]
    gone += [b.get("id") for b in root.iter(f"{B}boundaryEvent") if b.get("attachedToRef") == identifier]
    for each in gone:
        for flow in flows(root, sourceRef=each):
            _forget(root, flow.get("id"))
        node = element(root, each)
        node.getparent().remove(node)
        _forget(root, each)


def _forget(root: etree._Element, identifier: str) -> None:
    for node in root.xpath("//*[@id=$id]", id=identifier):
        node.getparent().remove(node)
    for node in [*root.iter(f"{B}incoming"), *root.iter(f"{B}outgoing"), *root.iter(f"{B}flowNodeRef")]:
        if node.text == identifier:
            node.getparent().remove(node)
    for node in [*root.iter(f"{B}messageFlow", f"{B}association")]:
        if identifier in (node.get("sourceRef"), node.get("targetRef")):
            _forget(root, node.get("id"))
    for node in root.xpath("//*[@bpmnElement=$id]", id=identifier):
        node.getparent().remove(node)
    for node in root.xpath("//*[@default=$id]", id=identifier):
        del node.attrib["default"]


def give(root: etree._Element, identifier: str, **properties: str | None) -> None:
    """Set extension properties of an element; ``None`` takes one away."""
    own = {prop.get("name"): prop for prop in element(root, identifier).iter(f"{S}property")}
    for name, value in properties.items():
        if value is None:
            own[name].getparent().remove(own[name])
        else:
            own[name].set("value", value)
