"""The exchange's daily lists, what differed from the book, how it was put right, reports the book refused.

docs/domain.md §5 (end-of-day reconciliation). Rows are mappings of columns. Must never know who may act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, select

from workflow_app.store.live import Live
from workflow_app.store.schema.columns import Value
from workflow_app.store.tables import (
    difference_remedy,
    trade_difference,
    trade_refusal,
    trade_report_day,
)

Record = dict[str, Any]


class TradeReportRepository:
    """The exchange's reports in one unit of work."""

    def __init__(self, connection: Connection, live: Live) -> None:
        self._connection = connection
        self._live = live

    def report_day(self, exchange_org: str, day: str, sha256: str) -> Record | None:
        """Return an exchange's list of a legal day, where this very one was received before."""
        known = trade_report_day.c
        return self._first(
            select(trade_report_day).where(
                known.exchange_org == exchange_org, known.day == day, known.sha256 == sha256
            )
        )

    def report_days(self, limit: int = 60) -> tuple[Record, ...]:
        """Return the exchange's daily lists, the newest day first."""
        known = trade_report_day.c
        return self._all(
            select(trade_report_day).order_by(known.day.desc(), known.received_at.desc()).limit(limit)
        )

    def differences(self, report_id: str) -> tuple[Record, ...]:
        """Return what differed in a daily list."""
        query = select(trade_difference).where(trade_difference.c.report_id == report_id)
        return self._all(query.order_by(trade_difference.c.line))

    def difference(self, report_id: str, line: int) -> Record | None:
        """Return one difference, with how it was put right where it was."""
        query = select(trade_difference, difference_remedy.c.remedy).outerjoin(
            difference_remedy,
            (difference_remedy.c.report_id == trade_difference.c.report_id)
            & (difference_remedy.c.line == trade_difference.c.line),
        )
        known = trade_difference.c
        return self._first(query.where(known.report_id == report_id, known.line == line))

    def report(self, report_id: str) -> Record | None:
        """Return a daily list."""
        return self._first(select(trade_report_day).where(trade_report_day.c.id == report_id))

    def refused(self, exchange_org: str, sha256: str) -> bool:
        """Tell whether this very report was refused before for the same reason."""
        query = select(trade_refusal.c.id).where(
            trade_refusal.c.exchange_org == exchange_org, trade_refusal.c.sha256 == sha256
        )
        return self._connection.execute(query).first() is not None

    def add_remedy(self, row: Mapping[str, Any]) -> None:
        """Say how a difference was put right."""
        self._live.insert(difference_remedy, row)

    def add_refusal(self, row: Mapping[str, Any]) -> None:
        """Keep a report the book refused."""
        self._live.insert(trade_refusal, row)

    def add_report_day(self, row: Mapping[str, Any], differences: Iterable[Mapping[str, Value]]) -> None:
        """Enter a daily list and what differed in it."""
        self._live.insert(trade_report_day, row)
        self._live.insert(
            trade_difference,
            *(
                {"report_id": row["id"], "line": number, **difference}
                for number, difference in enumerate(differences, start=1)
            ),
        )

    def _first(self, query: Select[Any]) -> Record | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else dict(row)

    def _all(self, query: Select[Any]) -> tuple[Record, ...]:
        return tuple(dict(row) for row in self._connection.execute(query).mappings())
