"""Whether a moved case has what the other version will ask: a step it went past may have set it there.

From where the case stands, everything drawn ahead is looked at, whichever way it goes: a variable that is
read ahead, that the case does not hold and nothing ahead sets, would stop it. What its own version would
miss in the same way is not held against the other one. This module must never know values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow_app.engine.lint.drawing import Scope
from workflow_app.engine.lint.names import read_at, set_by
from workflow_app.engine.moving.drawn import Drawn


def unset(drawn: Drawn, places: Iterable[str], held: frozenset[str]) -> dict[str, str]:
    """Return each variable that is read ahead and nowhere set, with the element that reads it first.

    :param places: the elements the case stands on.
    :param held: the variables it holds.
    """
    world = drawn.world
    if world is None:
        return {}
    stands = [each for each in places if each in drawn.nodes]
    ahead = _ahead(drawn, stands)
    known = set(held)
    for element in (*stands, *ahead):
        known.update(set_by(drawn.nodes[element], drawn.drawing, world))
    found: dict[str, str] = {}
    for element in ahead:
        for name in read_at(drawn.home(element), drawn.nodes[element], world):
            if name not in known:
                found.setdefault(name, element)
    return found


def _ahead(drawn: Drawn, stands: Iterable[str]) -> list[str]:
    """Return the elements a token can still come to, in the order in which it can."""
    found: dict[str, None] = {}
    pending = [follower for each in stands for follower in _followers(drawn, each)]
    while pending:
        element = pending.pop(0)
        if element in found:
            continue
        found[element] = None
        pending += _followers(drawn, element)
        inner = drawn.scopes.get(element)
        if inner is not None:
            pending += [node.id for node in inner.of_kind("startEvent")]
    return list(found)


def _followers(drawn: Drawn, element: str) -> Iterator[str]:
    scope: Scope = drawn.home(element)
    yield from scope.followers(element)
