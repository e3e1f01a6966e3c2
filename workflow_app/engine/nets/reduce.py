"""A smaller net that is sound exactly where the given one is.

Three rules until none applies (Berthelot, *Transformations and Decompositions of Nets*, 1987; Murata,
*Petri Nets: Properties, Analysis and Applications*, 1989, §V): a place one transition alone empties is
passed at once; of two transitions, or two places, that do the same one is enough. A structured
process becomes one step, so that a long diagram costs no more than its entangled part. This module must never
know diagrams.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from workflow_app.engine.nets.net import Net, Transition


def reduced(net: Net) -> Net:
    """Return the reduced net; its trails still name every element of the given one."""
    transitions = set(net.transitions)
    fixed = net.initial | net.rests
    while True:
        smaller = _alike(_twins(_passed(transitions, fixed), fixed))
        if len(smaller) == len(transitions) and smaller == transitions:
            return replace(net, transitions=tuple(sorted(smaller, key=_order)))
        transitions = smaller


def shortened(net: Net, kept: frozenset[str]) -> Net:
    """Return a smaller net in which the markings of ``kept`` alone are reached exactly as in the given one.

    Of two places that are filled and emptied together both stay: that one is empty must not be forgotten.
    """
    transitions = set(net.transitions)
    fixed = net.initial | net.rests | kept
    while True:
        smaller = _alike(_passed(transitions, fixed))
        if len(smaller) == len(transitions) and smaller == transitions:
            return replace(net, transitions=tuple(sorted(smaller, key=_order)))
        transitions = smaller


def _passed(transitions: set[Transition], fixed: frozenset[str]) -> set[Transition]:
    """Pass a place at once where one transition alone takes from it, and from nothing else."""
    takers, givers = _ends(transitions)
    current = set(transitions)
    for place in sorted(takers):
        if place in fixed or len(takers[place]) != 1 or not givers[place]:
            continue
        (taker,) = takers[place]
        if taker.takes != {place} or taker.clears or place in taker.gives:
            continue
        before = list(givers[place])
        if any(each.gives & taker.gives for each in before) or any(each.clears for each in before):
            continue
        _drop(taker, current, takers, givers)
        for each in before:
            _drop(each, current, takers, givers)
            joined = Transition(
                each.takes,
                (each.gives - {place}) | taker.gives,
                each.trail.then(taker.trail),
                each.covers | taker.covers,
            )
            current.add(joined)
            for taken in joined.takes:
                takers[taken].add(joined)
            for given in joined.gives:
                givers[given].add(joined)
    return current


def _alike(transitions: set[Transition]) -> set[Transition]:
    """Keep one of the transitions that take and give the same; it stands for what all of them cover."""
    groups: dict[tuple[frozenset[str], frozenset[str], bool], list[Transition]] = defaultdict(list)
    for each in transitions:
        groups[each.takes, each.gives, each.clears].append(each)
    kept = set()
    for group in groups.values():
        first = min(group, key=_order)
        covers = frozenset().union(*(each.covers for each in group))
        kept.add(first if covers == first.covers else replace(first, covers=covers))
    return kept


def _twins(transitions: set[Transition], fixed: frozenset[str]) -> set[Transition]:
    """Keep one of the places that are filled and emptied by the same transitions."""
    takers, givers = _ends(transitions)
    groups: dict[tuple[frozenset[int], frozenset[int]], list[str]] = defaultdict(list)
    for place in sorted(set(takers) | set(givers)):
        if place not in fixed and takers[place] and givers[place]:
            key = (frozenset(map(id, takers[place])), frozenset(map(id, givers[place])))
            groups[key].append(place)
    spare = {place for group in groups.values() for place in group[1:]}
    if not spare:
        return transitions
    return {replace(each, takes=each.takes - spare, gives=each.gives - spare) for each in transitions}


def _ends(
    transitions: Iterable[Transition],
) -> tuple[defaultdict[str, set[Transition]], defaultdict[str, set[Transition]]]:
    takers: defaultdict[str, set[Transition]] = defaultdict(set)
    givers: defaultdict[str, set[Transition]] = defaultdict(set)
    for each in transitions:
        for place in each.takes:
            takers[place].add(each)
        for place in each.gives:
            givers[place].add(each)
    return takers, givers


def _drop(
    each: Transition,
    current: set[Transition],
    takers: defaultdict[str, set[Transition]],
    givers: defaultdict[str, set[Transition]],
) -> None:
    current.discard(each)
    for place in each.takes:
        takers[place].discard(each)
    for place in each.gives:
        givers[place].discard(each)


def _order(each: Transition) -> tuple[list[str], list[str], list[str]]:
    return sorted(each.takes), sorted(each.gives), sorted(each.covers)
