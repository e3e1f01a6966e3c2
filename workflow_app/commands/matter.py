"""What a paper may say of its case: names and forms, read inside the act's transaction.

The composers of papers stand on it. It must never decide anything, nor write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from calendars import periods
from calendars.periods import Due
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.figures import written_day
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import NotFound
from workflow_app.store.sealing import ERASED

Rows = list[list[str]]
JUDGED: Final = frozenset({"expert_assessment", "public_notice", "objection"})
"""The processes that judge a first batch together with its project (一并办理)."""
Form = Mapping[str, Any]


@dataclass
class Matter:
    """One case as its papers speak of it."""

    run: Run
    case: OpenCase

    @cached_property
    def project(self) -> Mapping[str, Any]:
        """The case's project; empty where it has none."""
        found = self.case.row.project_id
        return (self.run.uow.programme.project(found) if found else None) or {}

    @cached_property
    def batch(self) -> Mapping[str, Any]:
        """The stage of issuance the case is about; empty where it is about the project."""
        found = self.case.row.batch_id
        return (self.run.uow.programme.batch(found) if found else None) or {}

    @property
    def name(self) -> str:
        """What the project, or the case, is called."""
        return str(self.project.get("name") or self.case.row.title)

    @property
    def owner(self) -> str:
        """The project's owner by name."""
        return self.organisation(self.case.row.owner_org)

    @property
    def applicant(self) -> str:
        """The applicant by name."""
        return self.organisation(self.case.row.applicant_org or self.case.row.owner_org)

    @property
    def exchange(self) -> str:
        """The exchange by name."""
        return self.organisation(self.case.row.exchange_org)

    @property
    def stage(self) -> str:
        """第n期减排量, or empty for the project itself."""
        return f"第{self.batch['sequence']}期减排量" if self.batch else ""

    @property
    def subject(self) -> str:
        """What follows the project's name where both are judged at once, or a batch alone; else empty."""
        together = self.batch and self.project.get("registered_at") is None
        return f"及{self.stage}" if together and self.case.row.process_id in JUDGED else self.stage

    @property
    def methodology(self) -> str:
        """The methodology's name and code."""
        code = str(self.project.get("methodology_code") or "")
        row = self.run.uow.programme.methodology(code) if code else None
        return f"{row['name']}（{code}）" if row else code

    @property
    def receipt(self) -> str:
        """The number under which the applicant follows the project."""
        project_id = self.case.row.project_id
        cases = self.run.uow.cases.of_project(project_id, "project_lifecycle") if project_id else ()
        return cases[0].number if cases else self.case.row.number

    @property
    def received_on(self) -> str:
        """The day on which what the case is about was received."""
        received = self.batch.get("received_at") or self.project.get("received_at")
        return written(received or self.case.row.opened_at)

    def organisation(self, organisation_id: str | None) -> str:
        """Return an organisation's name, empty where there is none."""
        return self.run.uow.people.organisation(organisation_id).name if organisation_id else ""

    def person(self, user_id: str) -> str:
        """Return a person's name; one who was erased has none any more."""
        try:
            return self.run.uow.people.user(user_id).name
        except NotFound:
            return ERASED

    def holder(self, account: Mapping[str, Any]) -> object:
        """Return who holds an account, a natural person's name as ciphertext."""
        if account["organisation_id"] is not None:
            return self.organisation(account["organisation_id"])
        person = account["person_id"]
        return self.run.uow.personal.seal(f"user:{person}", self.person(person))

    def form(self, key: str) -> Form:
        """Return the form last handed in under ``key``; empty where there is none."""
        if self.case.form is not None and self.case.form[0] == key:
            return self.case.form[1]
        return self.run.uow.history.form(f"case:{self.case.id}", key) or {}

    def signed_forms(self, key: str) -> tuple[tuple[str, Form], ...]:
        """Return every form handed in under ``key`` with who signed it, oldest first."""
        stream = f"case:{self.case.id}"
        return tuple(
            (event.actor_id or "", event.body["form"]["data"])
            for event in self.run.uow.history.stream(stream)
            if event.form_key == key
        )

    def label(self, form: str, field: str, value: object) -> str:
        """Return how a form names one of its choices."""
        definition = self.run.tools.form(self.case.row.version, form)
        chosen = definition.field(field)
        labels = {choice.value: choice.label for choice in (*chosen.choices, *chosen.fixed)}
        return labels.get(str(value), str(value))

    def due(self, rule: str) -> Due:
        """Return the limit of ``rule`` from this act, without opening it."""
        return periods.compute(self.case.parameters.rule(rule), self.run.at, self.run.calendar)

    def days_of(self, rule: str) -> str:
        """Return how many days a limit has."""
        return str(self.case.parameters.rule(rule).n)


def written(value: datetime | date | str | None) -> str:
    """Return an instant or a date, or its ISO text, as a letter writes it; empty for ``None``."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        value = legal_date(value)
    return "" if value is None else written_day(value)


def rows_of(form: Form, field: str) -> Sequence[Form]:
    """Return the rows of a form's table."""
    found = form.get(field)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list | tuple) else []


def facts(*pairs: tuple[str, object]) -> Rows:
    """Return rows of a name and a value, without those that say nothing."""
    return [[name, str(value)] for name, value in pairs if value not in (None, "")]


def whole(value: object) -> str:
    """Return tonnes with thousands apart."""
    return f"{int(str(value)):,}"
