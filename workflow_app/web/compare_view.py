"""Differences of two versions in words, and what of them is marked on the canvas.

It must never judge a difference.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow_app.queries.differences import Change
from workflow_app.web.texts import _


def kind_words(kind: str) -> str:
    """Return what an element is called; its tag where it has no word of its own."""
    words = {
        "userTask": _("人工环节"),
        "serviceTask": _("系统环节"),
        "scriptTask": _("脚本环节"),
        "businessRuleTask": _("决策环节"),
        "callActivity": _("调用流程"),
        "subProcess": _("子流程"),
        "startEvent": _("开始"),
        "endEvent": _("结束"),
        "boundaryEvent": _("边界事件"),
        "intermediateCatchEvent": _("等待"),
        "intermediateThrowEvent": _("发出消息"),
        "exclusiveGateway": _("分支"),
        "parallelGateway": _("并行"),
        "inclusiveGateway": _("多选分支"),
        "eventBasedGateway": _("按事件分支"),
        "sequenceFlow": _("流向"),
        "messageFlow": _("消息流"),
        "lane": _("泳道"),
        "participant": _("参与方"),
        "process": _("流程"),
        "message": _("消息"),
        "input": _("输入列"),
        "output": _("输出列"),
        "decision": _("决策"),
        "decisionTable": _("决策表"),
        "rule": _("规则"),
        "key": _("项"),
    }
    return words.get(kind, kind)


def property_words(what: str) -> str:
    """Return what a property is called; the extension's own names stay as they are."""
    words = {
        "name": _("名称"),
        "documentation": _("依据说明"),
        "description": _("依据说明"),
        "ends": _("改接"),
        "kind": _("种类"),
        "conditionExpression": _("条件"),
        "default": _("默认流向"),
        "flowNodeRef": _("所辖环节"),
        "calledElement": _("所调用的流程"),
        "hitPolicy": _("命中规则"),
        "order": _("次序"),
    }
    short = what.removeprefix("extensionElements/").removeprefix("properties/property/")
    return words.get(what, short)


def marks(changes: Iterable[Change]) -> dict[str, str]:
    """Return the elements to mark as added, removed and changed; a whole change is stronger than a part."""
    found: dict[str, str] = {}
    for one in changes:
        if one.element and (one.how != "changed" or one.element not in found):
            found[one.element] = one.how
    return {
        how: " ".join(element for element, kind in found.items() if kind == how)
        for how in ("added", "removed", "changed")
    }
