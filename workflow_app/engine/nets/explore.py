"""Is a net sound? Every state it can come to, within a limit, and the way to the first bad one.

Sound (van der Aalst 1998): from every state the end can be reached, nothing is left over when it is,
no place ever holds two tokens, and every transition can happen. This module must never know diagrams.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from workflow_app.engine.nets.net import Net, Transition
from workflow_app.engine.nets.reduce import reduced

MAX_STATES: Final = 20_000

Marking = frozenset[str]
"""The places that hold a token."""

Kind = Literal["deadlock", "unsafe", "no_completion", "dead", "too_complex"]


@dataclass(frozen=True, slots=True)
class Breach:
    """One way in which a net is not sound.

    :param element: where it shows: the stuck or doubled element, or the dead one.
    :param trail: the elements passed from the start until it shows; empty for a dead element.
    :param left: the elements where tokens lie then.
    """

    kind: Kind
    element: str
    trail: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def breaches_of(net: Net, max_states: int = MAX_STATES) -> list[Breach]:
    """Return what keeps ``net`` from being sound, one breach of a kind for each element.

    :param max_states: how many states are looked at before the answer is ``too_complex``.
    """
    return explored(reduced(net), max_states)


def explored(net: Net, max_states: int = MAX_STATES) -> list[Breach]:
    """The same without making the net smaller first."""
    return _Exploration(net).breaches(max_states)


class _Exploration:
    def __init__(self, net: Net) -> None:
        self._net = net
        self._takers: dict[str, list[Transition]] = {}
        for each in net.transitions:
            self._takers.setdefault(min(each.takes, default=""), []).append(each)
        self._reached: dict[Marking, tuple[Marking, Transition] | None] = {net.initial: None}
        self._before: dict[Marking, list[Marking]] = {}
        self._alive: set[str] = set()
        self._over: list[Marking] = []
        self._told: dict[tuple[Kind, str], Breach] = {}

    def breaches(self, max_states: int) -> list[Breach]:
        pending = deque([self._net.initial])
        while pending:
            marking = pending.popleft()
            possible = list(self._possible(marking))
            for each in possible:
                following = self._follow(marking, each)
                if following is not None:
                    pending.append(following)
            if marking <= self._net.rests:
                self._over.append(marking)
            elif not possible:
                self._tell("deadlock", marking)
            if len(self._reached) > max_states:
                return [*self._told.values(), Breach("too_complex", self._home(min(self._net.initial)))]
        if not self._told:
            self._tell_endless()
        self._tell_dead()
        return list(self._told.values())

    def _possible(self, marking: Marking) -> Iterator[Transition]:
        for place in sorted(marking):
            for each in self._takers.get(place, ()):
                if each.takes <= marking:
                    yield each

    def _follow(self, marking: Marking, each: Transition) -> Marking | None:
        """Let ``each`` happen; return the state after it where it is new."""
        self._alive |= each.covers
        left = marking - each.takes
        doubled = left & each.gives
        if doubled:
            self._tell("unsafe", marking, doubled, tuple(each.trail))
            return None
        following = (left & self._net.rests if each.clears else left) | each.gives
        self._before.setdefault(following, []).append(marking)
        if following in self._reached:
            return None
        self._reached[following] = (marking, each)
        return following

    def _tell(
        self,
        kind: Kind,
        marking: Marking,
        where: Marking = frozenset(),
        more: tuple[str, ...] = (),
    ) -> None:
        stuck = marking - self._net.rests
        element = self._home(min(where or stuck))
        if (kind, element) not in self._told:
            left = tuple(dict.fromkeys(self._home(place) for place in sorted(stuck)))
            self._told[kind, element] = Breach(kind, element, (*self._way(marking), *more), left)

    def _home(self, place: str) -> str:
        return self._net.homes.get(place, place)

    def _way(self, marking: Marking) -> tuple[str, ...]:
        steps: list[Transition] = []
        at = marking
        while (step := self._reached[at]) is not None:
            at, happened = step
            steps.append(happened)
        return tuple(element for each in reversed(steps) for element in each.trail)

    def _tell_endless(self) -> None:
        """Tell of the first state from which no end can be reached."""
        ending = set(self._over)
        pending = list(self._over)
        while pending:
            for earlier in self._before.get(pending.pop(), ()):
                if earlier not in ending:
                    ending.add(earlier)
                    pending.append(earlier)
        endless = next((marking for marking in self._reached if marking not in ending), None)
        if endless is not None:
            self._tell("no_completion", endless)

    def _tell_dead(self) -> None:
        if any(kind in ("unsafe", "deadlock") for kind, _ in self._told):
            return  # what lies behind the stuck place is dead only because of it
        covered = {element for each in self._net.transitions for element in each.covers}
        for element in sorted(covered - self._alive):
            self._told["dead", element] = Breach("dead", element)
