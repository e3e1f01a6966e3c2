"""The tree of a case's tasks while it is in memory, kept as small as a step needs it.

SpiffWorkflow predicts every way a case may go, describes each change of state to its log, copies data from
task to task and looks through all that waits after each task. Here tasks carry no data, nothing is polled and
predictions are dropped again before the case is saved, so a node knows only what directly follows it, and
only joins, which wait for other tasks, are asked again. This module must never know rows or what a node does.
"""

from __future__ import annotations

from os import urandom
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


class Node(Task):
    """A task with a plain text id, no data, and nothing told to a log."""

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Task | None = None,
        state: int = TaskState.MAYBE,
        id: str | None = None,  # noqa: A002 - SpiffWorkflow's name
    ) -> None:
        self.id = id or urandom(16).hex()
        self.workflow = workflow
        self.task_spec = task_spec
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0.0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self._parent = None
        self._children: list[str] = []
        self._state = state
        workflow.tasks[self.id] = self
        if parent is not None:
            self._parent = parent.id
            parent._children.append(self.id)

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> Node:
        child = Node(self.workflow, task_spec, self, state)
        if state == TaskState.READY:
            child._ready()
        return child

    def _set_state(self, value: int) -> None:
        self._state = value

    def _inherit_data(self) -> None:
        """Nothing: variables are the case's (see :mod:`workflow_app.engine.scopes`)."""


class Scope:
    """What the case and its embedded subprocesses have in common."""

    spec: Any
    tasks: dict[str, Any]
    task_tree: Any

    def begin(self) -> None:
        """Grow the root and make it ready."""
        root = self.task_tree = Node(self, self.spec.start, state=TaskState.FUTURE)
        foresee(root)
        root._ready()

    def update_waiting_tasks(self) -> None:
        """Ask the joins again: events are delivered to their task, and linked calls too."""
        for task in list(self.tasks.values()):
            if (
                task._state == TaskState.WAITING
                and isinstance(task.task_spec, Join)
                and task.id in self.tasks
            ):
                task.task_spec._update(task)


class Subprocess(Scope, BpmnSubWorkflow):
    """An embedded subprocess of a case."""

    def __init__(self, spec: Any, parent_task_id: str, top_workflow: Any) -> None:
        super().__init__(spec, parent_task_id, top_workflow, deserializing=True)


def foresee(task: Task) -> None:
    """Give a task the ones that directly follow it."""
    task.task_spec._predict_hook(task)
