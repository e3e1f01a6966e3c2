"""What a handler may ask to be done about a complaint: look into it, answer it. Nothing here can act.

Carried out by ``workflow_app.commands.on_complaints``.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.effects import Effect


@dataclass(frozen=True, slots=True)
class BeginCorrection(Effect):
    """立案: a correction of the project's registered units is opened on a complaint."""

    complaint_id: str


@dataclass(frozen=True, slots=True)
class AnswerComplaint(Effect):
    """书面答复: given once, for whoever holds the receipt.

    :param outcome: ``confirmed``, ``dismissed`` or ``not_taken_up``.
    """

    complaint_id: str
    outcome: str
    reply: str
