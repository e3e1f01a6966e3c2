"""Organisations, people and roles, for the sign-in and for the pages that administer them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Date, and_, bindparam, case, func, or_, select

from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import Viewer
from workflow_app.store.prepared import Prepared
from workflow_app.store.repositories.posts import held, in_service
from workflow_app.store.tables import (
    inbox_entry,
    inbox_task,
    organisation,
    role_assignment,
    user_account,
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, read at every request.

    :param epoch: raised when every older session must end.
    """

    user_id: str
    login: str
    name: str
    post: str
    organisation_id: str | None
    organisation: str
    roles: frozenset[tuple[str, str | None]]
    epoch: int
    must_change: bool

    def holds(self, *roles: str) -> bool:
        """Tell whether any of ``roles`` is held, whatever its scope."""
        return any(role in roles for role, _ in self.roles)

    @property
    def main_role(self) -> str:
        """The first role held, in the order of their names; empty without any."""
        return min((role for role, _ in self.roles), default="")

    @property
    def viewer(self) -> Viewer:
        """The same person, as the queries on cases want to know it."""
        return Viewer(self.user_id, self.roles, self.organisation_id)


@dataclass(frozen=True, slots=True)
class Grant:
    """A post somebody holds or will hold; ``held`` tells whether it counts today."""

    id: str
    role: str
    organisation_id: str | None
    organisation: str
    granted_at: datetime
    valid_from: date
    valid_to: date | None
    held: bool


@dataclass(frozen=True, slots=True)
class User:
    """A line of the people page; ``serving``: may act today, neither shut out nor gone."""

    id: str
    login: str
    name: str
    post: str
    status: str
    organisation_id: str | None
    organisation: str
    grants: tuple[Grant, ...]
    locked_until: datetime | None
    last_sign_in_at: datetime | None
    last_day: date | None
    serving: bool

    @property
    def held(self) -> tuple[Grant, ...]:
        """The posts that count today."""
        return tuple(grant for grant in self.grants if grant.held)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody a task may be handed over to."""

    id: str
    name: str
    organisation: str


def signed_in(reading: Reading, user_id: str) -> SignedIn | None:
    """Return the active user with this id, with the roles held at this moment."""
    rows = reading.all(_SIGNED_IN, {"user": user_id, "day": reading.today})
    if not rows:
        return None
    row = rows[0]
    roles = frozenset((one.role, one.role_organisation) for one in rows if one.role is not None)
    return SignedIn(
        user_id=row.id,
        login=row.subject,
        name=row.name,
        post=row.post,
        organisation_id=row.organisation_id,
        organisation=row.organisation or "",
        roles=roles,
        epoch=row.session_epoch,
        must_change=row.must_change,
    )


def _one_signed_in() -> Prepared:
    joined = user_account.outerjoin(organisation, organisation.c.id == user_account.c.organisation_id)
    day = bindparam("day", type_=Date)
    joined = joined.outerjoin(
        role_assignment, and_(role_assignment.c.user_id == user_account.c.id, held(day))
    )
    query = select(
        user_account.c.id,
        user_account.c.subject,
        user_account.c.name,
        user_account.c.post,
        user_account.c.organisation_id,
        organisation.c.name.label("organisation"),
        user_account.c.session_epoch,
        user_account.c.must_change,
        role_assignment.c.role,
        role_assignment.c.organisation_id.label("role_organisation"),
    ).select_from(joined)
    return Prepared(query.where(user_account.c.id == bindparam("user"), in_service(day)))


_SIGNED_IN: Final = _one_signed_in()


def users(reading: Reading, *, text: str = "", at_most: int = 500) -> tuple[User, ...]:
    """Return people by organisation and name."""
    query = _users().order_by(organisation.c.kind, organisation.c.name, user_account.c.subject).limit(at_most)
    if text:
        query = query.where(
            or_(
                user_account.c.name.contains(text, autoescape=True),
                user_account.c.subject.contains(text, autoescape=True),
                organisation.c.name.contains(text, autoescape=True),
            )
        )
    rows = reading.execute(query).all()
    grants = _grants(reading, [row.id for row in rows])
    return tuple(_user(row, grants.get(row.id, ()), reading.today) for row in rows)


def user(reading: Reading, user_id: str) -> User | None:
    """Return one person."""
    row = reading.execute(_users().where(user_account.c.id == user_id)).one_or_none()
    return None if row is None else _user(row, _grants(reading, [row.id]).get(row.id, ()), reading.today)


def colleagues(reading: Reading, candidates: Sequence[str], except_user: str) -> tuple[Colleague, ...]:
    """Return the active people who hold one of a task's group principals.

    :param candidates: the task's principals; ``role:applicant:<org>`` stands for owner and agent.
    """
    wanted = [condition for principal in candidates for condition in _holders(principal)]
    if not wanted:
        return ()
    joined = user_account.join(role_assignment, role_assignment.c.user_id == user_account.c.id).outerjoin(
        organisation, organisation.c.id == user_account.c.organisation_id
    )
    query = (
        select(
            user_account.c.id,
            user_account.c.name,
            organisation.c.name.label("organisation"),
        )
        .select_from(joined)
        .where(
            or_(*wanted),
            held(reading.today),
            in_service(reading.today),
            user_account.c.id != except_user,
        )
        .distinct()
        .order_by(user_account.c.name)
    )
    return tuple(Colleague(row.id, row.name, row.organisation or "") for row in reading.execute(query))


def loads(reading: Reading, now: datetime) -> dict[str, tuple[int, int]]:
    """Return, for each principal with open tasks, how many there are and how many are overdue."""
    late = func.sum(case((inbox_entry.c.due_at <= now, 1), else_=0))
    query = select(inbox_entry.c.principal, func.count().label("open"), late.label("late"))
    return {
        row.principal: (row.open, row.late or 0)
        for row in reading.execute(query.group_by(inbox_entry.c.principal))
    }


def claimed_by(reading: Reading, user_id: str) -> int:
    """Return how many open tasks somebody has in hand."""
    query = select(func.count()).where(inbox_task.c.assignee_id == user_id)
    return int(reading.execute(query).scalar_one())


def _holders(principal: str) -> list[Any]:
    kind, _, rest = principal.partition(":")
    if kind != "role":
        return []
    role, _, scope = rest.partition(":")
    roles = ("owner", "agent") if role == "applicant" else (role,)
    condition = role_assignment.c.role.in_(roles)
    return [condition & (role_assignment.c.organisation_id == scope) if scope else condition]


def _users() -> Any:
    joined = user_account.outerjoin(organisation, organisation.c.id == user_account.c.organisation_id)
    return select(user_account, organisation.c.name.label("organisation")).select_from(joined)


def _grants(reading: Reading, user_ids: Sequence[str]) -> dict[str, tuple[Grant, ...]]:
    today = reading.today
    joined = role_assignment.outerjoin(organisation, organisation.c.id == role_assignment.c.organisation_id)
    query = (
        select(role_assignment, organisation.c.name.label("organisation"))
        .select_from(joined)
        .where(role_assignment.c.user_id.in_(user_ids), role_assignment.c.revoked_at.is_(None))
        .where(or_(role_assignment.c.valid_to.is_(None), role_assignment.c.valid_to >= today))
        .order_by(role_assignment.c.role, role_assignment.c.valid_from)
    )
    found: dict[str, tuple[Grant, ...]] = {}
    for row in reading.execute(query):
        grant = Grant(
            row.id,
            row.role,
            row.organisation_id,
            row.organisation or "",
            row.granted_at,
            row.valid_from,
            row.valid_to,
            row.valid_from <= today,
        )
        found[row.user_id] = (*found.get(row.user_id, ()), grant)
    return found


def _user(row: Any, grants: tuple[Grant, ...], today: date) -> User:
    return User(
        id=row.id,
        login=row.subject,
        name=row.name,
        post=row.post,
        status=row.status,
        organisation_id=row.organisation_id,
        organisation=row.organisation or "",
        grants=grants,
        locked_until=row.locked_until,
        last_sign_in_at=row.last_sign_in_at,
        last_day=row.last_day,
        serving=row.status == "active" and today <= (row.last_day or date.max),
    )
