"""What may be asked for of an official paper: that its delivery outside this system is written down."""

from __future__ import annotations

from dataclasses import dataclass

from workflow_app.commands.requests import Request


@dataclass(frozen=True, slots=True)
class NoteDelivery(Request):
    """登记送达: a paper was handed over, or posted, or could not be.

    :param recipient: as the paper's deliveries name it.
    :param channel: ``counter`` or ``post``.
    :param result: ``sent`` or ``failed``.
    :param detail: who took it, its tracking number, why it failed.
    """

    document_id: str
    recipient: str
    channel: str
    result: str
    detail: str


@dataclass(frozen=True, slots=True)
class OpenReply(Request):
    """Note that whoever holds a complaint's receipt has read its written answer (送达).

    :param receipt: the number is the key to it.
    """

    receipt: str
