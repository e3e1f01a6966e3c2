"""The way a block of units came, from its minting on, and what organisations hold, as anybody may read it.

docs/domain.md §5. Persons stand as 张* and are found under no name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, literal_column, or_, select

from workflow_app.kernel.codes import mask_name
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    account,
    ledger_line,
    ledger_posting,
    organisation,
    project,
    unit_balance,
    user_account,
)

STEPS: Final = 200
"""How far back the way of a block is followed."""
HOLDERS: Final = 100
SHORTEST: Final = 2
"""Characters of a holder's name one must know."""


@dataclass(frozen=True, slots=True)
class Step:
    """A station on the way of a block: minted, sold, cancelled."""

    at: datetime
    kind: str
    holder: str
    bucket: str


@dataclass(frozen=True, slots=True)
class Held:
    """What an organisation holds of a project, in one state."""

    holder: str
    uscc: str
    project_number: str
    project: str
    bucket: str
    quantity: int


def holders(reading: Reading, text: str) -> tuple[Held, ...]:
    """Return what organisations of this name, or of this credit code, hold or have cancelled; no persons."""
    typed = text.strip()
    if len(typed) < SHORTEST:
        return ()
    query = (
        select(
            organisation.c.name.label("holder"),
            organisation.c.uscc,
            project.c.number,
            project.c.name,
            unit_balance.c.bucket,
            unit_balance.c.quantity,
        )
        .join(account, account.c.id == unit_balance.c.account_id)
        .join(organisation, organisation.c.id == account.c.organisation_id)
        .join(project, project.c.id == unit_balance.c.project_id)
        .where(
            unit_balance.c.quantity > 0,
            or_(organisation.c.name.contains(typed, autoescape=True), organisation.c.uscc == typed.upper()),
        )
        .order_by(organisation.c.name, project.c.number, unit_balance.c.bucket)
        .limit(HOLDERS)
    )
    return tuple(
        Held(row.holder, row.uscc or "", row.number, row.name, row.bucket, int(row.quantity))
        for row in reading.execute(query)
    )


def way_of(reading: Reading, holding_id: str) -> tuple[tuple[Step, ...], bool]:
    """Go back from a block to its minting; what only cut it is left out."""
    steps: list[Step] = []
    for _back in range(STEPS):
        row = reading.execute(_MADE, {"holding": holding_id}).one()
        if (row.account_id, row.bucket) != (row.from_account, row.from_bucket):
            steps.append(Step(row.at, row.kind, holder_name(row), row.bucket))
        if row.from_holding is None:
            return tuple(reversed(steps)), False
        holding_id = row.from_holding
    return tuple(reversed(steps)), True


def holder_name(row: Any) -> str:
    """Return a holder's name as the public reads it."""
    return str(row.organisation or mask_name(row.person or "") or "")


_given = ledger_line.alias("given")
_MADE: Final = (
    select(
        ledger_posting.c.at,
        ledger_posting.c.kind,
        ledger_line.c.account_id,
        ledger_line.c.bucket,
        _given.c.account_id.label("from_account"),
        _given.c.bucket.label("from_bucket"),
        _given.c.holding_id.label("from_holding"),
        organisation.c.name.label("organisation"),
        user_account.c.name.label("person"),
    )
    .join(ledger_posting, ledger_posting.c.id == ledger_line.c.posting_id)
    .join(
        _given, and_(_given.c.posting_id == ledger_line.c.posting_id, _given.c.line == ledger_line.c.of_line)
    )
    .join(account, account.c.id == ledger_line.c.account_id)
    .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
    .outerjoin(user_account, user_account.c.id == account.c.person_id)
    .where(ledger_line.c.holding_id == bindparam("holding"), ledger_line.c.quantity > literal_column("0"))
)
