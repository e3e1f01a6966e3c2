"""Rules held against every path of a space: one rule at a time, each with a memory of its own.

The search is by breadth, so that a breach comes with a shortest path to it. This module must never know
what any rule is for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from workflow_app.engine.paths.facts import ANYTHING, Known, mentions
from workflow_app.engine.paths.law import Rule, Violation
from workflow_app.engine.paths.monitors import Effect, Monitor
from workflow_app.engine.paths.moves import Learnt
from workflow_app.engine.paths.space import Edge, Space

Memory = tuple[int, int, frozenset[tuple[str, Known]]]
"""(the state, the rule's bits, what it knows)."""


def violations(space: Space, rules: Iterable[Rule], roles: Iterable[str]) -> list[Violation]:
    """Return the first breach of each rule at each element."""
    hands = frozenset(roles)
    return [breach for rule in rules for breach in _Judge(space, Monitor(rule, hands)).breaches()]


class _Judge:
    def __init__(self, space: Space, monitor: Monitor) -> None:
        self._space = space
        self._monitor = monitor
        self._effects: dict[int, Effect] = {}
        self._came: dict[Memory, tuple[Memory, Edge] | None] = {}

    def breaches(self) -> list[Violation]:
        ahead = self._ahead()
        if 0 not in ahead:
            return []
        start: Memory = (0, 0, frozenset())
        self._came = {start: None}
        found: dict[tuple[str, str], Violation] = {}
        pending = deque([start])
        while pending:
            memory = pending.popleft()
            state, bits, facts = memory
            for edge in self._space.edges[state]:
                effect = self._effect(edge)
                known = dict(facts)
                broken = self._monitor.broken(effect, edge.station.act, bits, known)
                after_bits = bits & ~effect.clears | effect.sets
                after = self._learn(known, edge.learnt) if edge.learnt else facts
                if edge.over:
                    broken = broken or self._monitor.owing(after_bits, dict(after))
                if broken and (edge.process, edge.station.id) not in found:
                    trail = (*self._way(memory), *edge.passed)
                    rule = self._monitor.rule.id
                    found[edge.process, edge.station.id] = Violation(
                        rule, edge.process, edge.station.id, trail
                    )
                following = (edge.target, after_bits, after)
                if edge.target in ahead and following not in self._came:
                    self._came[following] = (memory, edge)
                    pending.append(following)
        return list(found.values())

    def _ahead(self) -> set[int]:
        """Return the states from which the rule can still be broken; the others are not looked at."""
        before: dict[int, list[int]] = {}
        pending: list[int] = []
        for state, edges in enumerate(self._space.edges):
            for edge in edges:
                before.setdefault(edge.target, []).append(state)
                if self._monitor.judges(self._effect(edge), edge.over):
                    pending.append(state)
        found = set(pending)
        while pending:
            for state in before.get(pending.pop(), ()):
                if state not in found:
                    found.add(state)
                    pending.append(state)
        return found

    def _effect(self, edge: Edge) -> Effect:
        key = id(edge.station)
        if key not in self._effects:
            self._effects[key] = self._monitor.effect(edge.station.act)
        return self._effects[key]

    def _learn(self, known: dict[str, Known], learnt: tuple[Learnt, ...]) -> frozenset[tuple[str, Known]]:
        for each in learnt:
            if each.written:
                for name in [name for name in known if mentions((name,), each.name)]:
                    del known[name]
            if each.name in self._monitor.names:
                fact = each.known
                if each.name not in self._monitor.traced:
                    fact = Known(fact.inside, fact.values)
                if fact == ANYTHING:
                    known.pop(each.name, None)
                else:
                    known[each.name] = fact
        return frozenset(known.items())

    def _way(self, memory: Memory) -> tuple[str, ...]:
        steps: list[tuple[str, ...]] = []
        while (step := self._came[memory]) is not None:
            memory, edge = step
            steps.append(edge.passed)
        return tuple(element for passed in reversed(steps) for element in passed)
