"""减排量市场: the listings and auctions that stand open, by project, year, price and mode (R38).

355号附件二（二）. A negotiated transfer is a matter of its two sides and never stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, or_, select

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.trading.orders import Mode, OrderState
from workflow_app.queries import orders
from workflow_app.queries.orders import Order
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import holding, project, trade_order

PUBLIC_MODES: Final = (Mode.LISTING.value, Mode.AUCTION.value)
"""Modes anybody who trades may see and answer."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What of the market is looked for.

    :param text: in a project's name, or its number.
    :param cents: the highest price of a tonne, an auction's reserve price; ``None`` for any.
    """

    text: str = ""
    mode: str = ""
    vintage: int | None = None
    cents: int | None = None


def offers(
    reading: Reading, sought: Sought, now: datetime, *, after: str = "", size: int = orders.PAGE
) -> tuple[tuple[Order, ...], str]:
    """Return what stands open at an instant, the newest first, and the id to go on after."""
    modes = [sought.mode] if sought.mode in PUBLIC_MODES else PUBLIC_MODES
    query = orders.all_orders().where(
        trade_order.c.state == OrderState.OPEN.value,
        trade_order.c.mode.in_(modes),
        trade_order.c.closes_at > now,
    )
    if sought.text:
        named = project.c.name.contains(sought.text, autoescape=True)
        query = query.where(or_(project.c.number == sought.text.upper(), named))
    if sought.cents is not None:
        price = func.coalesce(trade_order.c.price_cents, trade_order.c.reserve_cents)
        query = query.where(price <= sought.cents)
    if sought.vintage is not None:
        of_year = select(holding.c.id).where(
            holding.c.hold_id == trade_order.c.id,
            holding.c.bucket == Bucket.FROZEN.value,
            holding.c.vintage == sought.vintage,
        )
        query = query.where(of_year.exists())
    return orders.page(reading, query, after, size)


def vintages(reading: Reading, now: datetime) -> tuple[int, ...]:
    """Return the years of what stands open, for the filter."""
    standing = select(trade_order.c.id).where(
        trade_order.c.state == OrderState.OPEN.value,
        trade_order.c.mode.in_(PUBLIC_MODES),
        trade_order.c.closes_at > now,
    )
    query = select(holding.c.vintage).where(holding.c.hold_id.in_(standing)).distinct()
    return tuple(reading.execute(query.order_by(holding.c.vintage)).scalars())
