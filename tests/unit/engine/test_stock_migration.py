"""What SpiffWorkflow's own migration does to a running case, and why ours is another.

It resets what waits to the other specification: whatever was put on the ready task is gone, and a timer that
ran starts again from now. Should a later release keep both, this test says so.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.util.diff import diff_workflow, migrate_workflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

HEAD = '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">'
TIMER = (
    '<bpmn:boundaryEvent id="late" attachedToRef="look"><bpmn:timerEventDefinition>'
    '<bpmn:timeDuration>"P5D"</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
)


def _flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'


def _spec(*way: str) -> tuple[Any, Any]:
    """A process of user tasks one after the other, the first with a limit of five days."""
    nodes = "".join(f'<bpmn:userTask id="{each}"/>' for each in way)
    places = ("start", *way, "end")
    flows = "".join(_flow(*pair) for pair in pairwise(places))
    body = f'<bpmn:startEvent id="start"/>{nodes}{TIMER}<bpmn:endEvent id="end"/><bpmn:endEvent id="over"/>'
    xml = f'{HEAD}<bpmn:process id="p" isExecutable="true">{body}{flows}{_flow("late", "over")}'
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(f"{xml}</bpmn:process></bpmn:definitions>".encode()))
    return parser.get_spec("p"), parser.get_subprocess_specs("p")


def test_the_stock_migration_drops_what_was_typed_and_starts_the_limit_again() -> None:
    workflow = BpmnWorkflow(*_spec("look"))
    workflow.do_engine_steps()
    (look,) = workflow.get_tasks(state=TaskState.READY)
    look.data["draft"] = "缺少委托书"
    (late,) = workflow.get_tasks(state=TaskState.WAITING)
    began = datetime.now(UTC) - timedelta(days=4)
    due = (began + timedelta(days=5)).isoformat()
    late.internal_data["event_value"] = due

    spec, dependencies = _spec("look", "look_again")
    found, _ = diff_workflow(BpmnWorkflowSerializer().registry, workflow, spec, dependencies)
    migrate_workflow(found, workflow, spec)

    (after,) = workflow.get_tasks(state=TaskState.READY)
    assert (after.task_spec.bpmn_id, after.data) == ("look", {})
    (waiting,) = workflow.get_tasks(state=TaskState.WAITING)
    assert waiting.internal_data["event_value"] > due
