"""In-app notices: a person has read what was told to them. No act of the programme, so no event."""

from __future__ import annotations

from workflow_app.commands import permissions
from workflow_app.commands.requests import ReadNotices, Result
from workflow_app.commands.run import Run
from workflow_app.kernel.errors import Forbidden


def read(run: Run, request: ReadNotices) -> Result:
    """Mark the notices addressed to the actor as read; those of others stay as they are.

    :raises Forbidden: nobody is signed in.
    """
    if run.actor.user_id is None:
        raise Forbidden("sign_in_required", "请先登录")
    told = run.uow.outbox.notifications(permissions.principals(run.actor), run.actor.user_id)
    fresh = [one.id for one in told if not one.read and (not request.notices or one.id in request.notices)]
    for notification_id in fresh:
        run.uow.outbox.mark_read(notification_id, run.actor.user_id, run.at)
    return Result({"read": len(fresh)})
