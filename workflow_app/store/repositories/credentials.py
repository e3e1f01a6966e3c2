"""How people prove who they are: password hashes, lock-outs, personal API tokens.

A sign-in's bookkeeping uses the host's time and is no act of the programme: it is written
straight and stays out of the history. Making and revoking a token is an act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, update

from workflow_app.kernel.errors import NotFound
from workflow_app.kernel.ports import Credential
from workflow_app.store.live import Live
from workflow_app.store.tables import api_token, user_account

LOCAL: Final = "local"
"""Issuer of users who sign in with a password of this system."""


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


class CredentialRepository:
    """Credentials in one unit of work; it is the embedded identity's ``Credentials``.

    :param issuer: whose users are looked for.
    """

    def __init__(self, connection: Connection, live: Live, issuer: str = LOCAL) -> None:
        self._connection = connection
        self._live = live
        self._issuer = issuer

    # --- passwords

    def find(self, subject: str) -> Credential | None:
        """Return what a sign-in is checked against, or ``None`` for an unknown name.

        The row is locked: guesses made at once are counted one after the other.
        """
        columns = (
            user_account.c.id,
            user_account.c.password_hash,
            user_account.c.status,
            user_account.c.failed_sign_ins,
            user_account.c.locked_until,
        )
        query = select(*columns).where(
            user_account.c.issuer == self._issuer, user_account.c.subject == subject
        )
        query = query.with_for_update()  # SQLite has one writer and renders nothing
        row = self._connection.execute(query).first()
        return None if row is None else Credential(*row)

    def failed(self, user_id: str, locked_until: datetime | None) -> None:
        """Count a failure, and lock the account until then."""
        self._connection.execute(
            update(user_account)
            .where(user_account.c.id == user_id)
            .values(failed_sign_ins=user_account.c.failed_sign_ins + 1, locked_until=locked_until)
        )

    def succeeded(self, user_id: str, at: datetime, rehashed: str | None) -> None:
        """Forget failures; keep a newer hash of the same password."""
        values: dict[str, Any] = {"failed_sign_ins": 0, "locked_until": None, "last_sign_in_at": at}
        if rehashed is not None:
            values["password_hash"] = rehashed
        self._connection.execute(update(user_account).where(user_account.c.id == user_id).values(**values))

    def prefer(self, user_id: str, *, language: str | None = None, mail_wanted: bool | None = None) -> None:
        """Keep a person's preferences."""
        given = {"language": language, "mail_wanted": mail_wanted}
        values = {name: value for name, value in given.items() if value is not None}
        if values:
            self._connection.execute(update(user_account).where(user_account.c.id == user_id).values(values))

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

    def revoke_tokens(self, user_id: str, at: datetime) -> int:
        """Make every token of a user useless; return how many there were."""
        found = select(api_token.c.id).where(api_token.c.user_id == user_id, api_token.c.revoked_at.is_(None))
        ids = self._connection.execute(found).scalars().all()
        for token_id in ids:
            self._live.update(api_token, {"id": token_id}, {"revoked_at": at})
        return len(ids)

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


_TOKENS: Final = select(*(api_token.c[name] for name in ApiToken.__slots__))
