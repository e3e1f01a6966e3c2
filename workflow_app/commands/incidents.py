"""Acts that failed: rolled back whole, kept for a person to see, done again when asked.

A defect leaves nothing but its incident, written in a second transaction; what the person typed
stays as their draft. ``retries`` does such an act again.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

from workflow_app.commands.host import Host
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Actor, CompleteTask, Request
from workflow_app.kernel.errors import JcerError
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.incidents import Incident
from workflow_app.store.unit_of_work import UnitOfWork

LOG = logging.getLogger(__name__)


class ActFailed(JcerError):
    """A defect stopped the act; it was rolled back whole and can be retried."""


def record(host: Host, request: Request, actor: Actor, error: Exception) -> ActFailed:
    """Keep a failed act and return the error to show.

    The case is marked, so that whoever looks at it sees that something is wrong.
    """
    LOG.error("act failed: %s", type(request).__name__, exc_info=error)
    task_id = request.task_id if isinstance(request, CompleteTask) else None
    with host.store.unit_of_work() as uow:
        task = uow.inbox.find(task_id) if task_id else None
        case_id = task.case_id if task is not None else getattr(request, "case_id", None)
        if isinstance(request, CompleteTask) and task is not None and actor.user_id is not None:
            _keep_draft(host, uow, request, task, actor)
        incident_id = keep(
            host,
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
    host: Host,
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
    at = host.tools.clock.now()
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


def _keep_draft(host: Host, uow: UnitOfWork, request: CompleteTask, task: Any, actor: Actor) -> None:
    user_id = str(actor.user_id)
    version = uow.cases.get(task.case_id).version
    kept = host.tools.form(version, task.form).draft(request.raw)
    action = request.raw.get("action")
    kept["action"] = action[-1] if isinstance(action, list) and action else action
    present = uow.forms.draft(task.id, user_id)
    revision = present.revision if present is not None else 0
    uow.forms.save_draft(task.id, user_id, kept, revision, host.tools.clock.now())
