"""Rectangles, segments and the width of text: what the checks of a diagram's layout reckon with."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in pixels of the diagram; ``x`` and ``y`` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def grown(self, margin: float) -> Box:
        """Return the box with ``margin`` added on all sides (taken away where negative)."""
        return Box(self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin)

    def overlaps(self, other: Box) -> bool:
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )

    def contains(self, other: Box) -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def distance(self, other: Box) -> float:
        """Return the gap between two boxes; 0 where they touch or overlap."""
        across = max(0.0, self.x - other.right, other.x - self.right)
        down = max(0.0, self.y - other.bottom, other.y - self.bottom)
        return float((across**2 + down**2) ** 0.5)

    def on_border(self, point: Point, slack: float) -> bool:
        """Tell whether ``point`` lies on the outline, ``slack`` pixels aside at most."""
        if not Box(*point, 0, 0).overlaps(self.grown(slack + 0.01)):
            return False
        x, y = point
        nearest = min(abs(x - self.x), abs(x - self.right), abs(y - self.y), abs(y - self.bottom))
        return nearest <= slack


def segments(points: tuple[Point, ...]) -> list[Segment]:
    return list(pairwise(points))


def is_vertical(segment: Segment) -> bool:
    return abs(segment[0][0] - segment[1][0]) <= abs(segment[0][1] - segment[1][1])


def span(segment: Segment) -> Box:
    """Return the box a segment fills: a line without width where it is straight."""
    (ax, ay), (bx, by) = segment
    return Box(min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by))


def length(segment: Segment) -> float:
    (ax, ay), (bx, by) = segment
    return float(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5)


def passes(segment: Segment, box: Box) -> bool:
    """Tell whether a segment, slanting ones too, has a point inside ``box``."""
    (ax, ay), (bx, by) = segment
    entry, leave = 0.0, 1.0
    for start, delta, low, high in (
        (ax, bx - ax, box.x, box.right),
        (ay, by - ay, box.y, box.bottom),
    ):
        if delta == 0:
            if not low < start < high:
                return False
            continue
        near, far = sorted(((low - start) / delta, (high - start) / delta))
        entry, leave = max(entry, near), min(leave, far)
    return entry < leave


def crosses(one: Segment, other: Segment) -> bool:
    """Tell whether two segments cross in a point inside both."""

    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    return side(*one, other[0]) * side(*one, other[1]) < 0 and side(*other, one[0]) * side(*other, one[1]) < 0


def shared_length(one: Segment, other: Segment, apart: float) -> float:
    """Return how far two parallel straight segments, nearer than ``apart``, run side by side."""
    if is_vertical(one) != is_vertical(other):
        return 0.0
    a, b = span(one), span(other)
    if is_vertical(one):
        return min(a.bottom, b.bottom) - max(a.y, b.y) if abs(a.x - b.x) < apart else 0.0
    return min(a.right, b.right) - max(a.x, b.x) if abs(a.y - b.y) < apart else 0.0


def text_width(text: str, size: float) -> float:
    """Estimate the width of ``text``: a Chinese character fills the size, others part of it."""
    width = 0.0
    for character in text:
        if unicodedata.east_asian_width(character) in "WF":
            width += size
        elif character == " ":
            width += 0.28 * size
        else:
            width += (0.7 if character.isupper() else 0.56) * size
    return width


def wrap(text: str, room: float, size: float) -> list[str]:
    """Break ``text`` into lines no wider than ``room``, as the viewer does for Chinese."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for character in paragraph:
            if line and text_width(line + character, size) > room:
                lines.append(line)
                line = ""
            line += character
        lines.append(line)
    return lines
