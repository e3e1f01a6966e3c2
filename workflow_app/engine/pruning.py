"""Which tasks of a case are still needed: the living ones, their parents, and a root.

What a finished task leaves behind is history, and history is elsewhere. Because variables
live outside the tree and joins consume their tokens, a living task needs only its parent
(a join asks along which flow it came), the boundary split above it (the activity and its
events find each other there), and a root to be found from. So a case of twenty years keeps
a handful of rows. This module must never know rows.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit, _EndJoin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


def prune(top: Any) -> None:
    """Drop from ``top`` and its subprocesses everything that cannot matter any more."""
    for workflow in list(top.scopes()):
        _prune_tree(workflow)
    living = {id(workflow) for workflow in top.scopes()}
    for task_id, subprocess in list(top.subprocesses.items()):
        if id(subprocess) not in living:
            for task in subprocess.tasks.values():
                top.event_manager.remove_task(task)
            del top.subprocesses[task_id]


def _prune_tree(workflow: Any) -> None:
    tasks: dict[str, Task] = workflow.tasks
    live = [task for task in tasks.values() if task.state & LIVE]
    going_on = [task for task in live if not isinstance(task.task_spec, _EndJoin)]
    # A token that waits at the end only waits for the others: the last of them ends the scope.
    live = going_on or live
    keep: dict[str, Task] = {}
    for task in live:
        keep[task.id] = task
        parent = task.parent
        if parent is not None:
            keep[parent.id] = parent
            above = parent.parent
            if above is not None and isinstance(above.task_spec, BoundaryEventSplit):
                keep[above.id] = above
    root: Task = workflow.task_tree
    keep[root.id] = root
    for task in live:
        _keep_predictions(task, keep)
    ordered = [task for task in tasks.values() if task.id in keep]
    for task in tasks.values():
        if task.id not in keep:
            workflow.top_workflow.event_manager.remove_task(task)
    workflow.tasks = {task.id: task for task in ordered}
    loose = []
    for task in ordered:
        task._children = [child for child in task._children if child in keep]
        if task is not root and task._parent not in keep:
            task._parent = root.id
            loose.append(task.id)
    root._children.extend(loose)
    if workflow.last_task is not None and workflow.last_task.id not in keep:
        workflow.last_task = root


def _keep_predictions(task: Task, keep: dict[str, Task]) -> None:
    for child in task.children:
        if child.state < TaskState.WAITING:
            keep[child.id] = child
            _keep_predictions(child, keep)
