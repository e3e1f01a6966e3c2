"""The outbox emptied: what acts asked to be sent leaves after their commit, at least once.

A principal is resolved to addresses when it is sent, so that no address stays behind when a
person is erased; only who asked for mail gets any. A message that cannot be sent is tried again
later, and given up after a day.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from workflow_app.commands import permissions
from workflow_app.commands.host import Host
from workflow_app.kernel.ports import OutgoingMessage
from workflow_app.store.repositories.people import User
from workflow_app.store.unit_of_work import UnitOfWork

LOG = logging.getLogger(__name__)
FIRST_WAIT: Final = timedelta(minutes=1)
TRIES: Final = 11
"""Doubling from a minute, the eleventh try comes about seventeen hours after the first."""


def send_due(host: Host, limit: int = 50) -> int:
    """Send what is due, one message a transaction; return how many left."""
    sent = 0
    for _ in range(limit):
        with host.store.unit_of_work() as uow:
            now = host.tools.host_now()
            # Rows are stamped by the legal clock, which a sandbox may have moved ahead of the host's.
            claimed = uow.outbox.claim(max(now, host.tools.clock.now()), 1)
            if not claimed:
                return sent
            message = claimed[0]
            try:
                for user in recipients(uow, message.recipient):
                    host.tools.messages.send(
                        OutgoingMessage(
                            f"{message.key}:{user.id}",
                            message.kind,
                            user.email,
                            str(message.payload["subject"]),
                            str(message.payload["text"]),
                        )
                    )
            except OSError as error:
                LOG.warning("message %s not sent: %s", message.id, error)
                wait = FIRST_WAIT * 2**message.attempts
                again = host.tools.clock.now() + wait if message.attempts + 1 < TRIES else None
                uow.outbox.failed(message.id, str(error), again)
            else:
                uow.outbox.sent(message.id, now)
                sent += 1
            uow.commit()
    return sent


def recipients(uow: UnitOfWork, principal: str) -> tuple[User, ...]:
    """Return the active users behind a principal who want mail and have an address."""
    kind, _, rest = principal.partition(":")
    if kind == "user":
        user = uow.people.user(rest)
        found: tuple[User, ...] = (user,) if user.status == "active" else ()
    else:
        role, _, organisation = rest.partition(":")
        roles = sorted(permissions.APPLICANTS) if role == "applicant" else [role]
        found = tuple(
            user
            for each in roles
            for user in uow.people.users(role=each, organisation_id=organisation or None)
        )
    return tuple(user for user in dict.fromkeys(found) if user.mail_wanted and user.email)
