"""What a case waits for: people, due dates, linked cases, messages.

Read off the living tasks before and after a step; the difference is what opened and what
closed. SpiffWorkflow's own hooks are not used: it does not call them for every task it drops.
This module must never know what a wait is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin, EventBasedGatewayMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.activities import HumanTask, LinkedCall
from workflow_app.engine.flow_nodes import MessageWaitDefinition, TimerWait
from workflow_app.engine.model import CallRequest, Element, MessageWait, OpenTask, TimerRequest
from workflow_app.engine.plain import plain, plain_mapping
from workflow_app.engine.running import CaseWorkflow
from workflow_app.engine.scopes import view


@dataclass(slots=True)
class Waits:
    """The waits of a case, each kind by its key."""

    tasks: dict[str, Task]
    timers: dict[tuple[str, str], tuple[Task, TimerWait]]
    calls: dict[str, Task]
    messages: dict[tuple[str, str], tuple[Task, MessageWaitDefinition]]


def waits_of(workflow: CaseWorkflow) -> Waits:
    """Return everything the case waits for."""
    found = Waits({}, {}, {}, {})
    if workflow.completed:
        return found
    for task in workflow.live_tasks():
        spec = task.task_spec
        if isinstance(spec, HumanTask) and task.state == TaskState.READY:
            found.tasks[task.id] = task
        elif isinstance(spec, LinkedCall) and task.state == TaskState.WAITING:
            found.calls[task.id] = task
        elif isinstance(spec, CatchingEvent) and task.state == TaskState.WAITING:
            _add_events(found, task)
    return found


def _add_events(found: Waits, task: Task) -> None:
    for element_id, definition in definitions_of(task.task_spec):
        key = (task.id, element_id)
        if isinstance(definition, TimerWait):
            found.timers[key] = (task, definition)
        elif isinstance(definition, MessageWaitDefinition):
            found.messages[key] = (task, definition)


def definitions_of(spec: Any) -> Iterator[tuple[str, Any]]:
    """Yield the element and the event definition of each event ``spec`` waits for."""
    if isinstance(spec, EventBasedGatewayMixin):
        # SpiffWorkflow moves the definitions of the events behind the gateway to the gateway.
        for output, definition in zip(spec.outputs, spec.event_definition.event_definitions, strict=True):
            yield output.bpmn_id, definition
    else:
        yield spec.bpmn_id, spec.event_definition


def open_task(task: Task, element: Element) -> OpenTask:
    """Describe a human task that waits."""
    return OpenTask(task.id, element, plain_mapping(view(task)))


def timer_request(task: Task, definition: TimerWait, element: Element) -> TimerRequest:
    """Describe a timer to arm; the instant it starts from is read now, once."""
    form = definition.form
    start = plain(view(task).get(form.variable)) if form.variable else None
    interrupting = task.task_spec.cancel_activity if isinstance(task.task_spec, BoundaryEventMixin) else True
    return TimerRequest(task.id, element, form.kind, form.rule, start, interrupting)


def call_request(task: Task, element: Element) -> CallRequest:
    """Describe a linked case to start."""
    spec: LinkedCall = task.task_spec
    return CallRequest(task.id, element, spec.called, spec.inputs_for(task))


def message_wait(task: Task, definition: MessageWaitDefinition, element: Element) -> MessageWait:
    """Describe a message that can be received."""
    return MessageWait(task.id, element, definition.name)
