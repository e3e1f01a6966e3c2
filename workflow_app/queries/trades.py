"""成交: who sold what to whom for how much, as both sides, the exchange and the department read it.

355号附件二（二）. Prices are hundredths of a yuan a tonne, quantities tCO2e. Lists go on by key,
newest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, or_, select

from workflow_app.queries.orders import PAGE, holder_name
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    account,
    ledger_line,
    organisation,
    project,
    trade,
    trade_order,
    user_account,
)

CHANNELS: Final = {"market": "本系统", "reported": "交易机构报送"}
MOST_SERIALS: Final = 200


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade as its 成交确认书 says it; money in cents."""

    id: str
    confirmation_number: str
    channel: str
    channel_label: str
    external_id: str | None
    order_id: str | None
    order_number: str | None
    project_id: str
    project_number: str
    project: str
    seller_account: str
    seller_number: str
    seller: str
    buyer_account: str
    buyer_number: str
    buyer: str
    quantity: int
    cents: int
    amount_cents: int
    fee_cents: int
    at: datetime


def trades(
    reading: Reading,
    *,
    account_ids: Sequence[str] | None = None,
    order_id: str = "",
    after: str = "",
    size: int = PAGE,
) -> tuple[tuple[Trade, ...], str]:
    """Return trades, the newest first, and the id to go on after.

    :param account_ids: on either side of them; ``None`` of anybody.
    """
    query = _trades()
    if account_ids is not None:
        query = query.where(
            or_(trade.c.seller_account.in_(account_ids), trade.c.buyer_account.in_(account_ids))
        )
    if order_id:
        query = query.where(trade.c.order_id == order_id)
    if after:
        query = query.where(trade.c.id < after)
    rows = reading.execute(query.order_by(trade.c.id.desc()).limit(size + 1)).all()
    found = tuple(_trade(reading, row) for row in rows[:size])
    return found, found[-1].id if len(rows) > size else ""


def trade_of(reading: Reading, trade_id: str) -> Trade | None:
    """Return one trade."""
    row = reading.execute(_trades().where(trade.c.id == trade_id)).one_or_none()
    return None if row is None else _trade(reading, row)


def serials(reading: Reading, trade_id: str) -> tuple[str, ...]:
    """Return the blocks a trade delivered, as posted, at most two hundred."""
    query = (
        select(ledger_line.c.serial)
        .join(trade, trade.c.posting_id == ledger_line.c.posting_id)
        .where(
            trade.c.id == trade_id,
            ledger_line.c.account_id == trade.c.buyer_account,
            ledger_line.c.quantity > 0,
        )
        .order_by(ledger_line.c.first_unit)
        .limit(MOST_SERIALS)
    )
    return tuple(reading.execute(query).scalars())


def _trades() -> Select[Any]:
    seller, buyer = account.alias("seller_of"), account.alias("buyer_of")
    sold_by, bought_by = organisation.alias("sold_by"), organisation.alias("bought_by")
    return (
        select(
            trade,
            trade_order.c.number.label("order_number"),
            project.c.number.label("project_number"),
            project.c.name.label("project_name"),
            seller.c.number.label("seller_number"),
            sold_by.c.name.label("seller_name"),
            buyer.c.number.label("buyer_number"),
            buyer.c.person_id,
            bought_by.c.name.label("buyer_name"),
            user_account.c.name.label("buyer_person"),
        )
        .join(project, project.c.id == trade.c.project_id)
        .join(seller, seller.c.id == trade.c.seller_account)
        .join(buyer, buyer.c.id == trade.c.buyer_account)
        .outerjoin(trade_order, trade_order.c.id == trade.c.order_id)
        .outerjoin(sold_by, sold_by.c.id == seller.c.organisation_id)
        .outerjoin(bought_by, bought_by.c.id == buyer.c.organisation_id)
        .outerjoin(user_account, user_account.c.id == buyer.c.person_id)
    )


def _trade(reading: Reading, row: Any) -> Trade:
    return Trade(
        id=row.id,
        confirmation_number=row.confirmation_number,
        channel=row.channel,
        channel_label=CHANNELS[row.channel],
        external_id=row.external_id,
        order_id=row.order_id,
        order_number=row.order_number,
        project_id=row.project_id,
        project_number=row.project_number,
        project=row.project_name,
        seller_account=row.seller_account,
        seller_number=row.seller_number,
        seller=row.seller_name or "",
        buyer_account=row.buyer_account,
        buyer_number=row.buyer_number,
        buyer=holder_name(reading, row.buyer_name, row.buyer_person, row.person_id),
        quantity=int(row.quantity),
        cents=int(row.price_cents),
        amount_cents=int(row.amount_cents),
        fee_cents=int(row.fee_cents),
        at=row.at,
    )
