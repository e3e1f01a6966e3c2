"""Where the variables of a case live: one mapping for the case, one more for each instance.

SpiffWorkflow copies data from task to task and merges the copies at joins, where a branch
that arrives late brings old values back. Here tasks carry no data at all: the case has one
mapping, and each instance of a multi-instance activity a small one of its own above it.
This module must never know rows or steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from SpiffWorkflow.task import Task

from workflow_app.engine.model import Json

SCOPE: Final = "scope"


def frames(task: Task) -> list[dict[str, Json]]:
    """Return the mappings ``task`` sees, innermost first; the case's own is the last."""
    found: list[dict[str, Json]] = []
    top = task.workflow.top_workflow
    while True:
        scope = task.internal_data.get(SCOPE)
        if scope is not None:
            found.append(scope)
        parent_id = task.workflow.parent_task_id
        if parent_id is None:
            break
        task = top.get_task_from_id(parent_id)
    found.append(top.variables)
    return found


def view(task: Task) -> Mapping[str, Json]:
    """Return the variables ``task`` sees, to read only."""
    seen = frames(task)
    if len(seen) == 1:
        return seen[0]
    merged: dict[str, Json] = {}
    for frame in reversed(seen):
        merged.update(frame)
    return merged


def write(task: Task, values: Mapping[str, Json]) -> None:
    """Set ``values`` where ``task`` keeps its variables."""
    frames(task)[0].update(values)


def outer(task: Task) -> dict[str, Any]:
    """Return the mapping round the instance ``task``."""
    seen = frames(task)
    return seen[1] if SCOPE in task.internal_data else seen[0]
