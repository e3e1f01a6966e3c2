"""Deliberate faults: for each check of a layout, a way to spoil a shipped diagram that it must notice.

A fault is worked on the XML, as a careless hand with a modeller would leave it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from tests.diagrams import layout_edges as edges
from tests.diagrams import layout_shapes as shapes
from tests.diagrams import layout_texts as texts
from tests.diagrams.layout_checks import Check
from tests.diagrams.layout_drawing import BPMN, BPMNDI, DC, DI

RECORD, FILED, REVIEW, GATEWAY = "filing_record", "pilot_filed", "review_filing", "filing_gateway"
INTO_GATEWAY = "flow_review_filing_to_filing_gateway"
INTO_FILED = "flow_filing_record_to_pilot_filed"
INTO_RECORD = "flow_filing_gateway_to_filing_record"
LANE = "lane_department_clerk"
ACROSS = "flow_notice_requested_to_draft_notice"


class Sheet:
    """A diagram's XML with the few moves a fault needs."""

    def __init__(self, data: bytes) -> None:
        self.root = etree.fromstring(data)

    @property
    def data(self) -> bytes:
        return bytes(etree.tostring(self.root))

    def drawn(self, key: str) -> etree._Element:
        return next(e for e in self.root.iter() if e.get("bpmnElement") == key)

    def bounds(self, key: str) -> etree._Element:
        return self.drawn(key).find(f"{DC}Bounds")

    def label(self, key: str) -> etree._Element:
        return self.drawn(key).find(f"{BPMNDI}BPMNLabel/{DC}Bounds")

    def edge(self, key: str) -> list[tuple[float, float]]:
        return [(float(p.get("x")), float(p.get("y"))) for p in self.drawn(key).iter(f"{DI}waypoint")]

    def box(self, key: str) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of a shape."""
        x, y, width, height = (float(self.bounds(key).get(k)) for k in ("x", "y", "width", "height"))
        return x, y, x + width, y + height

    def route(self, key: str, *points: tuple[float, float]) -> None:
        drawn = self.drawn(key)
        for old in drawn.findall(f"{DI}waypoint"):
            drawn.remove(old)
        for place, (x, y) in enumerate(points):
            drawn.insert(place, drawn.makeelement(f"{DI}waypoint", {"x": str(x), "y": str(y)}))

    def rename(self, key: str, name: str) -> None:
        next(e for e in self.root.iter() if e.get("id") == key).set("name", name)


def put(bounds: etree._Element, **values: float) -> None:
    for key, value in values.items():
        bounds.set(key, str(value))


def shift(bounds: etree._Element, x: float = 0, y: float = 0) -> None:
    put(bounds, x=float(bounds.get("x")) + x, y=float(bounds.get("y")) + y)


def _overlap(sheet: Sheet) -> None:
    put(sheet.bounds(FILED), x=sheet.box(RECORD)[2] - 10)


def _crowd(sheet: Sheet) -> None:
    put(sheet.bounds(FILED), x=sheet.box(RECORD)[2] + 12)


def _through(sheet: Sheet) -> None:
    start = sheet.edge(INTO_GATEWAY)[0]
    sheet.route(INTO_GATEWAY, start, (sheet.box(FILED)[0], start[1]))


def _graze(sheet: Sheet) -> None:
    y = sheet.box(RECORD)[3] + 4
    sheet.route(INTO_GATEWAY, (sheet.box(GATEWAY)[0], y), (sheet.box(FILED)[0], y))


def _slant(sheet: Sheet) -> None:
    start, (x, y) = sheet.edge(INTO_FILED)
    sheet.route(INTO_FILED, start, (x, y + 5))


def _fall_short(sheet: Sheet) -> None:
    start, (x, y) = sheet.edge(INTO_FILED)
    sheet.route(INTO_FILED, start, (x - 15, y))


def _stub(sheet: Sheet) -> None:
    (ax, ay), (bx, by) = sheet.edge(INTO_FILED)
    sheet.route(INTO_FILED, (ax, ay), (ax + 5, ay), (ax + 5, ay + 20), (bx, by + 20), (bx, by))


def _cross(sheet: Sheet) -> None:
    left, top, right, _ = sheet.box("pool_public_notice")
    sheet.route(ACROSS, (left + 80, top + 15), (right - 80, top + 15))


def _double(sheet: Sheet) -> None:
    sheet.route(INTO_GATEWAY, *((x, y + 3) for x, y in sheet.edge(INTO_FILED)))


def _zigzag(sheet: Sheet) -> None:
    (ax, ay), (bx, by) = sheet.edge(INTO_FILED)
    middle = (ax + bx) / 2
    sheet.route(
        INTO_FILED, (ax, ay), (ax, ay + 60), (middle, ay + 60), (middle, ay + 90), (bx, ay + 90), (bx, by)
    )


def _detour(sheet: Sheet) -> None:
    (ax, ay), (bx, by) = sheet.edge(INTO_FILED)
    sheet.route(INTO_FILED, (ax, ay), (ax + 15, ay), (ax + 15, ay + 60), (bx, ay + 60), (bx, by))


def _dip(sheet: Sheet) -> None:
    (ax, ay), (bx, by) = sheet.edge(INTO_FILED)
    sheet.route(INTO_FILED, (ax, ay + 30), (ax + 30, ay + 30), (ax + 30, by), (bx, by))


def _misalign(sheet: Sheet) -> None:
    shift(sheet.bounds(FILED), y=6)


def _leave_lane(sheet: Sheet) -> None:
    put(sheet.bounds(FILED), y=sheet.box(LANE)[3] - 20)


def _open_gap(sheet: Sheet) -> None:
    shift(sheet.bounds(LANE), y=5)


def _half_pixel(sheet: Sheet) -> None:
    shift(sheet.bounds(FILED), x=0.5)


def _long_task_name(sheet: Sheet) -> None:
    sheet.rename(REVIEW, "对备案主体、组织单位和各项证明材料逐一进行审查并提出意见")


def _long_note(sheet: Sheet) -> None:
    next(sheet.root.iter(f"{BPMN}text")).text = "县、开发区、省属国有企业和市属国有企业应当分别提交的各项材料"


def _cover_name(sheet: Sheet) -> None:
    left, top, right, bottom = sheet.box("review_application")
    put(sheet.bounds("review_overdue"), x=(left + right) / 2 - 18, y=(top + bottom) / 2 - 18)


def _drop_label(sheet: Sheet) -> None:
    drawn = sheet.drawn(GATEWAY)
    drawn.remove(drawn.find(f"{BPMNDI}BPMNLabel"))


def _long_label(sheet: Sheet) -> None:
    sheet.rename(GATEWAY, "材料是否齐全并且可以予以备案？")


def _stray_label(sheet: Sheet) -> None:
    shift(sheet.label(FILED), x=90)


def _label_over_task(sheet: Sheet) -> None:
    put(sheet.label(FILED), x=sheet.box(RECORD)[0] + 20, y=sheet.box(RECORD)[1] + 20)


def _label_over_label(sheet: Sheet) -> None:
    other = sheet.label(INTO_RECORD)
    put(sheet.label(GATEWAY), x=float(other.get("x")), y=float(other.get("y")))


def _label_over_edge(sheet: Sheet) -> None:
    (x, y), _ = sheet.edge(INTO_RECORD)
    put(sheet.label(INTO_RECORD), x=x + 5, y=y - 7)


def _label_over_border(sheet: Sheet) -> None:
    put(sheet.label(FILED), y=sheet.box(LANE)[1] - 7)


def _label_next_door(sheet: Sheet) -> None:
    put(sheet.label(FILED), y=sheet.box(LANE)[1] - 60)


@dataclass(frozen=True, slots=True)
class Fault:
    """``spoil`` works a fault on the shipped ``diagram`` that ``check`` must report."""

    check: Check
    spoil: Callable[[Sheet], None]
    diagram: str = "pilot_filing"


FAULTS: tuple[Fault, ...] = (
    Fault(shapes.shapes_overlap, _overlap),
    Fault(shapes.shapes_too_close, _crowd),
    Fault(edges.edge_through_shape, _through),
    Fault(edges.edge_near_shape, _graze),
    Fault(edges.edge_slants, _slant),
    Fault(edges.edge_end_dangles, _fall_short),
    Fault(edges.segment_too_short, _stub),
    Fault(edges.too_many_crossings, _cross, "public_notice"),
    Fault(edges.edges_side_by_side, _double),
    Fault(edges.too_many_bends, _zigzag),
    Fault(edges.forward_flow_bends, _detour),
    Fault(edges.row_not_straight, _dip),
    Fault(shapes.almost_aligned, _misalign),
    Fault(shapes.outside_lane, _leave_lane),
    Fault(shapes.lanes_not_tiled, _open_gap),
    Fault(shapes.fractional, _half_pixel),
    Fault(texts.task_text_overflows, _long_task_name),
    Fault(texts.note_text_overflows, _long_note),
    Fault(texts.boundary_over_text, _cover_name, "project_application"),
    Fault(texts.label_missing, _drop_label),
    Fault(texts.label_too_small, _long_label),
    Fault(texts.label_too_far, _stray_label),
    Fault(texts.label_on_shape, _label_over_task),
    Fault(texts.label_on_label, _label_over_label),
    Fault(texts.label_on_edge, _label_over_edge),
    Fault(texts.label_on_lane_line, _label_over_border),
    Fault(texts.label_outside_lane, _label_next_door),
)
