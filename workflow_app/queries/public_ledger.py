"""The public ledger by the line: batches with I1, trades, cancellations with their certificates.

docs/domain.md §5 (public ledger), 355号附件二. Organisations by their whole names, persons as 张*. Every list
goes on by key, the newest first, so that the last page is as quick as the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select

from workflow_app.kernel.codes import mask_name
from workflow_app.queries.reading import Reading
from workflow_app.queries.unit_facts import beneficiary_of, purpose_of
from workflow_app.store.tables import (
    account,
    batch,
    cancellation,
    certificate,
    holding,
    organisation,
    project,
    trade,
    trade_order,
    user_account,
)

SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch that was issued, with where its units are now (I1).

    :param parts: tCO2e by bucket.
    """

    id: str
    project_number: str
    project: str
    sequence: int
    period_start: date
    period_end: date
    issued: int
    issued_at: datetime
    corrected: bool
    notice_id: str | None
    parts: dict[str, int]

    @property
    def holds(self) -> bool:
        """Whether all that was issued is somewhere."""
        return self.issued == sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class TradeLine:
    """A trade. Money in cents.

    :param mode: of its order; ``reported`` where the exchange's own system traded it.
    """

    id: str
    number: str
    at: datetime
    mode: str
    project_number: str
    project: str
    seller: str
    buyer: str
    quantity: int
    price_cents: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class CancellationLine:
    """A cancellation, and the certificate that stands on it, if one is issued yet.

    :param voided: numbers of certificates issued on it that are void.
    """

    id: str
    number: str
    at: datetime
    project_number: str
    project: str
    holder: str
    beneficiary: str
    purpose: str
    quantity: int
    certificate: str
    voided: tuple[str, ...]


def batches(
    reading: Reading, after: str = "", size: int = SIZE, project_number: str = ""
) -> tuple[list[BatchLine], str]:
    """Return issued batches, the newest first, and the key to go on after."""
    query = (
        select(batch, project.c.number, project.c.name)
        .join(project, project.c.id == batch.c.project_id)
        .where(batch.c.issued.is_not(None))
    )
    if project_number:
        query = query.where(project.c.number == project_number)
    rows, more = _page(reading, query, batch.c.id, after, size)
    parts = _parts(reading, [row.id for row in rows])
    return [
        BatchLine(
            row.id,
            row.number,
            row.name,
            row.sequence,
            row.period_start,
            row.period_end,
            int(row.issued),
            row.issued_at,
            row.state == "corrected",
            row.notice_id,
            parts.get(row.id, {}),
        )
        for row in rows
    ], more


def trades(reading: Reading, after: str = "", size: int = SIZE) -> tuple[list[TradeLine], str]:
    """Return trades, the newest first, and the key to go on after."""
    seller, buyer = account.alias("seller"), account.alias("buyer")
    seller_org, buyer_org = organisation.alias("seller_org"), organisation.alias("buyer_org")
    query = (
        select(
            trade,
            trade_order.c.mode,
            project.c.number,
            project.c.name,
            seller_org.c.name.label("seller_name"),
            buyer_org.c.name.label("buyer_name"),
            user_account.c.name.label("person"),
        )
        .join(project, project.c.id == trade.c.project_id)
        .join(seller, seller.c.id == trade.c.seller_account)
        .join(buyer, buyer.c.id == trade.c.buyer_account)
        .outerjoin(trade_order, trade_order.c.id == trade.c.order_id)
        .outerjoin(seller_org, seller_org.c.id == seller.c.organisation_id)
        .outerjoin(buyer_org, buyer_org.c.id == buyer.c.organisation_id)
        .outerjoin(user_account, user_account.c.id == buyer.c.person_id)
    )
    rows, more = _page(reading, query, trade.c.id, after, size)
    return [
        TradeLine(
            row.id,
            row.confirmation_number,
            row.at,
            row.mode or "reported",
            row.number,
            row.name,
            row.seller_name or "",
            row.buyer_name or mask_name(row.person or ""),
            int(row.quantity),
            int(row.price_cents),
            int(row.amount_cents),
        )
        for row in rows
    ], more


def cancellations(reading: Reading, after: str = "", size: int = SIZE) -> tuple[list[CancellationLine], str]:
    """Return what was cancelled, the newest first, and the key to go on after."""
    standing = (
        select(certificate.c.number)
        .where(certificate.c.cancellation_id == cancellation.c.id, certificate.c.state == "valid")
        .scalar_subquery()
    )
    query = (
        select(
            cancellation,
            project.c.number.label("project_number"),
            project.c.name,
            organisation.c.name.label("organisation"),
            user_account.c.name.label("person"),
            standing.label("certificate"),
        )
        .join(project, project.c.id == cancellation.c.project_id)
        .join(account, account.c.id == cancellation.c.account_id)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .outerjoin(user_account, user_account.c.id == account.c.person_id)
        .where(cancellation.c.state == "cancelled")
    )
    rows, more = _page(reading, query, cancellation.c.id, after, size)
    void = _voided(reading, [row.id for row in rows])
    return [_cancelled(reading, row, tuple(void.get(row.id, ()))) for row in rows], more


def certificate_code(reading: Reading, number: str) -> str | None:
    """Return the code of a certificate by its number."""
    return reading.execute(select(certificate.c.code).where(certificate.c.number == number)).scalar()


def _cancelled(reading: Reading, row: Any, voided: tuple[str, ...]) -> CancellationLine:
    said = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
    holder = row.organisation or mask_name(row.person or "")
    return CancellationLine(
        row.id,
        row.number,
        row.decided_at,
        row.project_number,
        row.name,
        holder,
        holder if row.beneficiary_kind == "holder" else beneficiary_of(reading, said),
        purpose_of(said),
        int(row.quantity),
        row.certificate or "",
        voided,
    )


def _voided(reading: Reading, ids: list[str]) -> dict[str, list[str]]:
    query = (
        select(certificate.c.cancellation_id, certificate.c.number)
        .where(certificate.c.cancellation_id.in_(ids), certificate.c.state == "void")
        .order_by(certificate.c.id)
    )
    found: dict[str, list[str]] = {}
    for row in reading.execute(query) if ids else ():
        found.setdefault(row.cancellation_id, []).append(row.number)
    return found


def _page(reading: Reading, query: Any, column: Any, after: str, size: int) -> tuple[list[Any], str]:
    if after:
        query = query.where(column < after)
    rows = list(reading.execute(query.order_by(column.desc()).limit(size + 1)).all())
    return rows[:size], rows[size - 1].id if len(rows) > size else ""


def _parts(reading: Reading, ids: list[str]) -> dict[str, dict[str, int]]:
    total = func.sum(holding.c.last_unit - holding.c.first_unit + 1)
    query = (
        select(holding.c.batch_id, holding.c.bucket, total.label("tonnes"))
        .where(holding.c.batch_id.in_(ids))
        .group_by(holding.c.batch_id, holding.c.bucket)
    )
    found: dict[str, dict[str, int]] = {}
    for row in reading.execute(query) if ids else ():
        found.setdefault(row.batch_id, {})[row.bucket] = int(row.tonnes)
    return found
