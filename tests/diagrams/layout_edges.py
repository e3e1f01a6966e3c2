"""How the edges run: straight, clear of what is not theirs, seldom bent or crossed. Sizes are pixels."""

from __future__ import annotations

from itertools import combinations

from tests.diagrams.layout_drawing import Drawing
from tests.diagrams.layout_geometry import crosses, length, passes, segments, shared_length, span

MAX_CROSSINGS = 2
CLEARANCE = 7


def _strangers(drawing: Drawing, edge: str) -> list[str]:
    """Shapes an edge has no business with: neither an end nor the host of an end."""
    source, target = drawing.ends(edge)
    own = {source, target, drawing.host(source), drawing.host(target)}
    return [node for node in drawing.nodes if node not in own]


def edge_through_shape(drawing: Drawing) -> list[str]:
    found = [
        f"{edge} runs through {node}"
        for edge, points in drawing.edges.items()
        for node in _strangers(drawing, edge)
        if any(passes(part, drawing.shapes[node].grown(-1)) for part in segments(points))
    ]
    for edge, points in drawing.edges.items():
        source, target = drawing.ends(edge)
        # An edge leaves a boundary event over its host, at most half the event's size deep.
        hosts = {drawing.host(source): -19.0, source: -1.5, target: -1.5}
        for node, inset in hosts.items():
            if node not in drawing.nodes:
                continue
            inside = drawing.shapes[node].grown(inset)
            if any(passes(part, inside) for part in segments(points)):
                found.append(f"{edge} runs back through {node}")
    return found


def edge_near_shape(drawing: Drawing) -> list[str]:
    return [
        f"{edge} passes nearer than {CLEARANCE} to {node}"
        for edge, points in drawing.edges.items()
        for node in _strangers(drawing, edge)
        if any(passes(part, drawing.shapes[node].grown(CLEARANCE)) for part in segments(points))
        and not any(passes(part, drawing.shapes[node].grown(-1)) for part in segments(points))
    ]


def edge_slants(drawing: Drawing) -> list[str]:
    return [
        f"{edge} slants"
        for edge in drawing.flows
        if any(min(span(p).width, span(p).height) > 0.5 for p in segments(drawing.edges[edge]))
    ]


def edge_end_dangles(drawing: Drawing) -> list[str]:
    return [
        f"{edge} does not reach {node}"
        for edge, points in drawing.edges.items()
        for node, point in zip(drawing.ends(edge), (points[0], points[-1]), strict=True)
        if node in drawing.shapes and not drawing.shapes[node].on_border(point, 1.5)
    ]


def segment_too_short(drawing: Drawing) -> list[str]:
    return [
        f"{edge} has a stub of {length(part):.0f}"
        for edge in drawing.flows
        for part in segments(drawing.edges[edge])
        if length(part) < 12
    ]


def crossings(drawing: Drawing) -> list[str]:
    return [
        f"{a} crosses {b}"
        for a, b in combinations(drawing.edges, 2)
        for one in segments(drawing.edges[a])
        for other in segments(drawing.edges[b])
        if crosses(one, other)
    ]


def too_many_crossings(drawing: Drawing) -> list[str]:
    found = crossings(drawing)
    return found if len(found) > MAX_CROSSINGS else []


def edges_side_by_side(drawing: Drawing) -> list[str]:
    """Edges that end in one target may share their last stretch; others may not."""
    return [
        f"{a} runs on {b}"
        for a, b in combinations(drawing.edges, 2)
        if drawing.ends(a)[1] != drawing.ends(b)[1]
        and any(
            shared_length(one, other, 6) > 3
            for one in segments(drawing.edges[a])
            for other in segments(drawing.edges[b])
        )
    ]


def too_many_bends(drawing: Drawing) -> list[str]:
    return [f"{edge} bends {len(p) - 2} times" for edge, p in drawing.edges.items() if len(p) > 5]


def forward_flow_bends(drawing: Drawing) -> list[str]:
    found = []
    for edge in drawing.flows:
        source, target = (drawing.shapes.get(end) for end in drawing.ends(edge))
        if source and target and target.x >= source.x and len(drawing.edges[edge]) > 4:
            found.append(f"{edge} goes forward with more than two bends")
    return found


def row_not_straight(drawing: Drawing) -> list[str]:
    """A flow to the right in its own row, with nothing in between, is a straight line."""
    found = []
    for edge in drawing.flows:
        source, target = drawing.ends(edge)
        if source not in drawing.nodes or target not in drawing.nodes or drawing.is_boundary(source):
            continue
        a, b = drawing.shapes[source], drawing.shapes[target]
        if b.x < a.right or abs(a.centre[1] - b.centre[1]) >= 1 or len(drawing.edges[edge]) == 2:
            continue
        line = ((a.right, a.centre[1]), (b.x, b.centre[1]))
        between = (n for n in drawing.nodes if n not in (source, target) and not drawing.is_boundary(n))
        if not any(passes(line, drawing.shapes[node].grown(-1)) for node in between):
            found.append(f"{edge} could be straight")
    return found
