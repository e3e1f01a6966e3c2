"""Claim, release and hand over: who has a task in hand. 服务规则; nothing here touches the engine."""

from __future__ import annotations

from workflow_app.commands import duties, people, permissions
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import ClaimTask, HandOver, ReleaseTask, Result
from workflow_app.commands.run import Run
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, Forbidden, Refused
from workflow_app.store.repositories.inbox import InboxTask


def gone() -> Conflict:
    """Return the refusal for a task that is no longer open."""
    return Conflict("task_gone", "此事项已由他人办理或已被终止，您填写的内容已保留")


def find(run: Run, task_id: str) -> InboxTask:
    """Return an open task, its case locked.

    :raises Conflict: it is gone.
    """
    case = run.case_of_task(task_id)
    task = case.tasks.get(task_id) if case is not None else None
    if task is None:
        raise gone()
    return task


def claim(run: Run, request: ClaimTask) -> Result:
    """Take a group's task for oneself.

    :raises Conflict: somebody else took it first.
    """
    task = find(run, request.task_id)
    if task.assignee_id == run.actor.user_id and task.assignee_id is not None:
        return Result({"task_id": task.id})
    if task.assignee_id is not None:
        raise Conflict("claimed_by_other", "此事项刚刚已被他人领办")
    permissions.ensure_may_work(run.actor, task.candidates, None)
    role, run.actor = permissions.acting(run.actor, task.role, task.candidates)
    duties.ensure_separated(run, run.case(task.case_id), role)
    _assign(run, task, run.actor.user_id, "task_claimed")
    return Result({"task_id": task.id})


def release(run: Run, request: ReleaseTask) -> Result:
    """Give a claimed task back to its group.

    :raises Forbidden: it is somebody else's.
    :raises Refused: it was assigned to this person by name.
    """
    task = find(run, request.task_id)
    if task.assignee_id is None or task.assignee_id != run.actor.user_id:
        raise Forbidden("not_your_task", "此事项不在您名下")
    _ensure_free(task)
    _assign(run, task, None, "task_released")
    return Result({"task_id": task.id})


def hand_over(run: Run, request: HandOver) -> Result:
    """转办: pass a task to a colleague who could have taken it, with a reason.

    The holder passes on what is theirs; a system administrator reassigns a leaver's item unseen.

    :raises Refused: the colleague may not work on it, or no reason is given.
    """
    task = find(run, request.task_id)
    if not request.reason.strip():
        raise Refused("reason_required", "请填写转办原因")
    if not run.actor.holds("system_admin"):
        permissions.ensure_may_work(run.actor, task.candidates, task.assignee_id)
    elif task.assignee_id is None:
        raise Refused("not_claimed", "此事项尚无人领办，无需转办")
    _ensure_free(task)
    colleague = people.actor(run.uow, request.to_user, run.actor.channel, legal_date(run.at))
    if not set(permissions.principals(colleague)) & set(task.candidates):
        raise Refused("cannot_take_over", "对方不具备办理此事项的岗位")
    role, _ = permissions.acting(colleague, task.role, task.candidates)
    duties.ensure_separated(run, run.case(task.case_id), role, colleague)
    _assign(run, task, request.to_user, "task_handed_over", request.reason.strip()[:500])
    return Result({"task_id": task.id, "assignee_id": request.to_user})


def _ensure_free(task: InboxTask) -> None:
    if list(task.candidates) == [f"user:{task.assignee_id}"]:
        raise Refused("assigned_by_name", "此事项指定由本人办理，不能退回或转办")


def _assign(run: Run, task: InboxTask, user_id: str | None, kind: str, reason: str = "") -> None:
    after = run.uow.inbox.assign(task, user_id, run.at)
    case = run.case(task.case_id)
    case.tasks[task.id] = after
    facts = {"task": task.id, "assignee": user_id} | ({"reason": reason} if reason else {})
    run.uow.history.record(
        kind, f"case:{case.id}", who(run.actor), run.at, element_id=task.element_id, facts=facts
    )
