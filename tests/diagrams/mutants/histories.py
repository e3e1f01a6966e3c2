"""How a history is asked: what happened, since when, by whom, with what answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.diagrams.mutants.play import Act

Past = Sequence[Act]
Judge = Callable[[Past, Act], str | None]


def did(act: Act, operation: str) -> bool:
    return act.what == "operation" and act.name == operation


def since(past: Past, *names: str) -> Past:
    """Return what came after the last act of these names, or all where there was none."""
    for index in range(len(past) - 1, -1, -1):
        if past[index].what in ("operation", "task", "message") and past[index].name in names:
            return past[index:]
    return past


def last(past: Past, *names: str, what: str = "") -> Act | None:
    return next((a for a in reversed(past) if a.name in names and (not what or a.what == what)), None)


def by(act: Act | None, *roles: str) -> bool:
    """Whether an act was done, by nobody but people of these posts."""
    return act is not None and bool(act.roles) and act.roles <= set(roles)


def says(act: Act | None, name: str, *values: object) -> bool:
    return act is not None and name in act.values and act.values[name] in values


def before(past: Past, *names: str) -> bool:
    """Whether acts of these names happened in this order."""
    rest = iter(past)
    return all(any(act.name == name for act in rest) for name in names)
