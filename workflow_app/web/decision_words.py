"""What a decision table came to, in words: its results stand in the history as the diagrams' own values.

It must never know a table's rules; a name or a value it has no words for is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.web.texts import _


def decision_words(outputs: Mapping[str, object]) -> str:
    """Return the results of one decision, ``办理路径：本试点；…``; what came to nothing is left out."""
    labels = {
        "route": _("办理路径"),
        "eligible": _("符合申请条件"),
        "ineligible_clause": _("不符合的条款"),
        "required_materials": _("应交材料"),
    }
    shown = ((labels.get(name, name), _value(value)) for name, value in outputs.items())
    return "；".join(f"{label}：{value}" for label, value in shown if value)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    words = {
        "jcer": _("本试点"),
        "ccer": _("国家系统"),
        "international": _("国际机制"),
        "project_application": _("项目申请表"),
        "project_design_document": _("项目设计文件"),
        "start_proof": _("开工和运营时间证明文件"),
        "subject_proof": _("主体资格证明（如有）"),
        "mandate": _("项目委托申请书"),
        "green_certificate_search": _("绿色电力、绿证交易查询结果"),
    }
    parts = str(value if value is not None else "").split(",")
    return (
        "、".join(words.get(part, part) for part in parts)
        if all(p in words for p in parts)
        else str(value or "")
    )
