"""What leaves the system, and what is told inside it.

An outbox row is written in the act's transaction and sent after the commit, at least once, under
its idempotency key. A notification is read in the system by whoever holds its principal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from workflow_app.kernel.identifiers import new_id
from workflow_app.store.schema.columns import Value
from workflow_app.store.tables import notification, notification_read, outbox


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to send; ``recipient`` is a principal such as ``user:<id>``."""

    id: str
    key: str
    kind: str
    recipient: str
    payload: Value
    state: str
    created_at: datetime
    attempts: int
    last_error: str | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notification:
    """One in-app notice; ``read`` for the person who asked."""

    id: str
    case_id: str | None
    subject: str
    text: str
    created_at: datetime
    read: bool


class OutboxRepository:
    """Outbox and notifications of one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._postgresql = connection.dialect.name == "postgresql"

    def put(self, key: str, kind: str, recipient: str, payload: Value, at: datetime) -> None:
        """Ask for something to be sent; the same key asks only once."""
        make = postgresql_insert if self._postgresql else sqlite_insert
        self._connection.execute(
            make(outbox).on_conflict_do_nothing(index_elements=[outbox.c.key]),
            {
                "id": new_id(),
                "key": key,
                "kind": kind,
                "recipient": recipient,
                "payload": payload,
                "state": "pending",
                "created_at": at,
                "next_try": at,
            },
        )

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Message, ...]:
        """Take what is to be sent: nobody else gets it before ``until``, and the try is counted.

        Whoever takes it commits before sending, so that no slow relay holds a lock; where the process dies
        on the way, somebody else sends it after ``until``.
        """
        query = (
            _MESSAGES.where(outbox.c.state == "pending", outbox.c.next_try <= now)
            .order_by(outbox.c.next_try, outbox.c.id)
            .limit(limit)
        )
        if self._postgresql:
            query = query.with_for_update(skip_locked=True)
        found = tuple(Message(*row) for row in self._connection.execute(query))
        if found:
            self._connection.execute(
                update(outbox)
                .where(outbox.c.id.in_([message.id for message in found]))
                .values(next_try=until, attempts=outbox.c.attempts + 1)
            )
        return found

    def sent(self, message_id: str, at: datetime) -> None:
        """Mark a message sent, whoever sent it."""
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == message_id, outbox.c.state != "sent")
            .values(state="sent", sent_at=at, last_error=None)
        )

    def failed(self, message_id: str, error: str, next_try: datetime | None) -> None:
        """Note a failed try of a message that is still to be sent; ``None`` gives up."""
        values: dict[str, Any] = {"last_error": error[:2000]}
        values |= {"state": "failed"} if next_try is None else {"next_try": next_try}
        self._connection.execute(
            update(outbox).where(outbox.c.id == message_id, outbox.c.state == "pending").values(values)
        )

    def messages(self, limit: int = 100) -> tuple[Message, ...]:
        """Return the last messages, newest first (the sandbox's page)."""
        rows = self._connection.execute(
            _MESSAGES.order_by(outbox.c.created_at.desc(), outbox.c.id.desc()).limit(limit)
        )
        return tuple(Message(*row) for row in rows)

    # --- in-app

    def notify(
        self, principals: Sequence[str], subject: str, text: str, case_id: str | None, at: datetime
    ) -> None:
        """Tell whoever holds these principals."""
        rows = [
            {
                "id": new_id(),
                "principal": principal,
                "case_id": case_id,
                "subject": subject[:200],
                "text": text,
                "created_at": at,
            }
            for principal in dict.fromkeys(principals)
        ]
        if rows:
            self._connection.execute(insert(notification), rows)

    def notifications(
        self, principals: Sequence[str], user_id: str, limit: int = 50
    ) -> tuple[Notification, ...]:
        """Return what was told to these principals, newest first."""
        rows = self._connection.execute(
            select(
                notification.c.id,
                notification.c.case_id,
                notification.c.subject,
                notification.c.text,
                notification.c.created_at,
                notification_read.c.read_at.is_not(None).label("read"),
            )
            .outerjoin(notification_read, _read_by(user_id))
            .where(notification.c.principal.in_(principals))
            .order_by(notification.c.created_at.desc(), notification.c.id.desc())
            .limit(limit)
        )
        return tuple(Notification(*row) for row in rows)

    def unread(self, principals: Sequence[str], user_id: str, bound: int = 100) -> int:
        """Return how many are unread, at most ``bound``."""
        inner = (
            select(notification.c.id)
            .outerjoin(notification_read, _read_by(user_id))
            .where(notification.c.principal.in_(principals), notification_read.c.read_at.is_(None))
            .limit(bound)
        )
        return int(self._connection.execute(select(func.count()).select_from(inner.subquery())).scalar_one())

    def mark_read(self, notification_id: str, user_id: str, at: datetime) -> None:
        """Note that a person read a notice; again changes nothing."""
        make = postgresql_insert if self._postgresql else sqlite_insert
        self._connection.execute(
            make(notification_read).on_conflict_do_nothing(),
            {"notification_id": notification_id, "user_id": user_id, "read_at": at},
        )


def _read_by(user_id: str) -> Value:
    return and_(
        notification_read.c.notification_id == notification.c.id,
        notification_read.c.user_id == bindparam("reader", user_id),
    )


_MESSAGES: Final = select(*(outbox.c[name] for name in Message.__slots__))
