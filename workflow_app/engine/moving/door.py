"""Rehearsing many cases against one version: what is parsed and explored for one serves them all.

The other version need not be deployed: its files are enough. This module must never know where cases
are kept.
"""

from __future__ import annotations

from collections.abc import Callable

from workflow_app.engine.diagrams import Files, Library, Version, parse_version
from workflow_app.engine.faults import EngineFault
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.engine.model import LiveCase, Process, Variables
from workflow_app.engine.moving.drawn import Drawn, draw
from workflow_app.engine.moving.model import Rehearsed, Remark, Standing
from workflow_app.engine.moving.rehearsing import rehearse

NOTHING = Standing((), {}, {}, frozenset())


class Moves:
    """Rehearsals of cases on one version.

    :param target: the content hash of that version.
    :param files: its files, where it is not deployed.
    :param names: what the names of a version mean, by its hash; without it variables are not looked at.
    :param flags: the version's flags; a case that lacks one is given it.
    :raises NotFound: it is neither deployed nor given.
    """

    def __init__(
        self,
        library: Library,
        target: str,
        files: Files | None = None,
        names: Callable[[str], Catalogue] | None = None,
        flags: Variables | None = None,
    ) -> None:
        self._library = library
        self._given = files
        self._names = names
        self._flags = flags or {}
        self.target = target
        self.version: Version = library.version(target) if files is None else parse_version(target, files)
        self._drawn: dict[tuple[str, str], Drawn | None] = {}

    def rehearse(self, live: LiveCase) -> Rehearsed:
        """Try a case on the version; it is not changed."""
        old, new = self._draw(live.version, live.process_id), self._draw(self.target, live.process_id)
        if old is None or new is None:
            return _refused("no_process", "新版本中没有这个流程")
        try:
            return rehearse(live, self.target, old, new, self._flags)
        except EngineFault as fault:
            return _refused(fault.code, "演练时流程引擎拒绝了办件的现状")

    def same_process(self, version: str, process_id: str) -> bool:
        """Tell whether a process is drawn alike in ``version`` and here, tables it asks included."""
        here, there = self._process(self.target, process_id), self._process(version, process_id)
        if here is None or there is None:
            return False
        mine, theirs = self.files(self.target), self.files(version)
        return mine[here.path] == theirs[there.path] and _tables(mine) == _tables(theirs)

    def files(self, version: str) -> Files:
        """Return the files of the target or of a deployed version."""
        if version == self.target and self._given is not None:
            return self._given
        return self._library.files(version)

    def _process(self, version: str, process_id: str) -> Process | None:
        found = self._version(version).compiled.get(process_id)
        return found.process if found is not None else None

    def _version(self, version: str) -> Version:
        return self.version if version == self.target else self._library.version(version)

    def _draw(self, version: str, process_id: str) -> Drawn | None:
        key = (version, process_id)
        if key not in self._drawn:
            parsed = self._version(version)
            names = self._names(version) if self._names is not None else None
            known = process_id in parsed.compiled
            self._drawn[key] = draw(parsed, process_id, self.files(version), names) if known else None
        return self._drawn[key]


def _tables(files: Files) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path.endswith(".dmn")}


def _refused(code: str, text: str) -> Rehearsed:
    return Rehearsed(NOTHING, (Remark(code, "-", "-", text),), (), None)
