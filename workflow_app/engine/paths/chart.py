"""A space as every rule sees it: who leads where, and which moves are of one kind.

This module must never know rules.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow_app.engine.paths.local import Station
from workflow_app.engine.paths.moves import Learnt
from workflow_app.engine.paths.space import Edge, Space


class Chart:
    """The moves of a space by kind.

    Two moves are of one kind where they pass the same station and tell the same; of those from one state to
    another, the first stands for all. ``kinds`` holds one move of each kind, ``moves`` for each state the
    kind, the target and the move.
    """

    def __init__(self, space: Space) -> None:
        self.kinds: list[Edge] = []
        self.moves: list[list[tuple[int, int, Edge]]] = []
        self._before: list[set[int]] = [set() for _ in space.edges]
        self._passing: list[set[int]] = []
        numbers: dict[tuple[Station, tuple[Learnt, ...], bool], int] = {}
        for state, edges in enumerate(space.edges):
            own: dict[tuple[int, int], Edge] = {}
            for edge in edges:
                kind = numbers.setdefault((edge.station, edge.learnt, edge.over), len(numbers))
                if kind == len(self.kinds):
                    self.kinds.append(edge)
                    self._passing.append(set())
                self._passing[kind].add(state)
                own.setdefault((kind, edge.target), edge)
                if not edge.over:
                    self._before[edge.target].add(state)
            self.moves.append([(kind, target, edge) for (kind, target), edge in own.items()])

    def leading_to(self, kinds: Iterable[int]) -> set[int]:
        """Return the states from which a move of one of ``kinds`` can be reached."""
        found = set[int]().union(*(self._passing[kind] for kind in kinds))
        pending = list(found)
        while pending:
            new = self._before[pending.pop()] - found
            found |= new
            pending += new
        return found
