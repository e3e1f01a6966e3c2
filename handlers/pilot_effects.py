"""What a handler may ask to be done to a pilot: filed, measured, reported on. Nothing here can act.

Carried out by ``workflow_app.commands.on_pilots``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from handlers.effects import Effect


@dataclass(frozen=True, slots=True)
class FilePilot(Effect):
    """试点备案: the filing takes effect, with its work mechanism (R15), and its first period begins (R22).

    :param people: names and addresses of leader and contact; kept sealed.
    :param duties: ``department`` and ``duty`` of each.
    """

    filing_id: str
    number: str
    filed_at: datetime
    fields: Mapping[str, object] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    leader_post: str = ""
    duties: Sequence[Mapping[str, str]] = ()
    plans: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakeFigures(Effect):
    """汇总进展: the period is over; its figures are taken and stay as they are."""

    evaluation_id: str
    filing_id: str
    period_from: datetime


@dataclass(frozen=True, slots=True)
class ReportEvaluation(Effect):
    """评估报告 as the leader signs it; the next period begins the day after this one's last.

    :param report: ``grade``, ``mechanism``, ``support``, ``problems``, ``lessons``.
    """

    evaluation_id: str
    report: Mapping[str, str]
