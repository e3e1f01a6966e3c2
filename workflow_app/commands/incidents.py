"""Acts that failed: rolled back whole, kept for a person to see, done again when asked.

A defect leaves nothing but its incident, written in a second transaction; what the person typed
stays as their draft. Two kinds of act are retried: handing in a task (from that draft, in the
name of who handed it in) and a timer (by trying it at once).
"""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

from workflow_app.commands import permissions
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Actor, CompleteTask, Request, Result, RetryIncident
from workflow_app.kernel.errors import Conflict, JcerError, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.incidents import Incident
from workflow_app.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from workflow_app.commands.executor import Executor

LOG = logging.getLogger(__name__)


class ActFailed(JcerError):
    """A defect stopped the act; it was rolled back whole and can be retried."""


def record(executor: Executor, request: Request, actor: Actor, error: Exception) -> ActFailed:
    """Keep a failed act and return the error to show.

    The case is marked, so that whoever looks at it sees that something is wrong.
    """
    LOG.error("act failed: %s", type(request).__name__, exc_info=error)
    task_id = request.task_id if isinstance(request, CompleteTask) else None
    with executor.store.unit_of_work() as uow:
        task = uow.inbox.find(task_id) if task_id else None
        case_id = task.case_id if task is not None else getattr(request, "case_id", None)
        if isinstance(request, CompleteTask) and task is not None and actor.user_id is not None:
            _keep_draft(executor, uow, request, task, actor)
        incident_id = keep(
            executor,
            uow,
            case_id=case_id,
            element_id=task.element_id if task is not None else None,
            command=type(request).__name__,
            request={"task_id": task_id} if task_id else {},
            actor=actor,
            error=error,
        )
        uow.commit()
    return ActFailed(
        "act_failed",
        "办理未完成：系统出现异常，已全部撤回并记录，您填写的内容已保留；处理后可重试",
        details={"incident_id": incident_id},
    )


def keep(
    executor: Executor,
    uow: UnitOfWork,
    *,
    case_id: str | None,
    element_id: str | None,
    command: str,
    request: dict[str, Any],
    actor: Actor,
    error: Exception,
) -> str:
    """Write an incident, or count one more failure of the same act; return its id."""
    at = executor.tools.clock.now()
    said = f"{type(error).__name__}: {error}"[:1000]
    detail = "".join(traceback.format_exception(error))[-8000:]
    for present in uow.incidents.list(case_id=case_id) if case_id else ():
        if present.command == command and present.request == request:
            uow.incidents.again(present.id, said, detail, at)
            return present.id
    row = Incident(
        id=new_id(),
        case_id=case_id,
        element_id=element_id,
        command=command,
        request=request,
        actor={"user_id": actor.user_id, "channel": actor.channel},
        error=said,
        detail=detail,
        state="open",
        attempts=1,
        opened_at=at,
        last_at=at,
        resolved_at=None,
        resolved_by=None,
    )
    uow.incidents.open(row)
    if case_id is not None:
        case = uow.cases.get(case_id, lock=True)
        if case.status == "open":
            uow.cases.move(case_id, case.revision, {"status": "incident"})
            facts = {"incident": row.id, "command": command}
            uow.history.record("incident_opened", f"case:{case_id}", who(actor), at, facts=facts)
    return row.id


def _keep_draft(executor: Executor, uow: UnitOfWork, request: CompleteTask, task: Any, actor: Actor) -> None:
    user_id = str(actor.user_id)
    version = uow.cases.get(task.case_id).version
    kept = executor.tools.form(version, task.form).draft(request.raw)
    action = request.raw.get("action")
    kept["action"] = action[-1] if isinstance(action, list) and action else action
    present = uow.forms.draft(task.id, user_id)
    revision = present.revision if present is not None else 0
    uow.forms.save_draft(task.id, user_id, kept, revision, executor.tools.clock.now())


def retry(executor: Executor, request: RetryIncident, actor: Actor) -> Result:
    """Do a failed act again; close its incident where it succeeds.

    :raises Forbidden: neither the system administrator nor who was stopped.
    :raises ActFailed: it failed again.
    """
    from workflow_app.commands import people, timers

    with executor.store.reading() as uow:
        incident = uow.incidents.get(request.incident_id)
        stopped = incident.actor["user_id"]
        if stopped != actor.user_id or stopped is None:
            permissions.ensure_holds(actor, "system_admin")
        if incident.state != "open":
            raise Conflict("incident_closed", "该异常已处理")
        again: CompleteTask | None = None
        by = actor
        if incident.command == "CompleteTask":
            task_id = str(incident.request["task_id"])
            draft = uow.forms.draft(task_id, str(stopped))
            if draft is None:
                raise Refused("nothing_to_retry", "找不到当时填写的内容，请由本人重新提交")
            again = CompleteTask(task_id, draft.raw)
            by = people.actor(uow, str(stopped), incident.actor["channel"])
    if again is not None:
        result = executor.execute(again, by)
    elif incident.command == "FireTimer":
        timers.fire_by_id(executor, str(incident.case_id), str(incident.request["timer_id"]))
        result = Result({"timer_id": incident.request["timer_id"]})
    else:
        raise Refused("nothing_to_retry", "此类操作请由本人重新进行")
    with executor.store.unit_of_work() as uow:
        uow.incidents.resolve(incident.id, executor.tools.clock.now(), actor.user_id)
        if incident.case_id is not None:
            facts = {"incident": incident.id}
            uow.history.record(
                "incident_resolved",
                f"case:{incident.case_id}",
                who(actor),
                executor.tools.clock.now(),
                facts=facts,
            )
        uow.commit()
    return Result({**result.values, "incident_id": incident.id})
