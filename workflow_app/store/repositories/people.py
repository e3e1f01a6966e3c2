"""People: organisations, users and their roles, keyed by (issuer, subject).

What they may do is judged above; how they sign in is in :mod:`.credentials`, what they did on a
project in :mod:`.duties`, which posts they hold in :mod:`.posts`; all are part of this repository.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, or_, select, update

from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import NotFound
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.posts import PostRepository, in_service
from workflow_app.store.sealing import ERASED
from workflow_app.store.tables import (
    account,
    case_file,
    organisation,
    organisation_name,
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
    closed_on: date | None = None


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
    last_day: date | None = None

    def serves(self, day: date) -> bool:
        """Tell whether this person may act on a legal day: not shut out, not gone."""
        return self.status == "active" and day <= (self.last_day or date.max)


class PeopleRepository(PostRepository):
    """People of one unit of work."""

    # --- organisations

    def add_organisation(self, row: Mapping[str, Any]) -> None:
        """Enter an organisation under its first name: columns of the table, ``created_at`` included."""
        self._live.insert(organisation, row)
        self.name_organisation(row["id"], row["name"], legal_date(row["created_at"]), row["created_at"], None)

    def name_organisation(
        self, organisation_id: str, name: str, day: date, at: datetime, by: str | None, reason: str = ""
    ) -> None:
        """Keep what an organisation is called from a day on."""
        row = {"id": new_id(), "organisation_id": organisation_id, "name": name, "valid_from": day}
        self._live.insert(organisation_name, {**row, "reason": reason, "entered_at": at, "entered_by": by})

    def named_since(self, organisation_id: str) -> date | None:
        """Return the day from which the present name counts."""
        query = select(func.max(organisation_name.c.valid_from))
        return self._connection.execute(
            query.where(organisation_name.c.organisation_id == organisation_id)
        ).scalar()

    def change_organisation(self, organisation_id: str, values: Mapping[str, Any]) -> None:
        """Change an organisation's record."""
        if not self._live.update(organisation, {"id": organisation_id}, values):
            raise NotFound("no_such_organisation", "没有这个单位")

    def organisation(self, organisation_id: str, *, lock: bool = False) -> Organisation:
        """Return an organisation.

        :param lock: nobody else changes it before this transaction ends.
        :raises NotFound: there is none.
        """
        query = _ORGANISATIONS.where(organisation.c.id == organisation_id)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise NotFound("no_such_organisation", "没有这个单位")
        return Organisation(*row)

    def bound_to(self, organisation_id: str, day: date) -> dict[str, int]:
        """Return how much still stands under an organisation: posts, people, running cases, accounts."""
        parties = (case_file.c.owner_org, case_file.c.applicant_org, case_file.c.exchange_org)
        mine = or_(*(party == organisation_id for party in (*parties, case_file.c.bureau_org)))
        counted = {
            "people": select(func.count()).where(
                user_account.c.organisation_id == organisation_id, in_service(day)
            ),
            "cases": select(func.count()).where(mine, case_file.c.status.in_(("open", "incident"))),
            "accounts": select(func.count()).where(
                account.c.organisation_id == organisation_id, account.c.state != "closed"
            ),
        }
        found = {name: int(self._connection.execute(query).scalar_one()) for name, query in counted.items()}
        return {"posts": len(self.posts_in(organisation_id, day)), **found}

    def organisation_by_uscc(self, uscc: str) -> Organisation | None:
        """Return the organisation with this credit code, or ``None``."""
        row = self._connection.execute(_ORGANISATIONS.where(organisation.c.uscc == uscc)).first()
        return None if row is None else Organisation(*row)

    def organisations(self, *kinds: str) -> tuple[Organisation, ...]:
        """Return organisations by name: those in use of these kinds, or all there ever were."""
        query = _ORGANISATIONS.order_by(organisation.c.name, organisation.c.id)
        if kinds:
            query = query.where(organisation.c.kind.in_(kinds), organisation.c.status == "active")
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
            self._connection.execute(_NEXT_EPOCH, {"user": user_id})

    def end_sessions(self, user_id: str, values: Mapping[str, Any]) -> None:
        """Change a user's record, and end the sessions that stand."""
        self.change_user(user_id, values)
        self._connection.execute(_NEXT_EPOCH, {"user": user_id})

    def user(self, user_id: str, *, lock: bool = False) -> User:
        """Return a user.

        :param lock: nobody else who locks it goes on before this transaction ends.
        :raises NotFound: there is none.
        """
        row = self._connection.execute(_USER_LOCKED if lock else _USER, {"id": user_id}).first()
        if row is None:
            raise NotFound("no_such_user", "没有这个用户")
        return User(*row)

    def user_by_subject(self, subject: str, issuer: str = LOCAL) -> User | None:
        """Return the user with this sign-in name, or ``None``."""
        query = _USERS.where(user_account.c.issuer == issuer, user_account.c.subject == subject)
        row = self._connection.execute(query).first()
        return None if row is None else User(*row)

    def users(
        self, day: date, *, role: str | None = None, organisation_id: str | None = None
    ) -> tuple[User, ...]:
        """Return whoever may act on a legal day, by name: all, or those holding a role (for a body)."""
        query = _USERS.where(in_service(day)).order_by(user_account.c.name, user_account.c.id)
        if role is not None:
            query = query.where(user_account.c.id.in_(self.holders(role, organisation_id, day)))
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


_ORGANISATIONS: Final = select(*(organisation.c[name] for name in Organisation.__slots__))
_USERS: Final = select(*(user_account.c[name] for name in User.__slots__))
_USER: Final = _USERS.where(user_account.c.id == bindparam("id"))
_USER_LOCKED: Final = _USER.with_for_update()
_NEXT_EPOCH: Final = (
    update(user_account)
    .where(user_account.c.id == bindparam("user"))
    .values(session_epoch=user_account.c.session_epoch + 1)
)
