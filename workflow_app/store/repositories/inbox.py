"""The inbox: open human tasks and one entry for each principal who may see them.

A page is the merge of each principal's first rows in due order, which one index serves whatever
the size of the inbox; counts stop at a bound. A claimed task has one entry, its assignee's; an
unclaimed one has an entry for every candidate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from workflow_app.kernel.errors import Conflict, NotFound
from workflow_app.store.driver import Driver, Query
from workflow_app.store.live import Live
from workflow_app.store.schema.columns import Value
from workflow_app.store.tables import inbox_entry, inbox_task

NO_LIMIT: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""``due_at`` of an entry whose task has no limit: after all others."""


@dataclass(frozen=True, slots=True)
class InboxTask:
    """One open human task.

    :param id: the token's id.
    :param candidates: principals it is offered to.
    :param data: what a face needs of the variables the task sees, JSON-ready.
    """

    id: str
    case_id: str
    project_id: str | None
    process_id: str
    element_id: str
    name: str
    form: str
    role: str
    candidates: Sequence[str]
    opened_at: datetime
    assignee_id: str | None = None
    claimed_at: datetime | None = None
    due_at: datetime | None = None
    deadline_id: str | None = None
    provisional: int = 0
    data: Value = field(default_factory=dict)


class InboxRepository:
    """Open tasks of one unit of work."""

    def __init__(self, driver: Driver, live: Live) -> None:
        self._driver = driver
        self._live = live

    def open(self, *tasks: InboxTask) -> None:
        """Offer tasks: to the assignee where there is one, else to every candidate."""
        self._live.insert(
            inbox_task, *({name: getattr(t, name) for name in InboxTask.__slots__} for t in tasks)
        )
        self._live.insert(inbox_entry, *(entry for task in tasks for entry in _entries(task)))

    def close(self, *task_ids: str) -> None:
        """Take tasks away from everybody; one that is not open is no error."""
        self.withdraw(*(task for task in map(self.find, task_ids) if task is not None))

    def withdraw(self, *tasks: InboxTask) -> None:
        """Take tasks away from everybody, as they were read in this transaction."""
        self._live.delete(inbox_entry, *(_key(entry) for task in tasks for entry in _entries(task)))
        self._live.delete(inbox_task, *({"id": task.id} for task in tasks))

    def find(self, task_id: str) -> InboxTask | None:
        """Return an open task, or ``None``."""
        row = _GET.first(self._driver, id=task_id)
        return None if row is None else InboxTask(*row)

    def get(self, task_id: str) -> InboxTask:
        """Return an open task.

        :raises NotFound: it was done, or never was.
        """
        task = self.find(task_id)
        if task is None:
            raise NotFound("no_such_task", "此事项已经办结或不存在")
        return task

    def of_case(self, case_id: str) -> tuple[InboxTask, ...]:
        """Return the open tasks of a case, oldest first."""
        rows = _OF_CASE.all(self._driver, case_id=case_id)
        return tuple(InboxTask(*row) for row in rows)

    def assign(self, before: InboxTask, user_id: str | None, at: datetime) -> InboxTask:
        """Move a task to one person's inbox, or back to all candidates (``None``).

        The caller has judged who may by the task as it was read; this refuses a race.

        :param before: the task as the caller judged it.
        :raises Conflict: it has been taken, passed on or done since.
        """
        values = {"assignee_id": user_id, "claimed_at": None if user_id is None else at}
        if not self._live.update(
            inbox_task,
            {"id": before.id},
            values,
            where={"assignee_id": before.assignee_id},
        ):
            raise Conflict("claimed_by_other", "此事项刚刚被他人领办，请刷新")
        after = _with(before, **values)
        self._replace(before, after)
        return after

    def offer_to(self, before: InboxTask, user_id: str) -> InboxTask:
        """Assign a task that was one person's by name to another by name.

        :raises Conflict: it has been done since.
        """
        values: dict[str, Any] = {"assignee_id": user_id, "candidates": [f"user:{user_id}"]}
        seen = {"assignee_id": before.assignee_id}
        if not self._live.update(inbox_task, {"id": before.id}, values, where=seen):
            raise Conflict("task_gone", "此事项刚刚已办结或终止")
        after = _with(before, **values)
        self._replace(before, after)
        return after

    def limit(
        self, task_id: str, due_at: datetime | None, deadline_id: str | None, *, provisional: bool
    ) -> None:
        """Set or move a task's due date.

        :raises NotFound: not open.
        """
        before = self.get(task_id)
        values = {"due_at": due_at, "deadline_id": deadline_id, "provisional": int(provisional)}
        self._live.update(inbox_task, {"id": task_id}, values)
        self._replace(before, _with(before, **values))

    def of_assignee(self, user_id: str) -> tuple[InboxTask, ...]:
        """Return every task one person holds (a leaver's, for reassignment), by due date."""
        rows = _HELD.all(self._driver, principal=f"user:{user_id}")
        return tuple(InboxTask(*row) for row in rows)

    def _replace(self, before: InboxTask, after: InboxTask) -> None:
        old, new = list(_entries(before)), list(_entries(after))
        self._live.delete(inbox_entry, *(_key(entry) for entry in old if entry not in new))
        self._live.insert(inbox_entry, *(entry for entry in new if entry not in old))


def _entries(task: InboxTask) -> Iterable[dict[str, Any]]:
    principals = task.candidates if task.assignee_id is None else [f"user:{task.assignee_id}"]
    for principal in dict.fromkeys(principals):
        yield {
            "principal": principal,
            "due_at": task.due_at or NO_LIMIT,
            "task_id": task.id,
            "process_id": task.process_id,
            "element_id": task.element_id,
        }


def _key(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("principal", "due_at", "task_id")}


def _with(task: InboxTask, **values: Value) -> InboxTask:
    return InboxTask(**{name: values.get(name, getattr(task, name)) for name in InboxTask.__slots__})


_COLUMNS: Final = [inbox_task.c[name] for name in InboxTask.__slots__]
_GET: Final = Query(_COLUMNS, "WHERE id = {id}")
_OF_CASE: Final = Query(_COLUMNS, "WHERE case_id = {case_id} ORDER BY opened_at, id")
_HELD: Final = Query(
    _COLUMNS,
    "WHERE id IN (SELECT task_id FROM inbox_entry WHERE principal = {principal})"
    " ORDER BY due_at IS NULL, due_at, id",
)
