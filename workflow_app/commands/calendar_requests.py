"""What may be asked about the working-day calendar: a preview, a proposal, its decision.

A face hands over the notice as typed, or as its file says it; what it is worth is judged here behind. Must
never know a form or a table.
"""

from __future__ import annotations

from dataclasses import dataclass

from calendars.typed import TypedNotice
from workflow_app.commands.requests import Request


@dataclass(frozen=True, slots=True)
class PreviewCalendarNotice(Request):
    """Say what a notice would change; asked of ``App.calendar_effect``, which only reads."""

    notice: TypedNotice


@dataclass(frozen=True, slots=True)
class ProposeCalendarNotice(Request):
    """Propose a notice to the department's leader.

    :param reason: why; must be given where the year has a notice already.
    """

    notice: TypedNotice
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PreviewCalendarProposal(Request):
    """Say what a proposal would change on the calendar of now; asked like a notice."""

    proposal_id: str


@dataclass(frozen=True, slots=True)
class DecideCalendarProposal(Request):
    """Approve a proposal, which puts its notice in force, or reject it with a reason."""

    proposal_id: str
    approve: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawCalendarProposal(Request):
    """Take back one's own proposal before it is decided."""

    proposal_id: str


@dataclass(frozen=True, slots=True)
class RecomputeDeadlines(Request):
    """Compute every open limit anew on the calendar in force; a second time nothing changes."""
