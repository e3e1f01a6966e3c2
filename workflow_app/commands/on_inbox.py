"""The inbox of a step: human tasks it opened are offered to their people, closed ones withdrawn."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_app.commands import deadlines, permissions
from workflow_app.commands.run import OpenCase, Run
from workflow_app.engine.model import OpenTask
from workflow_app.store.repositories.inbox import InboxTask


def open_task(run: Run, case: OpenCase, task: OpenTask) -> None:
    """Offer a human task to its people, due by the limit its diagram names.

    :raises LookupError: the diagram names an organisation or a person the case does not have.
    """
    wanted = task.element.properties
    assignee, offered = _offered(task)
    limit = None
    if "deadline" in wanted:
        since = wanted.get("deadline_from")
        start = task.data.get(since) if since else None
        limit = deadlines.ensure(run, case, wanted["deadline"], start, task.token_id, task.element.id)
    row = InboxTask(
        id=task.token_id,
        case_id=case.id,
        project_id=case.row.project_id,
        process_id=case.row.process_id,
        element_id=task.element.id,
        name=task.element.name,
        form=wanted.get("form", ""),
        role=wanted.get("role", ""),
        candidates=list(offered),
        opened_at=run.at,
        assignee_id=assignee,
        due_at=limit.due_at if limit else None,
        deadline_id=limit.id if limit else None,
        provisional=int(bool(limit and limit.provisional)),
    )
    run.uow.inbox.open(row)
    case.tasks[row.id] = row


def close(run: Run, case: OpenCase, token_ids: Iterable[str]) -> set[str]:
    """Take closed tasks out of the inbox; return the limits they waited under.

    Drafts stay: what somebody typed is not lost because another was faster.
    """
    touched: set[str] = set()
    for token_id in token_ids:
        task = case.tasks.pop(token_id, None)
        if task is None:
            continue
        run.uow.inbox.withdraw(task)
        if task.deadline_id:
            touched.add(task.deadline_id)
    return touched


def _offered(task: OpenTask) -> tuple[str | None, tuple[str, ...]]:
    wanted = task.element.properties
    if "assignee" not in wanted:
        return None, permissions.candidates(wanted.get("role", ""), wanted.get("scope"), task.data)
    person = task.data.get(wanted["assignee"])
    if not isinstance(person, str) or not person:
        raise LookupError(f"{task.element.id}: variable {wanted['assignee']!r} holds no person")
    return person, (f"user:{person}",)
