"""What a caller may be shown, as its addresses ask for it: the pages' own rules, said once more for no one.

Every function here goes through ``case_view``, which the pages stand on too. It must never grant anything.
"""

from __future__ import annotations

from calendars.trail import Due
from workflow_app.kernel.errors import Forbidden, NotFound
from workflow_app.queries import case_tasks
from workflow_app.queries.case_tasks import Task
from workflow_app.queries.limits import Limit
from workflow_app.web import case_view
from workflow_app.web.api.shapes import Shape, members, named, nested, shape
from workflow_app.web.case_view import task_of
from workflow_app.web.desk import reading

DEADLINE: Shape = named(
    "Deadline",
    {
        **members(shape(Limit, leave=("token_id", "due"))),
        "trail": nested(shape(Due), attribute="due", metadata={"description": "逐日计数"}),
    },
)


def own_task(task_id: str) -> Task:
    """Return an open task the caller may work on.

    :raises NotFound: it is gone, or not theirs to see.
    :raises Forbidden: it is in somebody else's hands.
    """
    task = case_tasks.task(reading(), task_id)
    if task is None:
        raise NotFound("task_gone", "此事项已由他人办理或已被终止")
    if not task_of(task):
        case_view.case_of_task(task)  # what may not be seen is not found
        raise Forbidden("not_your_task", "此事项不在您的职责范围内，或已由他人领办")
    return task
