"""A case run again on another version, in memory: the engine is given each recorded act as it was given then.

Forms are read by the version's own definitions, services answer what they answered, called cases return what
they returned. Where the version asks for something that was never recorded the run ends.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from workflow_app.commands.backtest.design import Design
from workflow_app.commands.backtest.recorded import Act, Wait
from workflow_app.commands.requests import Json
from workflow_app.commands.steps import INHERITED
from workflow_app.engine.model import BusinessError, Element, LiveCase, Step, Variables
from workflow_app.store.repositories.cases import CaseRow

Key = TypeVar("Key")


class NeverGiven(Exception):
    """The version needs something at ``element`` the case never recorded."""

    def __init__(self, element: str) -> None:
        super().__init__(element)
        self.element = element


class NoSuchWait(Exception):
    """What was done then does not wait on this version."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A wait under a limit, as the version draws it: its rule and the instant it runs from, as text."""

    rule: str
    start: Json


@dataclass(slots=True)
class _Answers:
    """The services of one act, answering as they did."""

    left: deque[Mapping[str, Json]]

    def call(
        self,
        operation: str,
        element: Element,
        token_id: str,  # noqa: ARG002  # the engine's contract
        inputs: Variables,  # noqa: ARG002
        variables: Variables,  # noqa: ARG002
    ) -> Variables:
        """Return what the operation returned then.

        :raises NeverGiven: it was not asked in this act.
        """
        for given in self.left:
            if given["operation"] == operation:
                self.left.remove(given)
                if "error" in given:
                    raise BusinessError(str(given["error"]), given.get("payload"))  # type: ignore[arg-type]
                return given["values"]  # type: ignore[return-value]  # as the history has it
        raise NeverGiven(element.id)


@dataclass(slots=True)
class Rerun:
    """One case under way on a version.

    :param opened: the waits the last step opened, with the limit of each; warnings left out.
    :param called: the processes its calls start.
    :param shut: the waits it closed.
    """

    design: Design
    case: CaseRow
    live: LiveCase | None = None
    opened: dict[Wait, Limit | None] = field(default_factory=dict)
    called: dict[Wait, str] = field(default_factory=dict)
    shut: list[Wait] = field(default_factory=list)
    _counted: Counter[str] = field(default_factory=Counter)
    _tasks: dict[str, Wait] = field(default_factory=dict)
    _calls: dict[str, Wait] = field(default_factory=dict)
    _timers: dict[tuple[str, str], Wait] = field(default_factory=dict)

    def act(self, act: Act) -> Step:
        """Give the engine what was given then.

        :raises NoSuchWait: what was done does not wait.
        :raises NeverGiven: a service is asked that was not.
        :raises EngineFault: the version cannot go on.
        """
        step = self._step(act, _Answers(deque(act.calls)))
        self.live = step.case
        self._keep(step)
        return step

    def _step(self, act: Act, services: _Answers) -> Step:
        engine, version = self.design.engine, self.design.version
        if act.kind == "case_started":
            flags = self.design.parameters.flags
            base = {**flags, **dict.fromkeys(INHERITED), **act.given, "case_id": self.case.id}
            return engine.start(version, self.case.process_id, base, services)
        if self.live is None:
            raise NoSuchWait
        if act.kind == "task_completed":
            variables = self.variables(act)
            return engine.complete(self.live, _found(self._tasks, act.wait), variables, services)
        if act.kind == "call_returned":
            return engine.deliver(self.live, _found(self._calls, act.wait), act.given, services)
        if act.kind == "timer_fired":
            token, element = _found(self._timers, act.wait)
            return engine.fire(self.live, token, element, services)
        return engine.send(self.live, act.message, act.given, services)

    def variables(self, act: Act) -> Mapping[str, Json]:
        """Return the variables the version's own form makes of what was handed in.

        :raises NoSuchWait: the version has no such form, or the form no such button.
        """
        form = self.design.forms.get(self._form(act))
        for button in form.actions if form else ():
            if form and act.form and button.value == act.form.action:
                return form.variables(act.form.data, button)
        raise NoSuchWait

    def _form(self, act: Act) -> str:
        process = self.design.definition.processes.get(self.case.process_id)
        element = process.elements.get(act.element) if process else None
        return element.properties.get("form", "") if element else ""

    def _keep(self, step: Step) -> None:
        """Take the step's waits in."""
        self.opened, self.called, self.shut = {}, {}, []
        for token in step.tasks_closed:
            self.shut.append(self._tasks.pop(token))
        for token in step.calls_closed:
            self._calls.pop(token, None)
        for where in step.timers_closed:
            self.shut.append(self._timers.pop(where))
        for task in step.tasks_opened:
            wait = self._tasks[task.token_id] = self._next(task.element.id)
            wanted = task.element.properties
            since = wanted.get("deadline_from")
            start = task.data.get(since) if since else None
            self.opened[wait] = Limit(wanted["deadline"], start) if "deadline" in wanted else None
        for call in step.calls_opened:
            wait = self._calls[call.token_id] = self._next(call.element.id)
            self.called[wait] = call.process_id
        for timer in step.timers_opened:
            wait = self._timers[timer.token_id, timer.element.id] = self._next(timer.element.id)
            if timer.kind == "deadline":
                self.opened[wait] = Limit(timer.rule, timer.start)

    def _next(self, element: str) -> Wait:
        which = self._counted[element]
        self._counted[element] += 1
        return element, which


def _found(waiting: Mapping[Key, Wait], wait: Wait | None) -> Key:
    for key, known in waiting.items():
        if known == wait:
            return key
    raise NoSuchWait
