"""Which rules are broken anywhere, all of them in one walk.

Each state holds, for every rule, the set of memories a case can have there, as bits of one number, a lane
for each rule; a move carries the whole number, and only the lanes of the rules it says something to are
looked at. The answer is exact; a rule with more memories than its lane is wide counts as broken, and is
walked alone. This module must never know what any rule is for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

from workflow_app.engine.paths.automaton import Automaton
from workflow_app.engine.paths.chart import Chart

LANE: Final = 128
"""Memories of one rule; the shipped programme needs 82."""
_WHOLE: Final = (1 << LANE) - 1


class Sweep:
    """One walk over ``chart`` for all ``rules``."""

    def __init__(self, chart: Chart, rules: Sequence[Automaton]) -> None:
        self._chart = chart
        self._rules = rules
        self._broken: set[int] = set()
        self._images: dict[tuple[int, int, int], int] = {}
        self._told: list[list[int]] = [[] for _ in chart.kinds]
        for number, rule in enumerate(rules):
            for kind in rule.kinds:
                self._told[kind].append(number)
        self._deaf = [~sum(_WHOLE << LANE * number for number in told) for told in self._told]

    def broken(self) -> list[Automaton]:
        """Return the rules that some path breaks, in their order."""
        beginning = sum(1 << LANE * number for number in range(len(self._rules)))
        reached = [0] * len(self._chart.moves)
        fresh = [0] * len(self._chart.moves)
        reached[0] = fresh[0] = beginning
        pending = deque([0])
        while pending:
            state = pending.popleft()
            memories, fresh[state] = fresh[state], 0
            for kind, target, _ in self._chart.moves[state]:
                after = self._carry(kind, memories) if self._told[kind] else memories
                if target < 0:
                    continue
                new = after & ~reached[target]
                if new:
                    if not fresh[target]:
                        pending.append(target)
                    reached[target] |= new
                    fresh[target] |= new
        return [rule for number, rule in enumerate(self._rules) if number in self._broken]

    def _carry(self, kind: int, memories: int) -> int:
        """Return the memories behind a move of ``kind``."""
        after = memories & self._deaf[kind]
        for number in self._told[kind]:
            lane = memories >> LANE * number & _WHOLE
            if lane and number not in self._broken:
                after |= self._image(number, kind, lane) << LANE * number
        return after

    def _image(self, number: int, kind: int, lane: int) -> int:
        """Return where the memories in ``lane`` lead; a rule broken is not followed any further."""
        key = (number, kind, lane)
        image = self._images.get(key)
        if image is not None:
            return image
        image, rest = 0, lane
        while rest:
            memory = rest.bit_length() - 1
            rest ^= 1 << memory
            after, breaks = self._rules[number].step(kind, memory)
            if breaks or after >= LANE:
                self._broken.add(number)
                return 0
            image |= 1 << after
        self._images[key] = image
        return image
