"""What a diagram must obey to be deployed: every rule, in one visible tuple.

``check`` is pure and total: any bytes give findings, never an exception. Deployment and
``jcer diagrams check`` share it. This module must never know where files come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Final

from lxml import etree

from workflow_app.engine.decisions import Table, parse_tables
from workflow_app.engine.diagrams import parse_version
from workflow_app.engine.documents import DMN, MAX_ELEMENTS, bpmn, local, namespace, parse_document
from workflow_app.engine.faults import DiagramFault, EngineFault
from workflow_app.engine.lint.activities import check_activities
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.engine.lint.drawing import Drawing, Sheet, World, read_drawing
from workflow_app.engine.lint.events import check_events
from workflow_app.engine.lint.gateways import check_gateways
from workflow_app.engine.lint.graph import components
from workflow_app.engine.lint.names import check_names, handed_over
from workflow_app.engine.lint.schema import check_schema
from workflow_app.engine.lint.soundness import check_soundness
from workflow_app.engine.lint.standard import check_standard
from workflow_app.engine.lint.structure import check_structure
from workflow_app.engine.lint.tables import check_table
from workflow_app.engine.lint.texts import check_texts
from workflow_app.engine.model import Finding

UNREADABLE: Final = frozenset({"too_large", "empty", "has_dtd", "not_well_formed", "not_bpmn", "unreadable"})
"""Codes of files that are no diagrams at all."""

RULES: Final[tuple[Callable[[Drawing, World, Sheet], None], ...]] = (
    check_structure,
    check_standard,
    check_gateways,
    check_events,
    check_activities,
    check_names,
    check_texts,
)

PROOFS: Final[tuple[Callable[[Drawing, World, Sheet], None], ...]] = (check_schema, check_soundness)
"""Asked, one after the other, of a file against which nothing stands yet."""


def check(
    files: Mapping[str, bytes], library: Mapping[str, bytes] | None = None, catalogue: Catalogue | None = None
) -> list[Finding]:
    """Return every breach in ``files``, in the order of their paths.

    :param files: diagrams and decision tables by path; other files only name forms.
    :param library: what calls, decisions and forms may resolve to besides ``files``.
    :param catalogue: the names the product knows; without one, names are not checked.
    """
    sheets = {path: Sheet(path) for path in sorted(files)}
    documents = {
        path: root for path in sheets if (root := _read(path, files[path], sheets[path])) is not None
    }
    shipped = _library(library or {}, set(files))
    world = _world(documents, shipped, sheets, catalogue or Catalogue(), files)
    for drawing in world.drawings:
        sheet = sheets[drawing.path]
        if sum(1 for _ in drawing.root.iter()) > MAX_ELEMENTS:
            sheet.error("-", "too_many_elements", f"文件中的元素超过 {MAX_ELEMENTS} 个")
            continue
        for rule in RULES:
            rule(drawing, world, sheet)
        for proof in PROOFS:
            if not sheet.failed:
                proof(drawing, world, sheet)
    _check_processes(world, sheets)
    _check_parses(files, documents, library or {}, sheets)
    return [finding for sheet in sheets.values() for finding in sheet.findings]


def _read(path: str, data: bytes, sheet: Sheet) -> etree._Element | None:
    if path.endswith((".yaml", ".yml", ".typ", ".md")):
        return None
    try:
        root = parse_document(data)
    except DiagramFault as fault:
        sheet.error("-", fault.code, fault.message)
        return None
    if root.tag != bpmn("definitions") and not (local(root) == "definitions" and namespace(root) in DMN):
        sheet.error("-", "not_bpmn", f"不是 BPMN 2.0 流程图（根元素 {str(root.tag)[:120]}）")
        return None
    return root


def _library(library: Mapping[str, bytes], given: set[str]) -> dict[str, etree._Element]:
    found = {}
    for path, data in library.items():
        if path not in given and path.endswith((".bpmn", ".dmn")):
            try:
                found[path] = parse_document(data)
            except DiagramFault:
                continue  # the library is checked where it is deployed
    return found


def _world(
    documents: Mapping[str, etree._Element],
    shipped: Mapping[str, etree._Element],
    sheets: Mapping[str, Sheet],
    catalogue: Catalogue,
    files: Mapping[str, bytes],
) -> World:
    drawings: list[Drawing] = []
    tables: dict[str, Table] = {}
    callable_ids: set[str] = set()
    calls: dict[str, set[str]] = {}
    given: dict[str, set[str]] = {}
    for path, root in [*shipped.items(), *documents.items()]:
        own = path in documents
        if root.tag != bpmn("definitions"):
            for table in _tables(root, path, sheets[path] if own else Sheet(path)):
                if own:
                    check_table(table, catalogue.facts, sheets[path])
                tables[table.id] = table
            continue
        drawing = read_drawing(path, root)
        if own:
            drawings.append(drawing)
        for scope in drawing.scopes:
            if scope.top:
                callable_ids.add(scope.id)
                calls[scope.id] = set()
            for node in scope.of_kind("callActivity"):
                called = node.xml.get("calledElement") or ""
                calls.setdefault(scope.process_id, set()).add(called)
                given.setdefault(called, set()).update(handed_over(node))
    forms = frozenset(PurePosixPath(path).stem for path in files if "forms" in PurePosixPath(path).parts)
    return World(drawings, tables, callable_ids, calls, catalogue, given, forms or None)


def _tables(root: etree._Element, path: str, sheet: Sheet) -> tuple[Table, ...]:
    try:
        return parse_tables(root, path)
    except DiagramFault as fault:
        sheet.error("-", fault.code, fault.message)
        return ()


def _check_processes(world: World, sheets: Mapping[str, Sheet]) -> None:
    home: dict[str, str] = {}
    for drawing in world.drawings:
        for scope in drawing.processes:
            if scope.id in home:
                sheets[drawing.path].error(
                    scope.id, "duplicate_process", f"流程编号已在 {home[scope.id]} 中使用"
                )
            home.setdefault(scope.id, drawing.path)

    def follow(process_id: str) -> list[str]:
        return [called for called in sorted(world.calls.get(process_id, ())) if called in world.calls]

    for part in components(sorted(world.calls), follow):
        if len(part) > 1 or part[0] in follow(part[0]):
            text = "流程互相调用，形成循环：" + " → ".join(sorted(part))
            for process_id in sorted(part):
                if process_id in home:
                    sheets[home[process_id]].error(process_id, "call_cycle", text)


def _check_parses(
    files: Mapping[str, bytes],
    documents: Mapping[str, etree._Element],
    library: Mapping[str, bytes],
    sheets: Mapping[str, Sheet],
) -> None:
    """Last, what passed every rule must also parse for running."""
    tables = {p: d for p, d in library.items() if p.endswith(".dmn") and p not in files}
    tables |= {p: files[p] for p, root in documents.items() if root.tag != bpmn("definitions")}
    if any(sheets[path].failed for path in tables if path in sheets):
        return
    for path, root in documents.items():
        if root.tag == bpmn("definitions") and not sheets[path].failed:
            try:
                parse_version(
                    "check", {**{f"{p}.dmn": d for p, d in tables.items()}, f"{path}.bpmn": files[path]}
                )
            except EngineFault as fault:
                sheets[path].error("-", fault.code, fault.message)
