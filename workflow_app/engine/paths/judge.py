"""Rules held against every path of a space: one rule at a time, each with a memory of its own.

The search is by breadth, so that a breach comes with a shortest path to it. What does not differ from rule
to rule is found once (:class:`_Map`). This module must never know what any rule is for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from workflow_app.engine.paths.facts import ANYTHING, Known, mentions
from workflow_app.engine.paths.law import Act, Rule, Violation
from workflow_app.engine.paths.local import Station
from workflow_app.engine.paths.monitors import Effect, Monitor
from workflow_app.engine.paths.moves import Learnt
from workflow_app.engine.paths.space import Edge, Space

Memory = tuple[int, int, int]
"""(the state, the rule's bits, the number of what it knows)."""


def violations(space: Space, rules: Iterable[Rule], roles: Iterable[str]) -> list[Violation]:
    """Return the first breach of each rule at each element."""
    hands = frozenset(roles)
    shared = _Map(space)
    return [breach for rule in rules for breach in _Judge(shared, Monitor(rule, hands)).breaches()]


class _Map:
    """The space as every rule sees it: who leads where, and which moves are of one kind.

    Two moves are of one kind where they pass the same station and tell the same; of those from one state to
    another, the first stands for all.
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


@dataclass(frozen=True, slots=True)
class _Kind:
    """What moves of one kind mean to a rule; ``learnt`` is what concerns it."""

    effect: Effect
    act: Act
    over: bool
    learnt: tuple[Learnt, ...]


class _Judge:
    def __init__(self, shared: _Map, monitor: Monitor) -> None:
        self._map = shared
        self._monitor = monitor
        self._kinds = self._read_kinds()
        self._knowledge: list[dict[str, Known]] = [{}]
        self._numbers: dict[frozenset[tuple[str, Known]], int] = {frozenset(): 0}
        self._came: dict[Memory, tuple[Memory, Edge] | None] = {}

    def breaches(self) -> list[Violation]:
        judged = [self._monitor.judges(kind.effect, kind.over) for kind in self._kinds]
        ahead = self._map.leading_to(number for number, asked in enumerate(judged) if asked)
        if 0 not in ahead:
            return []
        plans = [
            (~kind.effect.clears, kind.effect.sets, asked, dict[int, int]() if kind.learnt else None)
            for kind, asked in zip(self._kinds, judged, strict=True)
        ]
        start: Memory = (0, 0, 0)
        came = self._came = {start: None}
        found: dict[tuple[str, str], Violation] = {}
        pending = deque([start])
        while pending:
            memory = pending.popleft()
            state, bits, facts = memory
            for number, target, edge in self._map.moves[state]:
                keeps, sets, asked, lessons = plans[number]
                after = facts
                if lessons is not None:
                    if facts not in lessons:
                        lessons[facts] = self._learn(facts, self._kinds[number].learnt)
                    after = lessons[facts]
                following = (target, bits & keeps | sets, after)
                if asked and self._is_broken(self._kinds[number], memory, following):
                    element = (edge.process, edge.station.id)
                    if element not in found:
                        trail = (*self._way(memory), *edge.passed)
                        found[element] = Violation(self._monitor.rule.id, *element, trail)
                if target in ahead and following not in came:
                    came[following] = (memory, edge)
                    pending.append(following)
        return list(found.values())

    def _read_kinds(self) -> list[_Kind]:
        effects: dict[Station, Effect] = {}
        concerns: dict[tuple[str, bool], bool] = {}
        kinds = []
        for edge in self._map.kinds:
            if edge.station not in effects:
                effects[edge.station] = self._monitor.effect(edge.station.act)
            for each in edge.learnt:
                if (each.name, each.written) not in concerns:
                    concerns[each.name, each.written] = self._is_concerned(each)
            learnt = tuple(each for each in edge.learnt if concerns[each.name, each.written])
            kinds.append(_Kind(effects[edge.station], edge.station.act, edge.over, learnt))
        return kinds

    def _is_concerned(self, learnt: Learnt) -> bool:
        names = self._monitor.names
        return learnt.name in names or (learnt.written and mentions(names, learnt.name))

    def _is_broken(self, kind: _Kind, memory: Memory, following: Memory) -> bool:
        _, bits, facts = memory
        if self._monitor.broken(kind.effect, kind.act, bits, self._knowledge[facts]):
            return True
        return kind.over and self._monitor.owing(following[1], self._knowledge[following[2]])

    def _learn(self, facts: int, learnt: tuple[Learnt, ...]) -> int:
        """Return the number of what is known after ``learnt``."""
        known = self._after(dict(self._knowledge[facts]), learnt)
        found = self._numbers.setdefault(frozenset(known.items()), len(self._knowledge))
        if found == len(self._knowledge):
            self._knowledge.append(known)
        return found

    def _after(self, known: dict[str, Known], learnt: tuple[Learnt, ...]) -> dict[str, Known]:
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
        return known

    def _way(self, memory: Memory) -> tuple[str, ...]:
        steps: list[tuple[str, ...]] = []
        while (step := self._came[memory]) is not None:
            memory, edge = step
            steps.append(edge.passed)
        return tuple(element for passed in reversed(steps) for element in passed)
