"""Words of somebody who leaves, for the tests of commands, of pages and of the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.scenarios.programme import Programme
from workflow_app.commands.leaving.items import Leaver, kind_of
from workflow_app.commands.people_requests import ArrangeLeave
from workflow_app.commands.requests import Result, SaveDraft
from workflow_app.store.history import SYSTEM as SYSTEM_WHO


def leaves(
    programme: Programme, who: str, to: dict[str, str] | None = None, day: date | None = None, **more: Any
) -> Result:
    """Somebody leaves with a day, today by default; what is open goes to people by kind, or by post."""
    kinds = {}
    for kind, name in (to or {}).items():
        role = kind.removeprefix("post:")
        known = post_kind(programme, who, role) if role != kind else kind
        kinds[known] = programme.people[name]
    asked = ArrangeLeave(programme.people[who], day or programme.today, "调离", kinds, more.pop("seen", ""))
    return programme.do(more.pop("by", "operator"), asked, more.pop("key", None))


def hangs_on(programme: Programme, who: str) -> Leaver:
    """What is open of somebody."""
    return programme.app.leaver(programme.people[who])


def listed(programme: Programme, who: str) -> list[tuple[str, str]]:
    """Kind and element of what is open of somebody, a post's kind without its id."""
    return sorted((item.kind.partition(":")[0], item.name) for item in hangs_on(programme, who).items)


def post_kind(programme: Programme, who: str, role: str) -> str:
    """The kind of what waits for the holder of somebody's post."""
    found = [each.post for each in hangs_on(programme, who).posts if each.post.role == role]
    assert len(found) == 1
    return kind_of(found[0])


def drafts(programme: Programme, who: str, element: str, **typed: list[str]) -> str:
    """Somebody fills a form half; returns the task."""
    task = programme.task(element, of=who if element == "review_by_expert" else None)
    programme.do(who, SaveDraft(task.id, dict(typed), 0))
    return task.id


def did(programme: Programme, who: str, role: str) -> None:
    """Somebody has done a duty on the project, in whatever act."""
    with programme.app.store.unit_of_work() as uow:
        uow.duties.do_duty(programme.project_id, programme.people[who], role, programme.clock.now())
        uow.history.record("duty_done", "people:test", SYSTEM_WHO, programme.clock.now())
        uow.commit()


def refused(result: Result) -> list[tuple[str, str]]:
    """Element and code of what did not go."""
    found: Any = result.values["refused"]
    return sorted((one["name"], one["code"]) for one in found)
