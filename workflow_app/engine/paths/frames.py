"""Where a token is when processes call each other: a frame for each call under way, with its variables.

A frame is named by the calls it lies in (``call_issuance/call_notice/``); the root's is empty. This module
must never know rules.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.engine.paths.local import Local, Station


class Frames:
    """The frames of the process ``root``."""

    def __init__(self, root: str, processes: Mapping[str, Local]) -> None:
        self._processes = processes
        self._locals: dict[str, Local] = {"": processes[root]}
        self._outside: dict[str, tuple[str, Station]] = {}
        self._owners: dict[str, str] = {"": ""}

    def local(self, frame: str) -> Local:
        found = self._locals.get(frame)
        if found is None:
            _, call = self.outside(frame)
            found = self._locals[frame] = self._processes[call.id if call.inner else call.calls]
        return found

    def outside(self, frame: str) -> tuple[str, Station]:
        """Return the frame round ``frame`` and the call it runs in."""
        found = self._outside.get(frame)
        if found is None:
            outer, _, call = frame[:-1].rpartition("/")
            outer = f"{outer}/" if outer else ""
            found = self._outside[frame] = outer, self.local(outer).stations[call]
        return found

    def owner(self, frame: str) -> str:
        """Return the frame whose variables those in ``frame`` are: a subprocess has none of its own."""
        found = self._owners.get(frame)
        if found is None:
            outer, call = self.outside(frame)
            found = self._owners[frame] = self.owner(outer) if call.inner else frame
        return found

    def names(self, frame: str, *elements: str) -> tuple[str, ...]:
        process = self.local(frame).process_id
        return tuple(f"{process}/{element}" for element in elements)
