"""Each rule with the smallest diagram that breaks it, and rubbish that must never raise."""

# ruff: noqa: E501 - one breach a line reads as a table

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.engine.drawings import (
    HEAD,
    definitions,
    edge,
    end,
    extensions,
    flow,
    instances,
    letter,
    node,
    path,
    properties,
    service,
    start,
    table,
    timer,
    user,
)  # fmt: skip
from workflow_app.commands import parameters
from workflow_app.commands.known_names import catalogue
from workflow_app.commands.versions import shipped
from workflow_app.engine.forms import load_forms
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.engine.model import Finding
from workflow_app.engine.rules import UNREADABLE, check

DOC = "<bpmn:documentation>355号附件一（二）</bpmn:documentation>"
ERROR = '<bpmn:error id="e" errorCode="E"/>'
MESSAGE = '<bpmn:message id="m" name="withdrawal"/>'
GOOD = definitions(start() + user("work") + end() + path("start", "work", "end"))


def task(inner: str, *, tag: str = "userTask", more: str = "", top: str = "", **attributes: str) -> bytes:
    """A process of one activity, ``inner`` inside it."""
    own = node(tag, "work", inner, name="x", **attributes)
    return definitions(start() + own + end() + path("start", "work", "end") + more, top=top)


def between(element: str, identifier: str = "it", *, more: str = "", top: str = "") -> bytes:
    """A process with ``element`` between a human task and the end."""
    body = start() + user("work") + element + end() + path("start", "work", identifier, "end") + more
    return definitions(body, top=top)


def gateway(*flows: str, default: str | None = "g_to_a") -> bytes:
    """A process with one exclusive gateway ``g`` to ``a`` and ``b``."""
    attributes = {"default": default} if default else {}
    body = (
        start() + user("work") + node("exclusiveGateway", "g", **attributes) + user("a") + user("b") + end()
    )
    return definitions(
        body + path("start", "work", "g") + "".join(flows) + path("a", "end") + path("b", "end")
    )


def catch(event: str, **attributes: str) -> bytes:
    return between(node("intermediateCatchEvent", "it", event, **attributes), top=MESSAGE)


def boundary(event: str, more: str = "", *, interrupting: bool = True, top: str = MESSAGE + ERROR) -> bytes:
    """A human task with one boundary event ``edge``."""
    body = (
        start()
        + user("work")
        + end()
        + path("start", "work", "end")
        + edge("edge", "work", event, interrupting=interrupting)
    )
    return definitions(body + (more or end("late") + flow("edge", "late")), top=top)


def sub(inner: str, **attributes: str) -> bytes:
    return between(node("subProcess", "it", inner, **attributes), top=ERROR)


SPLIT = (
    start() + user("work") + node("parallelGateway", "split") + user("a") + user("b")
    + node("exclusiveGateway", "g", default="g_to_end") + end() + end("end_2")
    + path("start", "work", "split", "a", "g", "end") + path("split", "b", "end_2") + flow("g", "work", "more")
)  # fmt: skip

BAD: list[tuple[str, bytes]] = [
    # ids
    ("duplicate_id", definitions(start() + user("work") + node("task", "work") + end() + path("start", "work", "end"))),
    ("missing_id", definitions(start() + user("work") + end() + path("start", "work", "end") + "<bpmn:task/>")),
    ("reserved_id", between(node("task", "a [child]"), "a [child]")),
    ("reserved_id", between(node("task", "End"), "End")),
    ("duplicate_process", (definitions(start()).replace(b"</bpmn:definitions>", b"") + b'<bpmn:process id="p"/></bpmn:definitions>')),
    # shape
    ("no_process", f"{HEAD}</bpmn:definitions>".encode()),
    ("one_start", definitions(user("work") + end() + path("work", "end"))),
    ("one_start", definitions(start() + start("s2") + user("work") + end() + path("start", "work", "end") + flow("s2", "work"))),
    ("start_event", GOOD.replace(b'<bpmn:startEvent id="start">', b'<bpmn:startEvent id="start"><bpmn:signalEventDefinition/>')),
    ("flow_into_start", between(node("task", "it"), more=flow("it", "start"))),
    ("no_end", definitions(start() + user("work") + path("start", "work"))),
    ("flow_out_of_end", between(node("task", "it"), more=flow("end", "work"))),
    ("dangling_flow", between(node("task", "it"), more=flow("it", "nowhere"))),
    ("double_flow", between(node("parallelGateway", "it"), more=flow("it", "end", identifier="again"))),
    ("dead_end", between(node("parallelGateway", "it"), more=user("alone") + flow("it", "alone"))),
    ("many_outgoing", between(node("task", "it"), more=end("end_2") + flow("it", "end_2"))),
    ("unreachable", between(node("task", "it"), more=user("alone") + flow("alone", "end"))),
    ("no_way_out", between(node("parallelGateway", "it"), more=user("a") + user("b") + path("it", "a", "b", "a"))),
    ("loop_without_wait", between(
        node("scriptTask", "it", "<bpmn:script>n = n + 1</bpmn:script>") + node("exclusiveGateway", "g", default="g_to_end"),
        more=flow("it", "g") + flow("g", "end") + flow("g", "it", "n &lt; 9"))),
    ("split_leaves_loop", definitions(SPLIT)),
    ("path_too_long", definitions(
        start() + "".join(node("task", f"t_{n}") for n in range(510)) + end()
        + path("start", *(f"t_{n}" for n in range(510)), "end"))),
    ("too_many_elements", definitions(start() + "".join(node("task", f"t_{n}") for n in range(2100)))),
    # gateways
    ("complex_gateway", between(node("complexGateway", "it"))),
    ("inclusive_gateway", between(node("inclusiveGateway", "it"))),
    ("task_condition", between(node("task", "it")).replace(
        b'sourceRef="work" targetRef="it">', b'sourceRef="work" targetRef="it"><bpmn:conditionExpression>x</bpmn:conditionExpression>')),
    ("lone_condition", between(node("exclusiveGateway", "it")).replace(
        b'sourceRef="it" targetRef="end">', b'sourceRef="it" targetRef="end"><bpmn:conditionExpression>x</bpmn:conditionExpression>')),
    ("no_default", gateway(flow("g", "a", "x == 1"), flow("g", "b", "x == 2"), default=None)),
    ("bad_default", gateway(flow("g", "a", "x == 1"), flow("g", "b", "x == 2"), default="elsewhere")),
    ("default_condition", gateway(flow("g", "a", "x == 1"), flow("g", "b", "x == 2"))),
    ("condition_missing", gateway(flow("g", "a"), flow("g", "b"))),
    ("overlap", gateway(flow("g", "a"), flow("g", "b", "x == 1"), user("c") + flow("g", "c", "x==1") + path("c", "end"))),
    ("bad_expression", gateway(flow("g", "a"), flow("g", "b", "x.y == 1"))),
    ("unknown_function", gateway(flow("g", "a"), flow("g", "b", "__import__('os').system('id')"))),
    ("bad_expression", gateway(flow("g", "a"), flow("g", "b", ""))),
    ("unknown_function", gateway(flow("g", "a"), flow("g", "b", "launch(x)"))),
    ("gateway_expression", gateway(flow("g", "a"), flow("g", "b", "x + 1 == 2"))),
    ("gateway_expression", gateway(flow("g", "a"), flow("g", "b", "x == 1 and y == 2"))),
    ("gateway_expression", gateway(flow("g", "a"), flow("g", "b", "len(x) == 2"))),
    ("event_gateway_target", between(node("eventBasedGateway", "it"))),
    ("two_timers", definitions(
        start() + node("eventBasedGateway", "race") + node("intermediateCatchEvent", "a", timer("deadline('r')"))
        + node("intermediateCatchEvent", "b", timer("deadline('r')")) + end()
        + path("start", "race", "a", "end") + path("race", "b", "end"))),
    # events
    ("throw_event", between(node("intermediateThrowEvent", "it"))),
    ("compensation", between(node("intermediateThrowEvent", "it", "<bpmn:compensateEventDefinition/>")).replace(b"intermediateThrowEvent", b"intermediateCatchEvent")),
    ("compensation", task(properties(form="f", role="owner"), isForCompensation="true")),
    ("link_event", catch("<bpmn:linkEventDefinition/>")),
    ("signal_event", catch("<bpmn:signalEventDefinition/>")),
    ("escalation_event", boundary("<bpmn:escalationEventDefinition/>")),
    ("conditional_event", catch("<bpmn:conditionalEventDefinition/>")),
    ("cancel_event", boundary("<bpmn:cancelEventDefinition/>")),
    ("multiple_events", catch(letter("m") + timer("deadline('r')"))),
    ("multiple_events", catch(letter("m"), parallelMultiple="true")),
    ("event_kind", catch("")),
    ("event_kind", catch('<bpmn:errorEventDefinition errorRef="e"/>')),
    ("event_kind", boundary('<bpmn:errorEventDefinition errorRef="e"/>', interrupting=False)),
    ("message_missing", catch(letter("unknown"))),
    ("message_missing", between(node("receiveTask", "it"))),
    ("error_missing", boundary('<bpmn:errorEventDefinition errorRef="unknown"/>')),
    ("error_end_outside", definitions(
        start() + user("work") + end(inner='<bpmn:errorEventDefinition errorRef="e"/>') + path("start", "work", "end"), top=ERROR)),
    ("bad_timer", catch("<bpmn:timerEventDefinition><bpmn:timeDuration>P5D</bpmn:timeDuration></bpmn:timerEventDefinition>")),
    ("bad_timer", catch(timer("now() + 5"))),
    ("bad_timer", catch(timer("deadline('r', a.b)"))),
    ("dangling_boundary", between(node("task", "it"), more=edge("edge", "nowhere", timer("deadline('r')")) + flow("edge", "end"))),
    ("flow_into_boundary", boundary(timer("deadline('r')"), end("late") + flow("edge", "late") + user("b") + path("b", "edge"))),
    ("repeating_message", boundary(letter("m"), interrupting=False)),
    ("handler_merges", boundary(timer("warning('r')"), flow("edge", "end"), interrupting=False)),
    ("handler_waits", boundary(timer("warning('r')"), user("b") + end("late") + path("edge", "b", "late"), interrupting=False)),
    # activities
    ("send_task", between(node("sendTask", "it"))),
    ("transaction", between(node("transaction", "it", start("s") + end("e") + flow("s", "e")))),
    ("ad_hoc", between(node("adHocSubProcess", "it", user("x")))),
    ("event_subprocess", sub(start("s") + end("e") + flow("s", "e"), triggeredByEvent="true")),
    ("standard_loop", task(properties(form="f", role="owner") + "<bpmn:standardLoopCharacteristics/>")),
    ("multi_instance", task(properties(form="f", role="owner") + "<bpmn:multiInstanceLoopCharacteristics/>")),
    ("multi_instance", task(properties(form="f", role="owner") + instances("a.b", "item"))),
    ("multi_instance", task(properties(form="f", role="owner") + instances("people", "1x"))),
    ("form_missing", task(properties(role="owner"))),
    ("role_missing", task(properties(form="f"))),
    ("bad_property", task(properties(form="f", role="owner", assignee="a.b"))),
    ("bad_script", between(node("scriptTask", "it", "<bpmn:script>import os</bpmn:script>"))),
    ("bad_script", between(node("scriptTask", "it"))),
    ("operation_missing", between(node("serviceTask", "it"))),
    ("bad_parameter", between(service("it", "op", value="x.__class__"))),
    ("decision_missing", between(node("businessRuleTask", "it"))),
    ("unknown_decision", between(node("businessRuleTask", "it", extensions("<spiffworkflow:calledDecisionId>absent</spiffworkflow:calledDecisionId>")))),
    ("call_missing", between(node("callActivity", "it"))),
    ("unknown_call", between(node("callActivity", "it", calledElement="absent"))),
    ("call_cycle", between(node("callActivity", "it", calledElement="p"))),
    ("bad_mapping", between(node("callActivity", "it", properties(inputs="a=b.c"), calledElement="registration"))),
    ("hidden_script", task(extensions("<spiffworkflow:preScript>import os</spiffworkflow:preScript>"))),
    ("io_specification", task(properties(form="f", role="owner") + "<bpmn:ioSpecification/>")),
    ("foreign_dialect", task("", tag="serviceTask").replace(
        b"<bpmn:serviceTask ", b'<bpmn:serviceTask xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:class="X" ')),
    ("foreign_dialect", task('<bpmn:extensionElements><z:taskDefinition xmlns:z="http://camunda.org/schema/zeebe/1.0" type="x"/></bpmn:extensionElements>', tag="serviceTask")),
]  # fmt: skip

BAD_TABLES = [
    ("hit_policy", table("t", ["n"], ["x"], [["1", "2"]], policy="FIRST")),
    ("hit_policy", table("t", ["n"], ["x"], [["1", "2"]], policy="COLLECT")),
    ("duplicate_rule", table("t", ["n"], ["x"], [["1", "2"], [" 1 ", "3"]])),
    ("rules_overlap", table("t", ["n"], ["x"], [["? &lt;= 5", "1"], ["? &gt;= 5", "2"]])),
    ("rules_gap", table("t", ["n"], ["x"], [["? &lt; 5", "1"], ["? &gt; 5", "2"]])),
    ("table_unproven", table("t", ["n"], ["x"], [["? &lt; m", "1"], ["? &gt;= m", "2"]])),
    ("no_rules", table("t", ["n"], ["x"], [])),
    ("bad_expression", table("t", ["n"], ["x"], [["[1..5]", "2"]])),
    ("bad_expression", table("t", ["n.m"], ["x"], [["1", "2"]])),
    ("bad_expression", table("t", ["n"], ["x"], [["1", ""]])),
    ("bad_cell", table("t", ["n"], ["x"], [["not('a')", "1"]])),
    ("unknown_function", table("t", ["n"], ["x"], [["1", "date('2026-01-01')"]])),
    ("bad_table", table("t", ["n"], ["x"], [["1"]])),
]  # fmt: skip


SHIPPED = shipped()
DRAWN = {path: data for path, data in SHIPPED.items() if path.endswith((".bpmn", ".dmn"))}
NAMES = catalogue(load_forms(SHIPPED), parameters.load(SHIPPED))


def errors(files: Mapping[str, bytes], known: Catalogue | None = None) -> list[Finding]:
    return [f for f in check(files, DRAWN, known) if f.severity == "error"]


def test_the_good_diagram_has_no_error() -> None:
    assert errors({"p.bpmn": GOOD}) == []


@pytest.mark.parametrize(("code", "data"), BAD, ids=[f"{n}-{code}" for n, (code, _) in enumerate(BAD)])
def test_each_rule_refuses_its_diagram(code: str, data: bytes) -> None:
    found = errors({"p.bpmn": data})
    assert code in {finding.code for finding in found}, found
    (first, *_) = [finding for finding in found if finding.code == code]
    assert first.path == "p.bpmn"
    assert any("一" <= letter <= "鿿" for letter in first.text)


@pytest.mark.parametrize(
    ("code", "data"), BAD_TABLES, ids=[f"{n}-{c}" for n, (c, _) in enumerate(BAD_TABLES)]
)
def test_each_rule_refuses_its_table(code: str, data: bytes) -> None:
    found = [finding for finding in check({"t.dmn": data}, DRAWN) if finding.code == code]
    assert found
    assert {finding.severity for finding in found} == {"warning" if code == "table_unproven" else "error"}


@pytest.mark.parametrize(
    ("code", "diagram"),
    [
        ("no_documentation", GOOD),
        ("no_lane", GOOD),
        ("id_style", between(node("task", "Task_1x"), "Task_1x")),
        ("no_outcome", GOOD.replace(b'name="outcome"', b'name="other"')),
        ("no_name", GOOD.replace(b'name="work"', b"")),
        ("many_variables", gateway(flow("g", "a"), flow("g", "b", "x == 1"), user("c") + flow("g", "c", "y == 1") + path("c", "end"))),
    ],
)  # fmt: skip
def test_warnings_do_not_stop_a_deployment(code: str, diagram: bytes) -> None:
    found = check({"p.bpmn": diagram}, {})
    assert code in {finding.code for finding in found if finding.severity == "warning"}
    assert [finding for finding in found if finding.severity == "error"] == []


def test_forms_given_beside_a_diagram_are_all_there_are() -> None:
    assert errors({"processes/p.bpmn": GOOD, "forms/f.yaml": b"key: f"}) == []
    assert "unknown_form" in {f.code for f in errors({"processes/p.bpmn": GOOD, "forms/g.yaml": b"key: g"})}


def test_calls_resolve_among_the_files_then_the_library() -> None:
    caller = between(node("callActivity", "it", calledElement="q"))
    called = definitions(start() + user("work") + end() + path("start", "work", "end"), process="q")
    assert "unknown_call" in {f.code for f in check({"p.bpmn": caller}, {})}
    for files, library in [
        ({"p.bpmn": caller, "q.bpmn": called}, {}),
        ({"p.bpmn": caller}, {"q.bpmn": called}),
    ]:
        assert [f for f in check(files, library) if f.severity == "error"] == []
    back = definitions(
        start() + node("callActivity", "it", calledElement="p") + end() + path("start", "it", "end"),
        process="q",
    )
    assert [(f.path, f.code) for f in errors({"p.bpmn": caller, "q.bpmn": back})] == [
        ("p.bpmn", "call_cycle"),
        ("q.bpmn", "call_cycle"),
    ]


def test_decisions_resolve_too() -> None:
    asks = between(
        node(
            "businessRuleTask",
            "it",
            extensions("<spiffworkflow:calledDecisionId>t</spiffworkflow:calledDecisionId>"),
        )
    )
    assert errors({"p.bpmn": asks, "t.dmn": table("t", ["n"], ["x"], [["1", "2"]])}) == []


def test_shipped_diagrams_obey_every_rule() -> None:
    assert sum(path.endswith(".bpmn") for path in DRAWN) >= 8
    assert check(DRAWN, {}, NAMES) == []


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("empty", b""),
        ("not_well_formed", GOOD[: len(GOOD) // 2]),
        ("not_well_formed", b"\x89PNG\r\n"),
        ("has_dtd", b'<!DOCTYPE lolz [<!ENTITY lol "lol">]><a>&lol;</a>'),
        ("too_large", b"<a>" + b"x" * (50 * 1024 * 1024) + b"</a>"),
        ("not_bpmn", b"<html/>"),
        (
            "not_bpmn",
            GOOD.replace(b"http://www.omg.org/spec/BPMN/20100524/MODEL", b"http://example.org/other"),
        ),
    ],
)
def test_files_that_are_no_diagrams(code: str, data: bytes) -> None:
    (finding,) = errors({"p.bpmn": data})
    assert finding.code == code
    assert code in UNREADABLE


CORPUS = [
    *(data for _, data in BAD if len(data) < 20_000),
    GOOD,
    *(data for _, data in BAD_TABLES),
    *DRAWN.values(),
]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=st.data())
def test_no_bytes_whatever_raise(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(CORPUS))
    mutated = bytearray(
        original[: data.draw(st.integers(0, len(original)))] if data.draw(st.booleans()) else original
    )
    for _ in range(data.draw(st.integers(0, 6))):
        if not mutated:
            break
        at = data.draw(st.integers(0, len(mutated) - 1))
        choice = data.draw(st.integers(0, 3))
        if choice == 0:
            mutated[at] = data.draw(st.integers(0, 255))
        elif choice == 1:
            del mutated[at : at + data.draw(st.integers(1, 60))]
        elif choice == 2:
            mutated[at:at] = data.draw(st.binary(max_size=12))
        else:
            other = data.draw(st.sampled_from(CORPUS))
            mutated[at:at] = other[data.draw(st.integers(0, len(other))) :][:200]
    for name in ("x.bpmn", "x.dmn"):
        for finding in check({name: bytes(mutated)}, {}):
            assert finding.code
            assert "\n" not in finding.text


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_well_formed_nonsense_does_not_raise_either(data: st.DataObject) -> None:
    """Attributes and elements swapped about, still XML: what a careless editor leaves."""
    text = data.draw(st.sampled_from([d for d in CORPUS if b"<" in d])).decode("utf-8", "replace")
    values = re.findall(r'"([^"<>&]*)"', text) or ["x"]
    tags = re.findall(r"bpmn:(\w+)", text) or ["task"]
    for _ in range(data.draw(st.integers(1, 5))):
        old, new = (
            data.draw(st.sampled_from(values)),
            data.draw(st.sampled_from([*values, "", "0", "开始", "a b"])),
        )
        text = text.replace(f'"{old}"', f'"{new}"', data.draw(st.integers(1, 3)))
        if data.draw(st.booleans()):
            text = text.replace(
                f"bpmn:{data.draw(st.sampled_from(tags))}", f"bpmn:{data.draw(st.sampled_from(tags))}"
            )
    for finding in check({"x.bpmn": text.encode()}, {}, NAMES):
        assert re.fullmatch(r"[a-z_]+", finding.code)
        assert finding.text == " ".join(finding.text.split()) != ""
