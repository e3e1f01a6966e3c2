"""异常交易提示 with their evidence, and what was found out about each (R19 「严防交易炒作和交易乱象」)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from workflow_app.domain.trading.alerts import AlertKind, AlertState
from workflow_app.queries.holders import people_of, traded_for
from workflow_app.queries.reading import Reading
from workflow_app.queries.trade_board import TradeLine, trade_of
from workflow_app.store.tables import project, trade, trade_alert


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert.

    :param facts: what was measured: ``value`` of the ``measure``, what it was held against, the ``rule``
        of the decision table that found it remarkable.
    """

    id: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    at: datetime
    facts: Mapping[str, Any]
    finding: str
    reviewed_by: str
    reviewed_at: datetime | None
    trade: TradeLine


def alerts(
    reading: Reading, *, state: str = "", after: str = "", size: int = 50
) -> tuple[tuple[Alert, ...], str]:
    """Return alerts, the newest first, and the id to go on after."""
    query = _alerts(reading).order_by(trade_alert.c.id.desc()).limit(size + 1)
    if state:
        query = query.where(trade_alert.c.state == state)
    if after:
        query = query.where(trade_alert.c.id < after)
    rows = reading.execute(query).all()
    found = tuple(_alert(reading, row) for row in rows[:size])
    return found, found[-1].id if len(rows) > size else ""


def alert_of(reading: Reading, alert_id: str) -> Alert | None:
    """Return one alert whoever looks may read."""
    row = reading.execute(_alerts(reading).where(trade_alert.c.id == alert_id)).one_or_none()
    return None if row is None else _alert(reading, row)


def waiting(reading: Reading) -> int:
    """Return how many alerts nobody has looked into."""
    query = (
        _alerts(reading).with_only_columns(func.count()).where(trade_alert.c.state == AlertState.OPEN.value)
    )
    return int(reading.execute(query).scalar_one())


def _alerts(reading: Reading) -> Select[Any]:
    query = (
        select(trade_alert)
        .join(trade, trade.c.id == trade_alert.c.trade_id)
        .join(project, project.c.id == trade.c.project_id)
    )
    own = traded_for(reading.viewer) if reading.viewer is not None else None
    return query if own is None else query.where(own)


def _alert(reading: Reading, row: Any) -> Alert:
    about = trade_of(reading, row.trade_id)
    if about is None:
        raise LookupError("an alert of no trade")
    names = people_of(reading, [row.reviewed_by])
    return Alert(
        row.id,
        row.kind,
        AlertKind(row.kind).label,
        row.state,
        AlertState(row.state).label,
        row.at,
        row.facts,
        row.finding or "",
        names.get(row.reviewed_by, ""),
        row.reviewed_at,
        about,
    )
