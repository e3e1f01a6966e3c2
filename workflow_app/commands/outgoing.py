"""The outbox emptied: what acts asked to be sent leaves after their commit, at least once.

A principal is resolved to addresses when it is sent, so that no address stays behind when a
person is erased; only who asked for mail gets any. A message that cannot be sent is tried again
later, and given up after a day.

A message is taken in one transaction and marked in another; between the two, while a relay may take its
time, the database is held by nobody. A process that dies between them leaves the message taken for
``HELD``; then it is sent again under the same key.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Final

from workflow_app.commands import documents, permissions
from workflow_app.commands.host import Host
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.ports import OutgoingMessage
from workflow_app.store.repositories.outbox import Message
from workflow_app.store.repositories.people import User
from workflow_app.store.unit_of_work import UnitOfWork

LOG = logging.getLogger(__name__)
FIRST_WAIT: Final = timedelta(minutes=1)
TRIES: Final = 11
"""Doubling from a minute, the eleventh try comes about seventeen hours after the first."""
HELD: Final = timedelta(minutes=15)
"""How long a message is one process's to send: longer than a relay may take for everybody it goes to."""


def send_due(host: Host, limit: int = 50) -> int:
    """Send what is due, one message at a time; return how many left."""
    sent = 0
    for _ in range(limit):
        taken = _take(host)
        if taken is None:
            return sent
        message, users = taken
        try:
            for user in users:
                host.tools.messages.send(_mail(message, user))
        except OSError as error:
            LOG.warning("message %s not sent: %s", message.id, error)
            _failed(host, message, str(error), users)
        else:
            with host.store.unit_of_work() as uow:
                uow.outbox.sent(message.id, host.tools.host_now())
                _delivered(host, uow, message, users, "sent")
                uow.commit()
            sent += 1
    return sent


def _take(host: Host) -> tuple[Message, tuple[User, ...]] | None:
    """Take the message that is due first, and who gets it; ``None`` where none is due."""
    with host.store.unit_of_work() as uow:
        now = _now(host)
        found = uow.outbox.claim(now, now + HELD, 1)
        while found and found[0].attempts >= TRIES:  # each try of it ended its process
            uow.outbox.failed(found[0].id, found[0].last_error or "no try came to an end", None)
            found = uow.outbox.claim(now, now + HELD, 1)
        today = legal_date(host.tools.clock.now())
        taken = (found[0], recipients(uow, found[0].recipient, today)) if found else None
        uow.commit()
        return taken


def _failed(host: Host, message: Message, error: str, users: tuple[User, ...]) -> None:
    again = _now(host) + FIRST_WAIT * 2**message.attempts
    with host.store.unit_of_work() as uow:
        last = message.attempts + 1 >= TRIES
        uow.outbox.failed(message.id, error, None if last else again)
        if last:
            _delivered(host, uow, message, users, "failed")
        uow.commit()


def _now(host: Host) -> datetime:
    """Rows are stamped by the legal clock, which a sandbox may have moved ahead of the host's."""
    return max(host.tools.host_now(), host.tools.clock.now())


def _mail(message: Message, user: User) -> OutgoingMessage:
    """Return what one person gets; its key is theirs, so that a relay knows a second one."""
    subject, text = str(message.payload["subject"]), str(message.payload["text"])
    return OutgoingMessage(f"{message.key}:{user.id}", message.kind, user.email, subject, text)


def _delivered(host: Host, uow: UnitOfWork, message: Message, users: tuple[User, ...], result: str) -> None:
    """Write down what became of a mail that brings official papers; where nobody wants mail, nothing did."""
    for document_id in (message.payload.get("documents") or ()) if users else ():
        what = ("mail", message.recipient, result)
        documents.delivered(uow, document_id, what, host.tools.clock.now())


def recipients(uow: UnitOfWork, principal: str, today: date) -> tuple[User, ...]:
    """Return whoever stands behind a principal today, wants mail and has an address."""
    kind, _, rest = principal.partition(":")
    if kind == "user":
        user = uow.people.user(rest)
        found: tuple[User, ...] = (user,) if user.serves(today) else ()
    else:
        role, _, organisation = rest.partition(":")
        roles = sorted(permissions.APPLICANTS) if role == "applicant" else [role]
        found = tuple(
            user
            for each in roles
            for user in uow.people.users(today, role=each, organisation_id=organisation or None)
        )
    return tuple(user for user in dict.fromkeys(found) if user.mail_wanted and user.email)
