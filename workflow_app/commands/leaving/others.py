"""Who else could take what is offered to a leaver: by the posts of the day after, and by what they did.

A task only colleagues may not touch, because each has done the other duty on its project, waits for whoever
leaves as much as one nobody holds the post for. It must never know what a task is about.
"""

from __future__ import annotations

from datetime import date

from workflow_app.commands import permissions
from workflow_app.kernel.errors import Refused
from workflow_app.store.repositories.inbox import InboxTask
from workflow_app.store.unit_of_work import UnitOfWork


class Others:
    """Everybody but one person, on one legal day; what is asked of the database is asked once."""

    def __init__(self, uow: UnitOfWork, user_id: str, day: date) -> None:
        self.user_id = user_id
        self.day = day
        self._uow = uow
        self._holders: dict[str, dict[str, str]] = {}
        self._done: dict[str, dict[str, frozenset[str]]] = {}

    def can(self, task: InboxTask) -> bool:
        """Tell whether somebody else may work on a task."""
        subject = task.project_id or task.case_id
        return any(
            self._free(person, role, subject)
            for principal in task.candidates
            for person, role in self._holding(principal).items()
        )

    def _holding(self, principal: str) -> dict[str, str]:
        """Return who stands behind a principal, and in which role they would act."""
        if principal not in self._holders:
            self._holders[principal] = self._found(principal)
        return self._holders[principal]

    def _found(self, principal: str) -> dict[str, str]:
        kind, _, rest = principal.partition(":")
        if kind == "user":
            return {} if rest == self.user_id else {rest: ""}
        role, _, organisation = rest.partition(":")
        roles = sorted(permissions.APPLICANTS) if role == "applicant" else [role]
        holders = self._uow.people.holders
        return {
            person: each
            for each in roles
            for person in holders(each, organisation or None, self.day) - {self.user_id}
        }

    def _free(self, person: str, role: str, subject: str) -> bool:
        if person not in self._done:
            self._done[person] = self._uow.duties.done_by(person)
        try:
            permissions.ensure_separated(role, self._done[person].get(subject, frozenset()))
        except Refused:
            return False
        return True
