"""Posts: who holds which role, for which organisation, on which legal days.

A post counts on every day from its first to its last, both included, unless it was taken away. None is ever
deleted: what somebody held on a day long past can still be told. Who may give one is judged above.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, and_, bindparam, or_, select

from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, NotFound
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.duties import DutyRepository
from workflow_app.store.tables import role_assignment, user_account


def held(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Return the condition under which a post counts on a legal day."""
    return and_(
        role_assignment.c.valid_from <= day,
        or_(role_assignment.c.valid_to.is_(None), role_assignment.c.valid_to >= day),
        role_assignment.c.revoked_at.is_(None),
    )


def in_service(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Return the condition under which a person may act on a legal day: not shut out, not gone."""
    return and_(
        user_account.c.status == "active",
        or_(user_account.c.last_day.is_(None), user_account.c.last_day >= day),
    )


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it stands; ``valid_to`` is its last day, ``None`` while no end is known."""

    id: str
    user_id: str
    role: str
    organisation_id: str | None
    valid_from: date
    valid_to: date | None
    revoked_at: datetime | None

    def on(self, day: date) -> bool:
        """Tell whether it counts on a day."""
        return self.revoked_at is None and self.valid_from <= day <= (self.valid_to or date.max)

    def meets(self, first: date, last: date | None) -> bool:
        """Tell whether it shares a day with the days from ``first`` to ``last``."""
        if self.revoked_at is not None:
            return False
        return self.valid_from <= (last or date.max) and first <= (self.valid_to or date.max)


class PostRepository(DutyRepository):
    """Posts of one unit of work."""

    def roles(self, user_id: str, day: date) -> frozenset[tuple[str, str | None]]:
        """Return the (role, organisation id) pairs a user holds on a legal day."""
        rows = self._connection.execute(_ROLES, {"user_id": user_id, "day": day})
        return frozenset((row.role, row.organisation_id) for row in rows)

    def posts(self, user_id: str) -> tuple[Post, ...]:
        """Return every post a user holds, held or will hold, earliest first."""
        query = _POSTS.where(role_assignment.c.user_id == user_id)
        rows = self._connection.execute(query.order_by(role_assignment.c.valid_from, role_assignment.c.id))
        return tuple(Post(*row) for row in rows)

    def posts_in(self, organisation_id: str, day: date) -> tuple[Post, ...]:
        """Return the posts for an organisation that count on a day or will later."""
        query = _POSTS.where(
            role_assignment.c.organisation_id == organisation_id,
            role_assignment.c.revoked_at.is_(None),
            or_(role_assignment.c.valid_to.is_(None), role_assignment.c.valid_to >= day),
        )
        return tuple(Post(*row) for row in self._connection.execute(query))

    def holders(self, role: str, organisation_id: str | None, day: date) -> frozenset[str]:
        """Return who holds a role on a day and may act; of an organisation where it is of one."""
        query = (
            select(role_assignment.c.user_id)
            .join(user_account, user_account.c.id == role_assignment.c.user_id)
            .where(role_assignment.c.role == role, held(day), in_service(day))
        )
        if organisation_id is not None:
            query = query.where(role_assignment.c.organisation_id == organisation_id)
        return frozenset(self._connection.execute(query).scalars())

    def grant(
        self,
        user_id: str,
        role: str,
        organisation_id: str | None,
        at: datetime,
        by: str | None,
        first: date | None = None,
        last: date | None = None,
    ) -> str:
        """Give a post from its first day, the day of ``at`` by default, to its last; returns its id.

        :raises Refused: by trigger, where it overlaps another of the same person, role and organisation.
        """
        post_id = new_id()
        row: Mapping[str, Any] = {
            "id": post_id,
            "user_id": user_id,
            "role": role,
            "organisation_id": organisation_id,
            "valid_from": first or legal_date(at),
            "valid_to": last,
            "granted_at": at,
            "granted_by": by,
        }
        self._live.insert(role_assignment, row)
        return post_id

    def end_post(self, before: Post, last: date | None) -> None:
        """Set a post's last day, as it was read in this transaction.

        :raises Conflict: somebody else changed it meanwhile.
        """
        self._change(before, {"valid_to": last})

    def take_away(self, before: Post, at: datetime, by: str | None) -> None:
        """Take a post away at once, whatever its last day was to be.

        :raises Conflict: somebody else changed it meanwhile.
        """
        self._change(before, {"revoked_at": at, "revoked_by": by})

    def revoke(
        self, user_id: str, role: str, organisation_id: str | None, at: datetime, by: str | None
    ) -> None:
        """Take every standing post of a role away, those that are to begin later included.

        :raises NotFound: the user holds none.
        """
        day = legal_date(at)
        found = [
            post
            for post in self.posts(user_id)
            if (post.role, post.organisation_id or None) == (role, organisation_id or None)
            and post.revoked_at is None
            and (post.valid_to is None or post.valid_to >= day)
        ]
        if not found:
            raise NotFound("no_such_role", "该用户没有这个角色")
        for post in found:
            self.take_away(post, at, by)

    def _change(self, before: Post, values: Mapping[str, Any]) -> None:
        seen = {"valid_to": before.valid_to, "revoked_at": None}
        if not self._live.update(role_assignment, {"id": before.id}, values, where=seen):
            raise Conflict("post_changed", "此任职刚刚被他人更改，请刷新后再试")


_POSTS: Final = select(*(role_assignment.c[name] for name in Post.__slots__))
_ROLES: Final = select(role_assignment.c.role, role_assignment.c.organisation_id).where(
    role_assignment.c.user_id == bindparam("user_id"), held(bindparam("day", type_=Date))
)
