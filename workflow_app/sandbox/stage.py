"""The stage of the sandbox's story: who acts, on which task, with which form, at which moment.

Everything goes through ``App.execute`` under a clock that stands still until the story moves it.
Must never know: SQL, pages, which project is played.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from workflow_app.bootstrap import App
from workflow_app.commands.requests import (
    SYSTEM,
    AssignRole,
    Attach,
    CompleteTask,
    CreateOrganisation,
    CreateUser,
    MoveClock,
    Request,
    Result,
    StartCase,
)
from workflow_app.kernel.clock import SHANGHAI, legal_date
from workflow_app.sandbox.papers import Paper
from workflow_app.sandbox.people import (
    ACCOUNTS,
    BODIES,
    DEPARTMENT,
    EXCHANGE_QUALIFIED_UNTIL,
    OPERATOR,
    PASSWORD,
    Account,
    Body,
)
from workflow_app.store.repositories.inbox import InboxTask

Answer = Mapping[str, Any]
"""A form as the story fills it: JSON values, and a :class:`Paper` where a file is wanted."""


def at(day: str, hour: str = "10:00") -> datetime:
    """Return an instant by its Shanghai date and hour."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), SHANGHAI).astimezone(UTC)


@dataclass
class Stage:
    """One installation that is being filled."""

    app: App
    bodies: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    filings: dict[str, str] = field(default_factory=dict)
    projects: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)

    # --- people

    def enter_people(self) -> None:
        """Enter everybody: the system enters the administrator, the administrator the others."""
        self._body(DEPARTMENT, None)
        self._account(
            Account(OPERATOR, "演示系统管理员", DEPARTMENT.key, ("system_admin",), "信息中心"), None
        )
        for body in BODIES:
            self._body(body, OPERATOR)
        for account in ACCOUNTS:
            self._account(account, OPERATOR)

    def _body(self, body: Body, by: str | None) -> None:
        until = EXCHANGE_QUALIFIED_UNTIL if body.kind == "exchange" else None
        entered = CreateOrganisation(
            body.name, body.uscc, body.kind, division=body.place, qualified_until=until
        )
        self.bodies[body.key] = str(self.do(by, entered).values["organisation_id"])

    def _account(self, account: Account, by: str | None) -> None:
        body = self.bodies[account.body] if account.body else None
        entered = CreateUser(account.login, account.name, body, PASSWORD, account.post, lasting=True)
        user_id = str(self.do(by, entered).values["user_id"])
        self.people[account.login] = user_id
        for role in account.roles:
            self.do(by, AssignRole(user_id, role, body))

    # --- time

    @property
    def today(self) -> date:
        """The legal date on stage."""
        return legal_date(self.app.clock.now())

    def move_to(self, moment: datetime) -> None:
        """Move the clock; what falls due on the way happens on the way."""
        if moment > self.app.clock.now():
            self.app.execute(MoveClock(to=moment), SYSTEM)

    # --- acts

    def do(self, who: str | None, request: Request) -> Result:
        """Carry out a request as a person, or as the system."""
        actor = SYSTEM if who is None else self.app.actor(self.people[who], "web")
        return self.app.execute(request, actor)

    def opened(self, who: str, process_id: str, **fields: Any) -> Result:
        """Open a case as a person."""
        return self.do(who, StartCase(process_id, fields))

    def hand_in(self, cases: tuple[str, ...], element: str, who: str, answer: Answer) -> Result:
        """Hand in the form of the one open task of an element among these cases.

        :raises LookupError: the story and the diagrams disagree about what is open.
        """
        task = self._task(cases, element, who)
        with_files = {name: self._uploaded(task, who, name, value) for name, value in answer.items()}
        return self.do(who, CompleteTask(task.id, with_files))

    def tasks(self, cases: tuple[str, ...]) -> list[InboxTask]:
        """Return the open tasks of these cases."""
        with self.app.store.reading() as uow:
            return [task for case_id in cases for task in uow.inbox.of_case(case_id)]

    def cases(self, project_id: str) -> tuple[str, ...]:
        """Return the cases of a project."""
        with self.app.store.reading() as uow:
            return tuple(case.id for case in uow.cases.of_project(project_id))

    def passed(self, form: str, field_name: str, failed: Mapping[str, str] | None = None) -> list[Answer]:
        """Return a checklist that passes but for ``failed``: what is missing, by the item's key."""
        with self.app.store.reading() as uow:
            version = self.app.tools.versions.effective(uow)
        fields = self.app.tools.form(version, form).fields()
        items = next(each.fixed for each in fields if each.name == field_name)
        wrong = failed or {}
        return [
            {"result": "fail", "remark": wrong[item.value]} if item.value in wrong else {"result": "pass"}
            for item in items
        ]

    def _task(self, cases: tuple[str, ...], element: str, who: str) -> InboxTask:
        mine = (None, self.people[who])
        named = [task for task in self.tasks(cases) if task.element_id == element]
        found = [task for task in named if task.assignee_id in mine]
        if len(found) != 1:
            raise LookupError(
                f"{self.today} {who}: {len(found)} open tasks {element} among"
                f" {[task.element_id for task in self.tasks(cases)]}"
            )
        return found[0]

    def _uploaded(self, task: InboxTask, who: str, path: str, value: Any) -> Any:
        if isinstance(value, Paper):
            sent = Attach(task.id, path, value.name, io.BytesIO(value.content))
            return str(self.do(who, sent).values["attachment_id"])
        if isinstance(value, list):
            if all(isinstance(part, Paper) for part in value):
                return [self._uploaded(task, who, path, part) for part in value]
            return [
                {name: self._uploaded(task, who, f"{path}-{i}-{name}", part) for name, part in row.items()}
                if isinstance(row, Mapping)
                else row
                for i, row in enumerate(value)
            ]
        return value
