"""Which variables can still be asked at a place: what is known of the others is forgotten.

The classical backward analysis (Kildall 1973), one process at a time: a call reads what the called
process asks at its beginning, an end what its callers take from it. This module must never know rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_app.engine.paths.facts import mentions
from workflow_app.engine.paths.local import Local, Station


class Liveness:
    """What is live at every place of every process."""

    def __init__(self, processes: Mapping[str, Local]) -> None:
        self._processes = processes
        self._taken = self._taken_from()
        self._before: dict[str, dict[str, frozenset[str]]] = {}
        self._places: dict[tuple[str, str], frozenset[str]] = {}

    def at(self, local: Local, place: str) -> frozenset[str]:
        """Return the variables that can still be asked once a token lies at ``place``."""
        key = (local.id, place)
        if key not in self._places:
            self._places[key] = self._find(local, place)
        return self._places[key]

    def _find(self, local: Local, place: str) -> frozenset[str]:
        before = self._of(local)
        if place[0] == "@":
            return before[place[1:]]
        if place[0] == "!":
            station = local.stations[place[1:]]
            return self._after(station, before) | self._beside(station, before)
        return frozenset().union(
            *(before[each.id] for each in local.stations.values() if place in each.takes)
        )

    def _of(self, local: Local) -> dict[str, frozenset[str]]:
        found = self._before.get(local.id)
        if found is not None:
            return found
        found = self._before[local.id] = dict.fromkeys(local.stations, frozenset())
        changed = True
        while changed:
            changed = False
            for station in local.stations.values():
                live = (
                    self._reads(local, station) | self._after(station, found) | self._beside(station, found)
                )
                if live != found[station.id]:
                    found[station.id] = live
                    changed = True
        return found

    def _reads(self, local: Local, station: Station) -> frozenset[str]:
        names = {test.name for _, _, test in station.leaving if test is not None}
        names |= {each.source for each in station.writes if each.source}
        if station.kind == "endEvent":
            names |= self._taken.get(local.id, frozenset())
        called = self._processes.get(station.calls)
        if called is not None:
            asked = self._of(called).get(called.start, frozenset())
            wanted = {each.source for each in station.inputs if each.source and mentions(asked, each.name)}
            names |= wanted
        inner = self._processes.get(station.id) if station.inner else None
        if inner is not None:
            names |= self._of(inner).get(inner.start, frozenset())
        return frozenset(names)

    def _after(self, station: Station, before: Mapping[str, frozenset[str]]) -> frozenset[str]:
        live: set[str] = set()
        for _, place, _ in station.leaving:
            live |= before[place[1:]] if place[0] == "@" else self._joined(before, place)
        killed = {each.name for each in (*station.writes, *station.outputs)}
        return frozenset(name for name in live if not mentions({name}, *killed))

    def _joined(self, before: Mapping[str, frozenset[str]], place: str) -> frozenset[str]:
        """A join reads nothing; what is live behind it is found from the station it belongs to."""
        return frozenset().union(*before.values())

    def _beside(self, station: Station, before: Mapping[str, frozenset[str]]) -> frozenset[str]:
        return frozenset().union(*(before[each] for each in station.boundaries))

    def _taken_from(self) -> dict[str, frozenset[str]]:
        """Return, by process, the variables its callers take from it."""
        found: dict[str, set[str]] = {}
        for local in self._processes.values():
            for station in local.stations.values():
                if station.calls:
                    found.setdefault(station.calls, set()).update(
                        out.source for out in station.outputs if out.source
                    )
                if station.inner:  # what is inside shares the variables of what is round it
                    found.setdefault(station.id, set()).update(
                        _tests(self._processes.values(), local.process_id)
                    )
        return {process: frozenset(names) for process, names in found.items()}


def _tests(processes: Iterable[Local], process_id: str) -> set[str]:
    return {
        test.name
        for local in processes
        if local.process_id == process_id
        for station in local.stations.values()
        for _, _, test in station.leaving
        if test is not None
    }
