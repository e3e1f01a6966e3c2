"""Where the shapes stand: apart, in line, inside their lanes, on whole pixels. Sizes are pixels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from tests.diagrams.layout_drawing import Drawing

GAP = 20
LANE_MARGIN = 20
BOUNDARY_MARGIN = 8


def _pairs(drawing: Drawing) -> Iterator[tuple[str, str]]:
    return ((a, b) for a, b in combinations(drawing.nodes, 2) if not drawing.attached(a, b))


def shapes_overlap(drawing: Drawing) -> list[str]:
    shapes = drawing.shapes
    return [f"{a} overlaps {b}" for a, b in _pairs(drawing) if shapes[a].overlaps(shapes[b])]


def shapes_too_close(drawing: Drawing) -> list[str]:
    """Two boundary events may stand side by side on one host."""
    shapes = drawing.shapes
    return [
        f"{a} is nearer than {GAP} to {b}"
        for a, b in _pairs(drawing)
        if not (drawing.is_boundary(a) and drawing.is_boundary(b))
        and not shapes[a].overlaps(shapes[b])
        and shapes[a].grown(GAP).overlaps(shapes[b])
    ]


def almost_aligned(drawing: Drawing) -> list[str]:
    """Centres are on one line or clearly apart."""
    free = [
        n for n in drawing.nodes if not (drawing.is_boundary(n) or drawing.items[n].kind == "textAnnotation")
    ]
    found = []
    for a, b in combinations(free, 2):
        (ax, ay), (bx, by) = drawing.shapes[a].centre, drawing.shapes[b].centre
        if 0.5 < abs(ax - bx) < 12 or 0.5 < abs(ay - by) < 24:
            found.append(f"{a} is almost in line with {b}")
    return found


def outside_lane(drawing: Drawing) -> list[str]:
    found = []
    for node, lane in drawing.lane_of.items():
        margin = BOUNDARY_MARGIN if drawing.is_boundary(node) else LANE_MARGIN
        if not drawing.shapes[lane].grown(-margin).contains(drawing.shapes[node]):
            found.append(f"{node} is not inside {lane} with a margin of {margin}")
    return found


def lanes_not_tiled(drawing: Drawing) -> list[str]:
    boxes = sorted((drawing.shapes[lane] for lane in drawing.lanes), key=lambda box: box.y)
    return [
        f"a gap or overlap between lanes at {a.bottom:.0f}"
        for a, b in pairwise(boxes)
        if abs(a.bottom - b.y) > 1 or abs(a.x - b.x) > 1 or abs(a.width - b.width) > 1
    ]


def fractional(drawing: Drawing) -> list[str]:
    return [
        f"{node} is not on whole pixels"
        for node, box in drawing.shapes.items()
        if any(value != round(value) for value in (box.x, box.y, box.width, box.height))
    ]
