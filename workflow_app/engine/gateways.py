"""Gateways, put right where SpiffWorkflow 3.2.0 leaves BPMN, and foreseeing no more than they must.

A parallel gateway consumes exactly one token from each incoming flow: the stock one lets the tokens of an
earlier pass of a loop count again, and drops the live branches of an earlier pass. This module must never
know what a diagram is about.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import (
    EventBasedGateway as StockEventGateway,
)
from SpiffWorkflow.bpmn.specs.defaults import (
    ExclusiveGateway as StockExclusiveGateway,
)
from SpiffWorkflow.bpmn.specs.defaults import (
    ParallelGateway as StockParallelGateway,
)
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.faults import EngineFault


class ParallelGateway(StockParallelGateway):
    """Fires on one token from each incoming flow; tokens in excess stay where they are."""

    def _update_hook(self, my_task: Task) -> bool:
        waiting = [
            task
            for task in my_task.workflow.tasks.values()
            if task.task_spec is self and task is not my_task and task.state == TaskState.WAITING
        ]
        used: dict[Any, Task] = {my_task.parent.task_spec: my_task}
        for task in waiting:
            used.setdefault(task.parent.task_spec, task)
        if any(source not in used for source in self.inputs):
            my_task._set_state(TaskState.WAITING)
            return False
        for task in used.values():
            if task is not my_task:
                task._set_state(TaskState.CANCELLED)
                task._drop_children()
        return True

    def _run_hook(self, my_task: Task) -> bool:
        return True


class ExclusiveGateway(StockExclusiveGateway):
    """Takes the first flow whose condition holds, else the default; foresees none of them."""

    def _predict_hook(self, my_task: Task) -> None:
        """Nothing: which way it goes is not known before it runs."""

    def _run_hook(self, my_task: Task) -> bool:
        chosen = self.default_task_spec
        for condition, name in self.cond_task_specs:
            if condition is not None and condition._matches(my_task):
                chosen = name
                break
        if chosen is None:
            raise EngineFault("no_way_on", f"网关“{self.bpmn_id}”没有一个条件成立，也没有默认去向")
        my_task._sync_children([my_task.workflow.spec.task_specs[chosen]], TaskState.FUTURE)
        return True


class EventGateway(StockEventGateway):
    """Goes on behind the event that came first."""

    def _run_hook(self, my_task: Task) -> bool:
        definitions = self.event_definition.event_definitions
        came = [definitions.index(event.event_definition) for event in my_task.internal_data["seen_events"]]
        my_task._sync_children([my_task.children[index].task_spec for index in came], TaskState.FUTURE)
        return True
