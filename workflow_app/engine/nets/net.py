"""A place/transition net of what is drawn, and what happened to it on the way to being small.

Places hold at most one token in a sound process. After van der Aalst, *The Application of Petri
Nets to Workflow Management* (1998). This module must never know diagrams.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """The elements passed, newest last; trails share their beginnings."""

    last: tuple[str, ...] = ()
    before: Trail | None = None
    after: Trail | None = None

    def __iter__(self) -> Iterator[str]:
        pending: list[Trail | tuple[str, ...]] = [self]
        while pending:
            part = pending.pop()
            if isinstance(part, tuple):
                yield from part
                continue
            if part.after is not None:
                pending.append(part.after)
            pending.append(part.last)
            if part.before is not None:
                pending.append(part.before)

    def then(self, other: Trail) -> Trail:
        """Return this trail with ``other`` after it."""
        return Trail((), self, other)


@dataclass(frozen=True, slots=True)
class Transition:
    """Takes one token from each place of ``takes`` and gives one to each of ``gives``.

    :param clears: whether every other token disappears (a terminate end event).
    :param trail: the elements a token passes here, in order.
    :param covers: the elements that are shown to be alive when this transition can happen.
    """

    takes: frozenset[str]
    gives: frozenset[str]
    trail: Trail
    covers: frozenset[str]
    clears: bool = False


@dataclass(frozen=True, slots=True)
class Net:
    """A net, one token at each place of ``initial``.

    :param rests: places where a token may lie when the process is over, those of end events first of all.
    :param homes: the element each place belongs to, to name where a token is stuck.
    """

    initial: frozenset[str]
    rests: frozenset[str]
    transitions: tuple[Transition, ...]
    homes: dict[str, str]

    @property
    def places(self) -> list[str]:
        """Return every place, in order of its name."""
        used = {place for each in self.transitions for place in each.takes | each.gives}
        return sorted(used | self.rests | self.initial)
