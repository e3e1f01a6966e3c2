"""One line of the inbox, of what the database gives of a task.

A line that has not changed is not made again: what the database gives is its key, with the date, whether
its due instant has passed, and the little the reader adds. Nothing here asks the database.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from calendars.published import Calendar
from workflow_app.queries.limits import Standing, standing_on
from workflow_app.queries.reading import NEVER
from workflow_app.store.schema.columns import from_micros

LINES: Final = 8192
"""Lines kept made, a kilobyte each."""


@dataclass(frozen=True, slots=True)
class Row:
    """One task of the list. ``assignee`` is a name; ``mine`` whether it is the reader's own.

    ``delegated``: the reader is of the owner, whose agent acts for it under a mandate in force.
    """

    id: str
    name: str
    process_id: str
    element_id: str
    case_id: str
    case_number: str
    title: str
    organisation: str
    assignee: str
    mine: bool
    due_at: datetime | None
    kind: str
    provisional: bool
    standing: Standing
    has_draft: bool
    delegated: bool
    key: tuple[datetime, str]


@lru_cache(maxsize=LINES)
def made(
    found: tuple[Any, ...],
    user_id: str,
    owned: tuple[str, ...],
    calendar: Calendar,
    day: date,
    passed: bool,
) -> Row:
    """Return a line; ``day``, and whether its due instant has ``passed``, are all of the time it needs.

    :param owned: the organisations whose owner the reader is.
    """
    (
        key_due,
        task_id,
        name,
        process_id,
        element_id,
        case_id,
        assignee_id,
        due,
        provisional,
        number,
        title,
        owner,
        assignee,
        kind,
        state,
        stopped,
        revision,
        delegated,
    ) = found
    due_at = None if due is None else from_micros(due)
    at = standing_on(
        calendar, due_at, day, passed=passed, suspended=state == "suspended", left=_left(stopped)
    )
    return Row(
        id=task_id,
        name=name,
        process_id=process_id,
        element_id=element_id,
        case_id=case_id,
        case_number=number,
        title=title,
        organisation=owner or "",
        assignee=assignee or "",
        mine=assignee_id == user_id,
        due_at=due_at if due_at is not None and due_at.year < NEVER else None,
        kind=kind or "none",
        provisional=bool(provisional),
        standing=at,
        has_draft=revision is not None,
        delegated=delegated in owned,
        key=(from_micros(key_due), task_id),
    )


def _left(trail: str | None) -> int:
    """Return the days a stopped limit has left; 0 for one that runs."""
    counted = json.loads(trail) if trail else {"budget": 0, "used": 0}
    return int(counted["budget"]) - int(counted["used"])
