"""What may be asked for of a filed pilot: its mechanism revised, its activities entered, a bureau's comment.

正文五（R15, R16, R18）. Frozen requests, as in ``requests``.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflow_app.commands.requests import Request
from workflow_app.domain.pilot import Activity, Mechanism


@dataclass(frozen=True, slots=True)
class ReviseMechanism(Request):
    """更新工作机制: a new version; the ones before stay on record.

    :param expected_version: the version that was seen; another one since is a conflict.
    """

    filing_id: str
    mechanism: Mechanism
    reason: str
    expected_version: int


@dataclass(frozen=True, slots=True)
class EnterActivity(Request):
    """填报活动: publicity, a training, the expert team."""

    filing_id: str
    activity: Activity


@dataclass(frozen=True, slots=True)
class VoidActivity(Request):
    """作废活动记录: it was entered wrongly; it no longer counts and stays to be seen."""

    activity_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CommentOnPilot(Request):
    """提出指导意见: by the bureau that organised the filing, on the pilot or on a project of it."""

    filing_id: str
    text: str
    project_id: str | None = None
