"""One command under way: its unit of work, who acts, when, and the cases it has opened.

A command may touch several cases (a linked child ends and its parent goes on); all of them
share this run, its transaction and its one commit. Nothing here decides anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from calendars.published import Calendar
from workflow_app.commands.parameters import Parameters
from workflow_app.commands.requests import Actor
from workflow_app.commands.tools import Tools
from workflow_app.engine.model import LiveCase, TokenRow
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.repositories.deadlines import DeadlineRow, TimerRow
from workflow_app.store.repositories.inbox import InboxTask
from workflow_app.store.unit_of_work import UnitOfWork

Post = Callable[["Run", str, str, Mapping[str, Any]], bool]


@dataclass(slots=True)
class OpenCase:
    """A case as this command found it, and as its steps leave it.

    :param tasks: open human tasks by token id.
    :param timers: waiting timers by (token id, element id).
    :param limits: its time limits by id, once anybody asked; see ``deadlines``.
    :param form: key and answers of the form this act hands in, before the history has it.
    """

    row: CaseRow
    live: LiveCase
    parameters: Parameters
    tasks: dict[str, InboxTask] = field(default_factory=dict)
    timers: dict[tuple[str, str], TimerRow] = field(default_factory=dict)
    limits: dict[str, DeadlineRow] | None = None
    form: tuple[str, Mapping[str, Any]] | None = None

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
    """

    tools: Tools
    uow: UnitOfWork
    actor: Actor
    at: datetime
    post: Post
    calendar: Calendar
    cases: dict[str, OpenCase] = field(default_factory=dict)
    todo: deque[Callable[[], object]] = field(default_factory=deque)

    def case(self, case_id: str) -> OpenCase:
        """Return a case with its live rows, locked for this transaction.

        :raises NotFound: no such case.
        """
        found = self.cases.get(case_id)
        if found is not None:
            return found
        row = self.uow.cases.get(case_id, lock=True)
        tokens = {token.id: TokenRow(*token) for token in self.uow.tokens.of_case(case_id).values()}
        case = self.adopt(row, tokens)
        case.tasks = {task.id: task for task in self.uow.inbox.of_case(case_id)}
        waiting = self.uow.deadlines.timers_of(case_id, states=("pending", "suspended"))
        case.timers = {(timer.token_id, timer.element_id): timer for timer in waiting}
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
