"""A figure beside its goal, and the two ways the bench prints it: a table, or a JSON object a line."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure is held to."""

    bound: float
    direction: Literal["=", "≤", "≥"]

    @classmethod
    def at_most(cls, bound: float) -> Self:
        """No more than ``bound``."""
        return cls(bound, "≤")

    @classmethod
    def at_least(cls, bound: float) -> Self:
        """No less than ``bound``."""
        return cls(bound, "≥")

    @classmethod
    def exactly(cls, bound: float) -> Self:
        """``bound`` and nothing else."""
        return cls(bound, "=")

    def met_by(self, value: float) -> bool:
        """Tell whether ``value`` reaches the goal."""
        if self.direction == "=":
            return value == self.bound
        return value <= self.bound if self.direction == "≤" else value >= self.bound

    def __str__(self) -> str:
        return f"{self.direction} {self.bound:,.10g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    :param name: what, on which database, at which size.
    :param goal: ``None`` for a figure that only explains another.
    :param comparable: whether the goal's own size was run and, where the disk has a say, it was quiet.
    """

    name: str
    value: float
    unit: str
    goal: Goal | None = None
    comparable: bool = True

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; ``None`` where this run cannot tell."""
        return self.goal.met_by(self.value) if self.goal is not None and self.comparable else None

    def as_json(self) -> str:
        """Return the figure as one line of JSON."""
        told = {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "goal": str(self.goal) if self.goal else None,
            "met": self.met,
        }
        return json.dumps(told, ensure_ascii=False)

    def as_row(self) -> str:
        """Return the figure as a row of the table."""
        told = {True: "yes", False: "NO", None: "-"}[self.met]
        value = f"{self.value:,.0f}" if abs(self.value) >= 1000 or self.value == int(self.value) else ""
        value = value or f"{self.value:,.3g}"
        return f"{self.name:<76} {value:>9} {self.unit:<8} {self.goal or ''!s:>10}  {told}"


HEADING = f"{'':<76} {'value':>9} {'unit':<8} {'goal':>10}  met"


def p50(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """Return the value that one in twenty exceeds."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]
