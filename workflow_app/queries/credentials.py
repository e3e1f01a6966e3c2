"""What somebody may know of how they prove who they are: their API tokens, and who set their password.

It must never read a hash.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import api_token, event


@dataclass(frozen=True, slots=True)
class Token:
    """A personal API token without its secret."""

    id: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class PasswordGiven:
    """Who set somebody's password for them, and when by the legal clock.

    :param reset: they had one before.
    """

    by: str
    at: datetime
    reset: bool


def tokens(reading: Reading, user_id: str) -> tuple[Token, ...]:
    """Return somebody's API tokens, the newest first."""
    query = select(api_token).where(api_token.c.user_id == user_id).order_by(api_token.c.created_at.desc())
    return tuple(
        Token(
            row.id,
            row.label,
            row.created_at,
            row.expires_at,
            row.revoked_at,
            row.last_used_at,
        )
        for row in reading.execute(query)
    )


def password_given(reading: Reading, user_id: str) -> PasswordGiven | None:
    """Return who last set somebody's password for them; ``None`` where they set it themselves."""
    query = select(event).where(
        event.c.stream == f"people:{user_id}", event.c.kind.in_(("user_created", "password_set"))
    )
    row = reading.execute(query.order_by(event.c.seq.desc()).limit(1)).one_or_none()
    if row is None or row.actor_id in {None, user_id}:
        return None
    return PasswordGiven(
        str(reading.opened(json.loads(row.actor_name))) if row.actor_name else "",
        row.at,
        reset=row.kind == "password_set",
    )
