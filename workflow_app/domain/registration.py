"""Registration: what must be true before a project is entered, and where its three days start.

附件二（一）: within three working days of an unopposed notice the exchange opens the owner's account and
enters the reductions: a cap, recorded when missed, never done by a timer. Must never know: cases, storage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from workflow_app.domain.findings import Finding
from workflow_app.domain.public_notice import NoticeOutcome

ARTICLE = "355号附件二（一）"
CAP_WORKING_DAYS = 3
"""在3个工作日内: no parameter may go above it."""


def clock_start(notice_closed_at: datetime, objection_decided_at: datetime | None) -> datetime:
    """Return the event the three working days count from (that day itself is not counted).

    The notice's end, or the decision on the last objection where that came later (K).
    """
    return max(notice_closed_at, objection_decided_at) if objection_decided_at else notice_closed_at


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """What registering a project depends on."""

    opinion_id: str | None
    opinion_passed: bool
    notice_closed: bool
    notice_outcome: NoticeOutcome | None
    open_objections: int
    account_open: bool
    exchange_qualified_until: date | None
    today: date


def _opinion(facts: RegistrationFacts) -> tuple[Finding, ...]:
    if facts.opinion_id and facts.opinion_passed:
        return ()
    return (Finding("opinion_missing", "没有通过的专家组意见，不能登记", "355号附件一（二）"),)


def _notice(facts: RegistrationFacts) -> tuple[Finding, ...]:
    if not facts.notice_closed:
        return (Finding("notice_not_closed", "公示期未满，不能登记", ARTICLE),)
    if facts.notice_outcome is None or not facts.notice_outcome.registrable:
        return (Finding("notice_opposed", "公示结果不是无异议或异议不成立，不能登记", ARTICLE),)
    return ()


def _objections(facts: RegistrationFacts) -> tuple[Finding, ...]:
    if facts.open_objections == 0:
        return ()
    return (Finding("objections_open", f"尚有{facts.open_objections}件异议未处理完毕，不能登记", ARTICLE),)


def _account(facts: RegistrationFacts) -> tuple[Finding, ...]:
    return () if facts.account_open else (Finding("account_missing", "请先为项目业主注册账户", ARTICLE),)


def _qualification(facts: RegistrationFacts) -> tuple[Finding, ...]:
    return check_qualification(facts.exchange_qualified_until, facts.today)


def check_qualification(until: date | None, today: date) -> tuple[Finding, ...]:
    """R45: without a qualification in force an exchange publishes, registers and trades nothing."""
    if until is not None and today <= until:
        return ()
    return (
        Finding(
            "exchange_unqualified", "交易机构的交易资质未登记或已过有效期，不能公示、登记或交易", ARTICLE
        ),
    )


CHECKS: tuple[Callable[[RegistrationFacts], tuple[Finding, ...]], ...] = (
    _opinion,
    _notice,
    _objections,
    _account,
    _qualification,
)


def check_registration(facts: RegistrationFacts) -> tuple[Finding, ...]:
    """Return everything that forbids registering the project (K)."""
    return tuple(finding for check in CHECKS for finding in check(facts))
