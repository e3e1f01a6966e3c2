"""总办理时限: by when an accepted project is decided on, the time of its expert assessments left out.

Where its first batch goes with it, the time the owner takes to hand that in is left out too.

A service standard by analogy with 行政许可法第四十二条 (twenty working days, ten more where the head of the
office approves) and 第四十五条 (expert review is not counted, and the applicant is told so); 355号 sets none.
Nothing waits for it: it is derived each time it is shown. It must never stop or decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, or_, select

from calendars import periods
from calendars.periods import Rule, Suspension
from calendars.published import Calendar
from workflow_app.kernel.clock import legal_date
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import batch, case_file, project

RULE = "total_time"
EXTENSION = "total_time_extension"


@dataclass(frozen=True, slots=True)
class TotalTime:
    """How the total time stands, in working days.

    :param last_day: ``None`` while an assessment is under way; :param used: days counted so far, then.
    :param extension: days by which the head of the office may prolong it.
    """

    days: int
    extension: int
    last_day: date | None
    used: int
    provisional: bool


def total_time(
    reading: Reading, project_id: str, accepted_at: datetime, rule: Rule, extension: int, calendar: Calendar
) -> TotalTime:
    """Return by when a project accepted at ``accepted_at`` is to be decided on."""
    assessed = case_file.c.process_id == "expert_assessment"
    stopped = case(
        (assessed, case_file.c.closed_at), else_=func.coalesce(batch.c.received_at, case_file.c.closed_at)
    )
    query = (
        select(case_file.c.opened_at, stopped.label("closed_at"))
        .join(project, project.c.id == case_file.c.project_id)
        .outerjoin(batch, batch.c.case_id == case_file.c.id)
        .where(
            case_file.c.project_id == project_id,
            case_file.c.process_id.in_(("expert_assessment", "issuance_application")),
            # After registration it is a batch of its own that is applied for and assessed.
            or_(project.c.registered_at.is_(None), case_file.c.opened_at < project.c.registered_at),
        )
        .order_by(case_file.c.opened_at, case_file.c.id)
    )
    spans = (
        (legal_date(row.opened_at), legal_date(row.closed_at) if row.closed_at else None)
        for row in reading.execute(query)
    )
    due = periods.compute(rule, accepted_at, calendar, _left_out(spans))
    return TotalTime(rule.n, extension, due.last_day, due.used, due.provisional)


def _left_out(spans: Iterable[tuple[date, date | None]]) -> tuple[Suspension, ...]:
    """Return the assessments as stops of the count; those that touch become one."""
    merged: list[tuple[date, date | None]] = []
    for start, end in spans:
        if merged and (merged[-1][1] is None or start <= merged[-1][1]):
            before = merged[-1]
            merged[-1] = (before[0], None if end is None or before[1] is None else max(before[1], end))
        else:
            merged.append((start, end))
    return tuple(Suspension(start, end, "专家评估", "行政许可法第四十五条") for start, end in merged)
