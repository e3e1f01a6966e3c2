"""The difference one act made: rows to write, waits opened and closed, the path, the end.

This module must never know how the case went on, only how it stood before and after.
"""

from __future__ import annotations

from dataclasses import dataclass

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.model import LiveCase, Move, Step
from workflow_app.engine.plain import plain_mapping
from workflow_app.engine.running import CaseWorkflow
from workflow_app.engine.tokens import dump
from workflow_app.engine.waits import (
    Waits,
    call_request,
    message_wait,
    open_task,
    timer_request,
    waits_of,
)


@dataclass(frozen=True, slots=True)
class Before:
    """How the case stood when it was loaded."""

    waits: Waits
    live: dict[str, Task]

    @staticmethod
    def nothing() -> Before:
        """A case that does not exist yet."""
        return Before(Waits({}, {}, {}, {}), {})


def step_of(workflow: CaseWorkflow, version: str, before: Before, live: LiveCase | None = None) -> Step:
    """Prune the case, turn it into rows and describe what changed since ``before``.

    :param live: the rows it was loaded from; ``None`` for a case just started.
    """
    after = waits_of(workflow)
    run = workflow.run
    moves = (*run.moves, *_cancelled(workflow, before))
    case = dump(workflow, version)
    old = live.tokens if live is not None else {}
    element = run.compiled.element
    ended = bool(workflow.completed)
    outcome = _outcome(workflow) if ended else None
    return Step(
        case=case,
        upserts=tuple(row for row in case.tokens.values() if old.get(row.id) != row),
        deletes=tuple(key for key in old if key not in case.tokens),
        header_changed=live is None or live.header != case.header,
        tasks_opened=tuple(
            open_task(task, element(task.task_spec.bpmn_id))
            for key, task in after.tasks.items()
            if key not in before.waits.tasks
        ),
        tasks_closed=tuple(key for key in before.waits.tasks if key not in after.tasks),
        timers_opened=tuple(
            timer_request(task, definition, element(key[1]))
            for key, (task, definition) in after.timers.items()
            if key not in before.waits.timers
        ),
        timers_closed=tuple(key for key in before.waits.timers if key not in after.timers),
        calls_opened=tuple(
            call_request(task, element(task.task_spec.bpmn_id))
            for key, task in after.calls.items()
            if key not in before.waits.calls
        ),
        calls_closed=tuple(key for key in before.waits.calls if key not in after.calls),
        messages=tuple(
            message_wait(task, definition, element(key[1]))
            for key, (task, definition) in after.messages.items()
        ),
        messages_before=tuple(
            (token_id, definition.name) for (token_id, _), (_, definition) in before.waits.messages.items()
        ),
        moves=moves,
        decisions=tuple(run.decisions),
        ended=ended,
        outcome=outcome,
        variables={**plain_mapping(workflow.variables), "outcome": outcome} if ended else {},
    )


def _outcome(workflow: CaseWorkflow) -> str | None:
    """The end event's property, or where it has none the variable of that name."""
    found = workflow.run.outcome or workflow.variables.get("outcome")
    return found if isinstance(found, str) else None


def _cancelled(workflow: CaseWorkflow, before: Before) -> list[Move]:
    after = set() if workflow.completed else {task.id for task in workflow.live_tasks()}
    return [
        Move(task.task_spec.bpmn_id, task.id, "cancelled")
        for task in before.live.values()
        if task.id not in after
        and task.task_spec.bpmn_id is not None
        and not task.has_state(TaskState.COMPLETED)
        and not _consumed_at_join(task)
    ]


def _consumed_at_join(task: Task) -> bool:
    return (
        task.has_state(TaskState.CANCELLED) and len(task.task_spec.inputs) > 1 and not task.task_spec.manual
    )
