"""Rules on activities: what each must name, and that all it carries is an expression.

This module must never know which forms, roles or operations exist: a catalogue is passed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workflow_app.engine import expressions
from workflow_app.engine.documents import SPIFF, bpmn, local, namespace, spiff, text_of
from workflow_app.engine.faults import EngineFault, ExpressionFault
from workflow_app.engine.lint.drawing import Drawing, Node, Sheet, World, owner_of
from workflow_app.engine.mappings import mapping_of

_REFUSED: Final = {
    "sendTask": ("send_task", "不支持发送任务，请用服务任务"),
    "transaction": ("transaction", "不支持事务子流程"),
    "adHocSubProcess": ("ad_hoc", "不支持自由子流程"),
}

_SCRIPTS: Final = frozenset(
    {"preScript", "postScript", "payloadExpression", "messagePayload", "messageVariable", "unitTests"}
)
_FOREIGN: Final = ("camunda.org", "activiti.org", "flowable.org", "jbpm", "bonitasoft", "zeebe")


def check_activities(drawing: Drawing, world: World, sheet: Sheet) -> None:
    """Check every activity of every scope, and what hides in extensions."""
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind in _REFUSED:
                sheet.error(node.id, *_REFUSED[node.kind])
            if node.xml.get("isForCompensation") == "true":
                sheet.error(node.id, "compensation", "不支持补偿")
            if node.kind == "subProcess" and node.xml.get("triggeredByEvent") == "true":
                sheet.error(node.id, "event_subprocess", "不支持事件子流程")
            _check_loop(node, sheet)
            for finding in _CHECKS.get(node.kind, _nothing)(node, world):
                sheet.error(node.id, *finding)
            if node.kind == "userTask" and node.id not in drawing.lanes:
                sheet.warning(node.id, "no_lane", "人工任务没有画在任何泳道里")
    _check_hidden(drawing, sheet)


Found = Iterator[tuple[str, str]]


def _nothing(_: Node, __: World) -> Found:
    yield from ()


def _human(node: Node, world: World) -> Found:
    for name, code, known, label in (
        ("form", "form", world.catalogue.forms if world.catalogue.forms is not None else world.forms, "表单"),
        ("role", "role", world.catalogue.roles, "角色"),
        ("deadline", "deadline", world.catalogue.deadlines, "期限规则"),
    ):
        value = node.properties.get(name, "")
        if not value:
            if name != "deadline":
                yield f"{code}_missing", f"人工任务没有写明{label}（{name}）"
        elif known is not None:
            # A task may be offered to several roles, separated by commas.
            for one in (part.strip() for part in (value.split(",") if name == "role" else (value,))):
                if one not in known:
                    yield f"unknown_{code}", f"{label}“{one}”未登记"
    for name in ("scope", "assignee", "deadline_from"):
        variable = node.properties.get(name)
        if variable is not None and not variable.isidentifier():
            yield "bad_property", f"属性 {name} 必须是变量名：{variable}"
    scope, scopes = node.properties.get("scope"), world.catalogue.scopes
    if scope is not None and scopes is not None and scope not in scopes:
        yield "unknown_scope", f"岗位范围“{scope}”不是办件的单位变量"


def _script(node: Node, _: World) -> Found:
    try:
        expressions.compile_script(text_of(node.xml.find(bpmn("script"))))
    except ExpressionFault as fault:
        yield fault.code, fault.message


def _service(node: Node, world: World) -> Found:
    operator = node.xml.find(f"{bpmn('extensionElements')}/{spiff('serviceTaskOperator')}")
    operation = operator.get("id") if operator is not None else None
    if operator is None or not operation:
        yield "operation_missing", "服务任务没有写明操作（serviceTaskOperator）"
        return
    if world.catalogue.operations is not None and operation not in world.catalogue.operations:
        yield "unknown_operation", f"服务操作“{operation}”未登记"
    for parameter in operator.iter(spiff("parameter")):
        fault = expressions.check(parameter.get("value") or "")
        if not parameter.get("id") or fault is not None:
            yield "bad_parameter", f"服务参数“{parameter.get('id') or ''}”有误：{fault or '缺少名称'}"


def _decision(node: Node, world: World) -> Found:
    reference = text_of(node.xml.find(f"{bpmn('extensionElements')}/{spiff('calledDecisionId')}"))
    if not reference:
        yield "decision_missing", "决策任务没有写明决策表（calledDecisionId）"
    elif reference not in world.tables:
        yield "unknown_decision", f"决策表“{reference}”不存在"


def _call(node: Node, world: World) -> Found:
    called = node.xml.get("calledElement")
    if not called:
        yield "call_missing", "调用活动没有写明被调用的流程（calledElement）"
    elif called not in world.callable_ids:
        yield "unknown_call", f"被调用的流程“{called}”不存在"
    for name in ("inputs", "outputs"):
        try:
            for target, source in mapping_of(node.properties.get(name, "")):
                fault = None if source == target else expressions.check(source)
                if not target.isidentifier() or fault is not None:
                    yield "bad_mapping", f"{name} 的写法有误：{target}={source}"
        except EngineFault as error:
            yield error.code, error.message


_CHECKS: Final = {
    "userTask": _human,
    "manualTask": _human,
    "scriptTask": _script,
    "serviceTask": _service,
    "businessRuleTask": _decision,
    "callActivity": _call,
}


def _check_loop(node: Node, sheet: Sheet) -> None:
    if node.xml.find(bpmn("standardLoopCharacteristics")) is not None:
        sheet.error(node.id, "standard_loop", "不支持标准循环，请画成带网关的循环")
    loop = node.xml.find(bpmn("multiInstanceLoopCharacteristics"))
    if loop is None:
        return
    collection, count = loop.find(bpmn("loopDataInputRef")), loop.find(bpmn("loopCardinality"))
    item = loop.find(bpmn("inputDataItem"))
    if (collection is None) == (count is None):
        sheet.error(node.id, "multi_instance", "多实例须写明列表变量或实例数，二者取一")
    if collection is not None and not text_of(collection).isidentifier():
        sheet.error(node.id, "multi_instance", "多实例的列表必须是变量名")
    if collection is not None and (item is None or not (item.get("id") or "").isidentifier()):
        sheet.error(node.id, "multi_instance", "多实例须写明每一项的变量名（inputDataItem）")
    for carrier in (count, loop.find(bpmn("completionCondition"))):
        if carrier is not None:
            fault = expressions.check(text_of(carrier))
            if fault is not None:
                sheet.error(node.id, "bad_expression", fault)
    if loop.get("behavior") not in (None, "All") or loop.find(bpmn("complexBehaviorDefinition")) is not None:
        sheet.error(node.id, "multi_instance", "不支持多实例的事件行为")


def _check_hidden(drawing: Drawing, sheet: Sheet) -> None:
    foreign: set[str] = set()
    for xml in drawing.root.iter():
        names = [xml.tag, *xml.attrib] if isinstance(xml.tag, str) else []
        foreign |= {part for name in names for part in _FOREIGN if part in _space(str(name)).lower()}
        owner = owner_of(xml)
        if namespace(xml) == SPIFF and local(xml) in _SCRIPTS:
            sheet.error(owner, "hidden_script", f"不允许在 {local(xml)} 中写脚本")
        elif local(xml) == "ioSpecification":
            sheet.error(owner, "io_specification", "不支持 ioSpecification，它会丢弃其余变量")
    for name in sorted(foreign):
        sheet.error("-", "foreign_dialect", f"含有其他产品（{name}）的扩展，本系统不能执行")


def _space(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""
