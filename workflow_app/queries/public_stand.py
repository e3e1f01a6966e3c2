"""What changes whenever a line of the public register does: for what is kept of it elsewhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    batch,
    cancellation,
    certificate,
    holding,
    methodology,
    methodology_version,
    project,
    public_notice,
    trade,
)


def stand(reading: Reading) -> str:
    """Return a text that is another one after every change of the register."""
    newest = (
        batch.c.issued_at,
        trade.c.id,
        holding.c.posting_id,
        cancellation.c.decided_at,
        certificate.c.id,
        certificate.c.voided_at,
        project.c.registered_at,
        project.c.ended_at,
        public_notice.c.published_at,
        public_notice.c.announced_at,
        public_notice.c.closes_at,
        methodology_version.c.effective_from,
    )
    numbers = (
        _number(batch, batch.c.state == "corrected"),
        _number(public_notice, public_notice.c.state == "open"),
        _number(methodology, methodology.c.code.is_not(None)),
    )
    found = reading.execute(
        select(*(select(func.max(column)).scalar_subquery() for column in newest), *numbers)
    ).one()
    return "|".join(str(each) for each in found)


def _number(table: Any, condition: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(table).where(condition).scalar_subquery()
