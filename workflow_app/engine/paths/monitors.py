"""What a path has shown a rule so far, as bits: one for each act the rule asks for.

Judging a path by a finite memory makes every rule a safety property (Alpern & Schneider 1985), so that a
search of the states finds every path that breaks it. This module must never know drawings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from workflow_app.engine.paths.facts import ANYTHING, Known, Value
from workflow_app.engine.paths.law import Act, DuringRule, Ground, OwedRule, PathRule, Pattern, Rule

OWED: Final = "owed"
DONE: Final = "done"
"""Paid once, a debt does not come back."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act does to the memory, and whether the rule judges it.

    :param same_role: the bits of earlier acts that must not have been of this one's role.
    """

    sets: int
    clears: int
    judged: bool
    same_role: int = 0


class Monitor:
    """The memory of one rule.

    :param roles: every role an act may have, for the rules on different hands.
    """

    def __init__(self, rule: Rule, roles: Iterable[str]) -> None:
        self.rule = rule
        self._bits: dict[object, int] = {}
        self._sets: list[tuple[Pattern, int]] = []
        self._clears: list[tuple[Pattern, int]] = []
        self._enter(rule, sorted({part for role in roles for part in role.split(",") if part}))
        grounds = rule.grounds if isinstance(rule, PathRule) else ()
        self.traced = frozenset(name for ground in grounds for name in ground.made_by)
        asked = [each for ground in grounds for each in (ground.known, ground.excluded)]
        asked += [rule.known] if isinstance(rule, OwedRule | DuringRule) else []
        self.names = self.traced.union(*asked)
        self._attributes = self._asked_of_acts()
        self._effects: dict[tuple[str | None, ...], Effect] = {}

    def effect(self, act: Act) -> Effect:
        """Return what ``act`` does; the same every time it happens."""
        key = tuple([act.get(name) for name in self._attributes])
        if key not in self._effects:
            self._effects[key] = self._effect(act)
        return self._effects[key]

    def _effect(self, act: Act) -> Effect:
        sets = _sum(bit for pattern, bit in self._sets if pattern.matches(act))
        clears = _sum(bit for pattern, bit in self._clears if pattern.matches(act))
        if isinstance(self.rule, PathRule):
            hands = [self._bits.get(role, 0) for role in act.get("role", "").split(",")]
            same = _sum(hands)
            if any(pattern.matches(act) for pattern in self.rule.apart):
                sets |= same
            return Effect(sets, clears, self.rule.at.matches(act), same)
        human = act.get("kind") in ("userTask", "manualTask")
        return Effect(sets, clears, isinstance(self.rule, DuringRule) and human)

    def _asked_of_acts(self) -> list[str]:
        """Return the attributes that tell two acts apart for this rule."""
        patterns = [pattern for pattern, _ in (*self._sets, *self._clears)]
        if isinstance(self.rule, PathRule):
            patterns += [self.rule.at, *self.rule.apart]
        return sorted({"kind", "role"}.union(*(pattern.attributes for pattern in patterns)))

    def judges(self, effect: Effect, over: bool) -> bool:
        """Whether the rule can be broken by an act of this effect, or by the end of a case."""
        return effect.judged or (over and isinstance(self.rule, OwedRule))

    def broken(self, effect: Effect, act: Act, bits: int, known: Mapping[str, Known]) -> bool:
        """Whether ``act`` breaks the rule after what ``bits`` and ``known`` tell."""
        rule = self.rule
        if not effect.judged:
            return False
        if isinstance(rule, DuringRule):
            return bool(bits) and _surely(rule.known, known) and not rule.tasks.matches(act)
        if not isinstance(rule, PathRule):
            return False
        if (rule.itself is not None and not rule.itself.matches(act)) or bits & effect.same_role:
            return True
        return bool(rule.grounds) and not any(self._holds(each, bits, known) for each in rule.grounds)

    def owing(self, bits: int, known: Mapping[str, Known]) -> bool:
        """Whether something is owed by the rule when a case ends."""
        rule = self.rule
        return isinstance(rule, OwedRule) and bits == self._bits[OWED] and _surely(rule.known, known)

    def _holds(self, ground: Ground, bits: int, known: Mapping[str, Known]) -> bool:
        return (
            all(bits & self._bits[_key(pattern)] for pattern in ground.after)
            and not any(bits & self._bits[_key(pattern)] for pattern in ground.without)
            and _surely(ground.known, known)
            and all(known.get(name, ANYTHING).outside(values) for name, values in ground.excluded.items())
            and all(known.get(name, ANYTHING).writer in makers for name, makers in ground.made_by.items())
        )

    def _enter(self, rule: Rule, roles: Iterable[str]) -> None:
        if isinstance(rule, DuringRule):
            bit = self._bit("open")
            self._sets.append((rule.since, bit))
            self._clears += [(pattern, bit) for pattern in rule.until]
        elif isinstance(rule, OwedRule):
            self._sets.append((rule.since, self._bit(OWED)))
            self._sets += [(pattern, self._bit(DONE)) for pattern in (rule.act, *rule.unless)]
        else:
            asked = [pattern for each in rule.grounds for pattern in (*each.after, *each.without)]
            own = [(pattern, self._bit(_key(pattern))) for pattern in asked]
            self._sets += own
            hands = [self._bit(role) for role in roles] if rule.apart else []
            self._clears += [
                (pattern, bit) for pattern in rule.afresh for bit in [*hands, *(bit for _, bit in own)]
            ]

    def _bit(self, key: object) -> int:
        return self._bits.setdefault(key, 1 << len(self._bits))


def _surely(asked: Mapping[str, frozenset[Value]], known: Mapping[str, Known]) -> bool:
    return all(known.get(name, ANYTHING).within(values) for name, values in asked.items())


def _sum(bits: Iterable[int]) -> int:
    total = 0
    for bit in bits:
        total |= bit
    return total


def _key(pattern: Pattern) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(sorted(values))) for name, values in sorted(pattern.attributes.items()))
