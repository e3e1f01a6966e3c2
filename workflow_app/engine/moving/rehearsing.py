"""A case moved to another version on a copy: the same tokens, the same waits, other drawing round them.

SpiffWorkflow's own migration resets what waits, so that a task gets another id and a timer starts
again. Here nothing is reset: the rows stay, and only what they are read against changes. A finished
element the other version lacks is let go of; its follower hangs on the root, as after pruning. Whether
the case could ever stand there is asked of the other version's net. Nothing is written, and the
moved copy is loaded and compared before anybody hears of it. This module must never know SQL.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.task import Task

from workflow_app.engine.model import LiveCase, TokenRow, Variables
from workflow_app.engine.moving.comparing import Remarks, compare
from workflow_app.engine.moving.drawn import Drawn
from workflow_app.engine.moving.model import Rehearsed, Standing
from workflow_app.engine.moving.variables import unset
from workflow_app.engine.plain import dumps
from workflow_app.engine.pruning import LIVE
from workflow_app.engine.running import CaseWorkflow, NoServices
from workflow_app.engine.scopes import SCOPE
from workflow_app.engine.tokens import dump, load
from workflow_app.engine.waits import Waits, waits_of


def rehearse(live: LiveCase, version: str, old: Drawn, new: Drawn, flags: Variables) -> Rehearsed:
    """Try ``live`` on ``version``, whose drawing of its process is ``new``.

    :param flags: of that version; a case that lacks one is given it.
    """
    workflow = load(live, old.compiled, NoServices())
    before = waits_of(workflow)
    remarks = Remarks(old, new)
    lost: set[str] = set()
    for scope, spec, identifier in _scopes(workflow, new):
        if spec is None:
            remarks.refuse("missing", identifier, f"新版本中没有子流程“{remarks.name(identifier)}”")
            continue
        _compare_scope(remarks, scope, spec, lost)
        if not remarks.obstacles:
            _ask_net(remarks, scope, identifier)
    standing = _standing(workflow, before, old)
    header = _with_flags(live.header, flags, remarks)
    _ask_variables(remarks, workflow, standing.places, frozenset(json.loads(header)["variables"]))
    if remarks.obstacles:
        return Rehearsed(standing, tuple(remarks.obstacles), tuple(remarks.differences), None)
    rows = _without(live, workflow, lost)
    copy = load(LiveCase(version, live.process_id, header, rows), new.compiled, NoServices())
    tokens = dump(copy, version).tokens  # what was hung elsewhere finds its place among its new neighbours
    if _keys(waits_of(copy)) != _keys(before) or _held(tokens) != _held(rows):
        remarks.refuse("not_the_same", "-", "演练后的待办、期限或等待事项与原来不一致")
        return Rehearsed(standing, tuple(remarks.obstacles), tuple(remarks.differences), None)
    moved = LiveCase(version, live.process_id, header, tokens)
    return Rehearsed(standing, (), tuple(remarks.differences), moved)


def _with_flags(text: str, flags: Variables, remarks: Remarks) -> str:
    """Give a case the flags it lacks; one it has keeps its value."""
    header = json.loads(text)
    lacking = sorted(flags.keys() - header["variables"].keys())
    if not lacking:
        return text
    for name in lacking:
        remarks.tell("new_flag", "-", f"办件补上新版本增加的办理参数“{name}”")
    header["variables"] |= {name: flags[name] for name in lacking}
    return dumps(header)


def _ask_variables(
    remarks: Remarks, workflow: CaseWorkflow, places: tuple[str, ...], held: frozenset[str]
) -> None:
    frames = (task.internal_data.get(SCOPE) or {} for task in workflow.live_tasks())
    held = held.union(*frames)
    known = unset(remarks.old, places, held)
    for name, element in unset(remarks.new, places, held).items():
        if name not in known:
            drawn = remarks.new.nodes[element].name or element
            text = f"新版本的“{drawn}”要用变量“{name}”，而办件已过了写入它的环节"
            remarks.refuse("variable_unset", element, text)


def _scopes(workflow: CaseWorkflow, new: Drawn) -> Iterator[tuple[Any, Any, str]]:
    """Yield each living scope with its specification in the other version and its element's id."""
    for scope in workflow.scopes():
        if scope.parent_task_id is None:
            yield scope, new.compiled.spec, new.compiled.process.id
        else:
            name = workflow.get_task_from_id(scope.parent_task_id).task_spec.spec
            yield scope, new.compiled.subprocess_specs.get(name), name


def _compare_scope(remarks: Remarks, scope: Any, spec: Any, lost: set[str]) -> None:
    for task in scope.tasks.values():
        found = spec.task_specs.get(task.task_spec.name)
        element = task.task_spec.bpmn_id or task.task_spec.name
        if found is None and not _finished(task):
            remarks.refuse("missing", element, f"新版本中没有环节“{remarks.name(element)}”")
        elif found is None and _asked_for(task):
            text = f"办件在汇合处等待，而新版本中没有它走过的环节“{remarks.name(element)}”"
            remarks.refuse("other_branch", element, text)
        elif found is None:
            lost.add(task.id)
        elif not _finished(task) and task.task_spec.bpmn_id is not None:
            compare(remarks, task.task_spec, found)


def _finished(task: Task) -> bool:
    return not task.state & LIVE


def _asked_for(task: Task) -> bool:
    """Whether somebody looks at a finished task: a join does, and what hangs on an activity's split."""
    return task._parent is None or any(
        isinstance(child.task_spec, Join) or not child.state & LIVE for child in task.children
    )


def _ask_net(remarks: Remarks, scope: Any, identifier: str) -> None:
    marking = set()
    for task in scope.tasks.values():
        place = _place(task, remarks.new)
        if place is not None:
            marking.add(place)
    if not marking:
        return
    can = remarks.new.can_stand(identifier, frozenset(marking))
    if can is None:
        remarks.refuse("too_complex", "-", "新版本的分支组合太多，无法证明办件可以停在现在的位置")
    elif not can:
        names = "、".join(
            dict.fromkeys(f"“{remarks.name(_element(each, remarks.old))}”" for each in sorted(marking))
        )
        remarks.refuse("not_reachable", "-", f"按新版本，办件不会同时停在{names}")


def _place(task: Task, drawn: Drawn) -> str | None:
    """Return the place of the net a living task lies on; ``None`` for what is beside the net."""
    spec = task.task_spec
    node = drawn.nodes.get(spec.bpmn_id) if spec.bpmn_id is not None else None
    if _finished(task) or node is None or node.kind == "boundaryEvent":
        return None
    if task.triggered and task.parent is not None and isinstance(task.parent.task_spec, LoopTask):
        return None  # an instance: the activity itself holds the token
    if node.kind == "parallelGateway":
        flow = drawn.compiled.flow_ids.get((task.parent.task_spec.bpmn_id, spec.bpmn_id))
        return flow or f"? {spec.bpmn_id}"
    return f"@{spec.bpmn_id}"


def _element(place: str, old: Drawn) -> str:
    flow = old.compiled.process.flows.get(place)
    return flow.target if flow is not None else place.lstrip("@? ")


def _without(live: LiveCase, workflow: CaseWorkflow, lost: set[str]) -> dict[str, TokenRow]:
    """Return the rows without the finished tasks let go of, what followed them hung on its root."""
    if not lost:
        return dict(live.tokens)
    roots = {task.id: scope.task_tree.id for scope in workflow.scopes() for task in scope.tasks.values()}
    rows = {}
    for row in live.tokens.values():
        if row.id in lost:
            continue
        body = json.loads(row.body)
        if body.get("p") in lost:
            rows[row.id] = TokenRow(row.id, row.element, row.state, dumps({**body, "p": roots[row.id]}))
        else:
            rows[row.id] = row
    return rows


def _held(rows: Mapping[str, TokenRow]) -> dict[str, tuple[str, int, Any]]:
    """Return what each row holds, but for what it hangs on and where among its neighbours."""
    return {row.id: (row.element, row.state, json.loads(row.body).get("i")) for row in rows.values()}


def _keys(waits: Waits) -> tuple[frozenset[Any], ...]:
    """Return what is waited for, in a form that can be compared between two versions."""
    return (
        frozenset((key, task.task_spec.bpmn_id) for key, task in waits.tasks.items()),
        frozenset(waits.timers),
        frozenset((key, task.task_spec.called) for key, task in waits.calls.items()),
        frozenset((key, definition.name) for key, (_, definition) in waits.messages.items()),
    )


def _standing(workflow: CaseWorkflow, waits: Waits, old: Drawn) -> Standing:
    places = (task.task_spec.bpmn_id for task in workflow.live_tasks() if _place(task, old) is not None)
    limits = {definition.form.rule for _, definition in waits.timers.values()}
    limits |= {task.task_spec.properties.get("deadline", "") for task in waits.tasks.values()}
    return Standing(
        tuple(dict.fromkeys(places)),
        {key: task.task_spec.bpmn_id for key, task in waits.tasks.items()},
        {key: task.task_spec.bpmn_id for key, task in waits.calls.items()},
        frozenset(limits - {""}),
    )
