"""Live tokens as rows, and back: what a case needs to go on, in plain JSON.

A row is a task of :mod:`workflow_app.engine.pruning`'s choice; the header holds the case's
variables. Predicted tasks are not kept: they are predicted again when their parent runs.
The contract, tested at every step of the random walks: a case reloaded from its rows goes
on exactly as the one in memory. This module must never know SQL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.diagrams import Compiled
from workflow_app.engine.faults import EngineFault
from workflow_app.engine.model import LiveCase, Services, TokenRow
from workflow_app.engine.plain import dumps
from workflow_app.engine.pruning import prune
from workflow_app.engine.running import CaseWorkflow, Run
from workflow_app.engine.tree import Node, Subprocess

MAX_DEPTH: Final = 800
"""SpiffWorkflow's iterators go blind below 1,000 levels and then report a case as completed."""

_TRANSIENT: Final = ("seen_events",)


def dump(workflow: CaseWorkflow, version: str) -> LiveCase:
    """Prune the case and return it as rows.

    :raises EngineFault: ``case_too_deep``.
    """
    if workflow.completed:
        rows: dict[str, TokenRow] = {}
    else:
        prune(workflow)
        rows = {}
        for scope in workflow.scopes():
            _dump_scope(scope, workflow, rows)
    header = {
        "variables": workflow.variables,
        "root": workflow.task_tree.id,
        "roots": {key: sub.task_tree.id for key, sub in workflow.subprocesses.items()},
    }
    if workflow.run.outcome is not None:
        header["outcome"] = workflow.run.outcome
    return LiveCase(version, workflow.spec.name, dumps(header), rows)


def load(live: LiveCase, compiled: Compiled, services: Services) -> CaseWorkflow:
    """Rebuild the case of ``live`` in memory."""
    header: dict[str, Any] = json.loads(live.header)
    workflow = CaseWorkflow(compiled)
    workflow.variables = header["variables"]
    workflow.run = Run(compiled, services)
    workflow.run.outcome = header.get("outcome")
    grouped: dict[str, list[tuple[TokenRow, dict[str, Any]]]] = {}
    for row in live.tokens.values():
        body = json.loads(row.body)
        grouped.setdefault(body.get("w", ""), []).append((row, body))
    if not grouped:
        raise EngineFault("case_ended", "该办件已经办结")
    _load_scope(workflow, workflow, header["root"], grouped.pop(""))
    _load_subprocesses(workflow, workflow, header["roots"], grouped)
    return workflow


def _dump_scope(scope: Any, top: CaseWorkflow, rows: dict[str, TokenRow]) -> None:
    pending = [(scope.task_tree, 0, 0)]
    while pending:
        task, position, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise EngineFault("case_too_deep", "办件的流程层次过深，本次操作已撤回")
        if task.state < TaskState.WAITING and not (
            task.parent and task.parent.state & TaskState.FINISHED_MASK
        ):
            continue
        rows[task.id] = _row(task, position, scope, top)
        order = -1
        for child in task.children:
            order = max(order + 1, top.order.get(child.id, 0))
            pending.append((child, order, depth + 1))


def _row(task: Task, position: int, scope: Any, top: CaseWorkflow) -> TokenRow:
    top.order[task.id] = position
    body: dict[str, Any] = {"n": position}
    if task._parent is not None:
        body["p"] = task._parent
    if scope.parent_task_id is not None:
        body["w"] = scope.parent_task_id
    if task.triggered:
        body["t"] = 1
    kept = {k: v for k, v in task.internal_data.items() if k not in _TRANSIENT and v is not False}
    if kept:
        body["i"] = kept
    return TokenRow(task.id, task.task_spec.name, task.state, dumps(body))


def _load_scope(
    scope: Any, top: CaseWorkflow, root: str, rows: list[tuple[TokenRow, dict[str, Any]]]
) -> None:
    specs = scope.spec.task_specs
    rows.sort(key=lambda pair: (pair[1]["n"], pair[0].id))
    for row, body in rows:
        spec = specs.get(row.element)
        if spec is None:
            raise EngineFault("unknown_element", f"流程版本中没有环节“{row.element}”")
        task = Node(scope, spec, state=row.state, id=row.id)
        task.triggered = "t" in body
        task.internal_data = body.get("i", {})
        task._parent = body.get("p")
        top.order[task.id] = body["n"]
        top.run.seen.add(task.id)
    for task in scope.tasks.values():
        if task._parent is not None:
            scope.tasks[task._parent]._children.append(task.id)
    scope.task_tree = scope.tasks[root]
    scope.last_task = scope.task_tree


def _load_subprocesses(
    scope: Any,
    top: CaseWorkflow,
    roots: Mapping[str, str],
    grouped: dict[str, list[tuple[TokenRow, dict[str, Any]]]],
) -> None:
    for task in list(scope.tasks.values()):
        rows = grouped.pop(task.id, None)
        if rows is None:
            continue
        spec = top.subprocess_specs[task.task_spec.spec]
        subprocess = Subprocess(spec, task.id, top)
        top.subprocesses[task.id] = subprocess
        subprocess.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
        _load_scope(subprocess, top, roots[task.id], rows)
        _load_subprocesses(subprocess, top, roots, grouped)
