"""A process that can hang, double or never end is refused with the way that shows it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.unit.engine.drawings import definitions, edge, end, flow, node, path, start, timer, user
from workflow_app.engine.documents import parse_document
from workflow_app.engine.lint.drawing import Sheet, World, read_drawing
from workflow_app.engine.lint.drawn_net import net_of
from workflow_app.engine.lint.soundness import check_soundness
from workflow_app.engine.model import Finding
from workflow_app.engine.nets.explore import Breach, breaches_of, explored
from workflow_app.engine.nets.net import Net, Trail, Transition
from workflow_app.engine.nets.pnml import NAMESPACE, pnml

XOR, AND = "exclusiveGateway", "parallelGateway"


def block(split: str, join: str) -> str:
    """Start → split → a | b → join → end."""
    body = start() + node(split, "split") + user("a") + user("b") + node(join, "join") + end()
    return body + path("start", "split", "a", "join", "end") + path("split", "b", "join")


def said(body: str) -> list[Finding]:
    drawing = read_drawing("p.bpmn", parse_document(definitions(body)))
    sheet = Sheet("p.bpmn")
    check_soundness(drawing, World([drawing], {}, set(), {}, None), sheet)  # type: ignore[arg-type]
    return sheet.findings


def net(body: str) -> Net:
    return net_of(read_drawing("p.bpmn", parse_document(definitions(body))).scopes[0])


def test_matching_gateways_are_sound() -> None:
    assert said(block(XOR, XOR)) == []
    assert said(block(AND, AND)) == []


def test_a_choice_that_is_waited_for_twice_is_a_deadlock_with_its_way() -> None:
    (finding,) = said(block(XOR, AND))
    assert (finding.code, finding.element_id, finding.severity) == ("deadlock", "join", "error")
    assert finding.trail[:3] == ("start", "start_to_split", "split")
    assert len({"a", "b"} & set(finding.trail)) == 1


def test_branches_that_meet_without_a_join_lack_synchronisation() -> None:
    (finding,) = said(block(AND, XOR))
    assert finding.code == "lack_of_synchronisation"
    assert {"a", "b"} <= set(finding.trail)


def test_branches_may_end_apart_but_not_at_one_end() -> None:
    apart = start() + node(AND, "split") + user("a") + user("b") + end() + end("other")
    apart += path("start", "split", "a", "end") + path("split", "b", "other")
    together = start() + node(AND, "split") + user("a") + user("b") + end()
    together += path("start", "split", "a", "end") + path("split", "b", "end")
    assert said(apart) == []
    assert [finding.code for finding in said(together)] == ["lack_of_synchronisation"]


def test_a_terminate_end_takes_the_other_branch_with_it() -> None:
    body = start() + node(AND, "split") + user("a") + user("b") + end()
    body += end("stop", inner="<bpmn:terminateEventDefinition/>")
    assert said(body + path("start", "split", "a", "end") + path("split", "b", "stop")) == []


def test_a_loop_nobody_leaves_never_completes() -> None:
    body = start() + node(XOR, "split") + user("a") + user("b") + end()
    body += path("start", "split", "a", "end") + path("split", "b") + flow("b", "b", identifier="again")
    (finding,) = said(body)
    assert (finding.code, finding.element_id) == ("no_completion", "b")


def test_what_no_path_comes_to_is_dead() -> None:
    body = start() + user("a") + end() + user("lost") + path("start", "a", "end") + path("lost", "end")
    assert [(finding.code, finding.element_id) for finding in said(body)] == [("dead_activity", "lost")]


def test_a_warning_beside_a_task_may_come_again_and_is_sound() -> None:
    body = start() + user("a") + edge("warned", "a", timer("limit"), interrupting=False)
    body += node("serviceTask", "tell") + end() + end("told")
    assert said(body + path("start", "a", "end") + path("warned", "tell", "told")) == []


def test_long_and_wide_but_structured_is_soon_answered() -> None:
    body = start() + end()
    names = [f"block{number}" for number in range(12)]
    for name in names:
        body += node(AND, f"{name}_split") + node(AND, f"{name}_join")
        for branch in range(8):
            steps = [f"{name}_{branch}_{step}" for step in range(3)]
            body += "".join(user(step) for step in steps)
            body += path(f"{name}_split", *steps, f"{name}_join")
    gates = [gate for name in names for gate in (f"{name}_split", f"{name}_join")]
    body += path("start", gates[0], *[]) + path(gates[-1], "end")
    body += "".join(flow(gates[at], gates[at + 1]) for at in range(1, len(gates) - 1, 2))
    assert breaches_of(net(body), max_states=10) == []


def test_too_many_combinations_are_said_to_be_too_many() -> None:
    """Ten branches that cross over: nothing can be made smaller, and 2 to the tenth states stand."""
    takes = [
        Transition(
            frozenset({f"p{n}"}), frozenset({f"q{n}", f"r{n}"}), Trail((f"t{n}",)), frozenset({f"t{n}"})
        )
        for n in range(10)
    ]
    back = [
        Transition(
            frozenset({f"q{n}", f"r{(n + 1) % 10}"}), frozenset({f"p{n}"}), Trail((f"u{n}",)), frozenset()
        )
        for n in range(10)
    ]
    tangled = Net(frozenset(f"p{n}" for n in range(10)), frozenset({"o"}), (*takes, *back), {})
    assert breaches_of(tangled, max_states=100)[-1].kind == "too_complex"


NAMES = [f"n{number}" for number in range(6)]


@st.composite
def tangles(draw: st.DrawFn) -> str:
    """Any wiring of a few tasks and gateways between a start and an end."""
    kinds = [draw(st.sampled_from(["userTask", XOR, AND])) for _ in NAMES]
    body = start() + end() + "".join(node(kind, name) for kind, name in zip(kinds, NAMES, strict=True))
    body += flow("start", draw(st.sampled_from(NAMES)))
    wires = set()
    for kind, name in zip(kinds, NAMES, strict=True):
        count = 1 if kind == "userTask" else draw(st.integers(1, 2))
        targets = draw(
            st.lists(st.sampled_from([*NAMES, "end"]), min_size=count, max_size=count, unique=True)
        )
        wires |= {(name, target) for target in targets}
    return body + "".join(flow(source, target) for source, target in sorted(wires))


@settings(max_examples=400, deadline=None)
@given(tangles())
def test_the_smaller_net_is_sound_exactly_where_the_whole_one_is(body: str) -> None:
    whole = net(body)
    assert _verdict(breaches_of(whole)) == _verdict(explored(whole))


def _verdict(breaches: list[Breach]) -> object:
    """Sound or not; what is dead is told alike where nothing else is wrong."""
    if any(breach.kind not in ("dead", "no_completion") for breach in breaches):
        return "unsound"
    return {(breach.kind, breach.element if breach.kind == "dead" else "") for breach in breaches}


def test_the_net_is_written_as_pnml() -> None:
    written = etree.fromstring(pnml(net(block(AND, AND)), "block"))
    space = {"p": NAMESPACE}
    names = written.xpath("//p:transition/p:name/p:text/text()", namespaces=space)
    assert sorted(names) == ["a", "b", "end", "join", "split", "start"]
    assert written.xpath("count(//p:initialMarking)", namespaces=space) == 1
    ids = set(written.xpath("//p:place/@id | //p:transition/@id", namespaces=space))
    assert set(written.xpath("//p:arc/@source | //p:arc/@target", namespaces=space)) <= ids
