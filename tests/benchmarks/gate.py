"""The gate: every rule, the soundness and the statute of a diagram, as the designer asks them at each check.

The large diagram is the shipped lifecycle, lawful as it is, with more tasks on its way until it has 300
elements; every path of the programme leads through it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Final

from lxml import etree

from tests.benchmarks.figures import Figure, Goal
from tests.benchmarks.probes import Watch
from tests.benchmarks.worlds import Bench
from workflow_app.commands import parameters, statute
from workflow_app.commands.known_names import catalogue
from workflow_app.commands.versions import shipped
from workflow_app.engine.documents import bpmn, local
from workflow_app.engine.forms import load_forms
from workflow_app.engine.index import NODES
from workflow_app.engine.model import Finding
from workflow_app.engine.rules import check

ELEMENTS: Final = 300
LIFECYCLE: Final = "processes/project_lifecycle.bpmn"
TASK: Final = "meeting_preparation_{}"


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Judge each shipped diagram, then the large one; the gate reads no database."""
    if kind != "SQLite":
        return []
    files = shipped()
    goal = Goal.at_most(1_000)
    told = [
        Figure(f"gate, {path.removeprefix('processes/')}, CPU", _taken(files, path, bench), "ms", goal)
        for path in sorted(files)
        if path.endswith(".bpmn")
    ]
    large = {**files, LIFECYCLE: lengthened(files[LIFECYCLE], ELEMENTS)}
    name = f"gate, a diagram of {ELEMENTS} elements, CPU"
    return [*told, Figure(name, _taken(large, LIFECYCLE, bench), "ms", Goal.at_most(10_000))]


def findings(files: Mapping[str, bytes], path: str) -> list[Finding]:
    """Return what the gate says of one diagram of a version."""
    limits = parameters.load(files)
    names = catalogue(load_forms(files), limits)
    found = check({path: files[path]}, files, names)
    return found or statute.check(files, names, limits, only=[path])


def lengthened(data: bytes, elements: int) -> bytes:
    """Return the diagram with a task on one flow after the other until it has so many nodes."""
    root = etree.fromstring(data)
    (process,) = root.iterchildren(bpmn("process"))
    flows = list(process.iterchildren(bpmn("sequenceFlow")))
    missing = elements - sum(1 for each in process.iterchildren() if local(each) in NODES)
    for number in range(missing):
        _put_on(flows[number % len(flows)], TASK.format(number))
    for listed in [*process.iter(bpmn("incoming"), bpmn("outgoing"))]:
        listed.getparent().remove(listed)
    written: bytes = etree.tostring(root)
    return written


def _put_on(flow: etree._Element, identifier: str) -> None:
    after = copy.deepcopy(flow)
    for child in after:
        after.remove(child)
    after.set("id", f"flow_{identifier}")
    after.set("sourceRef", identifier)
    flow.set("targetRef", identifier)
    flow.addnext(after)
    task = etree.Element(bpmn("task"), id=identifier, name="准备")
    etree.SubElement(task, bpmn("documentation")).text = "服务规则：办理前的准备。"
    flow.addnext(task)


def _taken(files: Mapping[str, bytes], path: str, bench: Bench) -> float:
    watch = Watch()
    for _ in range(3 if bench.sizes.full else 1):
        with watch.timing():
            found = findings(files, path)
        assert not [each for each in found if each.severity == "error"], found[:3]
    return min(watch.cpu)
