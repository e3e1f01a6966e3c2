"""Reachability and loops, without recursion: a diagram may be as long as its file.

This module must never know diagrams.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable


def reachable(starts: Iterable[str], follow: Callable[[str], Iterable[str]]) -> set[str]:
    """Return everything that can be reached from ``starts``, themselves included."""
    found = set(starts)
    pending = list(found)
    while pending:
        for target in follow(pending.pop()):
            if target not in found:
                found.add(target)
                pending.append(target)
    return found


def components(nodes: Iterable[str], follow: Callable[[str], Iterable[str]]) -> list[list[str]]:
    """Return the strongly connected components, each before those that lead to it."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for start in nodes:
        if start in index:
            continue
        work = [(start, iter(list(follow(start))))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(list(follow(target)))))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = stack[stack.index(node) :]
                    del stack[-len(component) :]
                    on_stack.difference_update(component)
                    found.append(component)
    return found
