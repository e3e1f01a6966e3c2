"""Rules on the shape: ids, starts and ends, what can be reached, loops, length.

SpiffWorkflow accepts a node nothing leads to, a path that ends nowhere and a loop without
a wait; the first is a mistake, the others hang a case. This module must never know texts.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from workflow_app.engine.documents import BPMN, namespace
from workflow_app.engine.lint.drawing import WAITS, Drawing, Scope, Sheet, World
from workflow_app.engine.lint.graph import components, reachable

MAX_PATH: Final = 500
MAX_NODES: Final = 2_000

_STYLE = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
_RESERVED = re.compile(
    r" \[child\]|\.BoundaryEvent(Split|Join)$|\.EndJoin$|^(Start|End|StartEventSplit|StartEventJoin)$"
)


def check_structure(drawing: Drawing, _: World, sheet: Sheet) -> None:
    """Check ids, and each scope's shape."""
    _check_ids(drawing, sheet)
    if not drawing.processes:
        sheet.error("-", "no_process", "文件中没有可执行的流程")
    for scope in drawing.scopes:
        if len(scope.nodes) > MAX_NODES:
            sheet.error(scope.id, "too_many_elements", f"流程的环节超过 {MAX_NODES} 个")
            continue
        _check_ends(scope, sheet)
        if _check_flows(scope, sheet):
            _check_reach(scope, sheet)
            _check_loops(scope, drawing, sheet)


def _check_ids(drawing: Drawing, sheet: Sheet) -> None:
    ids = Counter(
        node.get("id") or ""
        for node in drawing.root.iter()
        if namespace(node) == BPMN and node.get("id") is not None
    )
    for identifier, count in ids.items():
        if count > 1:
            sheet.error(identifier, "duplicate_id", "编号重复")
    for scope in drawing.scopes:
        named = [scope.id, *scope.nodes] if scope.top else list(scope.nodes)
        for identifier in named:
            if not identifier:
                sheet.error("-", "missing_id", "有环节或流程缺少编号")
            elif _RESERVED.search(identifier):
                sheet.error(identifier, "reserved_id", "编号使用了系统保留的写法")
            elif not _STYLE.match(identifier):
                sheet.warning(identifier, "id_style", "编号宜用小写英文词与下划线")
    for flow in (edge for scope in drawing.scopes for edge in scope.edges):
        if not flow.id:
            sheet.error("-", "missing_id", "有连线缺少编号")


def _check_ends(scope: Scope, sheet: Sheet) -> None:
    starts = list(scope.of_kind("startEvent"))
    if len(starts) != 1:
        sheet.error(scope.id, "one_start", f"必须恰有一个开始事件，现有 {len(starts)} 个")
    for start in starts:
        if start.event_definitions:
            sheet.error(start.id, "start_event", "开始事件不能带消息、定时等条件，办件由系统发起")
        if scope.arriving.get(start.id):
            sheet.error(start.id, "flow_into_start", "开始事件不能有流入的连线")
    ends = list(scope.of_kind("endEvent"))
    if not ends:
        sheet.error(scope.id, "no_end", "没有结束事件")
    for end in ends:
        if scope.leaving.get(end.id):
            sheet.error(end.id, "flow_out_of_end", "结束事件不能有流出的连线")
        if scope.top and not end.properties.get("outcome") and end.event("error") is None:
            sheet.warning(end.id, "no_outcome", "结束事件没有写明办理结果（outcome）")


def _check_flows(scope: Scope, sheet: Sheet) -> bool:
    sound = True
    for edge in scope.edges:
        for end in (edge.source, edge.target):
            if end not in scope.nodes:
                sheet.error(edge.id, "dangling_flow", f"连线的一端“{end}”不在同一流程中")
                sound = False
    pairs = Counter((edge.source, edge.target) for edge in scope.edges)
    for (source, target), count in pairs.items():
        if count > 1:
            sheet.error(source, "double_flow", f"到“{target}”的连线有 {count} 条，只能有一条")
    for node in scope.nodes.values():
        leaving = len(scope.leaving.get(node.id, ()))
        if leaving == 0 and node.kind != "endEvent":
            sheet.error(node.id, "dead_end", "环节之后没有连线，办件会停在这里")
        elif leaving > 1 and not node.kind.endswith("Gateway"):
            sheet.error(node.id, "many_outgoing", "环节有多条流出的连线，请改用网关")
    return sound


def _check_reach(scope: Scope, sheet: Sheet) -> None:
    starts = [node.id for node in scope.of_kind("startEvent")]
    found = reachable(starts, scope.followers)
    for identifier in scope.nodes:
        if starts and identifier not in found:
            sheet.error(identifier, "unreachable", "从开始事件到不了这个环节")
    before: dict[str, list[str]] = {}
    for identifier in scope.nodes:
        for target in scope.followers(identifier):
            before.setdefault(target, []).append(identifier)
    ends = [node.id for node in scope.of_kind("endEvent")]
    ending = reachable(ends, lambda identifier: before.get(identifier, ()))
    for identifier in scope.nodes:
        if ends and identifier not in ending and scope.leaving.get(identifier):
            sheet.error(identifier, "no_way_out", "从这个环节到不了结束事件")


def _check_loops(scope: Scope, drawing: Drawing, sheet: Sheet) -> None:
    parts = components(scope.nodes, scope.followers)
    part_of = {member: number for number, part in enumerate(parts) for member in part}
    longest = [0] * len(parts)
    for number, part in enumerate(parts):
        after = {part_of[t] for m in part for t in scope.followers(m)} - {number}
        longest[number] = len(part) + max((longest[other] for other in after), default=0)
    if longest and max(longest) > MAX_PATH:
        sheet.error(scope.id, "path_too_long", f"有一条路径超过 {MAX_PATH} 个环节")
    automatic = {node.id for node in scope.nodes.values() if not _waits(node.id, scope, drawing, set())}
    for part in components(automatic, lambda m: (t for t in scope.followers(m) if t in automatic)):
        if len(part) > 1 or part[0] in scope.followers(part[0]):
            sheet.error(min(part), "loop_without_wait", "循环中没有任何需要等待的环节，会无休止地运行")
    for part in parts:
        members = set(part)
        for member in part if len(part) > 1 else ():
            if scope.nodes[member].kind != "parallelGateway" or len(scope.leaving.get(member, ())) <= 1:
                continue
            if any(edge.target not in members for edge in scope.leaving[member]):
                sheet.error(member, "split_leaves_loop", "循环中的并行分支有一支离开循环，再次经过时会混淆")


def _waits(identifier: str, scope: Scope, drawing: Drawing, seen: set[str]) -> bool:
    node = scope.nodes[identifier]
    if node.kind in WAITS or node.kind == "eventBasedGateway":
        return True
    if node.kind == "boundaryEvent":
        return node.event("error") is None
    if node.kind != "subProcess" or identifier in seen:
        return False
    inner = next((each for each in drawing.scopes if each.id == identifier and not each.top), None)
    return inner is not None and any(_waits(i, inner, drawing, seen | {identifier}) for i in inner.nodes)
