"""The one door: start a case, complete a task, deliver what was awaited; get a Step back.

Each call loads the case from its rows, lets it go on to its next waits and returns what
changed. Nothing is kept between calls and nothing is written: when a call raises, the case
is as it was. No clock is read here; a due date is delivered by whoever keeps it. This
module must never know SQL, people or the law.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task

from workflow_app.engine.activities import LinkedCall
from workflow_app.engine.decisions import decide
from workflow_app.engine.diagrams import Compiled, Files, Library
from workflow_app.engine.errors_thrown import throw_error
from workflow_app.engine.faults import UnhandledBusinessError
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.engine.model import (
    BusinessError,
    Decision,
    Definition,
    Json,
    LiveCase,
    OpenTask,
    Services,
    Step,
)
from workflow_app.engine.moving.door import Moves
from workflow_app.engine.plain import plain_mapping
from workflow_app.engine.running import CaseWorkflow, NoServices, Run
from workflow_app.engine.scopes import write
from workflow_app.engine.steps import Before, step_of
from workflow_app.engine.tokens import load
from workflow_app.engine.waits import open_task, waits_of
from workflow_app.kernel.errors import Conflict, NotFound


class Engine:
    """Runs the processes of deployed versions; holds parsed diagrams and no case.

    :param source: returns the files of a version by path.
    """

    def __init__(self, source: Callable[[str], Files]) -> None:
        self._library = Library(source)

    def definition(self, version: str) -> Definition:
        """Return what a version holds."""
        return self._library.version(version).definition

    def decide(self, version: str, table_id: str, names: Mapping[str, Json]) -> Decision:
        """Evaluate a decision table outside any case.

        :raises NotFound: the version holds no such table.
        :raises DecisionFault: no rule, or more than one, matches.
        """
        table = self._library.version(version).tables.get(table_id)
        if table is None:
            raise NotFound("unknown_decision", f"流程版本 {version[:12]} 中没有决策表“{table_id}”")
        return decide(table, table_id, names)

    def start(self, version: str, process_id: str, variables: Mapping[str, Json], services: Services) -> Step:
        """Start a case of ``process_id`` with its first variables.

        :raises NotFound: the version holds no such process.
        """
        compiled = self._library.compiled(version, process_id)
        workflow = CaseWorkflow(compiled)
        workflow.variables = plain_mapping(variables)
        workflow.run = Run(compiled, services)
        workflow.begin()
        workflow.note()
        workflow.advance()
        return step_of(workflow, version, Before.nothing())

    def complete(
        self, live: LiveCase, token_id: str, variables: Mapping[str, Json], services: Services
    ) -> Step:
        """Complete the human task ``token_id``, setting ``variables``.

        :raises Conflict: ``task_closed`` where no human task of that id waits.
        """
        workflow, before = self._load(live, services)
        task = before.waits.tasks.get(token_id)
        if task is None:
            raise Conflict("task_closed", "该任务已被办理或已关闭，请刷新后查看")
        write(task, plain_mapping(variables))
        workflow.run_task(task)
        return self._finish(workflow, live, before)

    def deliver(
        self, live: LiveCase, token_id: str, result: Mapping[str, Json] | BusinessError, services: Services
    ) -> Step:
        """Give a waiting call activity the result of its linked case.

        :raises Conflict: ``call_closed`` where no call of that id waits.
        :raises UnhandledBusinessError: ``result`` is an error no boundary event catches.
        """
        workflow, before = self._load(live, services)
        task = before.waits.calls.get(token_id)
        if task is None:
            raise Conflict("call_closed", "该环节已不再等待子办件的结果")
        spec: LinkedCall = task.task_spec
        if not isinstance(result, BusinessError):
            spec.deliver(task, result)
        elif not throw_error(task, result):
            raise UnhandledBusinessError(spec.bpmn_id, result)
        return self._finish(workflow, live, before)

    def fire(self, live: LiveCase, token_id: str, element_id: str, services: Services) -> Step:
        """Deliver the due timer ``element_id`` of ``token_id``.

        :raises Conflict: ``timer_closed`` where it no longer waits.
        """
        workflow, before = self._load(live, services)
        found = before.waits.timers.get((token_id, element_id))
        if found is None:
            raise Conflict("timer_closed", "该期限已不再计时")
        _catch(*found)
        return self._finish(workflow, live, before)

    def send(self, live: LiveCase, message: str, payload: Mapping[str, Json], services: Services) -> Step:
        """Deliver ``message`` to the one token that waits for it; ``payload`` joins the variables.

        :raises Conflict: ``message_not_awaited`` or ``message_ambiguous``.
        """
        workflow, before = self._load(live, services)
        found = [pair for pair in before.waits.messages.values() if pair[1].name == message]
        if len(found) != 1:
            code = "message_ambiguous" if found else "message_not_awaited"
            raise Conflict(code, "办件当前不能接收这一申请，请刷新后查看")
        task, definition = found[0]
        write(task, plain_mapping(payload))
        _catch(task, definition)
        return self._finish(workflow, live, before)

    def cancel(self, live: LiveCase) -> Step:
        """End the case where it stands; every wait closes, and there is no outcome."""
        workflow, before = self._load(live, NoServices())
        workflow.run.outcome = None
        for task in list(workflow.live_tasks()):
            task.cancel()
        workflow.completed = True
        return step_of(workflow, live.version, before, live)

    def open_tasks(self, live: LiveCase) -> tuple[OpenTask, ...]:
        """Return the human tasks that wait, with the variables each sees now."""
        workflow, before = self._load(live, NoServices())
        element = workflow.run.compiled.element
        return tuple(open_task(task, element(task.task_spec.bpmn_id)) for task in before.waits.tasks.values())

    def moves(
        self,
        target: str,
        files: Files | None = None,
        names: Callable[[str], Catalogue] | None = None,
        flags: Mapping[str, Json] | None = None,
    ) -> Moves:
        """Return what rehearses running cases on the version ``target``; see :class:`Moves`."""
        return Moves(self._library, target, files, names, flags)

    def _load(self, live: LiveCase, services: Services) -> tuple[CaseWorkflow, Before]:
        compiled: Compiled = self._library.compiled(live.version, live.process_id)
        workflow = load(live, compiled, services)
        return workflow, Before(waits_of(workflow), {task.id: task for task in workflow.live_tasks()})

    def _finish(self, workflow: CaseWorkflow, live: LiveCase, before: Before) -> Step:
        workflow.note()
        workflow.advance()
        return step_of(workflow, live.version, before, live)


def _catch(task: Task, definition: object) -> None:
    task.task_spec.event_definition.catch(task, BpmnEvent(definition))
    task.task_spec._update(task)
