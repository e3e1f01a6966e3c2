"""What was issued to a registered project and where its units are now, as the public register shows it.

附件二（一）. Quantities are derived from the postings of the book, never stored beside them; whose account
holds a unit is not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import batch, ledger_line, ledger_posting, project, unit_balance


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of issuance that was publicised or issued.

    :param serials: ranges of serial numbers as posted.
    """

    sequence: int
    period_start: date
    period_end: date
    issued: int
    issued_at: datetime
    serials: tuple[str, ...]
    notice_id: str | None


def issued_of(kind: str) -> Any:
    """Return what was posted of one kind for the project of the query around it, in tCO₂e."""
    amount = func.coalesce(func.sum(ledger_posting.c.quantity), 0)
    return select(amount).where(ledger_posting.c.project_id == project.c.id, ledger_posting.c.kind == kind)


def holdings(reading: Reading, project_id: str) -> tuple[tuple[str, int], ...]:
    """Return the balances of a project's units by bucket, derived from the postings; no contra side."""
    joined = ledger_line.join(ledger_posting, ledger_posting.c.id == ledger_line.c.posting_id)
    total = func.sum(ledger_line.c.quantity)
    query = (
        select(ledger_line.c.bucket, total.label("tonnes"))
        .select_from(joined)
        .where(ledger_posting.c.project_id == project_id, ledger_line.c.bucket != "issued")
        .group_by(ledger_line.c.bucket)
        .order_by(ledger_line.c.bucket)
    )
    return tuple((row.bucket, int(row.tonnes)) for row in reading.execute(query) if row.tonnes)


@dataclass(frozen=True, slots=True)
class Identity:
    """I1 as a figure: what all batches issued, and where those units are now, tCO2e.

    :param issued: from the batches.
    :param parts: from the book, by bucket.
    """

    issued: int
    parts: tuple[tuple[str, int], ...]

    @property
    def holds(self) -> bool:
        """Whether the two come to the same."""
        return self.issued == sum(tonnes for _, tonnes in self.parts)


def identity(reading: Reading) -> Identity:
    """Return I1 over the whole programme."""
    issued = reading.execute(select(func.coalesce(func.sum(batch.c.issued), 0))).scalar_one()
    total = func.sum(unit_balance.c.quantity)
    query = select(unit_balance.c.bucket, total.label("tonnes")).group_by(unit_balance.c.bucket)
    rows = reading.execute(query.order_by(unit_balance.c.bucket))
    return Identity(int(issued), tuple((row.bucket, int(row.tonnes)) for row in rows if row.tonnes))


def stages(reading: Reading, project_id: str) -> tuple[Stage, ...]:
    """Return the stages of a project that were issued, in their order."""
    query = select(batch).where(batch.c.project_id == project_id, batch.c.issued.is_not(None))
    return tuple(
        Stage(
            row.sequence,
            row.period_start,
            row.period_end,
            int(row.issued),
            row.issued_at,
            _serials(reading, row.id),
            row.notice_id,
        )
        for row in reading.execute(query.order_by(batch.c.sequence)).all()
    )


def _serials(reading: Reading, batch_id: str) -> tuple[str, ...]:
    query = (
        select(ledger_line.c.serial)
        .distinct()
        .where(
            ledger_line.c.batch_id == batch_id,
            ledger_line.c.serial.is_not(None),
            ledger_line.c.bucket != "issued",
        )
    )
    return tuple(reading.execute(query.order_by(ledger_line.c.serial)).scalars())
