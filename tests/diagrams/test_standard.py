"""What BPMN 2.0 forbids is refused, even where the engine would run it."""

from __future__ import annotations

import pytest

from tests.unit.engine.drawings import HEAD, definitions, end, flow, node, path, start
from workflow_app.engine.rules import check

TASKS = node("task", "a", name="a") + node("task", "b", name="b")
WAY = start() + TASKS + end() + path("start", "a", "b", "end")


def errors(drawn: str | bytes) -> set[tuple[str, str]]:
    data = drawn if isinstance(drawn, bytes) else definitions(drawn)
    return {(each.element_id, each.code) for each in check({"x.bpmn": data}) if each.severity == "error"}


def pools(inner: str) -> bytes:
    """Draw two pools with a process each, one without, and what is between them."""
    other = node("startEvent", "s") + node("task", "c", name="c") + node("exclusiveGateway", "g")
    other += end("e") + path("s", "c", "g", "e")
    shown = "".join(node("participant", f"pool_{each}", processRef=each) for each in "pq")
    drawn = "".join(
        node("process", name, body, isExecutable="true") for name, body in (("p", WAY), ("q", other))
    )
    between = node("collaboration", "pools", shown + node("participant", "pool_public") + inner)
    return f"{HEAD}{between}{drawn}</bpmn:definitions>".encode()


def letter(source: str, target: str) -> str:
    return node("messageFlow", "m", sourceRef=source, targetRef=target)


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("a", "c", set()),
        ("pool_public", "a", set()),
        ("a", "pool_public", set()),
        ("pool_p", "pool_q", set()),
        ("a", "b", {("m", "message_flow_inside")}),
        ("a", "pool_p", {("m", "message_flow_inside")}),
        ("g", "a", {("m", "message_flow_end")}),
        ("start", "c", {("m", "message_flow_end")}),
        ("c", "end", {("m", "message_flow_end")}),
        ("a", "nowhere", {("m", "dangling_reference")}),
    ],
)
def test_message_flows_join_two_pools(source: str, target: str, found: set[tuple[str, str]]) -> None:
    assert errors(pools(letter(source, target))) == found


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (node("dataObjectReference", "r", dataObjectRef="none"), ("r", "dangling_reference")),
        (node("dataStoreReference", "r", dataStoreRef="none"), ("r", "dangling_reference")),
        (node("association", "r", sourceRef="a", targetRef="none"), ("r", "dangling_reference")),
    ],
)
def test_what_is_named_is_drawn(more: str, found: tuple[str, str]) -> None:
    assert errors(WAY + more) == {found}


def test_a_pool_shows_a_process_of_the_file() -> None:
    assert errors(pools(node("participant", "x", processRef="none"))) == {("x", "dangling_reference")}


def test_a_data_object_that_is_drawn_may_be_named() -> None:
    drawn = node("dataObject", "paper") + node("dataObjectReference", "r", dataObjectRef="paper")
    assert errors(WAY + drawn) == set()


def lane(identifier: str, *names: str) -> str:
    return node("lane", identifier, "".join(f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef>" for name in names))


def test_a_node_lies_in_one_lane() -> None:
    assert errors(node("laneSet", "ls", lane("l", "a") + lane("k", "b")) + WAY) == set()
    assert errors(node("laneSet", "ls", lane("l", "a") + lane("k", "a", "b")) + WAY) == {("a", "two_lanes")}
    assert errors(node("laneSet", "ls", lane("l", "none")) + WAY) == {("l", "dangling_reference")}


@pytest.mark.parametrize("tag", ["incoming", "outgoing"])
def test_a_node_lists_the_flows_it_has(tag: str) -> None:
    right = {"incoming": "start_to_a", "outgoing": "a_to_b"}[tag]
    for listed, found in ((right, set()), ("b_to_end", {("a", "flow_mismatch")})):
        own = node("task", "a", f"<bpmn:{tag}>{listed}</bpmn:{tag}>", name="a")
        assert errors(WAY.replace(node("task", "a", name="a"), own)) == found


@pytest.mark.parametrize(
    ("direction", "holds"),
    [("Diverging", True), ("Unspecified", True), ("Converging", False), ("Mixed", False)],
)
def test_a_gateway_is_what_it_says(direction: str, holds: bool) -> None:
    gate = node("exclusiveGateway", "g", gatewayDirection=direction, default="g_to_b")
    drawn = start() + gate + TASKS + end() + end("other") + path("start", "g", "b", "end")
    drawn += flow("g", "a", "x == 1") + path("a", "other")
    assert errors(drawn) == (set() if holds else {("g", "gateway_direction")})


def test_a_default_leaves_where_it_stands() -> None:
    for default, found in (("a_to_b", set()), ("b_to_end", {("a", "bad_default")})):
        own = node("task", "a", name="a", default=default)
        assert errors(WAY.replace(node("task", "a", name="a"), own)) == found


def test_nothing_but_the_system_opens_a_case() -> None:
    drawn = start() + node("receiveTask", "a", instantiate="true") + end() + path("start", "a", "end")
    assert ("a", "opens_a_case") in errors(drawn)


def test_a_flow_stays_in_its_process_and_its_subprocess() -> None:
    inner = (
        node("startEvent", "s") + node("task", "i", name="i") + node("endEvent", "e") + path("s", "i", "e")
    )
    drawn = start() + node("subProcess", "sub", inner, name="sub") + TASKS + end()
    drawn += path("start", "sub", "a", "b", "end")
    assert errors(drawn) == set()
    assert errors(drawn + flow("i", "a", identifier="out")) == {("out", "dangling_flow")}
    assert errors(drawn + flow("b", "i", identifier="in")) == {
        ("in", "dangling_flow"),
        ("b", "many_outgoing"),
    }


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (flow("b", "start"), "flow_into_start"),
        (flow("end", "a"), "flow_out_of_end"),
        (node("exclusiveGateway", "g"), "dead_end"),
        (node("parallelGateway", "g", default="x"), "dead_end"),
    ],
)
def test_starts_ends_and_gateways_without_flows(more: str, found: str) -> None:
    assert found in {code for _, code in errors(WAY + more)}


def test_a_parallel_gateway_asks_nothing() -> None:
    fork = start() + node("parallelGateway", "f") + TASKS + node("parallelGateway", "j") + end()
    way = path("start", "f", "b", "j", "end") + path("a", "j")
    assert errors(fork + way + flow("f", "a")) == set()
    assert errors(fork + way + flow("f", "a", "x == 1")) == {("f_to_a", "task_condition")}
    with_default = fork.replace('id="f"', 'id="f" default="f_to_a"')
    assert {code for _, code in errors(with_default + way + flow("f", "a"))} == {"not_in_schema"}
