"""One command under way: its unit of work, who acts, when, and the cases it has opened.

A command may touch several cases (a linked child ends and its parent goes on); all of them
share this run, its transaction and its one commit. Nothing here decides anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from calendars.published import Calendar
from workflow_app.commands.parameters import Parameters
from workflow_app.commands.requests import Actor
from workflow_app.commands.tools import Tools
from workflow_app.engine.model import LiveCase, TokenRow
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.repositories.deadlines import DeadlineRow, TimerRow
from workflow_app.store.repositories.inbox import InboxTask
from workflow_app.store.repositories.openings import Opening
from workflow_app.store.unit_of_work import UnitOfWork

Post = Callable[["Run", str, str, Mapping[str, Any]], bool]


class Begin(Protocol):
    """Opens a case on the effective version, linked to nobody."""

    def __call__(self, run: Run, process_id: str, variables: Mapping[str, Any], *, title: str) -> OpenCase:
        """Return the case at its first waits."""
        ...


@dataclass(slots=True)
class OpenCase:
    """A case as this command found it, and as its steps leave it.

    :param tasks: open human tasks by token id.
    :param timers: waiting timers by (token id, element id).
    :param limits: its time limits by id, once anybody asked; see ``deadlines``.
    :param duties: roles in which the actor has done a duty on the project; ``None`` where not asked.
    :param late_callers: ids of the cases that called this one and have a due timer, nearest first.
    :param papers: ids of the official papers this act has issued so far.
    :param form: key and answers of the form this act hands in, before the history has it.
    """

    row: CaseRow
    live: LiveCase
    parameters: Parameters
    tasks: dict[str, InboxTask] = field(default_factory=dict)
    timers: dict[tuple[str, str], TimerRow] = field(default_factory=dict)
    limits: dict[str, DeadlineRow] | None = None
    form: tuple[str, Mapping[str, Any]] | None = None
    duties: frozenset[str] | None = None
    late_callers: tuple[str, ...] = ()
    papers: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Return the case's id."""
        return self.row.id

    @property
    def subject(self) -> str:
        """Return what duties are counted on: the project, or the case where there is none."""
        return self.row.project_id or self.row.id


@dataclass(slots=True)
class Run:
    """A command under way.

    :param at: the instant of the act by the legal clock; one instant for the whole command.
    :param post: sends a message to a case that may wait for it; wired by the executor, so that
        effects need not know how a case is stepped.
    :param begin: opens a case that follows on this act, wired likewise.
    """

    tools: Tools
    uow: UnitOfWork
    actor: Actor
    at: datetime
    post: Post
    begin: Begin
    cases: dict[str, OpenCase] = field(default_factory=dict)
    todo: deque[Callable[[], object]] = field(default_factory=deque)
    _calendar: Calendar | None = None

    @property
    def calendar(self) -> Calendar:
        """Return the calendar in force, one for the whole command."""
        if self._calendar is None:
            self._calendar = self.tools.calendars.current(self.uow)
        return self._calendar

    def case(self, case_id: str) -> OpenCase:
        """Return a case with its live rows, locked for this transaction.

        :raises NotFound: no such case.
        """
        found = self.cases.get(case_id)
        if found is not None:
            return found
        return self._opened(self.uow.openings.of_case(case_id, self.actor.user_id, self.at))

    def case_of_task(self, task_id: str) -> OpenCase | None:
        """Return the case of an open task, locked; ``None`` where the task is not open."""
        found = next((case for case in self.cases.values() if task_id in case.tasks), None)
        if found is not None:
            return found
        opening = self.uow.openings.of_task(task_id, self.actor.user_id, self.at)
        return None if opening is None else self._opened(opening)

    def _opened(self, opening: Opening) -> OpenCase:
        case = self.adopt(opening.row, {each.id: TokenRow(*each) for each in opening.tokens.values()})
        case.tasks = {task.id: task for task in opening.tasks}
        case.timers = {(timer.token_id, timer.element_id): timer for timer in opening.timers}
        case.limits = {limit.id: limit for limit in opening.limits}
        case.duties = opening.duties
        case.late_callers = opening.late_callers
        return case

    def adopt(self, row: CaseRow, tokens: Mapping[str, TokenRow]) -> OpenCase:
        """Take a case under this run."""
        live = LiveCase(row.version, row.process_id, row.header, tokens)
        case = OpenCase(row, live, self.tools.parameters(row.version))
        self.cases[case.id] = case
        return case

    def later(self, act: Callable[[], object]) -> None:
        """Put off what may only follow once the present step is saved."""
        self.todo.append(act)

    def drain(self) -> None:
        """Do what was put off, in order, including what that puts off."""
        while self.todo:
            self.todo.popleft()()
