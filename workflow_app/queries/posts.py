"""任职 for the pages that administer them: whoever holds a post, held one or will, with its days.

It must never know a case: an administrator of posts sees none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select

from workflow_app.queries.reading import Reading
from workflow_app.store.repositories.posts import held, in_service
from workflow_app.store.tables import organisation, role_assignment, user_account

State = Literal["held", "coming", "over", "revoked"]


@dataclass(frozen=True, slots=True)
class Post:
    """A post with its days, both included; ``state`` is as of today."""

    id: str
    user_id: str
    name: str
    role: str
    organisation_id: str | None
    organisation: str
    valid_from: date
    valid_to: date | None
    state: State
    granted_at: datetime
    granted_by: str
    revoked_at: datetime | None
    revoked_by: str


def of_person(reading: Reading, user_id: str) -> tuple[Post, ...]:
    """Return every post of a person: standing ones first, then what is past, newest first."""
    return _posts(reading, role_assignment.c.user_id == user_id)


def of_organisation(reading: Reading, organisation_id: str) -> tuple[Post, ...]:
    """Return every post held for an organisation, likewise."""
    return _posts(reading, role_assignment.c.organisation_id == organisation_id)


def holders(reading: Reading) -> dict[str, int]:
    """Return how many people hold each role today."""
    query = (
        select(role_assignment.c.role, func.count(func.distinct(role_assignment.c.user_id)).label("people"))
        .join(user_account, user_account.c.id == role_assignment.c.user_id)
        .where(held(reading.today), in_service(reading.today))
        .group_by(role_assignment.c.role)
    )
    return {row.role: row.people for row in reading.execute(query)}


def _posts(reading: Reading, which: ColumnElement[bool]) -> tuple[Post, ...]:
    giver, taker = user_account.alias("giver"), user_account.alias("taker")
    joined = (
        role_assignment.join(user_account, user_account.c.id == role_assignment.c.user_id)
        .outerjoin(organisation, organisation.c.id == role_assignment.c.organisation_id)
        .outerjoin(giver, giver.c.id == role_assignment.c.granted_by)
        .outerjoin(taker, taker.c.id == role_assignment.c.revoked_by)
    )
    query = (
        select(
            role_assignment,
            user_account.c.name,
            organisation.c.name.label("organisation"),
            giver.c.name.label("giver"),
            taker.c.name.label("taker"),
        )
        .select_from(joined)
        .where(which)
        .order_by(role_assignment.c.valid_from.desc(), role_assignment.c.id.desc())
    )
    today = reading.today
    found = [_post(row, today) for row in reading.execute(query)]
    return tuple(sorted(found, key=lambda post: ("held", "coming", "over", "revoked").index(post.state)))


def _post(row: Any, today: date) -> Post:
    state: State = "held"
    if row.revoked_at is not None:
        state = "revoked"
    elif row.valid_to is not None and row.valid_to < today:
        state = "over"
    elif row.valid_from > today:
        state = "coming"
    return Post(
        row.id,
        row.user_id,
        row.name,
        row.role,
        row.organisation_id,
        row.organisation or "",
        row.valid_from,
        row.valid_to,
        state,
        row.granted_at,
        row.giver or "",
        row.revoked_at,
        row.taker or "",
    )
