"""Events and instances, put right where SpiffWorkflow 3.2.0 leaves BPMN.

Timers and messages only wait: whoever knows the hour or the letter delivers it to one token. This module
must never know a clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent as StockBoundaryEvent,
)
from SpiffWorkflow.bpmn.specs.defaults import (
    EndEvent as StockEndEvent,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import ReceiveTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine import expressions
from workflow_app.engine.activities import Activity
from workflow_app.engine.errors_thrown import throw_error
from workflow_app.engine.expressions import TimerForm
from workflow_app.engine.faults import EngineFault, UnhandledBusinessError
from workflow_app.engine.model import BusinessError, Json
from workflow_app.engine.plain import plain
from workflow_app.engine.pruning import LIVE
from workflow_app.engine.scopes import SCOPE, outer, view

MAX_INSTANCES: Final = 200
"""Instances of one multi-instance activity; a panel has a dozen."""


class TimerWait(EventDefinition):
    """Waits until its due date is delivered; knows only which rule and which variable."""

    def __init__(self, node_id: str, form: TimerForm) -> None:
        super().__init__(node_id)
        self.form = form

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimerWait) and other.name == self.name

    __hash__ = None  # type: ignore[assignment]


class MessageWaitDefinition(EventDefinition):
    """Waits for a message by name; delivered to one token, never broadcast."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MessageWaitDefinition) and other.name == self.name

    __hash__ = None  # type: ignore[assignment]


class ReceiveTask(ReceiveTaskMixin, Activity):
    """A task that waits for a message."""


class BoundaryEvent(StockBoundaryEvent):
    """Foresees what follows it, which the stock one forgets."""

    def _run_hook(self, my_task: Task) -> bool:
        super()._run_hook(my_task)
        my_task._sync_children(self.outputs, TaskState.FUTURE)
        return True


class EndEvent(StockEndEvent):
    """Ends a path; an error end event is thrown at the boundary of its own subprocess."""

    def _run_hook(self, my_task: Task) -> bool | None:
        if not isinstance(self.event_definition, ErrorEventDefinition):
            return True
        error = BusinessError(self.event_definition.code or "")
        parent_id = my_task.workflow.parent_task_id
        if parent_id is None or not throw_error(
            my_task.workflow.top_workflow.get_task_from_id(parent_id), error
        ):
            raise UnhandledBusinessError(self.bpmn_id, error)
        return None


class MultiInstance(LoopTask, Activity):
    """One instance an item of a list variable, each with variables of its own.

    The output list holds, in the order of the input, the output item of each instance:
    the variable of that name, or all the instance's variables where it set none.
    """

    sequential = False

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        task_spec: str,
        cardinality: str | None = None,
        data_input: Any = None,
        data_output: Any = None,
        input_item: Any = None,
        output_item: Any = None,
        condition: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec = task_spec
        self.cardinality = cardinality
        self.condition = condition
        self.collection = data_input.bpmn_id if data_input is not None else None
        self.item = input_item.bpmn_id if input_item is not None else None
        self.output = data_output.bpmn_id if data_output is not None else None
        self.output_item = output_item.bpmn_id if output_item is not None else None

    def _items(self, my_task: Task) -> list[Json]:
        seen = view(my_task)
        if self.collection is None:
            count = expressions.evaluate(self.cardinality or "", seen)
            if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MAX_INSTANCES:
                raise EngineFault(
                    "bad_cardinality", f"环节“{self.bpmn_id}”的实例数必须是 0 至 {MAX_INSTANCES} 的整数"
                )
            return list(range(count))
        items = seen.get(self.collection)
        if isinstance(items, str) or not isinstance(items, Sequence) or len(items) > MAX_INSTANCES:
            raise EngineFault(
                "bad_collection",
                f"环节“{self.bpmn_id}”的变量“{self.collection}”必须是不超过 {MAX_INSTANCES} 项的列表",
            )
        return list(items)

    def _update_hook(self, my_task: Task) -> bool | None:
        if my_task.has_state(TaskState.STARTED):
            return None
        items = self._items(my_task)
        my_task.internal_data.update(results={}, pending=[[i, plain(item)] for i, item in enumerate(items)])
        if not items:
            self._finish(my_task)
            return True
        my_task._set_state(TaskState.STARTED)
        self._start_more(my_task)
        return None

    def _start_more(self, my_task: Task) -> None:
        pending = my_task.internal_data["pending"]
        count = 1 if self.sequential else len(pending)
        my_task.internal_data["pending"] = pending[count:]
        spec = my_task.workflow.spec.task_specs[self.task_spec]
        for index, item in pending[:count]:
            child = my_task._add_child(spec, TaskState.WAITING)
            child.triggered = True
            child.internal_data["index"] = index
            child.internal_data[SCOPE] = {self.item: item} if self.item else {}
            spec._update(child)

    def merge_child(self, workflow: Any, child: Task) -> None:
        """Take an instance's result; called when its spec completes."""
        my_task = child.parent
        scope: dict[str, Json] = child.internal_data[SCOPE]
        index = str(child.internal_data["index"])
        if self.output is None:
            outer(child).update({name: value for name, value in scope.items() if name != self.item})
        elif self.output_item is not None and self.output_item in scope:
            my_task.internal_data["results"][index] = scope[self.output_item]
        else:
            my_task.internal_data["results"][index] = dict(scope)
        live = [
            task for task in my_task.children if task.triggered and task is not child and task.state & LIVE
        ]
        if self._satisfied(child):
            for task in live:
                task.cancel()
        elif my_task.internal_data["pending"]:
            self._start_more(my_task)
            return
        elif live:
            return
        self._finish(my_task)
        my_task._set_state(TaskState.READY)

    def _satisfied(self, child: Task) -> bool:
        return self.condition is not None and bool(expressions.evaluate(self.condition, view(child)))

    def _finish(self, my_task: Task) -> None:
        results: Mapping[str, Json] = my_task.internal_data.pop("results")
        my_task.internal_data.pop("pending")
        if self.output is not None:
            outer(my_task)[self.output] = [results[key] for key in sorted(results, key=int)]


class SequentialInstances(MultiInstance):
    """One instance after the other."""

    sequential = True
