"""Public notices: the five-day floor, what the public says, and what comes of it.

附件一（三）: at least five working days, anyone may comment; an open objection blocks what follows (by
analogy with 31号令第十三、二十条), and after an upheld one, or a material change, a full new notice runs (K).
Counting days is the calendar's business. Must never know: cases, forms, storage.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflow_app.domain.findings import Finding

ARTICLE = "355号附件一（三）"
OBJECTION_ARTICLE = "服务规则：异议处理（参照31号令第十三条、第二十条）"
FLOOR_WORKING_DAYS = 5
"""不少于5个工作日: no parameter may go below it."""


class NoticeOutcome(StrEnum):
    """What a closed notice leads to."""

    UNOPPOSED = "unopposed"
    DISMISSED = "dismissed"
    UPHELD_FIXABLE = "upheld_fixable"
    UPHELD_FATAL = "upheld_fatal"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _LABELS[self]

    @property
    def registrable(self) -> bool:
        """Whether registration may follow (附件二（一）)."""
        return self in {NoticeOutcome.UNOPPOSED, NoticeOutcome.DISMISSED}


_LABELS = {
    NoticeOutcome.UNOPPOSED: "公示无异议",
    NoticeOutcome.DISMISSED: "异议不成立",
    NoticeOutcome.UPHELD_FIXABLE: "异议成立，修改后重新公示",
    NoticeOutcome.UPHELD_FATAL: "异议成立，不予通过",
}
_GRAVEST = (NoticeOutcome.UPHELD_FATAL, NoticeOutcome.UPHELD_FIXABLE, NoticeOutcome.DISMISSED)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment as the notice sees it.

    :param kind: ``objection``, ``comment``, or ``None`` until the department has confirmed which.
    :param late: received after the notice closed: a lead (线索) that blocks nothing.
    :param outcome: the decision on an objection, ``None`` while it is open.
    """

    id: str
    late: bool
    kind: str | None = None
    outcome: NoticeOutcome | None = None

    @property
    def blocking(self) -> bool:
        """Whether it stands in the way: timely, and not confirmed to be a mere comment."""
        return not self.late and self.kind != "comment"


def is_late(received_at: datetime, closes_at: datetime) -> bool:
    """Tell whether a comment arrived after the notice's last instant (24:00 of its last day)."""
    return received_at >= closes_at


def open_objections(comments: Iterable[Comment]) -> tuple[Comment, ...]:
    """Return what still stands in the way."""
    return tuple(comment for comment in comments if comment.blocking and comment.outcome is None)


def outcome(comments: Iterable[Comment]) -> NoticeOutcome | None:
    """Return a notice's outcome, the gravest decision ruling; ``None`` while an objection is open."""
    standing = [comment for comment in comments if comment.blocking]
    if any(comment.outcome is None for comment in standing):
        return None
    reached = {comment.outcome for comment in standing}
    return next((grave for grave in _GRAVEST if grave in reached), NoticeOutcome.UNOPPOSED)


def check_close(now: datetime, closes_at: datetime) -> tuple[Finding, ...]:
    """Closing early is impossible (K).

    :param closes_at: the instant after the last counted day.
    """
    if now >= closes_at:
        return ()
    return (Finding("notice_running", "公示期未满，不得提前结束", ARTICLE),)


def check_length(working_days: int) -> tuple[Finding, ...]:
    """The period is a floor (K)."""
    if working_days >= FLOOR_WORKING_DAYS:
        return ()
    return (Finding("notice_too_short", "公示期不得少于5个工作日", ARTICLE),)


def check_downgrade(confirmed_by_department: bool) -> tuple[Finding, ...]:
    """An exchange cannot turn an objection into a comment alone (K)."""
    if confirmed_by_department:
        return ()
    return (Finding("downgrade_unconfirmed", "按一般意见办理须经省厅确认", OBJECTION_ARTICLE),)


def check_quantity(published: int, accepted: int) -> tuple[Finding, ...]:
    """I5: what is published is at most what the panel accepted."""
    if published <= accepted:
        return ()
    return (
        Finding(
            "published_above_accepted", "公示的减排量不得超过专家组认可的减排量", ARTICLE, "public_tonnes"
        ),
    )


def never_earlier(published_close: date, recomputed: date) -> date:
    """A published closing date never moves earlier, whatever a new calendar says (K)."""
    return max(published_close, recomputed)


def needs_new_notice(result: NoticeOutcome, *, material_change: bool = False) -> bool:
    """Tell whether a full new notice must run before registration (K)."""
    return material_change or result is NoticeOutcome.UPHELD_FIXABLE
