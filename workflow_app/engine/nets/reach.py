"""Which markings a net can come to, whole: whether a running case could stand where it stands.

This module must never know diagrams.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from workflow_app.engine.nets.explore import Marking
from workflow_app.engine.nets.net import Net, Transition

MAX_MARKINGS: Final = 20_000
"""Past these the answer is that it cannot be told."""


def markings_of(net: Net, max_markings: int = MAX_MARKINGS) -> frozenset[Marking] | None:
    """Return every marking of ``net`` that can be reached; ``None`` where there are too many."""
    takers: dict[str, list[Transition]] = {}
    for each in net.transitions:
        takers.setdefault(min(each.takes, default=""), []).append(each)
    reached = {net.initial}
    pending = deque([net.initial])
    while pending:
        marking = pending.popleft()
        for place in marking:
            for each in takers.get(place, ()):
                if not each.takes <= marking:
                    continue
                left = marking - each.takes
                following = (left & net.rests if each.clears else left) | each.gives
                if following not in reached:
                    reached.add(following)
                    pending.append(following)
        if len(reached) > max_markings:
            return None
    return frozenset(reached)
