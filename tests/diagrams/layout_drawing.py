"""A BPMN file as a picture: the shapes, edges and labels of its diagram interchange, and what they show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from tests.diagrams.layout_geometry import Box, Point

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"

CONTAINERS = frozenset({"participant", "lane"})
ACTIVITIES = frozenset({"userTask", "serviceTask", "scriptTask", "businessRuleTask", "callActivity", "task"})


@dataclass(frozen=True, slots=True)
class Item:
    """What a shape or an edge stands for."""

    id: str
    kind: str
    text: str
    parent: str | None
    source: str | None
    target: str | None
    host: str | None
    many: bool


class Drawing:
    """The picture of one file.

    :ivar shapes: box by element id. :ivar edges: way points by element id. :ivar labels: box by element id.
    """

    def __init__(self, root: etree._Element) -> None:
        self.items = {node.get("id"): _item(node) for node in root.iter() if _is_model(node)}
        self.shapes: dict[str, Box] = {}
        self.edges: dict[str, tuple[Point, ...]] = {}
        self.labels: dict[str, Box] = {}
        for shape in root.iter(f"{BPMNDI}BPMNShape"):
            self.shapes[shape.attrib["bpmnElement"]] = _box(shape.find(f"{DC}Bounds"))
        for edge in root.iter(f"{BPMNDI}BPMNEdge"):
            points = tuple((float(p.get("x")), float(p.get("y"))) for p in edge.iter(f"{DI}waypoint"))
            self.edges[edge.attrib["bpmnElement"]] = points
        for label in root.iter(f"{BPMNDI}BPMNLabel"):
            bounds = label.find(f"{DC}Bounds")
            if bounds is not None:
                self.labels[label.getparent().attrib["bpmnElement"]] = _box(bounds)
        self.lane_of = {
            reference.text: lane.attrib["id"]
            for lane in root.iter(f"{BPMN}lane")
            for reference in lane.iter(f"{BPMN}flowNodeRef")
        }

    @cached_property
    def nodes(self) -> list[str]:
        """Every shape that is no pool and no lane."""
        return [key for key in self.shapes if self.items[key].kind not in CONTAINERS]

    @cached_property
    def lanes(self) -> list[str]:
        return [key for key in self.shapes if self.items[key].kind == "lane"]

    @cached_property
    def flows(self) -> list[str]:
        """The edges that carry the process or a message; an association is no flow."""
        return [key for key in self.edges if self.items[key].kind != "association"]

    def ends(self, edge: str) -> tuple[str, str]:
        item = self.items[edge]
        return item.source or "", item.target or ""

    def is_boundary(self, node: str) -> bool:
        return self.items[node].kind == "boundaryEvent"

    def host(self, node: str) -> str | None:
        return self.items[node].host if node in self.items else None

    def attached(self, one: str, other: str) -> bool:
        """Tell whether one of the two is a boundary event on the other."""
        return self.host(one) == other or self.host(other) == one

    def needs_label(self, key: str) -> bool:
        """Tell whether the text stands outside: a named event, gateway or flow."""
        item = self.items[key]
        inside = ACTIVITIES | CONTAINERS | {"textAnnotation", "association"}
        return bool(item.text) and item.kind not in inside


def read(data: bytes) -> Drawing:
    """Read a BPMN file's bytes."""
    return Drawing(etree.fromstring(data))


def _is_model(node: etree._Element) -> bool:
    return isinstance(node.tag, str) and node.tag.startswith(BPMN) and node.get("id") is not None


def _item(node: etree._Element) -> Item:
    note = node.find(f"{BPMN}text")
    parent = node.getparent()
    return Item(
        id=node.attrib["id"],
        kind=node.tag.removeprefix(BPMN),
        text=(note.text or "") if note is not None else node.get("name", ""),
        parent=parent.get("id") if parent is not None else None,
        source=node.get("sourceRef"),
        target=node.get("targetRef"),
        host=node.get("attachedToRef"),
        many=node.find(f"{BPMN}multiInstanceLoopCharacteristics") is not None,
    )


def _box(bounds: etree._Element) -> Box:
    return Box(*(float(bounds.get(key)) for key in ("x", "y", "width", "height")))
