"""A variable read on a path on which nobody wrote it: the engine stops such a case.

Which variables are surely written in a state is the meet over all paths that lead there, found as the
greatest fixed point (Kildall 1973); since writing and beginning a call know nothing of each other, it is
exact on the states of the space. This module must never know what a variable means.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workflow_app.engine.paths.needs import Needs
from workflow_app.engine.paths.space import Edge, Space

NOTHING: Final = Needs()


@dataclass(frozen=True, slots=True)
class Unset:
    """A path to a place that reads ``name``, on which nobody writes it.

    :param element: the node that reads it, or the flow whose condition does.
    """

    process: str
    element: str
    name: str
    trail: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """What a case has from its beginning.

    :param every: the variables every case has; ``root``: what the outermost has besides; ``None``: unknown.
    """

    every: frozenset[str]
    root: frozenset[str] | None


def unset_reads(space: Space, needs: Mapping[str, Mapping[str, Needs]], opening: Opening) -> Iterator[Unset]:
    """Yield each reading of a variable that some path does not write, with a shortest such path.

    :param needs: what the nodes need, by process or subprocess and by node.
    """
    return _Search(space, needs, opening).unset()


class _Search:
    def __init__(self, space: Space, needs: Mapping[str, Mapping[str, Needs]], opening: Opening) -> None:
        self._space = space
        self._needs = needs
        self._opening = opening
        self._bits: dict[tuple[str, str], int] = {}
        self._frames: dict[str, int] = {}
        self._reads = [[list(self._read_at(edge)) for edge in edges] for edges in space.edges]
        self._changes = [[self._change(edge) for edge in edges] for edges in space.edges]

    def unset(self) -> Iterator[Unset]:
        written = self._written()
        told = set()
        for state, edges in enumerate(self._space.edges):
            for edge, reads in zip(edges, self._reads[state], strict=True):
                for element, name, bit in reads:
                    place = (edge.process, element, name)
                    if not written[state] & bit and place not in told:
                        told.add(place)
                        trail = self._way(bit, element, name)
                        yield Unset(edge.process, element, name, trail)

    def _read_at(self, edge: Edge) -> Iterator[tuple[str, str, int]]:
        """Yield what is read on an edge: by which element, its name, its bit."""
        owner = self._space.frames.owner(edge.frame)
        own = self._needs_at(edge)
        for name in sorted(own.names):
            yield edge.station.id, name, self._bit(owner, name)
        if own.asked:
            for flow, _, _ in edge.station.leaving:
                for name in sorted(own.asked.get(flow, ())):
                    yield flow, name, self._bit(owner, name)
                if edge.passed[-1].endswith(f"/{flow}"):
                    break  # what comes behind the flow taken was not asked

    def _needs_at(self, edge: Edge) -> Needs:
        scope = self._space.frames.local(edge.frame).id
        return self._needs.get(scope, {}).get(edge.station.id, NOTHING)

    def _change(self, edge: Edge) -> tuple[int, int]:
        """Return the bits an edge takes away, and those it sets."""
        station, unsure = edge.station, self._needs_at(edge).unsure
        child = f"{edge.frame}{station.id}/"
        if station.calls and child in self._frames:
            given = self._opening.every | {each.name for each in station.inputs}
            return self._frames[child], self._sum(child, given)
        owner = self._space.frames.owner(edge.frame)
        sets = 0
        for each in edge.learnt:
            if each.written and not (each.owner == owner and each.name in unsure):
                sets |= self._bits.get((each.owner, each.name), 0)
        return 0, sets

    def _written(self) -> list[int]:
        """Return, by state, the variables every path to it has written."""
        everything = (1 << len(self._bits)) - 1
        found = [everything] * len(self._space.edges)
        found[0] = self._start()
        pending, waiting = deque([0]), {0}
        while pending:
            state = pending.popleft()
            waiting.discard(state)
            for edge, (clears, sets) in zip(self._space.edges[state], self._changes[state], strict=True):
                after = found[state] & ~clears | sets
                if edge.target >= 0 and found[edge.target] & after != found[edge.target]:
                    found[edge.target] &= after
                    if edge.target not in waiting:
                        waiting.add(edge.target)
                        pending.append(edge.target)
        return found

    def _start(self) -> int:
        if self._opening.root is None:
            return self._frames.get("", 0)
        return self._sum("", self._opening.every | self._opening.root)

    def _way(self, bit: int, element: str, name: str) -> tuple[str, ...]:
        """Return a shortest path to where ``element`` reads a variable that is not written on it."""
        came: dict[tuple[int, bool], tuple[tuple[int, bool], Edge] | None] = {}
        begun = (0, bool(self._start() & bit))
        came[begun] = None
        pending = deque([begun])
        while pending:
            place = state, set_ = pending.popleft()
            for edge, reads, (clears, sets) in zip(
                self._space.edges[state], self._reads[state], self._changes[state], strict=True
            ):
                if not set_ and (element, name, bit) in reads:
                    steps = [edge.passed]
                    while (step := came[place]) is not None:
                        place, before = step
                        steps.append(before.passed)
                    return tuple(each for passed in reversed(steps) for each in passed)
                after = (edge.target, bool(sets & bit) or (set_ and not clears & bit))
                if edge.target >= 0 and after not in came:
                    came[after] = (place, edge)
                    pending.append(after)
        return ()

    def _bit(self, owner: str, name: str) -> int:
        if (owner, name) not in self._bits:
            self._bits[owner, name] = bit = 1 << len(self._bits)
            self._frames[owner] = self._frames.get(owner, 0) | bit
        return self._bits[owner, name]

    def _sum(self, owner: str, names: frozenset[str] | set[str]) -> int:
        return sum(self._bits.get((owner, name), 0) for name in names)
