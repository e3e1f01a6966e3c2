"""Rules held against every path of a space.

One walk for all of them tells which are broken at all (:mod:`sweep`). For those, a search by breadth finds
where, so that a breach comes with a shortest path to it. This module must never know what any rule is for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from workflow_app.engine.paths.automaton import Automaton
from workflow_app.engine.paths.chart import Chart
from workflow_app.engine.paths.law import Rule, Violation
from workflow_app.engine.paths.monitors import Monitor
from workflow_app.engine.paths.space import Edge, Space
from workflow_app.engine.paths.sweep import Sweep

Place = tuple[int, int]
"""(the state, the rule's memory)."""


def violations(space: Space, rules: Iterable[Rule], roles: Iterable[str]) -> list[Violation]:
    """Return the first breach of each rule at each element."""
    hands = frozenset(roles)
    chart = Chart(space)
    automata = [Automaton(Monitor(rule, hands), chart.kinds) for rule in rules]
    return [breach for rule in Sweep(chart, automata).broken() for breach in breaches_of(chart, rule)]


def breaches_of(chart: Chart, rule: Automaton) -> list[Violation]:
    """Return the first breach of one rule at each element."""
    ahead = chart.leading_to(rule.asking)
    start: Place = (0, 0)
    came: dict[Place, tuple[Place, Edge] | None] = {start: None}
    found: dict[tuple[str, str], Violation] = {}
    pending = deque([start])
    while pending:
        place = pending.popleft()
        state, memory = place
        for kind, target, edge in chart.moves[state]:
            after, broken = rule.step(kind, memory) if kind in rule.kinds else (memory, False)
            element = (edge.process, edge.station.id)
            if broken and element not in found:
                found[element] = Violation(rule.rule, *element, (*_way(came, place), *edge.passed))
            if target in ahead and (target, after) not in came:
                came[target, after] = (place, edge)
                pending.append((target, after))
    return list(found.values())


def _way(came: dict[Place, tuple[Place, Edge] | None], place: Place) -> tuple[str, ...]:
    steps: list[tuple[str, ...]] = []
    while (step := came[place]) is not None:
        place, edge = step
        steps.append(edge.passed)
    return tuple(element for passed in reversed(steps) for element in passed)
