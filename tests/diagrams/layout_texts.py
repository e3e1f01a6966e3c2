"""Whether the words can be read: inside their shapes, beside them, on nothing else. Sizes are pixels."""

from __future__ import annotations

from itertools import combinations

from tests.diagrams.layout_drawing import ACTIVITIES, Drawing
from tests.diagrams.layout_geometry import Box, passes, segments, span, text_width, wrap

LABEL_REACH = 25
LABEL_SIZE, LABEL_LINE = 11, 13
INSIDE_SIZE, INSIDE_LINE = 12, 14.4


def inside_text(drawing: Drawing, node: str) -> tuple[Box, int]:
    """Return where the text inside an activity or note is, and how many lines it takes."""
    item, box = drawing.items[node], drawing.shapes[node]
    lines = wrap(item.text, box.width - (14 if item.kind == "textAnnotation" else 10), INSIDE_SIZE)
    width = max(text_width(line, INSIDE_SIZE) for line in lines)
    height = len(lines) * INSIDE_LINE
    centre_x, centre_y = box.centre
    return Box(centre_x - width / 2, centre_y - height / 2, width, height), len(lines)


def task_text_overflows(drawing: Drawing) -> list[str]:
    found = []
    for node in drawing.nodes:
        item = drawing.items[node]
        if item.kind not in ACTIVITIES:
            continue
        text, lines = inside_text(drawing, node)
        markers = 36 if item.kind == "callActivity" or item.many else 20
        if lines > 3 or text.height > drawing.shapes[node].height - markers:
            found.append(f"{node}: its name needs {lines} lines")
    return found


def note_text_overflows(drawing: Drawing) -> list[str]:
    found = []
    for node in drawing.nodes:
        if drawing.items[node].kind == "textAnnotation":
            text, lines = inside_text(drawing, node)
            broken = lines > drawing.items[node].text.count("\n") + 1
            if broken or text.height > drawing.shapes[node].height - 2:
                found.append(f"{node}: its text does not fit")
    return found


def boundary_over_text(drawing: Drawing) -> list[str]:
    return [
        f"{node} covers the name of {host}"
        for node in drawing.nodes
        if (host := drawing.host(node)) is not None
        and inside_text(drawing, host)[0].grown(-1).overlaps(drawing.shapes[node])
    ]


def _shown(drawing: Drawing) -> list[tuple[str, Box]]:
    return [(key, box) for key, box in drawing.labels.items() if drawing.items[key].text]


def label_missing(drawing: Drawing) -> list[str]:
    drawn = [*drawing.nodes, *drawing.edges]
    return [f"{key} has no label" for key in drawn if drawing.needs_label(key) and key not in drawing.labels]


def label_too_small(drawing: Drawing) -> list[str]:
    found = []
    for key, box in _shown(drawing):
        lines = wrap(drawing.items[key].text, box.width + 1, LABEL_SIZE)
        if len(lines) * LABEL_LINE > box.height + 2:
            found.append(f"{key}: its label needs {len(lines)} lines")
    return found


def label_too_far(drawing: Drawing) -> list[str]:
    found = []
    for key, box in _shown(drawing):
        parts = [span(p) for p in segments(drawing.edges[key])] if key in drawing.edges else []
        away = min(box.distance(part) for part in parts or [drawing.shapes[key]])
        if away > LABEL_REACH:
            found.append(f"{key}: its label is {away:.0f} away")
    return found


def label_on_shape(drawing: Drawing) -> list[str]:
    return [
        f"the label of {key} lies on {node}"
        for key, box in _shown(drawing)
        for node in drawing.nodes
        if box.grown(-1 if node == key else 1).overlaps(drawing.shapes[node])
    ]


def label_on_label(drawing: Drawing) -> list[str]:
    return [
        f"the labels of {a} and {b} touch"
        for (a, one), (b, other) in combinations(_shown(drawing), 2)
        if one.grown(1).overlaps(other)
    ]


def label_on_edge(drawing: Drawing) -> list[str]:
    return [
        f"the label of {key} lies on {edge}"
        for key, box in _shown(drawing)
        for edge, points in drawing.edges.items()
        if any(passes(part, box) for part in segments(points))
    ]


def label_on_lane_line(drawing: Drawing) -> list[str]:
    found = []
    for key, box in _shown(drawing):
        for lane in drawing.lanes:
            area = drawing.shapes[lane]
            across = box.x < area.right and area.x < box.right
            if across and any(box.y < line < box.bottom for line in (area.y, area.bottom)):
                found.append(f"the label of {key} lies on the border of {lane}")
    return found


def label_outside_lane(drawing: Drawing) -> list[str]:
    return [
        f"the label of {key} leaves {lane}"
        for key, box in _shown(drawing)
        if (lane := drawing.lane_of.get(key)) is not None and not drawing.shapes[lane].contains(box)
    ]
