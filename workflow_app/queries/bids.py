"""报价 in auctions, as bidders, the seller, the exchange and the department read them.

355号附件二（二）; docs/domain.md §3. A bid's price is opened for its bidder alone until bidding has closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from workflow_app.domain.trading.orders import BidState
from workflow_app.queries.orders import PAGE, holder_name, holders, joined
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import bid, project, trade_order


@dataclass(frozen=True, slots=True)
class Bid:
    """A bid in an auction.

    :param cents: price of a tonne; ``None`` while it is sealed to whoever looks.
    """

    id: str
    order_id: str
    order_number: str
    project_number: str
    project: str
    buyer_account: str
    buyer: str
    quantity: int
    cents: int | None
    won: int
    placed_at: datetime
    closes_at: datetime
    state: str
    state_label: str


def bids(
    reading: Reading,
    *,
    account_ids: Sequence[str] | None = None,
    order_id: str = "",
    after: str = "",
    size: int = PAGE,
) -> tuple[tuple[Bid, ...], str]:
    """Return bids, the newest first, and the id to go on after.

    :param account_ids: placed with these accounts, whose holder looks: their prices are opened.
    """
    named = holders("buyer")
    query = (
        select(
            bid,
            trade_order.c.number.label("order_number"),
            trade_order.c.closes_at,
            project.c.number.label("project_number"),
            project.c.name.label("project_name"),
            named["organisation"].c.name.label("buyer_name"),
            named["person"].c.name.label("buyer_person"),
            named["account"].c.person_id.label("buyer_person_id"),
        )
        .join(trade_order, trade_order.c.id == bid.c.order_id)
        .join(project, project.c.id == trade_order.c.project_id)
    )
    query = joined(query, named, bid.c.buyer_account)
    if account_ids is not None:
        query = query.where(bid.c.buyer_account.in_(account_ids))
    if order_id:
        query = query.where(bid.c.order_id == order_id)
    if after:
        query = query.where(bid.c.id < after)
    rows = reading.execute(query.order_by(bid.c.id.desc()).limit(size + 1)).all()
    found = tuple(_bid(reading, row, own=account_ids is not None) for row in rows[:size])
    return found, found[-1].id if len(rows) > size else ""


def _bid(reading: Reading, row: Any, *, own: bool) -> Bid:
    cents = row.price_cents
    if cents is None and own:
        opened = reading.opened(row.sealed)
        cents = int(opened) if str(opened).isdigit() else None  # an erased person's says so in words
    return Bid(
        id=row.id,
        order_id=row.order_id,
        order_number=row.order_number,
        project_number=row.project_number,
        project=row.project_name,
        buyer_account=row.buyer_account,
        buyer=holder_name(reading, row.buyer_name, row.buyer_person, row.buyer_person_id),
        quantity=int(row.quantity),
        cents=None if cents is None else int(cents),
        won=int(row.won),
        placed_at=row.placed_at,
        closes_at=row.closes_at,
        state=row.state,
        state_label=BidState(row.state).label,
    )
