"""A public notice in words: where it stands, the strip of its days, what follows and by when.

附件一（三）, 附件二（一）. The strip is drawn from the count that was stored when the notice was published;
nothing is counted anew but the date the registration would be due. It must never know a draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from calendars.published import Calendar
from calendars.trail import Due, TrailDay, runs
from calendars.working_days import add_working_days, rests_on_estimate
from workflow_app.kernel.clock import legal_date
from workflow_app.queries.limits import last_day, standing
from workflow_app.queries.public_notices import ListedNotice
from workflow_app.web.texts import _
from workflow_app.web.words import end_of_limit, short_day, weekday

REGISTRATION_DAYS = 3
"""附件二（一）: the cap no parameter may raise."""
_WEEKEND = "周末"


@dataclass(frozen=True, slots=True)
class StripDay:
    """A day of the strip, or a run of days that are not counted."""

    date: str
    weekday: str
    label: str
    note: str
    skipped: bool
    today: bool
    last: bool


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a notice shows of its time.

    :param badge: 公示中 or how it ended; :param tone: of the badge.
    :param closes: ``2026-11-27 周五 24:00``; :param summary: how far it is.
    """

    open: bool
    badge: str
    tone: str
    closes: str
    summary: str
    days: tuple[StripDay, ...]


@dataclass(frozen=True, slots=True)
class Next:
    """One line of 公示之后."""

    when: str
    what: str
    kind: str = ""
    limit: str = ""


def words(notice: ListedNotice, due: Due | None, calendar: Calendar, now: datetime) -> NoticeWords:
    """Put a notice's time into words as of ``now``."""
    today = legal_date(now)
    is_open = notice.state == "open" and now < notice.closes_at
    return NoticeWords(
        open=is_open,
        badge=state_words(notice, now),
        tone="accent" if is_open else "",
        closes=full_moment(notice.closes_at),
        summary=_summary(notice, due, calendar, now) if is_open else _ended(notice),
        days=strip(due.trail, last_day(notice.closes_at), today) if due else (),
    )


def state_words(notice: ListedNotice, now: datetime) -> str:
    """Return 公示中, the result once it is announced, or what is waited for."""
    if notice.state == "terminated":
        return _("已终止，另行公示")
    if notice.state == "open" and now < notice.closes_at:
        return _("公示中")
    if notice.outcome is None:
        return _("公示期满，意见处理中") if notice.state == "closed" else _("公示期满")
    return {
        "unopposed": _("公示无异议"),
        "dismissed": _("异议不成立"),
        "upheld_fixable": _("异议成立，修改后再公示"),
        "upheld_fatal": _("异议成立，不予通过"),
    }.get(notice.outcome, notice.outcome)


def full_moment(instant: datetime) -> str:
    """Return ``2026-11-27 周五 24:00``: midnight is the end of the day before."""
    day, hour = end_of_limit(instant)
    return f"{day.isoformat()} {weekday(day)} {hour}"


def strip(trail: Sequence[TrailDay], last: date, today: date) -> tuple[StripDay, ...]:
    """Return the days from publication to the last one; days off in a row make one cell."""
    cells: list[StripDay] = []
    for run in runs(trail):
        groups = [[one] for one in run] if run[0].n is not None else [run]
        cells += [_cell(group, last, today) for group in groups]
    return tuple(cells)


def _cell(group: Sequence[TrailDay], last: date, today: date) -> StripDay:
    first, final = group[0], group[-1]
    here = first.date <= today <= final.date
    name = _("至 %(day)s", day=short_day(final.date, today)) if len(group) > 1 else weekday(first.date)
    if first.n == 0:
        label, note = _("发布"), _("不计")
    elif first.n is None:
        label, note = _("跳过"), _("休息日") if first.reason == _WEEKEND else first.reason
    else:
        label = _("第 %(number)s 天", number=first.n)
        made_up = first.reason if first.reason == "调休上班" else ""
        note = _("24:00 截止") if first.date == last else _("今天") if here else made_up
    return StripDay(
        date=short_day(first.date, today),
        weekday=name,
        label=label,
        note=note + (" " + _("预估") if first.provisional else ""),
        skipped=not first.n,
        today=here,
        last=first.date == last,
    )


def _summary(notice: ListedNotice, due: Due | None, calendar: Calendar, now: datetime) -> str:
    stands = standing(calendar, notice.closes_at, now)
    left = (
        _("今日 24:00 截止") if stands.state == "today" else _("剩 %(number)s 个工作日", number=stands.number)
    )
    today = legal_date(now)
    number = next((day.n for day in due.trail if day.date == today), None) if due else None
    if number:
        return _("今天是第 %(number)s 天，%(left)s", number=number, left=left)
    return left


def _ended(notice: ListedNotice) -> str:
    if notice.state == "terminated":
        return _("本次公示已终止，以新的公示为准")
    if notice.announced_at is not None:
        return _("公示期已满，结果已于 %(at)s 公告", at=full_moment(notice.announced_at)[:10])
    return _("公示期已满")


def following(notice: ListedNotice, calendar: Calendar, now: datetime) -> tuple[Next, ...]:
    """Return what comes after the notice closes, with the dates that can be said."""
    end = last_day(notice.closes_at)
    by = add_working_days(calendar, end, REGISTRATION_DAYS)
    today = legal_date(now)
    closing = f"{short_day(end, today)} 24:00"
    due = _("%(day)s 前", day=short_day(by, today))
    if rests_on_estimate(calendar, end, by):
        due += _("（预估）")
    acts = _("为项目业主注册账户，完成减排量登记") if notice.of_project else _("签发减排量")
    return (
        Next(closing, _("意见截止，无异议即进入登记")),
        Next(
            due,
            _("交易机构%(acts)s", acts=acts),
            "statutory" if notice.of_project else "promised",
            _("%(number)s 个工作日内", number=REGISTRATION_DAYS),
        ),
        Next(
            _("有异议"),
            _("省生态环境厅书面答复并说明理由，办结前不登记；异议成立的，不予通过或修改后重新公示"),
        ),
        Next(_("截止后"), _("仍可提交，作为线索处理，不影响登记")),
    )
