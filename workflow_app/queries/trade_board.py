"""成交 as the exchange, the department and the auditor read them: filtered, summed, a page at a time.

R38, R39, docs/domain.md §5. A trade is never changed. An exchange reads those of its own projects.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from workflow_app.domain.trading.orders import Mode
from workflow_app.kernel.clock import day_start
from workflow_app.queries.holders import accounts_called, holders_of, traded_for
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import account, ledger_posting, project, trade, trade_alert, trade_order

REPORTED: Final = "reported"
REPORTED_LABEL: Final = "交易机构报送"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which trades: of a way of dealing, within legal dates (both included), of parties or a project.

    :param way: a mode of transfer, ``reported``, or nothing for all.
    :param account_id: bought or sold by this account.
    """

    way: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""
    account_id: str = ""
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class TradeLine:
    """A trade; money in cents, units in tonnes.

    :param entered_at: when the book took it, later than ``at`` where it was reported.
    :param alerts: how many of its alerts nobody has looked into.
    """

    id: str
    confirmation_number: str
    way: str
    way_label: str
    order_id: str | None
    external_id: str
    project: str
    project_number: str
    seller: str
    seller_account: str
    seller_number: str
    buyer: str
    buyer_account: str
    buyer_number: str
    quantity: int
    price_cents: int
    amount_cents: int
    fee_cents: int
    at: datetime
    entered_at: datetime
    alerts: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What the trades asked for come to."""

    count: int
    quantity: int
    amount_cents: int
    fee_cents: int


def trades(
    reading: Reading, wanted: Wanted, *, after: tuple[datetime, str] | None = None, size: int = 50
) -> tuple[tuple[TradeLine, ...], tuple[datetime, str] | None]:
    """Return trades, the newest first, and the key to go on after."""
    query = _asked(reading, wanted).order_by(trade.c.at.desc(), trade.c.id.desc()).limit(size + 1)
    if after is not None:
        at, trade_id = after
        query = query.where(or_(trade.c.at < at, and_(trade.c.at == at, trade.c.id < trade_id)))
    rows = reading.execute(query).all()
    last = rows[size - 1] if len(rows) > size else None
    return _shown(reading, rows[:size]), None if last is None else (last.at, last.id)


def every_trade(reading: Reading, wanted: Wanted, *, most: int) -> Iterator[TradeLine]:
    """Yield the trades asked for, the newest first, at most ``most``."""
    after: tuple[datetime, str] | None = None
    told = 0
    while told < most:
        lines, after = trades(reading, wanted, after=after, size=min(500, most - told))
        yield from lines
        told += len(lines)
        if after is None:
            return


def sums(reading: Reading, wanted: Wanted) -> Sums:
    """Return what the trades asked for come to."""
    columns = (
        func.count(),
        func.coalesce(func.sum(trade.c.quantity), 0),
        func.coalesce(func.sum(trade.c.amount_cents), 0),
        func.coalesce(func.sum(trade.c.fee_cents), 0),
    )
    row = reading.execute(_asked(reading, wanted).with_only_columns(*columns)).one()
    return Sums(*(int(each) for each in row))


def trade_of(reading: Reading, trade_id: str) -> TradeLine | None:
    """Return one trade whoever looks may read."""
    rows = reading.execute(_asked(reading, Wanted()).where(trade.c.id == trade_id)).all()
    return next(iter(_shown(reading, rows)), None)


def _asked(reading: Reading, wanted: Wanted) -> Select[Any]:
    waiting = select(func.count()).where(trade_alert.c.trade_id == trade.c.id, trade_alert.c.state == "open")
    query = (
        select(
            trade,
            trade_order.c.mode,
            ledger_posting.c.at.label("entered_at"),
            project.c.name.label("project_name"),
            project.c.number.label("project_number"),
            waiting.scalar_subquery().label("alerts"),
        )
        .join(project, project.c.id == trade.c.project_id)
        .join(ledger_posting, ledger_posting.c.id == trade.c.posting_id)
        .outerjoin(trade_order, trade_order.c.id == trade.c.order_id)
    )
    return query.where(*_conditions(reading, wanted))


def _conditions(reading: Reading, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    own = traded_for(reading.viewer) if reading.viewer is not None else None
    if own is not None:
        found.append(own)
    if wanted.way == REPORTED:
        found.append(trade.c.channel == REPORTED)
    elif wanted.way:
        found.append(trade_order.c.mode == wanted.way)
    if wanted.since is not None:
        found.append(trade.c.at >= day_start(wanted.since))
    if wanted.until is not None:
        found.append(trade.c.at < day_start(wanted.until + timedelta(days=1)))
    if wanted.account_id:
        found.append(or_(*(column == wanted.account_id for column in _PARTIES)))
    if wanted.order_id:
        found.append(trade.c.order_id == wanted.order_id)
    if wanted.text:
        found.append(_named(wanted.text))
    return found


_PARTIES: Final = (trade.c.seller_account, trade.c.buyer_account)


def _named(text: str) -> ColumnElement[bool]:
    accounts = select(account.c.id).where(accounts_called(text))
    return or_(
        trade.c.confirmation_number == text.upper(),
        trade.c.external_id == text,
        project.c.number == text.upper(),
        project.c.name.contains(text, autoescape=True),
        *(column.in_(accounts) for column in _PARTIES),
    )


def _shown(reading: Reading, rows: Sequence[Any]) -> tuple[TradeLine, ...]:
    names = holders_of(reading, [each for row in rows for each in (row.seller_account, row.buyer_account)])
    return tuple(
        TradeLine(
            id=row.id,
            confirmation_number=row.confirmation_number,
            way=row.mode or row.channel,
            way_label=Mode(row.mode).label if row.mode else REPORTED_LABEL,
            order_id=row.order_id,
            external_id=row.external_id or "",
            project=row.project_name,
            project_number=row.project_number or "",
            seller=names[row.seller_account].name,
            seller_account=row.seller_account,
            seller_number=names[row.seller_account].number,
            buyer=names[row.buyer_account].name,
            buyer_account=row.buyer_account,
            buyer_number=names[row.buyer_account].number,
            quantity=row.quantity,
            price_cents=row.price_cents,
            amount_cents=row.amount_cents,
            fee_cents=row.fee_cents,
            at=row.at,
            entered_at=row.entered_at,
            alerts=int(row.alerts),
        )
        for row in rows
    )
