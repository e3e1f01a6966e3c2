"""What BPMN 2.0 (formal/2011-01-03) forbids beyond its XML schema, though the engine would run it.

Such a file means something else in another tool than here, or nothing. This module must never know what an
element does when it runs.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from lxml import etree

from workflow_app.engine.documents import BPMN, bpmn, local, namespace, text_of
from workflow_app.engine.lint.drawing import ACTIVITIES, Drawing, Scope, Sheet, World, owner_of

_REFERENCES: Final = {
    "messageFlow": ("sourceRef", "targetRef"),
    "association": ("sourceRef", "targetRef"),
    "participant": ("processRef",),
    "dataObjectReference": ("dataObjectRef",),
    "dataStoreReference": ("dataStoreRef",),
}
"""What names another element of the same file, and where."""

_NAMING: Final = frozenset({"flowNodeRef", "sourceRef", "targetRef", "dataInputRefs", "dataOutputRefs"})
"""Elements whose text names another."""

_NO_LETTERS: Final = frozenset({"exclusiveGateway", "parallelGateway", "eventBasedGateway"})


def check_standard(drawing: Drawing, _: World, sheet: Sheet) -> None:
    """Check references, pools, lanes and gateways against the standard."""
    ids = {
        identifier: node
        for node in drawing.root.iter()
        if namespace(node) == BPMN and (identifier := node.get("id"))
    }
    _check_references(drawing.root, ids, sheet)
    _check_message_flows(drawing.root, ids, sheet)
    _check_lanes(drawing.root, sheet)
    for scope in drawing.scopes:
        _check_ends_of_flows(scope, sheet)
        for node in scope.nodes.values():
            if node.xml.get("instantiate") == "true":
                sheet.error(node.id, "opens_a_case", "办件由系统发起，网关和接收任务不能自行发起流程")
            if node.kind.endswith("Gateway"):
                _check_direction(scope, node.id, node.xml.get("gatewayDirection"), sheet)
            default = node.xml.get("default")
            leaving = {edge.id for edge in scope.leaving.get(node.id, ())}
            alone = node.kind in ACTIVITIES or len(leaving) <= 1
            if default is not None and alone and default not in leaving:
                sheet.error(node.id, "bad_default", f"默认连线“{default}”不是从这里流出的")


def _check_references(root: etree._Element, ids: dict[str, etree._Element], sheet: Sheet) -> None:
    for node in root.iter():
        if namespace(node) != BPMN:
            continue
        named = [node.get(attribute) for attribute in _REFERENCES.get(local(node), ())]
        if local(node) in _NAMING:
            named.append(text_of(node))
        for name in named:
            if name is not None and _plain(name) not in ids:
                sheet.error(owner_of(node), "dangling_reference", f"所指的“{name}”不在文件中")


def _check_message_flows(root: etree._Element, ids: dict[str, etree._Element], sheet: Sheet) -> None:
    for flow in root.iter(bpmn("messageFlow")):
        ends = [ids.get(_plain(flow.get(end) or "")) for end in ("sourceRef", "targetRef")]
        source, target = ends
        if source is None or target is None:
            continue
        if _pool(source) == _pool(target):
            sheet.error(owner_of(flow), "message_flow_inside", "消息流必须连接两个不同的泳池，池内用顺序流")
        for end, wrong in ((source, "startEvent"), (target, "endEvent")):
            if local(end) in _NO_LETTERS or local(end) == wrong:
                sheet.error(owner_of(flow), "message_flow_end", f"消息流不能连在“{end.get('id')}”的这一端")


def _check_lanes(root: etree._Element, sheet: Sheet) -> None:
    for lanes in root.iter(bpmn("laneSet"), bpmn("childLaneSet")):
        held = Counter(
            name
            for lane in lanes.iterchildren(bpmn("lane"))
            for name in {text_of(each) for each in lane.iterchildren(bpmn("flowNodeRef"))}
        )
        for name, count in held.items():
            if count > 1:
                sheet.error(name, "two_lanes", "一个环节只能画在一个泳道里")


def _check_ends_of_flows(scope: Scope, sheet: Sheet) -> None:
    """The flows a node lists must be those that come to it and leave it; a node may list none."""
    for node in scope.nodes.values():
        for tag, drawn in (("incoming", scope.arriving), ("outgoing", scope.leaving)):
            real = {edge.id for edge in drawn.get(node.id, ())}
            for listed in node.xml.iterchildren(bpmn(tag)):
                if _plain(text_of(listed)) not in real:
                    sheet.error(
                        node.id, "flow_mismatch", f"{tag} 所列的“{text_of(listed)}”不是连到这里的连线"
                    )


def _check_direction(scope: Scope, identifier: str, direction: str | None, sheet: Sheet) -> None:
    several_in = len(scope.arriving.get(identifier, ())) > 1
    several_out = len(scope.leaving.get(identifier, ())) > 1
    wrong = {
        "Converging": several_out or not several_in,
        "Diverging": several_in or not several_out,
        "Mixed": not (several_in and several_out),
    }
    if wrong.get(direction or "", False):
        sheet.error(identifier, "gateway_direction", f"网关标为 {direction}，与连线的数目不符")


def _pool(node: etree._Element) -> str:
    """Return the process a pool shows, or the one an element lies in; the id of a pool without one."""
    if local(node) == "participant":
        return _plain(node.get("processRef") or "") or node.get("id") or ""
    while node is not None and local(node) != "process":
        parent = node.getparent()
        if parent is None:
            return ""
        node = parent
    return node.get("id") or ""


def _plain(name: str) -> str:
    """Return a name without the prefix a QName may carry."""
    return name.rpartition(":")[2]
