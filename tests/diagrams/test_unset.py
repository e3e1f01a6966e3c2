"""A variable read on a path on which nobody wrote it: refused with the path, and nothing else is."""

from __future__ import annotations

import pytest

from tests.diagrams.mutants.mutate import mutants
from tests.diagrams.test_rules import ERROR
from tests.unit.engine.drawings import (
    definitions,
    edge,
    end,
    flow,
    instances,
    node,
    path,
    properties,
    service,
    start,
    timer,
    user,
)
from workflow_app.commands import parameters, statute
from workflow_app.commands.known_names import catalogue
from workflow_app.engine.forms import load_forms
from workflow_app.engine.lint.catalogue import Catalogue, Operation
from workflow_app.engine.model import Finding
from workflow_app.engine.paths.gate import check_paths

KNOWN = Catalogue(
    forms={"f": frozenset({"answer", "sometimes"})},
    surely={"f": frozenset({"answer"})},
    operations={"op": Operation(outputs=frozenset({"made"}), errors=frozenset({"refused"}))},
    variables=frozenset({"case_id"}),
    started={"p": frozenset({"handed"})},
)
SCRIPT = node("scriptTask", "t", "<bpmn:script>outcome = 1</bpmn:script>")


def found(*drawings: bytes) -> list[Finding]:
    files = {f"processes/{number}.bpmn": drawing for number, drawing in enumerate(drawings)}
    return check_paths(files, [], {}, KNOWN, {})


def ask(condition: str, before: str = "", *steps: str) -> bytes:
    """``steps`` one after the other, then a gateway that asks ``condition``."""
    body = start() + before + node("exclusiveGateway", "g", default="g_to_no") + end("yes") + end("no")
    return definitions(
        body + path("start", *steps, "g") + flow("g", "no") + flow("g", "yes", condition), top=ERROR
    )


def each(output: tuple[str, str] | None = None) -> str:
    """A task done once for each of what the case was handed: perhaps for none."""
    return node("userTask", "u", properties(form="f", role="r") + instances("handed", "one", output))


def call(inputs: str) -> str:
    return node("callActivity", "call", properties(inputs=inputs, outputs="got=answer"), calledElement="q")


@pytest.mark.parametrize(
    "drawing",
    [
        ask("case_id and handed"),
        ask("answer", user("u"), "u"),
        ask("made", service("s", "op"), "s"),
        ask("outcome is None or made", service("s", "op") + SCRIPT, "s", "t"),
        ask("reviews", each(("reviews", "answer")), "u"),
    ],
)
def test_what_every_path_has_written_may_be_read(drawing: bytes) -> None:
    assert found(drawing) == []


@pytest.mark.parametrize(
    ("drawing", "element", "name"),
    [
        (ask("sometimes", user("u"), "u"), "g_to_yes", "sometimes"),
        (ask("case_id and answer"), "g_to_yes", "answer"),
        (ask("case_id", service("s", "op", taken="made"), "s"), "s", "made"),
        (ask("case_id", user("u", deadline="r", deadline_from="made"), "u"), "u", "made"),
        (ask("answer", each(), "u"), "g_to_yes", "answer"),
    ],
)
def test_what_some_path_has_not_written_is_told_where_it_is_read(
    drawing: bytes, element: str, name: str
) -> None:
    (finding,) = found(drawing)
    assert (finding.code, finding.severity, finding.element_id) == ("unset_variable", "error", element)
    assert f"“{name}”" in finding.text


def test_a_timer_beside_a_task_reads_its_beginning_before_the_task_writes_it() -> None:
    late = edge("late", "u", timer("deadline('r', answer)")) + flow("late", "no")
    (finding,) = found(ask("answer", user("u") + late, "u"))
    assert finding.element_id == "u"


def test_the_shortest_path_on_which_it_is_not_written_is_the_trail() -> None:
    """The service declines: what it would have answered is not there."""
    declined = edge("declined", "s", '<bpmn:errorEventDefinition errorRef="refused"/>') + flow(
        "declined", "g"
    )
    (finding,) = found(ask("made", service("s", "op") + declined, "s"))
    assert finding.trail[:3] == ("p/start", "p/start_to_s", "p/declined")
    assert "p/s_to_g" not in finding.trail


def test_each_call_begins_anew_and_gives_back_what_it_is_asked_for() -> None:
    """``q`` has what it was handed, not what its caller or an earlier call wrote; an output may be empty."""
    inner = definitions(
        start("begun")
        + node("exclusiveGateway", "h", default="h_to_n")
        + end("n")
        + end("y")
        + path("begun", "h")
        + flow("h", "n")
        + flow("h", "y", "answer"),
        process="q",
    )
    assert found(ask("got", user("u") + call("answer"), "u", "call"), inner) == []
    assert found(ask("got", call("answer"), "call"), inner) == []
    (finding,) = found(ask("got", user("u") + call("case_id"), "u", "call"), inner)
    assert (finding.path, finding.element_id) == ("processes/1.bpmn", "h_to_y")


def test_of_a_process_nobody_opens_it_is_not_known_what_it_is_given() -> None:
    other = ask("answer").replace(b'id="p"', b'id="other"')
    assert found(other) == []


@pytest.mark.parametrize(
    ("mutant", "name"),
    [
        ("transfer_listing:price_check:bypass", "band_result"),
        ("correction:decide_correction:bypass", "correction_result"),
    ],
)
def test_a_shipped_diagram_with_a_way_past_what_writes_is_refused(mutant: str, name: str) -> None:
    changed = mutants()[mutant].files()
    limits = parameters.load(changed)
    told = statute.check(changed, catalogue(load_forms(changed), limits), limits, ())
    assert {one.code for one in told} == {"unset_variable"}
    assert any(f"“{name}”" in one.text for one in told)
