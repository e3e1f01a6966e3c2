"""People: organisations, users and their roles, keyed by (issuer, subject).

What they may do is judged above; how they sign in is in :mod:`.credentials`, what they did on a
project in :mod:`.duties`; both are part of this repository.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update

from workflow_app.kernel.errors import NotFound
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.duties import DutyRepository
from workflow_app.store.sealing import ERASED
from workflow_app.store.tables import (
    organisation,
    role_assignment,
    user_account,
)

LOCAL: Final = "local"
"""Issuer of users who sign in with a password of this system."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation; ``uscc`` is its unified social credit code."""

    id: str
    name: str
    uscc: str | None
    kind: str
    parent_id: str | None
    division: str
    status: str
    qualified_until: date | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A person who can act; ``subject`` is the sign-in name at ``issuer``."""

    id: str
    issuer: str
    subject: str
    name: str
    post: str
    email: str
    phone: str
    organisation_id: str | None
    status: str
    must_change: bool
    session_epoch: int
    mail_wanted: bool
    language: str


class PeopleRepository(DutyRepository):
    """People of one unit of work."""

    # --- organisations

    def add_organisation(self, row: Mapping[str, Any]) -> None:
        """Enter an organisation: columns of the table, ``created_at`` included."""
        self._live.insert(organisation, row)

    def change_organisation(self, organisation_id: str, values: Mapping[str, Any]) -> None:
        """Change an organisation's record."""
        if not self._live.update(organisation, {"id": organisation_id}, values):
            raise NotFound("no_such_organisation", "没有这个单位")

    def organisation(self, organisation_id: str) -> Organisation:
        """Return an organisation.

        :raises NotFound: there is none.
        """
        row = self._connection.execute(_ORGANISATIONS.where(organisation.c.id == organisation_id)).first()
        if row is None:
            raise NotFound("no_such_organisation", "没有这个单位")
        return Organisation(*row)

    def organisation_by_uscc(self, uscc: str) -> Organisation | None:
        """Return the organisation with this credit code, or ``None``."""
        row = self._connection.execute(_ORGANISATIONS.where(organisation.c.uscc == uscc)).first()
        return None if row is None else Organisation(*row)

    def organisations(self, *kinds: str) -> tuple[Organisation, ...]:
        """Return organisations by name, of these kinds or all."""
        query = _ORGANISATIONS.order_by(organisation.c.name, organisation.c.id)
        if kinds:
            query = query.where(organisation.c.kind.in_(kinds))
        return tuple(Organisation(*row) for row in self._connection.execute(query))

    def only_organisation(self, kind: str) -> Organisation | None:
        """Return the one active organisation of a kind, ``None`` where there is none or a choice."""
        query = _ORGANISATIONS.where(organisation.c.kind == kind, organisation.c.status == "active").limit(2)
        rows = self._connection.execute(query).all()
        return Organisation(*rows[0]) if len(rows) == 1 else None

    # --- users

    def add_user(self, row: Mapping[str, Any]) -> None:
        """Enter a user: columns of the table, ``created_at`` included."""
        self._live.insert(user_account, row)

    def change_user(self, user_id: str, values: Mapping[str, Any]) -> None:
        """Change a user's record; a password or a state ends the sessions that stand."""
        ends = {"password_hash", "status"} & values.keys()
        if not self._live.update(user_account, {"id": user_id}, values):
            raise NotFound("no_such_user", "没有这个用户")
        if ends:
            self._connection.execute(
                update(user_account)
                .where(user_account.c.id == user_id)
                .values(session_epoch=user_account.c.session_epoch + 1)
            )

    def user(self, user_id: str) -> User:
        """Return a user.

        :raises NotFound: there is none.
        """
        row = self._connection.execute(_USER, {"id": user_id}).first()
        if row is None:
            raise NotFound("no_such_user", "没有这个用户")
        return User(*row)

    def user_by_subject(self, subject: str, issuer: str = LOCAL) -> User | None:
        """Return the user with this sign-in name, or ``None``."""
        query = _USERS.where(user_account.c.issuer == issuer, user_account.c.subject == subject)
        row = self._connection.execute(query).first()
        return None if row is None else User(*row)

    def users(self, *, role: str | None = None, organisation_id: str | None = None) -> tuple[User, ...]:
        """Return active users by name: all, or those holding a role (in an organisation)."""
        query = _USERS.where(user_account.c.status == "active").order_by(
            user_account.c.name, user_account.c.id
        )
        if role is not None:
            held = select(role_assignment.c.user_id).where(role_assignment.c.role == role)
            if organisation_id is not None:
                held = held.where(role_assignment.c.organisation_id == organisation_id)
            query = query.where(user_account.c.id.in_(held))
        elif organisation_id is not None:
            query = query.where(user_account.c.organisation_id == organisation_id)
        return tuple(User(*row) for row in self._connection.execute(query))

    def organisations_of(self, user_ids: Collection[str]) -> Mapping[str, str]:
        """Return the organisation each of these users works for, where they work for one."""
        query = select(user_account.c.id, user_account.c.organisation_id).where(
            user_account.c.id.in_(user_ids), user_account.c.organisation_id.is_not(None)
        )
        return {row.id: row.organisation_id for row in self._connection.execute(query)}

    def erase_user(self, user_id: str) -> None:
        """Blank a user's personal columns; destroy the key with ``personal.erase`` in the same act."""
        self.change_user(
            user_id,
            {
                "subject": f"{ERASED}{user_id}",
                "name": ERASED,
                "email": "",
                "phone": "",
                "status": "erased",
                "password_hash": None,
            },
        )

    # --- roles

    def roles(self, user_id: str) -> frozenset[tuple[str, str | None]]:
        """Return the (role, organisation id) pairs a user holds."""
        rows = self._connection.execute(_ROLES, {"user_id": user_id})
        return frozenset((row.role, row.organisation_id) for row in rows)

    def grant(
        self, user_id: str, role: str, organisation_id: str | None, at: datetime, by: str | None
    ) -> None:
        """Give a role; giving it twice is refused as a duplicate."""
        self._live.insert(
            role_assignment,
            {
                "id": new_id(),
                "user_id": user_id,
                "role": role,
                "organisation_id": organisation_id,
                "granted_at": at,
                "granted_by": by,
            },
        )

    def revoke(self, user_id: str, role: str, organisation_id: str | None) -> None:
        """Take a role away.

        :raises NotFound: the user does not hold it.
        """
        found = self._connection.execute(
            select(role_assignment.c.id).where(
                role_assignment.c.user_id == user_id,
                role_assignment.c.role == role,
                func.coalesce(role_assignment.c.organisation_id, "") == (organisation_id or ""),
            )
        ).scalar()
        if found is None:
            raise NotFound("no_such_role", "该用户没有这个角色")
        self._live.delete(role_assignment, {"id": found})


_ORGANISATIONS: Final = select(*(organisation.c[name] for name in Organisation.__slots__))
_USERS: Final = select(*(user_account.c[name] for name in User.__slots__))
_USER: Final = _USERS.where(user_account.c.id == bindparam("id"))
_ROLES: Final = select(role_assignment.c.role, role_assignment.c.organisation_id).where(
    role_assignment.c.user_id == bindparam("user_id")
)
