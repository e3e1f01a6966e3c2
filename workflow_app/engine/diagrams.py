"""Deployed versions: each parsed once, pinned by its content hash, shared read-only.

:class:`Library` turns the files of a version into what the engine runs and what people
see. This module must never know cases, or where the files are kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from workflow_app.engine.decisions import Table, parse_tables
from workflow_app.engine.documents import bpmn, parse_document
from workflow_app.engine.faults import DiagramFault, ExpressionFault
from workflow_app.engine.index import processes_of
from workflow_app.engine.model import Definition, Element, Process
from workflow_app.engine.parsers import CaseParser
from workflow_app.kernel.errors import NotFound

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A process ready to run: its specification, its subprocesses' and its flows by ends."""

    process: Process
    spec: Any
    subprocess_specs: Mapping[str, Any]
    flow_ids: Mapping[tuple[str, str], str]

    def element(self, element_id: str) -> Element:
        """Return the element drawn under ``element_id``."""
        return self.process.elements[element_id]


@dataclass(frozen=True, slots=True)
class Version:
    """One parsed version."""

    definition: Definition
    compiled: Mapping[str, Compiled]
    tables: Mapping[str, Table]


class Library:
    """The versions parsed so far in this process; safe to share between threads.

    :param source: returns the files of a version by path; raises its own error for an unknown one.
    """

    def __init__(self, source: Callable[[str], Files]) -> None:
        self._source = source
        self._versions: dict[str, Version] = {}
        self._lock = threading.Lock()

    def version(self, version: str) -> Version:
        """Return the parsed version.

        :raises DiagramFault: a file of it cannot be read as what its name says.
        """
        found = self._versions.get(version)
        if found is None:
            with self._lock:
                found = self._versions.get(version)
                if found is None:
                    found = self._versions[version] = parse_version(version, self._source(version))
        return found

    def files(self, version: str) -> Files:
        """Return the files of a version by path, as its source gives them."""
        return self._source(version)

    def compiled(self, version: str, process_id: str) -> Compiled:
        """Return a process of a version.

        :raises NotFound: the version holds no such process.
        """
        found = self.version(version).compiled.get(process_id)
        if found is None:
            raise NotFound("unknown_process", f"流程版本 {version[:12]} 中没有流程“{process_id}”")
        return found


def parse_version(version: str, files: Files) -> Version:
    """Parse all files of one version; rules are not checked here."""
    tables: dict[str, Table] = {}
    for path, data in sorted(files.items()):
        if path.endswith(".dmn"):
            for table in parse_tables(parse_document(data), path):
                tables[table.id] = table
    parser = CaseParser(tables)
    processes: dict[str, Process] = {}
    for path, data in sorted(files.items()):
        if path.endswith(".bpmn"):
            root = parse_document(data)
            if root.tag != bpmn("definitions"):
                raise DiagramFault("not_bpmn", f"{path} 不是 BPMN 2.0 流程图")
            for process, node in processes_of(root, path):
                if node.get("isExecutable", "true") == "true":
                    processes[process.id] = process
            _parsed(parser.add_bpmn_xml, root, path)
    compiled = {process_id: _compile(parser, process) for process_id, process in processes.items()}
    forms = {PurePosixPath(path).stem: data for path, data in files.items() if _is_form(path)}
    names = {table.id: table.name for table in tables.values()}
    return Version(Definition(version, processes, names, forms), compiled, tables)


def _compile(parser: CaseParser, process: Process) -> Compiled:
    spec = _parsed(parser.get_spec, process.id)
    embedded = _parsed(parser.get_subprocess_specs, process.id)
    ends = {(flow.source, flow.target): flow.id for flow in process.flows.values()}
    return Compiled(process, spec, embedded, ends)


def _parsed(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except ExpressionFault:
        raise
    except (ValidationException, KeyError, ValueError, AttributeError, NotImplementedError) as error:
        raise DiagramFault("unparsable", f"流程图无法解析：{str(error)[:300]}") from error


def _is_form(path: str) -> bool:
    return "forms" in PurePosixPath(path).parts and path.endswith((".yaml", ".yml"))
