"""Whether what a case stands on is the same on another version: each living element, held side by side.

Refused is whatever would make a wait another wait: a task of another form or role, another call, another
message, an event more or less beside it. A limit that already runs keeps its date, whatever the other
version says of later ones; that is a difference to be told. This module must never know rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from workflow_app.engine.activities import HumanTask, LinkedCall
from workflow_app.engine.flow_nodes import MessageWaitDefinition, TimerWait
from workflow_app.engine.mappings import mapping_of
from workflow_app.engine.moving.drawn import Drawn
from workflow_app.engine.moving.model import Remark
from workflow_app.engine.waits import definitions_of

KEPT: Final = {"form": "表单", "role": "岗位"}
"""Properties of an open task that must be the same, as people call them."""
TOLD: Final = {"deadline": "期限", "deadline_from": "期限的起算点", "assignee": "承办人"}
"""Properties that hold for tasks opened later; the open one keeps what it was opened with."""


@dataclass(slots=True)
class Remarks:
    """What was found so far."""

    old: Drawn
    new: Drawn
    obstacles: list[Remark] = field(default_factory=list)
    differences: list[Remark] = field(default_factory=list)

    def refuse(self, code: str, element_id: str, text: str) -> None:
        """Note why the case has to stay."""
        self._add(self.obstacles, code, element_id, text)

    def tell(self, code: str, element_id: str, text: str) -> None:
        """Note what would be different."""
        self._add(self.differences, code, element_id, text)

    def name(self, element_id: str) -> str:
        """Return an element's name as the case's present version has it."""
        found = self.old.compiled.process.elements.get(element_id)
        return found.name or element_id if found is not None else element_id

    def _add(self, to: list[Remark], code: str, element_id: str, text: str) -> None:
        remark = Remark(code, element_id, self.name(element_id), text)
        if remark not in to:
            to.append(remark)


def compare(remarks: Remarks, old: Any, new: Any) -> None:
    """Hold a living element's specification beside that of the same name in the other version."""
    element = old.bpmn_id
    if type(old) is not type(new):
        remarks.refuse("other_kind", element, f"环节“{remarks.name(element)}”在新版本中是另一种环节")
        return
    _name(remarks, element)
    if remarks.old.instances(element) != remarks.new.instances(element):
        remarks.refuse("other_instances", element, f"会办环节“{remarks.name(element)}”的分办方式已改")
    gone, added = _events(remarks, element)
    for event in sorted(gone | added):
        said = "取消" if event in gone else "增加"
        remarks.refuse(
            "other_events", element, f"新版本在环节“{remarks.name(element)}”上{said}了事件“{event}”"
        )
    if isinstance(old, HumanTask):
        _human(remarks, old, new)
    elif isinstance(old, LinkedCall):
        _call(remarks, old, new)
    if not isinstance(old, LoopTask) and hasattr(old, "event_definition") and not gone | added:
        _waits(remarks, old, new)


def _name(remarks: Remarks, element: str) -> None:
    before, after = remarks.name(element), remarks.new.compiled.element(element).name or element
    if before != after:
        remarks.tell("other_name", element, f"环节改名为“{after}”")


def _events(remarks: Remarks, element: str) -> tuple[set[str], set[str]]:
    before, after = set(remarks.old.boundaries(element)), set(remarks.new.boundaries(element))
    if remarks.old.nodes[element].kind == "eventBasedGateway":
        before |= remarks.old.events_behind(element)
        after |= remarks.new.events_behind(element)
    return before - after, after - before


def _human(remarks: Remarks, old: HumanTask, new: HumanTask) -> None:
    element, name = old.bpmn_id, remarks.name(old.bpmn_id)
    for key, said in KEPT.items():
        if old.properties.get(key) != new.properties.get(key):
            remarks.refuse(f"other_{key}", element, f"待办环节“{name}”的{said}在新版本中已改")
    for key, said in TOLD.items():
        if old.properties.get(key) != new.properties.get(key):
            remarks.tell(f"other_{key}", element, f"环节“{name}”的{said}已改；已经开出的这项待办不变")


def _call(remarks: Remarks, old: LinkedCall, new: LinkedCall) -> None:
    element, name = old.bpmn_id, remarks.name(old.bpmn_id)
    if old.called != new.called:
        remarks.refuse("other_process", element, f"环节“{name}”在新版本中办理的是另一个流程")
    elif dict(_outputs(old)) != dict(_outputs(new)):
        remarks.refuse("other_outputs", element, f"环节“{name}”从子办件取回的结果在新版本中已改")


def _outputs(spec: LinkedCall) -> Iterator[tuple[str, str]]:
    yield from mapping_of(spec.properties.get("outputs", ""))


def _waits(remarks: Remarks, old: Any, new: Any) -> None:
    after = dict(definitions_of(new))
    for element, before in definitions_of(old):
        found = after.get(element)
        if type(before) is not type(found):
            remarks.refuse("other_event", element, f"事件“{remarks.name(element)}”在新版本中等待的是别的")
        elif isinstance(before, MessageWaitDefinition) and before.name != found.name:  # type: ignore[union-attr]
            remarks.refuse("other_message", element, f"事件“{remarks.name(element)}”在新版本中等待另一种消息")
        elif isinstance(before, TimerWait):
            _timer(remarks, element, before, found)
    if getattr(old, "cancel_activity", None) != getattr(new, "cancel_activity", None):
        remarks.refuse("other_event", old.bpmn_id, f"事件“{remarks.name(old.bpmn_id)}”是否中断所在环节已改")


def _timer(remarks: Remarks, element: str, before: TimerWait, after: Any) -> None:
    if before.form.kind != after.form.kind:
        remarks.refuse("other_event", element, f"计时“{remarks.name(element)}”在新版本中到期与预警互换")
    elif before.form != after.form:
        remarks.tell("other_limit", element, f"计时“{remarks.name(element)}”的期限已改；已经起算的期限不变")
