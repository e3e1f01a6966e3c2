"""What comes after a step, as the diagram of the case's own version draws it.

From an element along its flows, through gateways, decisions, scripts and services, to the first things people
know by name: the next human steps, linked processes, waits and ends. Nothing here runs anything.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from workflow_app.engine.model import Process

_KNOWN = frozenset(
    {"userTask", "manualTask", "callActivity", "endEvent", "intermediateCatchEvent", "receiveTask"}
)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something that may follow.

    :param way: the words on the flow that leads there, ``通过`` or ``否``; may be empty.
    :param lane: who does it; empty where it just happens.
    """

    element_id: str
    name: str
    kind: str
    way: str
    lane: str


def ahead(process: Process, element_id: str, *, at_most: int = 6) -> tuple[Ahead, ...]:
    """Return what may follow ``element_id``, the nearest first, timers on it left out."""
    onward: dict[str, list[tuple[str, str]]] = {}
    for flow in process.flows.values():
        onward.setdefault(flow.source, []).append((flow.target, flow.name))
    found: dict[str, Ahead] = {}
    seen = {element_id}
    pending = deque((target, name) for target, name in onward.get(element_id, ()))
    while pending and len(found) < at_most:
        target, way = pending.popleft()
        element = process.elements.get(target)
        if element is None or target in seen:
            continue
        seen.add(target)
        if element.kind in _KNOWN:
            found[target] = Ahead(target, element.name or target, element.kind, way, element.lane or "")
            continue
        pending.extend((later, name or way) for later, name in onward.get(target, ()))
    return tuple(found.values())
