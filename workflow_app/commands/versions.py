"""Deployed versions of ``bpmn/``: their files, and what is parsed of each, once a process.

A version is immutable, so what was parsed of it stays true. Which one is effective changes with
a deployment; other processes see it when they next ask.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files as package_files
from importlib.resources.abc import Traversable

from workflow_app.commands import calculations, distribution, paper_kinds, parameters
from workflow_app.commands.calculations import Calculations
from workflow_app.commands.distribution import Distribution
from workflow_app.commands.paper_kinds import PaperKind
from workflow_app.commands.parameters import Parameters
from workflow_app.engine.forms import FormDefinition, load_forms
from workflow_app.kernel.errors import NotFound
from workflow_app.store.unit_of_work import Store, UnitOfWork

SUFFIXES = (".bpmn", ".dmn", ".yaml", ".typ")
STATUTE = "statute"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the commands need of a version beside its diagrams."""

    parameters: Parameters
    forms: Mapping[str, FormDefinition]
    papers: Mapping[str, PaperKind]
    distribution: Distribution
    calculations: Calculations


def shipped() -> dict[str, bytes]:
    """Return the files of ``bpmn/`` that came with the product, by path below it.

    The statute is not among them: it is no part of a version, but what every version is judged by.
    """
    found: dict[str, bytes] = {}
    _collect(package_files("bpmn"), "", found)
    return {path: data for path, data in found.items() if not path.startswith(f"{STATUTE}/")}


def _collect(folder: Traversable, prefix: str, found: dict[str, bytes]) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            _collect(entry, f"{prefix}{entry.name}/", found)
        elif entry.name.endswith(SUFFIXES):
            found[f"{prefix}{entry.name}"] = entry.read_bytes()


def _parse(files: Mapping[str, bytes]) -> Parsed:
    papers = paper_kinds.load(files)
    return Parsed(
        parameters.load(files),
        load_forms(files),
        papers,
        distribution.load(files, papers),
        calculations.load(files),
    )


class Versions:
    """The versions of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._files: dict[str, Mapping[str, bytes]] = {}
        self._parsed: dict[str, Parsed] = {}

    def files(self, version: str) -> Mapping[str, bytes]:
        """Return a version's files by path.

        :raises NotFound: it was never deployed.
        """
        found = self._files.get(version)
        if found is None:
            with self._store.reading() as uow:
                found = uow.definitions.files(version)
            self._files[version] = found
        return found

    def parsed(self, version: str) -> Parsed:
        """Return what is parsed of a version."""
        found = self._parsed.get(version)
        if found is None:
            files = self.files(version)
            with self._lock:
                found = self._parsed.setdefault(version, _parse(files))
        return found

    def effective(self, uow: UnitOfWork) -> str:
        """Return the version new cases start on.

        :raises NotFound: nothing was deployed yet.
        """
        effective = uow.definitions.effective(uow.now)
        if effective is None:
            raise NotFound("nothing_deployed", "尚未部署流程，请先运行 jcer init")
        return effective.version
