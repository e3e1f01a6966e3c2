"""A rule as a finite automaton over the kinds of moves: what it remembers, and which moves break it.

Its memories are numbered as they are met; number 0 is the beginning of a case. Most moves say nothing to a
rule and are left out of ``kinds``. This module must never know what any rule is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflow_app.engine.paths.facts import ANYTHING, Known, mentions, variables_of
from workflow_app.engine.paths.law import Act
from workflow_app.engine.paths.local import Station
from workflow_app.engine.paths.monitors import Effect, Monitor
from workflow_app.engine.paths.moves import Learnt
from workflow_app.engine.paths.space import Edge

Knowledge = dict[str, Known]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What moves of one kind mean to the rule; ``learnt`` is what concerns it."""

    effect: Effect
    act: Act
    learnt: tuple[Learnt, ...]
    over: bool
    asked: bool


class Automaton:
    """The memory of one rule over the moves of one space.

    :param kinds: one move of each kind.
    """

    def __init__(self, monitor: Monitor, kinds: Iterable[Edge]) -> None:
        self.rule = monitor.rule.id
        self._monitor = monitor
        self._memories: list[tuple[int, Knowledge]] = [(0, {})]
        self._numbers: dict[tuple[int, frozenset[tuple[str, Known]]], int] = {(0, frozenset()): 0}
        self._steps: dict[tuple[int, int], tuple[int, bool]] = {}
        self._concerns: dict[tuple[str, bool], bool] = {}
        self.kinds = dict(self._read(kinds))

    @property
    def asking(self) -> list[int]:
        """The kinds of moves that can break the rule."""
        return [number for number, kind in self.kinds.items() if kind.asked]

    def step(self, kind: int, memory: int) -> tuple[int, bool]:
        """Return the memory after a move of ``kind``, and whether the move breaks the rule."""
        found = self._steps.get((kind, memory))
        if found is None:
            found = self._steps[kind, memory] = self._step(self.kinds[kind], *self._memories[memory])
        return found

    def _step(self, kind: _Kind, bits: int, known: Knowledge) -> tuple[int, bool]:
        after_bits = bits & ~kind.effect.clears | kind.effect.sets
        after = self._after(dict(known), kind.learnt)
        broken = kind.asked and (
            self._monitor.broken(kind.effect, kind.act, bits, known)
            or (kind.over and self._monitor.owing(after_bits, after))
        )
        number = self._numbers.setdefault((after_bits, frozenset(after.items())), len(self._memories))
        if number == len(self._memories):
            self._memories.append((after_bits, after))
        return number, broken

    def _read(self, kinds: Iterable[Edge]) -> Iterable[tuple[int, _Kind]]:
        effects: dict[Station, Effect] = {}
        for number, edge in enumerate(kinds):
            effect = effects.get(edge.station)
            if effect is None:
                effect = effects[edge.station] = self._monitor.effect(edge.station.act)
            learnt = tuple([each for each in edge.learnt if self._concerned(each)]) if edge.learnt else ()
            asked = self._monitor.judges(effect, edge.over)
            if learnt or asked or effect.sets or effect.clears:
                yield number, _Kind(effect, edge.station.act, learnt, edge.over, asked)

    def _concerned(self, learnt: Learnt) -> bool:
        key = (learnt.name, learnt.written)
        found = self._concerns.get(key)
        if found is None:
            names = self._monitor.names
            found = learnt.name in names or (learnt.written and mentions(names, learnt.name))
            self._concerns[key] = found
        return found

    def _after(self, known: Knowledge, learnt: tuple[Learnt, ...]) -> Knowledge:
        for each in learnt:
            if each.written:
                for name in [name for name in known if each.name in variables_of(name)]:
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
