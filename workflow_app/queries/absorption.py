"""消纳: what cancelled units were used for, and who bought (R21, R40, R41).

355号五（三）: buyers are to be found for the reductions, for activities and meetings, offices, parks, scenic
areas and communities. Cancelled tonnes are those of the book's postings; no person is named.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import account, cancellation, trade


@dataclass(frozen=True, slots=True)
class Use:
    """Units cancelled for one purpose; :param sub_type: what the carbon-neutral subject is, if said."""

    purpose: str
    sub_type: str
    cancellations: int
    tonnes: int


@dataclass(frozen=True, slots=True)
class Buyers:
    """What buyers of one legal form bought.

    :param cents: what they paid, fees included.
    """

    legal_form: str
    buyers: int
    trades: int
    tonnes: int
    cents: int


def uses(reading: Reading) -> tuple[Use, ...]:
    """Return what was cancelled by purpose and sub-type, the most tonnes first."""
    total = func.sum(cancellation.c.quantity).label("tonnes")
    columns = (cancellation.c.purpose, cancellation.c.sub_type)
    rows = reading.execute(
        select(*columns, func.count().label("number"), total)
        .where(cancellation.c.state == "cancelled")
        .group_by(*columns)
        .order_by(total.desc(), *columns)
    )
    return tuple(Use(row.purpose, row.sub_type or "", int(row.number), int(row.tonnes)) for row in rows)


def buyers(reading: Reading) -> tuple[Buyers, ...]:
    """Return what was bought by the legal form of the buyers, the most tonnes first."""
    total = func.sum(trade.c.quantity).label("tonnes")
    rows = reading.execute(
        select(
            account.c.legal_form,
            func.count(func.distinct(account.c.id)).label("buyers"),
            func.count().label("trades"),
            total,
            func.sum(trade.c.amount_cents).label("cents"),
        )
        .select_from(trade.join(account, account.c.id == trade.c.buyer_account))
        .group_by(account.c.legal_form)
        .order_by(total.desc(), account.c.legal_form)
    )
    return tuple(
        Buyers(row.legal_form or "", int(row.buyers), int(row.trades), int(row.tonnes), int(row.cents))
        for row in rows
    )
