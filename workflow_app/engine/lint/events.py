"""Rules on events: only timers, messages and errors, each where the engine is right about it.

Compensation, link, signal, escalation, conditional and multiple events parse silently and
then do nothing, hang or reach the wrong activity. This module must never know a clock.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from workflow_app.engine import expressions
from workflow_app.engine.documents import bpmn, local, text_of
from workflow_app.engine.faults import ExpressionFault
from workflow_app.engine.lint.drawing import ACTIVITIES, WAITS, Drawing, Node, Scope, Sheet, World
from workflow_app.engine.lint.graph import reachable

_REFUSED: Final = {
    "compensateEventDefinition": ("compensation", "不支持补偿事件"),
    "linkEventDefinition": ("link_event", "不支持链接事件"),
    "signalEventDefinition": ("signal_event", "不支持信号事件，它会同时触发所有等待者"),
    "escalationEventDefinition": ("escalation_event", "不支持升级事件"),
    "conditionalEventDefinition": ("conditional_event", "不支持条件事件"),
    "cancelEventDefinition": ("cancel_event", "不支持取消事件"),
}

_ALLOWED: Final = {
    "startEvent": frozenset[str](),
    "intermediateCatchEvent": frozenset({"timerEventDefinition", "messageEventDefinition"}),
    "boundaryEvent": frozenset({"timerEventDefinition", "messageEventDefinition", "errorEventDefinition"}),
    "endEvent": frozenset({"errorEventDefinition", "terminateEventDefinition"}),
}


def check_events(drawing: Drawing, world: World, sheet: Sheet) -> None:
    """Check every event of every scope."""
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind == "intermediateThrowEvent":
                sheet.error(node.id, "throw_event", "不支持抛出事件")
            elif node.kind in _ALLOWED:
                _check_kind(node, sheet)
                _check_references(node, drawing, world, sheet)
            elif node.kind == "receiveTask":
                _check_message(node, node.xml.get("messageRef"), drawing, world, sheet)
        for node in scope.of_kind("boundaryEvent"):
            _check_boundary(scope, node, sheet)
        for node in scope.of_kind("endEvent"):
            if scope.top and node.event("error") is not None:
                sheet.error(node.id, "error_end_outside", "错误结束事件只能用在子流程内")


def _check_kind(node: Node, sheet: Sheet) -> None:
    kinds = [local(definition) for definition in node.event_definitions]
    if (node.xml.get("parallelMultiple") or "") == "true" or len(kinds) > 1:
        sheet.error(node.id, "multiple_events", "一个事件只能有一种触发方式")
    for kind in kinds:
        if kind in _REFUSED:
            sheet.error(node.id, *_REFUSED[kind])
        elif kind not in _ALLOWED[node.kind] and node.kind != "startEvent":
            sheet.error(node.id, "event_kind", f"此处不能使用 {kind}")
    if not kinds and node.kind in ("intermediateCatchEvent", "boundaryEvent"):
        sheet.error(node.id, "event_kind", "事件没有触发方式")


def _check_references(node: Node, drawing: Drawing, world: World, sheet: Sheet) -> None:
    message, error, timer = node.event("message"), node.event("error"), node.event("timer")
    if message is not None:
        _check_message(node, message.get("messageRef"), drawing, world, sheet)
    if error is not None:
        reference = error.get("errorRef")
        if reference is not None and not drawing.errors.get(reference):
            sheet.error(node.id, "error_missing", f"错误“{reference}”未定义或没有错误代码")
        if reference is None and node.kind == "endEvent":
            sheet.error(node.id, "error_missing", "错误结束事件必须指明错误代码")
    if timer is not None:
        _check_timer(node, timer.find(bpmn("timeDate")), world, sheet)


def _check_message(node: Node, reference: str | None, drawing: Drawing, world: World, sheet: Sheet) -> None:
    name = drawing.messages.get(reference or "")
    if not name:
        sheet.error(node.id, "message_missing", "消息未定义或没有名称")
    elif world.catalogue.messages is not None and name not in world.catalogue.messages:
        sheet.error(node.id, "unknown_message", f"没有任何操作会发出消息“{name}”")


def _check_timer(node: Node, date: etree._Element | None, world: World, sheet: Sheet) -> None:
    try:
        form = expressions.compile_timer(text_of(date))
    except ExpressionFault as fault:
        sheet.error(node.id, fault.code, fault.message)
        return
    deadlines = world.catalogue.deadlines
    if deadlines is not None and form.rule not in deadlines:
        sheet.error(node.id, "unknown_deadline", f"期限规则“{form.rule}”未登记")


def _check_boundary(scope: Scope, node: Node, sheet: Sheet) -> None:
    host = scope.nodes.get(node.xml.get("attachedToRef") or "")
    if host is None or host.kind not in ACTIVITIES:
        sheet.error(node.id, "dangling_boundary", "边界事件没有附着在任务或子流程上")
    if scope.arriving.get(node.id):
        sheet.error(node.id, "flow_into_boundary", "边界事件不能有流入的连线")
    if node.interrupting:
        return
    if node.event("error") is not None:
        sheet.error(node.id, "event_kind", "错误边界事件必须中断所附环节")
    if node.event("message") is not None:
        sheet.error(node.id, "repeating_message", "不中断的消息边界事件只触发一次，请改用独立办件")
    if host is None:
        return
    handler = reachable([node.id], scope.followers)
    mixed = handler & _main_line(scope, node)
    if mixed:
        sheet.error(
            node.id, "handler_merges", f"不中断的边界事件之后并入了主线“{min(mixed)}”，会产生多余的办理"
        )
    for identifier in sorted(handler - mixed - {node.id}):
        if scope.nodes[identifier].kind in (*WAITS, "subProcess", "eventBasedGateway"):
            sheet.error(
                identifier, "handler_waits", "不中断的边界事件之后只能有自动环节，主任务办结时其余会被丢弃"
            )


def _main_line(scope: Scope, without: Node) -> set[str]:
    starts = [node.id for node in scope.of_kind("startEvent")]

    def follow(identifier: str) -> list[str]:
        return [target for target in scope.followers(identifier) if target != without.id]

    return reachable(starts, follow)
