"""A case in memory: the workflow, its variables and what this step has done so far.

This module must never know rows; :mod:`workflow_app.engine.tokens` moves a case in and out.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine import expressions
from workflow_app.engine.diagrams import Compiled
from workflow_app.engine.faults import EngineFault, ExpressionFault
from workflow_app.engine.model import Decision, Element, Json, Move, Services
from workflow_app.engine.plain import weight
from workflow_app.engine.pruning import LIVE, prune
from workflow_app.engine.scopes import view
from workflow_app.engine.tree import Scope, Subprocess, foresee

for _name in ("spiff.task", "spiff.workflow"):
    # Below this level SpiffWorkflow walks the whole tree to describe each change of state.
    logging.getLogger(_name).setLevel(logging.WARNING)

MAX_RUNS: Final = 2_000
"""Automatic nodes one step may run; a loop without a wait never ends."""

PRUNE_EVERY: Final = 50
"""SpiffWorkflow's iterators go blind below 1,000 levels, so a long step is pruned on its way."""


MAX_WRITTEN: Final = 5_000_000
"""Characters and items the scripts and tables of one step may write, all together."""

MAX_CARRIED: Final = 10_000_000
"""The same of all variables of a case together, after a step that wrote any."""


class SafeScripts:
    """What SpiffWorkflow asks to evaluate anything: the safe expressions, and nothing else."""

    def validate(self, expression: str) -> None:
        expressions.compile_expression(expression)

    def evaluate(self, task: Task, expression: str, external_context: object = None) -> Json:
        return expressions.evaluate(expression, view(task))

    def execute(self, task: Task, script: str, external_context: object = None) -> bool:
        raise ExpressionFault("流程图中的这处脚本不被允许", code="bad_script")

    def call_service(self, task: Task, **kwargs: object) -> str:
        raise ExpressionFault("流程图中的这处服务调用不被允许", code="bad_script")


class NoServices:
    """Stands where a step may reach no service task."""

    def call(
        self, operation: str, element: Element, token_id: str, inputs: object, variables: object
    ) -> Mapping[str, Json]:
        raise EngineFault("no_services", f"本次操作不能执行服务“{operation}”")


class Run:
    """The record of one step: who answers services, and what happened, in order."""

    def __init__(self, compiled: Compiled, services: Services) -> None:
        self.compiled = compiled
        self.services = services
        self.decisions: list[Decision] = []
        self.moves: list[Move] = []
        self.seen: set[str] = set()
        self.outcome: str | None = None
        self._written = 0

    def wrote(self, values: Mapping[str, Json]) -> None:
        """Count what a script or a table writes.

        :raises EngineFault: ``too_much_data`` where one step writes more than a case can carry.
        """
        self._written += weight(values, MAX_WRITTEN)
        if self._written > MAX_WRITTEN:
            raise EngineFault("too_much_data", "流程图写入的数据过多，本次操作已撤回")

    def ensure_light(self, variables: Mapping[str, Json]) -> None:
        """Refuse, after a step whose diagram wrote something, what no case can carry any further.

        :raises EngineFault: ``too_much_data``.
        """
        if self._written and weight(variables, MAX_CARRIED) > MAX_CARRIED:
            raise EngineFault("too_much_data", "办件的数据过多，本次操作已撤回")

    def call(
        self, operation: str, task: Task, inputs: Mapping[str, Json], variables: Mapping[str, Json]
    ) -> Mapping[str, Json]:
        """Call a service for ``task``."""
        element = self.compiled.element(task.task_spec.bpmn_id)
        return self.services.call(operation, element, task.id, inputs, variables)

    def enter(self, task: Task) -> None:
        """Record that a token came to ``task``, and along which flow."""
        self.seen.add(task.id)
        target, parent = task.task_spec.bpmn_id, task.parent
        if target is None or task.triggered or parent is None:
            return
        if isinstance(parent.task_spec, BoundaryEventSplit):
            if parent.task_spec.name != f"{target}.BoundaryEventSplit":
                return  # a boundary event: armed with its host, reached by no flow
            parent = parent.parent
        source = parent.task_spec.bpmn_id if parent is not None else None
        flow = self.compiled.flow_ids.get((source, target)) if source is not None else None
        if flow is not None:
            self.moves.append(Move(flow, task.id, "flow"))
        self.moves.append(Move(target, task.id, "entered"))

    def completed(self, task: Task) -> None:
        """Record that ``task`` is done; an end event leaves the outcome."""
        element_id = task.task_spec.bpmn_id
        if element_id is None or not task.has_state(TaskState.COMPLETED):
            return
        self.moves.append(Move(element_id, task.id, "completed"))
        if isinstance(task.task_spec, EndEvent) and task.workflow.parent_task_id is None:
            outcome = self.compiled.element(element_id).properties.get("outcome")
            if outcome:
                self.outcome = outcome.strip("'\"")


class CaseWorkflow(Scope, BpmnWorkflow):
    """SpiffWorkflow's workflow with the safe evaluator as its only one, and our own loop."""

    def __init__(self, compiled: Compiled) -> None:
        self.variables: dict[str, Json] = {}
        self.run: Run = Run(compiled, NoServices())
        self.order: dict[str, int] = {}
        super().__init__(
            compiled.spec, compiled.subprocess_specs, script_engine=SafeScripts(), deserializing=True
        )

    def create_subprocess(self, my_task: Task, spec_name: str) -> Subprocess:
        """Begin the embedded subprocess of ``my_task``."""
        subprocess = Subprocess(self.subprocess_specs[spec_name], my_task.id, self)
        self.subprocesses[my_task.id] = subprocess
        subprocess.begin()
        return subprocess

    def refresh_timers(self) -> None:
        """Nothing: timers are delivered, never polled."""

    def get_active_subprocesses(self) -> list[Any]:
        """Return the subprocesses whose activity lives; the stock list keeps orphans."""
        return list(self.scopes())[1:]

    def live_tasks(self) -> Iterator[Task]:
        """Yield every living task of every living scope."""
        for workflow in self.scopes():
            yield from [task for task in workflow.tasks.values() if task.state & LIVE]

    def scopes(self) -> Iterator[Any]:
        """Yield this workflow and every living subprocess, parents first."""
        pending: list[Any] = [self]
        while pending:
            workflow = pending.pop(0)
            yield workflow
            for task_id, subprocess in self.subprocesses.items():
                task = workflow.tasks.get(task_id)
                if task is not None and task.state & LIVE and not subprocess.completed:
                    pending.append(subprocess)

    def find(self, token_id: str) -> Task | None:
        """Return the living task of that id."""
        for workflow in self.scopes():
            task = workflow.tasks.get(token_id)
            if task is not None:
                return task
        return None

    def advance(self) -> None:
        """Run what needs no person until only waits are left.

        :raises EngineFault: ``runaway`` where the diagram loops without a wait.
        """
        for count in range(1, MAX_RUNS + 1):
            task = self._next_ready()
            if task is None:
                self.run.ensure_light(self.variables)
                return
            self.run_task(task)
            if count % PRUNE_EVERY == 0:
                prune(self)
        raise EngineFault("runaway", "流程图存在没有等待环节的循环，本次操作已撤回")

    def run_task(self, task: Task) -> None:
        """Run one ready task; what follows it is foreseen here, not kept between steps."""
        if all(child.triggered for child in task.children):
            foresee(task)
        task.run()
        self.run.completed(task)
        self.note()

    def note(self) -> None:
        """Record every token that came to a place since the last call."""
        seen = self.run.seen
        for workflow in self.scopes():
            for task in workflow.tasks.values():
                if task.id not in seen and task.state >= TaskState.WAITING:
                    self.run.enter(task)

    def _next_ready(self) -> Task | None:
        for workflow in self.scopes():
            for task in workflow.tasks.values():
                if task.state == TaskState.READY and not task.task_spec.manual:
                    return task
        return None
