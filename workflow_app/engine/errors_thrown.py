"""Business errors: thrown at one boundary event, never broadcast.

SpiffWorkflow sends an error to every activity that could catch it, siblings included.
Here the search goes outward from the activity that failed, as BPMN has it. This module
must never know which codes exist.
"""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.model import BusinessError
from workflow_app.engine.plain import plain_mapping
from workflow_app.engine.scopes import write


def throw_error(task: Task, error: BusinessError) -> bool:
    """Fire the nearest boundary event that catches ``error``; false where there is none."""
    top = task.workflow.top_workflow
    current: Task | None = task
    while current is not None:
        host = current
        while host.parent is not None and isinstance(host.parent.task_spec, LoopTask):
            host = host.parent
        catcher = _catcher(host.parent, error.code)
        if catcher is not None:
            write(host, plain_mapping(error.payload))
            catcher._set_internal_data(event_fired=True)
            catcher.task_spec._update(catcher)
            return True
        parent_id = current.workflow.parent_task_id
        current = top.get_task_from_id(parent_id) if parent_id is not None else None
    return False


def _catcher(split: Task | None, code: str) -> Task | None:
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
        return None
    waiting = [
        child
        for child in split.children
        if isinstance(child.task_spec, BoundaryEvent)
        and isinstance(child.task_spec.event_definition, ErrorEventDefinition)
        and child.has_state(TaskState.WAITING)
    ]
    for wanted in (code, None):
        for child in waiting:
            if child.task_spec.event_definition.code == wanted:
                return child
    return None
