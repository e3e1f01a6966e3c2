"""A version's diagrams held against rules on their paths: findings, each with a path that shows it.

Only diagrams that can run are judged; others are refused by :mod:`workflow_app.engine.rules` first.
This module must never know which rules there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflow_app.engine.decisions import parse_tables
from workflow_app.engine.documents import bpmn, parse_document
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.engine.lint.drawing import Drawing, World, read_drawing
from workflow_app.engine.model import Finding, Json
from workflow_app.engine.paths.facts import Known, value_of
from workflow_app.engine.paths.judge import violations
from workflow_app.engine.paths.law import Rule
from workflow_app.engine.paths.local import Local, local_of
from workflow_app.engine.paths.needs import Needs, needs_of
from workflow_app.engine.paths.space import Space, TooManyStates
from workflow_app.engine.paths.unset import Opening, unset_reads

MAX_SHOWN = 14


@dataclass(frozen=True, slots=True)
class Words:
    """What a breach of a rule is called and says."""

    code: str
    text: str


def check_paths(
    files: Mapping[str, bytes],
    rules: Sequence[Rule],
    words: Mapping[str, Words],
    catalogue: Catalogue,
    constants: Mapping[str, Json],
    only: Collection[str] | None = None,
) -> list[Finding]:
    """Return every breach of ``rules`` on a path of the diagrams in ``files``.

    :param files: all files of a version, every diagram of which can run.
    :param words: what to say of each rule, by its id.
    :param constants: the version's parameters.
    :param only: the files asked about; a process that neither lies in them nor calls
        into them is passed over.
    """
    programme = _Programme(files, catalogue, constants)
    return [
        finding for root in programme.roots_of(only) for finding in programme.findings(root, rules, words)
    ]


class _Programme:
    def __init__(
        self, files: Mapping[str, bytes], catalogue: Catalogue, constants: Mapping[str, Json]
    ) -> None:
        documents = {path: parse_document(data) for path, data in files.items() if _drawn(path)}
        self._drawings = [
            read_drawing(path, root) for path, root in documents.items() if root.tag == bpmn("definitions")
        ]
        tables = {
            table.id: table
            for path, root in documents.items()
            if root.tag != bpmn("definitions")
            for table in parse_tables(root, path)
        }
        world = World(self._drawings, tables, set(), {}, catalogue)
        self._homes: dict[str, Drawing] = {}
        self._processes: dict[str, Local] = {}
        self._needs: dict[str, Mapping[str, Needs]] = {}
        self._catalogue = catalogue
        for drawing in self._drawings:
            for scope in drawing.scopes:
                self._homes[scope.id] = drawing
                self._processes[scope.id] = local_of(scope, drawing, world, constants)
                self._needs[scope.id] = needs_of(scope, drawing, world)
        self._constants = {
            name: Known(True, frozenset({value_of(value)})) for name, value in constants.items()
        }

    @property
    def roots(self) -> list[str]:
        """The processes nobody calls."""
        inside = {
            station.id if station.inner else station.calls
            for local in self._processes.values()
            for station in local.stations.values()
        }
        return [process for process in self._processes if process not in inside]

    def roots_of(self, only: Collection[str] | None) -> list[str]:
        """The roots a breach in the files ``only`` can show under; all of them where it is ``None``."""
        if only is None:
            return self.roots
        return [
            root for root in self.roots if any(self._homes[each].path in only for each in self._under(root))
        ]

    def _under(self, root: str) -> set[str]:
        """Return ``root`` and every process that runs inside it, however deep."""
        found: set[str] = set()
        pending = [root]
        while pending:
            process = pending.pop()
            if process in self._processes and process not in found:
                found.add(process)
                stations = self._processes[process].stations.values()
                pending += [station.id if station.inner else station.calls for station in stations]
        return found

    def findings(self, root: str, rules: Sequence[Rule], words: Mapping[str, Words]) -> Iterator[Finding]:
        try:
            space = Space(root, self._processes, self._constants)
        except TooManyStates:
            text = "路径的组合太多，无法在限定的范围内证明流程合乎规定，请拆成几个流程"
            yield Finding(self._homes[root].path, root, "error", "too_complex", text)
            return
        yield from self._unset(root, space)
        for breach in violations(space, rules, self._roles()):
            said = words[breach.rule]
            text = f"{said.text}（经过：{self._told(breach.trail)}）"
            path = self._homes[breach.process].path
            yield Finding(path, breach.element, "error", said.code, text, breach.trail)

    def _unset(self, root: str, space: Space) -> Iterator[Finding]:
        every = self._catalogue.variables
        if every is None or self._catalogue.operations is None:
            return
        for each in unset_reads(space, self._needs, Opening(every, self._catalogue.started.get(root))):
            text = f"走到这里时，变量“{each.name}”可能还没有任何环节写入（经过：{self._told(each.trail)}）"
            path = self._homes[each.process].path
            yield Finding(path, each.element, "error", "unset_variable", text, each.trail)

    def _roles(self) -> set[str]:
        return {
            station.act.get("role", "")
            for local in self._processes.values()
            for station in local.stations.values()
        }

    def _told(self, trail: Sequence[str]) -> str:
        names = [name for each in trail if (name := self._name(*each.split("/", 1)))]
        shown = names if len(names) <= MAX_SHOWN else [*names[:4], "……", *names[5 - MAX_SHOWN :]]
        return " → ".join(shown)

    def _name(self, process: str, element: str) -> str:
        for scope in self._homes[process].scopes:
            if scope.process_id == process and element in scope.nodes:
                return " ".join((scope.nodes[element].name or element).split())
        return ""


def _drawn(path: str) -> bool:
    return path.endswith((".bpmn", ".dmn"))
