"""People: organisations, users, roles, API tokens, ties of experts, duties done on a project.

Users are keyed by (issuer, subject); a sign-in's bookkeeping (failures, lock-outs) uses the
host's time and is no act, so it is written straight and stays out of the history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, update

from workflow_app.kernel.errors import NotFound
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.live import Live
from workflow_app.store.sealing import ERASED
from workflow_app.store.tables import (
    api_token,
    duty,
    expert_conflict,
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


@dataclass(frozen=True, slots=True)
class Credential:
    """What a password is checked against, in host time."""

    user_id: str
    password_hash: str | None
    status: str
    failed_sign_ins: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A personal token; only its hash is stored."""

    id: str
    user_id: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class PeopleRepository:
    """People of one unit of work."""

    def __init__(self, connection: Connection, live: Live) -> None:
        self._connection = connection
        self._live = live

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

    # --- sign-in, in host time

    def credential(self, subject: str, issuer: str = LOCAL) -> Credential | None:
        """Return what a sign-in is checked against, or ``None`` for an unknown name."""
        columns = (
            user_account.c.id,
            user_account.c.password_hash,
            user_account.c.status,
            user_account.c.failed_sign_ins,
            user_account.c.locked_until,
        )
        query = select(*columns).where(user_account.c.issuer == issuer, user_account.c.subject == subject)
        row = self._connection.execute(query).first()
        return None if row is None else Credential(*row)

    def sign_in_failed(self, user_id: str, locked_until: datetime | None) -> None:
        """Count a failure, and lock the account until then."""
        self._connection.execute(
            update(user_account)
            .where(user_account.c.id == user_id)
            .values(failed_sign_ins=user_account.c.failed_sign_ins + 1, locked_until=locked_until)
        )

    def signed_in(self, user_id: str, at: datetime, *, rehashed: str | None = None) -> None:
        """Forget failures; keep a newer hash of the same password."""
        values: dict[str, Any] = {"failed_sign_ins": 0, "locked_until": None, "last_sign_in_at": at}
        if rehashed is not None:
            values["password_hash"] = rehashed
        self._connection.execute(update(user_account).where(user_account.c.id == user_id).values(**values))

    def prefer(self, user_id: str, *, language: str | None = None, mail_wanted: bool | None = None) -> None:
        """Keep a person's preferences."""
        values = {"language": language, "mail_wanted": mail_wanted}
        self._connection.execute(
            update(user_account)
            .where(user_account.c.id == user_id)
            .values({name: value for name, value in values.items() if value is not None})
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

    # --- API tokens

    def add_token(self, row: Mapping[str, Any]) -> None:
        """Keep a token by the SHA-256 of its secret (columns of the table)."""
        self._live.insert(api_token, row)

    def revoke_token(self, token_id: str, at: datetime) -> None:
        """Make a token useless.

        :raises NotFound: there is none, or it is revoked already.
        """
        if not self._live.update(api_token, {"id": token_id}, {"revoked_at": at}, where={"revoked_at": None}):
            raise NotFound("no_such_token", "没有这个令牌")

    def token_by_hash(self, digest: str) -> ApiToken | None:
        """Return the token whose secret has this SHA-256, or ``None``."""
        row = self._connection.execute(_TOKENS.where(api_token.c.hash == digest)).first()
        return None if row is None else ApiToken(*row)

    def tokens(self, user_id: str) -> tuple[ApiToken, ...]:
        """Return a user's tokens, newest first."""
        query = _TOKENS.where(api_token.c.user_id == user_id).order_by(api_token.c.created_at.desc())
        return tuple(ApiToken(*row) for row in self._connection.execute(query))

    def token_used(self, token_id: str, at: datetime) -> None:
        """Note when a token was last used."""
        self._connection.execute(update(api_token).where(api_token.c.id == token_id).values(last_used_at=at))

    # --- conflicts and duties

    def declare_conflict(self, row: Mapping[str, Any]) -> None:
        """Record a tie of an expert (columns of the table)."""
        self._live.insert(expert_conflict, row)

    def conflicts(self, experts: Sequence[str]) -> tuple[dict[str, Any], ...]:
        """Return the declared ties of these experts (columns of the table), oldest first."""
        query = (
            select(expert_conflict)
            .where(expert_conflict.c.expert_id.in_(experts))
            .order_by(expert_conflict.c.since, expert_conflict.c.id)
        )
        return tuple(dict(row) for row in self._connection.execute(query).mappings())

    def duties(self, subject_id: str, user_id: str | None = None) -> frozenset[tuple[str, str]]:
        """Return (user id, role) pairs of duties done on a project or filing."""
        query = select(duty.c.user_id, duty.c.role).where(duty.c.subject_id == subject_id)
        if user_id is not None:
            query = query.where(duty.c.user_id == user_id)
        return frozenset((row.user_id, row.role) for row in self._connection.execute(query))

    def last_duty(self, subject_id: str, role: str) -> str | None:
        """Return who last began to do a duty on a project or filing."""
        query = (
            select(duty.c.user_id)
            .where(duty.c.subject_id == subject_id, duty.c.role == role)
            .order_by(duty.c.since.desc(), duty.c.user_id)
            .limit(1)
        )
        return self._connection.execute(query).scalar()

    def do_duty(self, subject_id: str, user_id: str, role: str, at: datetime) -> None:
        """Note that a person did a duty; doing it again changes nothing.

        :raises Refused: by trigger, where the two duties may not be one person's.
        """
        if (user_id, role) not in self.duties(subject_id, user_id):
            self._live.insert(duty, {"subject_id": subject_id, "user_id": user_id, "role": role, "since": at})


_ORGANISATIONS: Final = select(*(organisation.c[name] for name in Organisation.__slots__))
_USERS: Final = select(*(user_account.c[name] for name in User.__slots__))
_USER: Final = _USERS.where(user_account.c.id == bindparam("id"))
_TOKENS: Final = select(*(api_token.c[name] for name in ApiToken.__slots__))
_ROLES: Final = select(role_assignment.c.role, role_assignment.c.organisation_id).where(
    role_assignment.c.user_id == bindparam("user_id")
)
