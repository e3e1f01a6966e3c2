"""Activities as the engine runs them: people, services, decisions, scripts, linked cases.

Each is a subclass of SpiffWorkflow's own, changed where 3.2.0 differs from BPMN or from
the way this product keeps variables. This module must never know rows, time or the law.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import SubWorkflowTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine import decisions, expressions
from workflow_app.engine.errors_thrown import throw_error
from workflow_app.engine.faults import UnhandledBusinessError
from workflow_app.engine.mappings import mapping_of
from workflow_app.engine.model import BusinessError, Json
from workflow_app.engine.plain import plain, plain_mapping
from workflow_app.engine.scopes import view, write


class Activity(BpmnSpecMixin):
    """Root of the activities: no pre- or post-script, no data of its own."""

    extensions: Mapping[str, Any] = {}

    @property
    def properties(self) -> Mapping[str, str]:
        """The element's properties, as its author wrote them."""
        found: Mapping[str, str] = self.extensions.get("properties") or {}
        return found


class HumanTask(Activity):
    """A task a person completes; nothing else can."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = True


class PlainTask(Activity):
    """A task that does nothing but mark a place on the path."""


class ScriptTask(Activity):
    """``name = expression``."""

    def __init__(self, wf_spec: Any, bpmn_id: str, script: str | None, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.script = script or ""

    def _run_hook(self, my_task: Task) -> bool:
        name, value = expressions.execute(self.script, view(my_task))
        my_task.workflow.top_workflow.run.wrote({name: value})
        write(my_task, {name: value})
        return True


class ServiceTask(Activity):
    """Calls a registered operation, inside the step, and merges what it returns."""

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        operation: str,
        parameters: Mapping[str, str],
        result_variable: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.operation = operation
        self.parameters = parameters
        self.result_variable = result_variable

    def _run_hook(self, my_task: Task) -> bool | None:
        seen = view(my_task)
        inputs = {name: expressions.evaluate(text, seen) for name, text in self.parameters.items()}
        run = my_task.workflow.top_workflow.run
        try:
            result = run.call(self.operation, my_task, inputs, plain_mapping(seen))
        except BusinessError as error:
            if throw_error(my_task, error):
                return None
            raise UnhandledBusinessError(self.bpmn_id, error) from error
        merged = plain_mapping(result)
        write(my_task, {self.result_variable: merged} if self.result_variable else merged)
        return True


class DecisionTask(Activity):
    """Evaluates a decision table and merges its outputs."""

    def __init__(self, wf_spec: Any, bpmn_id: str, table: decisions.Table, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.table = table

    def _run_hook(self, my_task: Task) -> bool:
        decision = decisions.decide(self.table, self.bpmn_id, view(my_task))
        run = my_task.workflow.top_workflow.run
        run.wrote(decision.outputs)
        write(my_task, plain_mapping(decision.outputs))
        run.decisions.append(decision)
        return True


class LinkedCall(Activity):
    """A call activity whose process runs as a case of its own; here it is only awaited.

    It is no ``SubWorkflowTask``: the called process must not be loaded into this one.
    """

    def __init__(self, wf_spec: Any, bpmn_id: str, called: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.called = called

    def inputs_for(self, my_task: Task) -> dict[str, Json]:
        """Evaluate the ``inputs`` property: ``name`` or ``name=expression``, by commas."""
        seen = view(my_task)
        chosen: dict[str, Json] = {}
        for name, expression in mapping_of(self.properties.get("inputs", "")):
            chosen[name] = (
                plain(seen.get(name)) if expression == name else expressions.evaluate(expression, seen)
            )
        return chosen

    def deliver(self, my_task: Task, result: Mapping[str, Json]) -> None:
        """Take the called case's result; a missing output becomes null."""
        wanted = mapping_of(self.properties.get("outputs", ""))
        write(my_task, {name: plain(result.get(source)) for name, source in wanted})
        my_task.internal_data["result"] = True
        self._update(my_task)

    def _update_hook(self, my_task: Task) -> bool | None:
        if my_task.internal_data.get("result"):
            return True
        if my_task.state != TaskState.WAITING:
            super()._update_hook(my_task)
            my_task._set_state(TaskState.WAITING)
        return None


class EmbeddedSubprocess(SubWorkflowTaskMixin, Activity):
    """A subprocess drawn inside its parent; it shares the parent's variables."""

    def copy_data(self, my_task: Task, subworkflow: Any) -> None:
        """Nothing to copy: the variables are the case's."""

    def update_data(self, my_task: Task, subworkflow: Any) -> None:
        """Nothing to copy back."""
