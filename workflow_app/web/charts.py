"""Where the marks of a chart lie: numbers in, coordinates out. The templates draw them as SVG.

A chart never stands alone: a table beside it says the same. Must never know what its numbers mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 360
HEIGHT: Final = 190
LEFT: Final = 44
RIGHT: Final = 352
TOP: Final = 14
BOTTOM: Final = 160
_STEPS: Final = (1, 2, 5, 10)
_LINES: Final = 5
_LABELS: Final = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis; :param at: its coordinate there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class StepChart:
    """A running total that rises and falls in steps.

    :param line: the path of the line; :param area: the same, closed down to zero.
    """

    line: str
    area: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


def step_chart(points: Sequence[tuple[str, int]]) -> StepChart | None:
    """Return the chart of (label, total) in order; ``None`` where there is nothing to draw."""
    if not points or max(total for _, total in points) <= 0:
        return None
    unit = _unit(max(total for _, total in points))
    top = unit * -(-max(total for _, total in points) // unit)
    wide = (RIGHT - LEFT) / len(points)

    def height(total: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * total / top, 1)

    path = [f"M{LEFT} {BOTTOM}"]
    for place, (_, total) in enumerate(points):
        path += [f"V{height(total)}", f"H{round(LEFT + wide * (place + 1), 1)}"]
    line = "".join(path)
    every = -(-len(points) // _LABELS)
    across = tuple(
        Tick(round(LEFT + wide * place, 1), points[place][0]) for place in range(0, len(points), every)
    )
    up = tuple(Tick(height(value), _short(value)) for value in range(0, top + 1, unit))
    return StepChart(line, f"{line}V{BOTTOM}Z", across, up)


def share(part: float, whole: float) -> float:
    """Return a part in percent of the whole, at most 100."""
    return round(min(100.0, 100 * part / whole), 2) if whole > 0 else 0.0


def _unit(most: int) -> int:
    """Return a round distance of the lines: at most five to the top."""
    power = 1
    while power * _STEPS[-1] * _LINES < most:
        power *= 10
    return next(power * step for step in _STEPS if power * step * _LINES >= most)


def _short(value: int) -> str:
    """万 on axes only."""
    return f"{value / 10000:g} 万" if value >= 10000 else f"{value:,}"  # noqa: PLR2004
