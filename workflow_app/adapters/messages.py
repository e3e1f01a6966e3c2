"""Embedded messages: the sandbox keeps what would leave; an SMTP relay sends it in production.

The outbox calls ``send`` after the commit and tries again where it raises ``OSError``.
"""

from __future__ import annotations

import smtplib
from email.headerregistry import Address
from email.message import EmailMessage

from workflow_app.kernel.ports import OutgoingMessage


class KeptMessages:
    """Sends nothing: the outbox's row, shown on the sandbox's page, is the message."""

    def send(self, message: OutgoingMessage) -> None:
        """Accept the message."""


class SmtpMessages:
    """Hands mail to a relay.

    :param host: the relay; STARTTLS is used where it offers it.
    :param sender: address the mail comes from.
    :param timeout: seconds to wait for the relay.
    """

    def __init__(self, host: str, port: int, sender: str, *, timeout: float = 10.0) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._timeout = timeout

    def send(self, message: OutgoingMessage) -> None:
        """Send one mail; kinds other than ``mail`` need another adapter."""
        if message.kind != "mail":
            raise ValueError(f"no gateway for {message.kind}")
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = Address(addr_spec=message.address)
        mail["Subject"] = message.subject
        mail["Message-ID"] = f"<{message.key}@{self._sender.rpartition('@')[2]}>"
        mail.set_content(message.text)
        with smtplib.SMTP(self._host, self._port, timeout=self._timeout) as relay:
            if relay.has_extn("starttls"):
                relay.starttls()
            relay.send_message(mail)
