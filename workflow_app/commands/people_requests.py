"""What a system administrator asks of organisations, posts and leavers, as frozen requests.

docs/domain.md §6. The commands judge them; here nothing is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from workflow_app.commands.requests import Request


@dataclass(frozen=True, slots=True)
class EndPost(Request):
    """Set the last legal day of a post; ``None`` leaves its end open."""

    user_id: str
    post_id: str
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class RenameOrganisation(Request):
    """单位更名: what it is called from a legal day on, not later than today; what it was called stays."""

    organisation_id: str
    name: str
    reason: str
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class CloseOrganisation(Request):
    """单位停用: no posts, no accounts, no cases are left; what it did stays under its name."""

    organisation_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReopenOrganisation(Request):
    """恢复使用单位."""

    organisation_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ArrangeLeave(Request):
    """离任: end somebody's posts with a day, and move what is open to others, unseen.

    :param last_day: the last legal day on which they may act; yesterday ends everything at once.
    :param successors: kind of open items, as they are listed, to the user who takes them over; a kind left
        out, or empty, stays.
    :param seen: what the list said of itself when it was read; another list is a conflict. Empty: not asked.
    """

    user_id: str
    last_day: date
    reason: str
    successors: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""


@dataclass(frozen=True, slots=True)
class CancelLeave(Request):
    """取消离任, or 返岗: the person may act again; posts are given anew."""

    user_id: str
    reason: str
