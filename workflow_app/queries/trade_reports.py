"""日终对账 as people read it: the exchange's lists by day, what differed, and how each was put right.

docs/domain.md §5 (end-of-day reconciliation). Of the lists of a day the last received counts; what an earlier
one differed in is superseded by it. Trades reported at other times are among ``queries.trade_board``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from workflow_app.domain.trading.reports import DifferenceKind, Remedy
from workflow_app.queries.holders import people_of
from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import EVERYTHING, EXCHANGE, Viewer
from workflow_app.store.tables import (
    difference_remedy,
    organisation,
    trade,
    trade_difference,
    trade_refusal,
    trade_report_day,
)


@dataclass(frozen=True, slots=True)
class ReportDay:
    """The exchange's list of one legal day.

    :param signed_with: id of the key the file was signed with; empty where it came through the API.
    :param open: differences nobody has put right; nought where a later list of the day counts.
    :param current: it is the last list of its day.
    """

    id: str
    day: date
    exchange: str
    trades: int
    quantity: int
    amount_cents: int
    differences: int
    open: int
    signed_with: str
    received_at: datetime
    received_by_id: str | None
    received_by: str
    current: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a list and the book do not agree.

    :param trade_id: the trade of this number in the book, where there is one by now.
    """

    line: int
    external_id: str
    kind: str
    kind_label: str
    advice: str
    what: str
    remedy: str
    remedy_label: str
    note: str
    settled_by: str
    settled_at: datetime | None
    trade_id: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reported trade the book refused.

    :param told: what was reported, as JSON, cut short.
    :param confirmation_number: of the trade that was entered under its number since, if any.
    """

    id: str
    external_id: str
    code: str
    message: str
    told: str
    refused_at: datetime
    confirmation_number: str


def days(reading: Reading, *, after: str = "", size: int = 50) -> tuple[tuple[ReportDay, ...], str]:
    """Return daily lists, the last received first, and the id to go on after."""
    query = _days(reading.viewer).order_by(trade_report_day.c.id.desc()).limit(size + 1)
    if after:
        query = query.where(trade_report_day.c.id < after)
    rows = reading.execute(query).all()
    return _shown(reading, rows[:size]), rows[size - 1].id if len(rows) > size else ""


def day_of(reading: Reading, report_id: str) -> ReportDay | None:
    """Return one list whoever looks may read."""
    rows = reading.execute(_days(reading.viewer).where(trade_report_day.c.id == report_id)).all()
    return next(iter(_shown(reading, rows)), None)


def differences_of(reading: Reading, report_id: str) -> tuple[Difference, ...]:
    """Return what differed in a list, line by line."""
    query = (
        select(
            trade_difference,
            trade.c.id.label("trade_id"),
            *(difference_remedy.c[name] for name in ("remedy", "note", "settled_by", "settled_at")),
        )
        .outerjoin(trade, trade.c.external_id == trade_difference.c.external_id)
        .outerjoin(difference_remedy, _remedied())
        .where(trade_difference.c.report_id == report_id)
        .order_by(trade_difference.c.line)
    )
    rows = reading.execute(query).all()
    names = people_of(reading, [row.settled_by for row in rows])
    return tuple(
        Difference(
            row.line,
            row.external_id,
            row.kind,
            DifferenceKind(row.kind).label,
            DifferenceKind(row.kind).advice,
            row.what,
            row.remedy or "",
            Remedy(row.remedy).label if row.remedy else "",
            row.note or "",
            names.get(row.settled_by, ""),
            row.settled_at,
            row.trade_id,
        )
        for row in rows
    )


def refusals(reading: Reading, *, after: str = "", size: int = 20) -> tuple[tuple[Refusal, ...], str]:
    """Return reports the book refused, the last first, and the id to go on after."""
    query = (
        select(trade_refusal, trade.c.confirmation_number)
        .outerjoin(trade, trade.c.external_id == trade_refusal.c.external_id)
        .order_by(trade_refusal.c.id.desc())
        .limit(size + 1)
    )
    viewer = reading.viewer
    if viewer is not None and not viewer.holds(EVERYTHING):
        query = query.where(trade_refusal.c.exchange_org.in_(viewer.organisations(*EXCHANGE)))
    if after:
        query = query.where(trade_refusal.c.id < after)
    rows = reading.execute(query).all()
    found = tuple(
        Refusal(
            row.id,
            row.external_id,
            row.code,
            row.message,
            row.told,
            row.refused_at,
            row.confirmation_number or "",
        )
        for row in rows[:size]
    )
    return found, found[-1].id if len(rows) > size else ""


def waiting(reading: Reading) -> int:
    """Return how many differences of lists that count nobody has put right."""
    query = (
        select(func.count())
        .select_from(trade_difference.join(trade_report_day, _of_report()))
        .where(~_settled(), ~_superseded(), *_own(reading.viewer))
    )
    return int(reading.execute(query).scalar_one())


def _days(viewer: Viewer | None) -> Select[Any]:
    unsettled = select(func.count()).where(_of_report(), ~_settled())
    query = select(
        trade_report_day,
        organisation.c.name.label("exchange"),
        unsettled.scalar_subquery().label("unsettled"),
        _superseded().label("superseded"),
    ).join(organisation, organisation.c.id == trade_report_day.c.exchange_org)
    return query.where(*_own(viewer))


def _of_report() -> ColumnElement[bool]:
    return trade_difference.c.report_id == trade_report_day.c.id


def _remedied() -> ColumnElement[bool]:
    return and_(
        difference_remedy.c.report_id == trade_difference.c.report_id,
        difference_remedy.c.line == trade_difference.c.line,
    )


def _settled() -> ColumnElement[bool]:
    return select(difference_remedy.c.line).where(_remedied()).exists()


def _superseded() -> ColumnElement[bool]:
    later = trade_report_day.alias("later")
    same = and_(
        later.c.exchange_org == trade_report_day.c.exchange_org,
        later.c.day == trade_report_day.c.day,
        later.c.id > trade_report_day.c.id,
    )
    return select(later.c.id).where(same).exists()


def _own(viewer: Viewer | None) -> list[ColumnElement[bool]]:
    if viewer is None or viewer.holds(EVERYTHING):
        return []
    return [trade_report_day.c.exchange_org.in_(viewer.organisations(*EXCHANGE))]


def _shown(reading: Reading, rows: Sequence[Any]) -> tuple[ReportDay, ...]:
    names = people_of(reading, [row.received_by for row in rows])
    return tuple(
        ReportDay(
            row.id,
            date.fromisoformat(row.day),
            row.exchange,
            row.trades,
            row.quantity,
            row.amount_cents,
            row.differences,
            0 if row.superseded else int(row.unsettled),
            row.signed_with or "",
            row.received_at,
            row.received_by,
            names.get(row.received_by, ""),
            not row.superseded,
        )
        for row in rows
    )
