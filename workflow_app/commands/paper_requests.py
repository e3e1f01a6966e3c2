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
