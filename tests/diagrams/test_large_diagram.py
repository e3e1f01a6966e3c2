"""A lawful diagram of 300 elements passes the gate, and is refused where one of its elements is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from tests.benchmarks.gate import ELEMENTS, LIFECYCLE, findings, lengthened
from workflow_app.commands.versions import shipped
from workflow_app.engine.documents import bpmn, local, parse_document
from workflow_app.engine.index import NODES

CHECKED = "processes/registration.bpmn"


def large() -> Mapping[str, bytes]:
    files = shipped()
    return {**files, LIFECYCLE: lengthened(files[LIFECYCLE], ELEMENTS)}


def test_three_hundred_elements_are_lawful() -> None:
    files = large()
    (process,) = parse_document(files[LIFECYCLE]).iterchildren(bpmn("process"))
    assert sum(1 for each in process.iterchildren() if local(each) in NODES) == ELEMENTS
    assert findings(files, LIFECYCLE) == []


def test_among_three_hundred_elements_a_wrong_one_is_found() -> None:
    """Registration is checked by the hand that prepared it, in a process the large one calls."""
    files = large()
    text = files[CHECKED].decode()
    wrong = text.replace('value="exchange_checker"', 'value="exchange_maker"')
    assert wrong != text
    found = findings({**files, CHECKED: wrong.encode()}, CHECKED)
    assert {each.code for each in found} == {"against_statute"}
    assert all(each.trail for each in found)
