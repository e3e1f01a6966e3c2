"""What anybody may ask for of a registered project: a complaint (docs/domain.md §4)."""

from __future__ import annotations

from dataclasses import dataclass

from workflow_app.commands.requests import Request


@dataclass(frozen=True, slots=True)
class SubmitComplaint(Request):
    """投诉: no sign-in; name and contact may be empty.

    :param number: of the registered project.
    :param serial: the block of units it is about, as printed; may be empty.
    """

    number: str
    text: str
    serial: str = ""
    name: str = ""
    contact: str = ""
