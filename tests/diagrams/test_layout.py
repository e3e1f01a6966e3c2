"""Every shipped diagram is as well drawn as a good modeller would draw it, and the checks can tell."""

from __future__ import annotations

from importlib.resources import files

import pytest

from tests.diagrams.layout_checks import CHECKS, Check
from tests.diagrams.layout_drawing import read
from tests.diagrams.layout_faults import FAULTS, Fault, Sheet

DIAGRAMS = {
    path.name.removesuffix(".bpmn"): path.read_bytes()
    for path in files("bpmn").joinpath("processes").iterdir()
    if path.name.endswith(".bpmn")
}


def named(check: Check) -> str:
    return check.__name__


@pytest.mark.parametrize("check", CHECKS, ids=named)
@pytest.mark.parametrize("name", sorted(DIAGRAMS))
def test_a_shipped_diagram_has_no_fault(name: str, check: Check) -> None:
    assert check(read(DIAGRAMS[name])) == []


@pytest.mark.parametrize("name", sorted(DIAGRAMS))
def test_every_element_of_a_shipped_diagram_is_drawn(name: str) -> None:
    drawing = read(DIAGRAMS[name])
    shown = {*drawing.shapes, *drawing.edges}
    wanted = {
        key
        for key, item in drawing.items.items()
        if item.kind in {"participant", "lane", "sequenceFlow", "messageFlow", "association"}
        or item.kind == "textAnnotation"
        or key in drawing.lane_of
    }
    assert wanted == shown


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: named(fault.check))
def test_a_deliberate_fault_is_noticed(fault: Fault) -> None:
    sheet = Sheet(DIAGRAMS[fault.diagram])
    assert fault.check(read(sheet.data)) == []
    fault.spoil(sheet)
    assert fault.check(read(sheet.data)) != []


def test_every_check_has_its_fault() -> None:
    assert {fault.check for fault in FAULTS} == set(CHECKS)
