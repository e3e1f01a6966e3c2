"""The engine's door: what each call opens, closes, records and refuses."""

# ruff: noqa: E501 - a diagram a few lines long is read along its paths

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit.engine.drawings import (
    Play,
    Recorder,
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
from workflow_app.engine.faults import DiagramFault, EngineFault, UnhandledBusinessError
from workflow_app.engine.model import BusinessError, Json, LiveCase
from workflow_app.engine.process import Engine
from workflow_app.kernel.errors import Conflict, NotFound

LOOP = definitions(
    start() + user("work") + node("exclusiveGateway", "again", default="again_to_end") + end()
    + path("start", "work", "again", "end") + flow("again", "work", "more")
)  # fmt: skip


def kinds(step: Any, what: str) -> list[str]:
    return [move.element_id for move in step.moves if move.what == what]


def test_start_opens_the_first_task_with_the_variables() -> None:
    play = Play(LOOP, owner_org="o1")
    (task,) = play.step.tasks_opened
    assert (task.element.id, task.element.kind, task.element.properties["role"]) == (
        "work",
        "userTask",
        "owner",
    )
    assert task.data == {"owner_org": "o1"}
    assert not play.step.ended
    assert kinds(play.step, "flow") == ["start_to_work"]


def test_completing_follows_the_gateway_and_records_the_path() -> None:
    play = Play(LOOP)
    first = play.waiting["work"][0]
    step = play.complete("work", more=True)
    assert step.tasks_closed == (first,)
    assert [task.element.id for task in step.tasks_opened] == ["work"]
    assert kinds(step, "flow") == ["work_to_again", "again_to_work"]
    step = play.complete("work", more=False)
    assert (step.ended, step.outcome) == (True, "done")
    assert step.variables == {"more": False, "outcome": "done"}
    assert step.case.tokens == {}
    assert step.upserts == ()


def test_a_task_is_completed_once() -> None:
    play = Play(LOOP)
    token, before = play.waiting["work"][0], play.step.case
    play.complete("work", more=True)
    for live, wrong in [(play.step.case, token), (before, "0" * 32), (before, "nonsense")]:
        with pytest.raises(Conflict) as raised:
            play.engines[0].complete(live, wrong, {}, play.services)
        assert raised.value.code == "task_closed"


def test_an_ended_case_goes_no_further() -> None:
    play = Play(LOOP)
    play.complete("work", more=False)
    with pytest.raises(EngineFault) as raised:
        play.engines[0].complete(play.step.case, "0" * 32, {}, play.services)
    assert raised.value.code == "case_ended"


def test_a_reload_is_only_rows_and_header() -> None:
    play = Play(LOOP)
    live = play.step.case
    copied = LiveCase(live.version, live.process_id, live.header, dict(reversed(list(live.tokens.items()))))
    step = play.engines[0].complete(copied, play.waiting["work"][0], {"more": True}, play.services)
    assert [task.element.id for task in step.tasks_opened] == ["work"]
    for row in live.tokens.values():
        assert json.loads(row.body) is not None


@pytest.mark.parametrize("name", ["typename", "__builtins__", "__class__", "data", "Start", "len"])
def test_hostile_variable_names_do_no_harm(name: str) -> None:
    first: dict[str, Any] = {name: {"typename": "x", "deep": [{"typename": None}]}}
    second: dict[str, Any] = {name: {"typename": "UUID"}}
    play = Play(LOOP, **first)
    play.complete("work", more=True, **second)
    step = play.complete("work", more=False)
    assert step.variables[name] == {"typename": "UUID"}


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {1: "a"}, {1, 2}, object(), b"x", [{"a": {2: 3}}]]
)
def test_only_json_comes_in(value: Any) -> None:
    play = Play(LOOP)
    with pytest.raises(EngineFault) as raised:
        play.complete("work", more=False, value=value)
    assert raised.value.code == "not_json"


def test_a_very_deep_value_is_refused() -> None:
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    with pytest.raises(EngineFault):
        Play(LOOP, deep=deep)


def test_what_is_handed_out_is_a_copy() -> None:
    given = {"sources": [{"load": 1}]}
    play = Play(LOOP, form=given)
    handed = play.step.tasks_opened[0].data["form"]
    handed["sources"][0]["load"] = 99  # type: ignore[index,call-overload]
    given["sources"][0]["load"] = 77
    assert play.complete("work", more=True).tasks_opened[0].data["form"] == {"sources": [{"load": 1}]}


SERVICE = definitions(
    start() + user("work") + service("act", "receive", value="n + 1") + end()
    + edge("refused", "act", '<bpmn:errorEventDefinition errorRef="e"/>') + end("no", "refused")
    + path("start", "work", "act", "end") + flow("refused", "no"),
    top='<bpmn:error id="e" errorCode="WRONG"/>',
)  # fmt: skip


def test_a_service_gets_its_inputs_and_its_result_joins_the_variables() -> None:
    services = Recorder(receive=lambda value: {"received": value * 2})
    play = Play(SERVICE, services, n=1)
    step = play.complete("work", n=4)
    assert services.calls == [("receive", "act", {"value": 5})]
    assert services.seen == {"n": 4}
    assert step.variables == {"n": 4, "received": 10, "outcome": "done"}


def test_a_business_error_goes_to_its_boundary_event() -> None:
    def refuse(value: int) -> Mapping[str, Json]:
        raise BusinessError("WRONG", {"reason": "x"})

    step = Play(SERVICE, Recorder(receive=refuse), n=1).complete("work")
    assert (step.outcome, step.variables["reason"]) == ("refused", "x")
    assert "refused_to_no" in kinds(step, "flow")


@pytest.mark.parametrize(("code", "outcome"), [("WRONG", "refused"), ("OTHER", "failed")])
def test_the_boundary_of_the_errors_own_code_comes_before_one_for_any(code: str, outcome: str) -> None:
    def refuse(value: int) -> Mapping[str, Json]:
        raise BusinessError(code)

    any_error = edge("any_error", "act", "<bpmn:errorEventDefinition/>") + end("bad", "failed")
    both = SERVICE.replace(
        b"</bpmn:process>", (any_error + path("any_error", "bad")).encode() + b"</bpmn:process>"
    )
    assert Play(both, Recorder(receive=refuse), n=1).complete("work").outcome == outcome


def test_an_error_nobody_catches_leaves_everything_as_it_was() -> None:
    def refuse(value: int) -> Mapping[str, Json]:
        raise BusinessError("OTHER")

    play = Play(SERVICE, Recorder(receive=refuse), n=1)
    before = play.step.case
    with pytest.raises(UnhandledBusinessError) as raised:
        play.complete("work")
    assert raised.value.error.code == "OTHER"
    play.services.operations["receive"] = lambda value: {}
    assert play.step.case is before
    assert play.complete("work").outcome == "done"


def test_any_other_failure_of_a_service_goes_to_the_caller() -> None:
    class BrokenError(RuntimeError):
        pass

    def broken(value: int) -> Mapping[str, Json]:
        raise BrokenError

    play = Play(SERVICE, Recorder(receive=broken), n=1)
    with pytest.raises(BrokenError):
        play.complete("work")
    play.services.operations["receive"] = lambda value: {}
    assert play.complete("work").ended


def test_a_decision_is_recorded_and_its_outputs_join_the_variables() -> None:
    task = node(
        "businessRuleTask",
        "choose",
        extensions("<spiffworkflow:calledDecisionId>routing</spiffworkflow:calledDecisionId>"),
    )
    diagram = definitions(start() + task + user("work") + end() + path("start", "choose", "work", "end"))
    dmn = table("routing", ["kind"], ["route"], [["'a'", "'jcer'"], ["'b'", "'ccer'"]])
    play = Play({"processes/p.bpmn": diagram, "decisions/routing.dmn": dmn}, kind="b")
    (decision,) = play.step.decisions
    assert (decision.element_id, decision.table, decision.rule_ids) == ("choose", "routing", ("rule_2",))
    assert play.step.tasks_opened[0].data["route"] == "ccer"


PANEL = definitions(
    start() + user("review", instances("experts", "expert", ("opinions", "opinion"))) + user("after") + end()
    + path("start", "review", "after", "end")
)  # fmt: skip


def test_each_instance_sees_its_own_element_and_leaves_its_result_in_order() -> None:
    play = Play(PANEL, experts=["a", "b", "c"])
    assert [task.data["expert"] for task in play.step.tasks_opened] == ["a", "b", "c"]
    assert len({task.token_id for task in play.step.tasks_opened}) == 3
    play.complete("review", 2, score=3)
    play.complete("review", 0, score=1)
    assert "opinions" not in play.step.case.header
    step = play.complete("review", 0, score=2)
    (after,) = step.tasks_opened
    assert after.element.id == "after"
    assert after.data["opinions"] == [
        {"expert": "a", "score": 1},
        {"expert": "b", "score": 2},
        {"expert": "c", "score": 3},
    ]
    assert "score" not in after.data
    assert "expert" not in after.data


def test_the_output_item_is_collected_where_it_is_set() -> None:
    play = Play(PANEL, experts=["a", "b"])
    play.complete("review", 1, opinion="no")
    assert play.complete("review", opinion="yes").tasks_opened[0].data["opinions"] == ["yes", "no"]


def test_no_instances_go_straight_on() -> None:
    assert Play(PANEL, experts=[]).step.tasks_opened[0].data["opinions"] == []


@pytest.mark.parametrize("experts", [None, "abc", 3, {"a": 1}, ["x"] * 201])
def test_the_collection_must_be_a_short_list(experts: Any) -> None:
    with pytest.raises(EngineFault) as raised:
        Play(PANEL, experts=experts)
    assert raised.value.code == "bad_collection"


def test_instances_run_again_on_the_next_pass() -> None:
    diagram = definitions(
        start() + user("review", instances("experts", "expert", ("opinions", "opinion")))
        + node("exclusiveGateway", "again", default="again_to_end") + end()
        + path("start", "review", "again", "end") + flow("again", "review", "round == 2")
    )  # fmt: skip
    play = Play(diagram, experts=["a"], round=2)
    play.complete("review", opinion="first")
    play.complete("review", opinion="second")
    with pytest.raises(KeyError):
        play.waiting["end"]
    assert play.step.case.header.count("second") == 1


CALL = definitions(
    start()
    + node("callActivity", "child", properties(inputs="owner_org, size=n + 1", outputs="result=outcome, opinion_id"),
           calledElement="assessment")
    + edge("withdrawn", "child", letter("m")) + edge("failed", "child", '<bpmn:errorEventDefinition errorRef="e"/>')
    + edge("late", "child", timer("deadline('assessment', accepted_at)"))
    + end() + end("gone", "withdrawn") + end("bad", "failed") + end("lapsed", "lapsed")
    + path("start", "child", "end") + flow("withdrawn", "gone") + flow("failed", "bad") + flow("late", "lapsed"),
    top='<bpmn:message id="m" name="withdrawal"/><bpmn:error id="e" errorCode="NO"/>',
)  # fmt: skip


def called() -> Play:
    return Play(CALL, owner_org="o", n=2, accepted_at="2026-11-23T02:00:00+00:00")


def test_a_call_is_requested_once_and_its_outputs_are_mapped() -> None:
    play = called()
    (request,) = play.step.calls_opened
    assert (request.process_id, request.inputs) == ("assessment", {"owner_org": "o", "size": 3})
    step = play.deliver("child", {"outcome": "passed", "other": 1})
    assert step.calls_closed == (request.token_id,)
    assert step.variables["result"] == "passed"
    assert step.variables["opinion_id"] is None
    assert "other" not in step.variables


def test_a_call_is_answered_once() -> None:
    play = called()
    token = play.waiting["child"][0]
    with pytest.raises(Conflict) as raised:
        play.engines[0].deliver(play.step.case, "0" * 32, {}, play.services)
    assert raised.value.code == "call_closed"
    play.deliver("child", {})
    with pytest.raises(EngineFault):
        play.engines[0].deliver(play.step.case, token, {}, play.services)


def test_a_message_interrupts_and_closes_the_call_and_its_timer() -> None:
    play = called()
    assert [(wait.name, wait.element.id) for wait in play.step.messages] == [("withdrawal", "withdrawn")]
    token, late = play.waiting["child"][0], play.waiting["late"][0]
    step = play.send("withdrawal", reason="x")
    assert step.calls_closed == (token,)
    assert step.timers_closed == ((late, "late"),)
    assert (step.outcome, step.variables["reason"], step.messages) == ("withdrawn", "x", ())
    assert "child" in kinds(step, "cancelled")


def test_a_linked_case_may_fail_with_a_business_error() -> None:
    assert called().deliver("child", BusinessError("NO")).outcome == "failed"
    with pytest.raises(UnhandledBusinessError):
        called().deliver("child", BusinessError("OTHER"))


def test_a_timer_tells_its_rule_and_start_and_fires_once() -> None:
    play = called()
    (request,) = play.step.timers_opened
    assert (request.kind, request.rule, request.start, request.interrupting) == (
        "deadline", "assessment", "2026-11-23T02:00:00+00:00", True,
    )  # fmt: skip
    with pytest.raises(Conflict) as raised:
        play.engines[0].fire(play.step.case, request.token_id, "withdrawn", play.services)
    assert raised.value.code == "timer_closed"
    assert play.fire("late").outcome == "lapsed"


def test_a_message_nobody_awaits_is_a_conflict() -> None:
    with pytest.raises(Conflict) as raised:
        called().send("deregistration")
    assert raised.value.code == "message_not_awaited"


def test_cancel_closes_every_wait() -> None:
    play = called()
    child, late = play.waiting["child"][0], play.waiting["late"][0]
    step = play.cancel()
    assert (step.ended, step.outcome) == (True, None)
    assert (step.calls_closed, step.timers_closed, step.messages) == ((child,), ((late, "late"),), ())
    assert step.case.tokens == {}
    assert set(step.deletes)


def test_a_warning_does_not_interrupt_and_comes_once() -> None:
    diagram = definitions(
        start() + user("work") + service("warn", "warn") + end() + end("warned", "")
        + edge("soon", "work", timer("warning('registration')"), interrupting=False)
        + path("start", "work", "end") + path("soon", "warn", "warned")
    )  # fmt: skip
    services = Recorder(warn=lambda: {"warned": True})
    play = Play(diagram, services)
    (request,) = play.step.timers_opened
    assert (request.kind, request.interrupting, request.start) == ("warning", False, None)
    step = play.fire("soon")
    assert not step.ended
    assert step.tasks_closed == ()
    assert len(services.calls) == 1
    with pytest.raises(KeyError):
        play.fire("soon")
    assert play.complete("work").variables == {"warned": True, "outcome": "done"}


def test_the_first_of_an_event_gateway_closes_the_other() -> None:
    diagram = definitions(
        start() + node("eventBasedGateway", "race") + node("intermediateCatchEvent", "letter", letter("m"))
        + node("intermediateCatchEvent", "hour", timer("deadline('public_notice', published_at)"))
        + end("by_letter", "letter") + end("by_hour", "hour")
        + path("start", "race", "letter", "by_letter") + path("race", "hour", "by_hour"),
        top='<bpmn:message id="m" name="objections_settled"/>',
    )  # fmt: skip
    play = Play(diagram, published_at="2026-11-23T02:00:00+00:00")
    assert [t.element.id for t in play.step.timers_opened] == ["hour"]
    assert [m.element.id for m in play.step.messages] == ["letter"]
    before = play.step
    step = play.fire("hour")
    assert (step.outcome, kinds(step, "flow")) == ("hour", ["race_to_hour", "hour_to_by_hour"])
    play.step = before
    assert play.send("objections_settled").outcome == "letter"


def test_a_join_in_a_loop_waits_for_every_branch_on_every_pass() -> None:
    diagram = definitions(
        start() + user("lead") + node("parallelGateway", "split") + user("one") + user("two")
        + node("parallelGateway", "join") + node("exclusiveGateway", "again", default="again_to_end") + end()
        + path("start", "lead", "split", "one", "join", "again", "end") + path("split", "two", "join")
        + flow("again", "lead", "more")
    )  # fmt: skip
    play = Play(diagram, more=True)
    for _ in range(3):
        play.complete("lead")
        play.complete("two")
        assert "lead" not in play.waiting
        play.complete("one")
        assert list(play.waiting) == ["lead"]
    play.complete("lead", more=False)
    play.complete("one")
    assert play.complete("two").ended


def test_a_write_in_one_branch_is_not_lost_at_the_join() -> None:
    diagram = definitions(
        start() + node("parallelGateway", "split") + user("one") + user("two") + node("parallelGateway", "join")
        + end() + path("start", "split", "one", "join", "end") + path("split", "two", "join")
    )  # fmt: skip
    play = Play(diagram, x="old")
    play.complete("one", x="new")
    assert play.complete("two").variables["x"] == "new"


def test_terminate_ends_the_other_branches() -> None:
    diagram = definitions(
        start() + node("parallelGateway", "split") + user("one") + user("two") + end()
        + end("stop", "stopped", "<bpmn:terminateEventDefinition/>")
        + path("start", "split", "one", "end") + path("split", "two", "stop")
    )  # fmt: skip
    play = Play(diagram)
    one = play.waiting["one"][0]
    step = play.complete("two")
    assert (step.ended, step.outcome) == (True, "stopped")
    assert one in step.tasks_closed


def test_an_error_end_leaves_its_subprocess_only() -> None:
    inner = (
        start("s") + user("inside") + node("endEvent", "fail", '<bpmn:errorEventDefinition errorRef="e"/>')
    )
    diagram = definitions(
        start() + node("subProcess", "sub", inner + path("s", "inside", "fail"))
        + edge("caught", "sub", '<bpmn:errorEventDefinition errorRef="e"/>') + user("repair") + end()
        + path("start", "sub", "end") + path("caught", "repair") + flow("repair", "end"),
        top='<bpmn:error id="e" errorCode="NO"/>',
    )  # fmt: skip
    play = Play(diagram)
    assert [task.element.id for task in play.complete("inside").tasks_opened] == ["repair"]
    assert play.complete("repair").ended


def test_an_automatic_loop_is_stopped_and_nothing_changes() -> None:
    diagram = definitions(
        start() + user("work") + node("scriptTask", "count", "<bpmn:script>n = n + 1</bpmn:script>")
        + node("exclusiveGateway", "again", default="again_to_end") + end()
        + path("start", "work", "count", "again", "end") + flow("again", "count", "n > 0")
    )  # fmt: skip
    play = Play(diagram, n=1)
    with pytest.raises(EngineFault) as raised:
        play.complete("work")
    assert raised.value.code == "runaway"
    assert play.complete("work", n=-5).ended


def test_a_long_automatic_loop_that_ends_is_followed_to_its_end() -> None:
    diagram = definitions(
        start() + user("work") + node("scriptTask", "count", "<bpmn:script>n = n + 1</bpmn:script>")
        + node("exclusiveGateway", "again", default="again_to_end") + end()
        + path("start", "work", "count", "again", "end") + flow("again", "count", "n != 600")
    )  # fmt: skip
    assert Play(diagram, n=0).complete("work").variables["n"] == 600


def test_live_rows_do_not_grow_with_the_rounds() -> None:
    play = Play(LOOP)
    sizes = set()
    for number in range(120):
        step = play.complete("work", more=True, number=number % 10)
        sizes.add((len(step.case.tokens), sum(len(row.body) for row in step.case.tokens.values())))
    assert len(sizes) == 1


def test_a_long_path_parses_and_runs() -> None:
    names = [f"step_{number}" for number in range(450)]
    body = "".join(node("task", name) for name in names)
    assert Play(definitions(start() + body + end() + path("start", *names, "end"))).step.ended


def test_lanes_and_documentation_reach_the_element() -> None:
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="省厅经办"><bpmn:flowNodeRef>work</bpmn:flowNodeRef>'
        "</bpmn:lane></bpmn:laneSet>"
    )
    task = node("userTask", "work", "<bpmn:documentation>355号附件一（二）：形式审查</bpmn:documentation>")
    play = Play(definitions(lanes + start() + task + end() + path("start", "work", "end")))
    element = play.step.tasks_opened[0].element
    assert (element.lane, element.documentation) == ("省厅经办", "355号附件一（二）：形式审查")


def test_an_unknown_process_or_a_broken_version_is_named() -> None:
    engine = Engine(lambda _: {"processes/p.bpmn": LOOP})
    with pytest.raises(NotFound):
        engine.start("v", "absent", {}, Recorder())
    broken = Engine(lambda _: {"processes/p.bpmn": b"<html/>"})
    with pytest.raises(DiagramFault):
        broken.start("v", "p", {}, Recorder())


def test_a_version_is_parsed_once() -> None:
    asked: list[str] = []

    def source(version: str) -> Mapping[str, bytes]:
        asked.append(version)
        return {"processes/p.bpmn": LOOP, "forms/formal_review.yaml": b"key: formal_review"}

    engine = Engine(source)
    for _ in range(3):
        engine.start("v1", "p", {}, Recorder())
    engine.start("v2", "p", {}, Recorder())
    assert asked == ["v1", "v2"]
    assert engine.definition("v1").forms == {"formal_review": b"key: formal_review"}
    assert list(engine.definition("v1").processes["p"].elements) == ["start", "work", "again", "end"]


def test_open_tasks_can_be_read_again() -> None:
    play = Play(PANEL, experts=["a", "b"])
    play.complete("review", 0, score=1)
    (task,) = play.engines[0].open_tasks(play.step.case)
    assert (task.token_id, task.data["expert"]) == (play.waiting["review"][0], "b")
