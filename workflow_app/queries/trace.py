"""The way of units through every holder: each posting that moved any of them, in order, and where they are.

docs/domain.md §4: corrections come with a trace. A range of one project's units is followed through the lines
of the book; what a split merely left where it was is no movement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, select

from workflow_app.domain.ledger.accounts import AccountKind, Bucket
from workflow_app.domain.ledger.moves import PostingKind
from workflow_app.kernel.codes import mask_name
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    account,
    holding,
    ledger_line,
    ledger_posting,
    organisation,
    user_account,
)

LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Movement:
    """Units ``first`` to ``last`` moved from one place to another."""

    at: datetime
    kind: str
    kind_label: str
    first: int
    last: int
    serial: str
    giver: str
    from_bucket: str
    receiver: str
    to_bucket: str
    memo: str
    case_id: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where units are now."""

    holder: str
    account_id: str
    bucket: str
    bucket_label: str
    first: int
    last: int
    serial: str
    sold: bool


def movements(reading: Reading, project_id: str, first: int, last: int) -> tuple[Movement, ...]:
    """Return every movement of any of these units, the oldest first, at most five hundred."""
    received, given = ledger_line.alias("received"), ledger_line.alias("given")
    to, came = account.alias("to_account"), account.alias("from_account")
    query = (
        select(
            ledger_posting.c.at,
            ledger_posting.c.kind,
            ledger_posting.c.memo,
            ledger_posting.c.case_id,
            received.c.first_unit,
            received.c.last_unit,
            received.c.serial,
            received.c.bucket.label("to_bucket"),
            given.c.bucket.label("from_bucket"),
            to.c.id.label("to_id"),
            came.c.id.label("from_id"),
        )
        .join(received, received.c.posting_id == ledger_posting.c.id)
        .join(given, and_(given.c.posting_id == received.c.posting_id, given.c.line == received.c.of_line))
        .join(to, to.c.id == received.c.account_id)
        .join(came, came.c.id == given.c.account_id)
        .where(
            ledger_posting.c.project_id == project_id,
            received.c.quantity > 0,
            received.c.first_unit <= last,
            received.c.last_unit >= first,
            (received.c.account_id != given.c.account_id) | (received.c.bucket != given.c.bucket),
        )
        .order_by(ledger_posting.c.at, ledger_posting.c.id, received.c.first_unit)
        .limit(LONGEST)
    )
    rows = reading.execute(query).all()
    names = _names(reading, {row.to_id for row in rows} | {row.from_id for row in rows})
    return tuple(
        Movement(
            row.at,
            row.kind,
            PostingKind(row.kind).label,
            max(row.first_unit, first),
            min(row.last_unit, last),
            row.serial,
            names[row.from_id],
            Bucket(row.from_bucket).label,
            names[row.to_id],
            Bucket(row.to_bucket).label,
            row.memo,
            row.case_id,
        )
        for row in rows
    )


def places(reading: Reading, project_id: str, first: int, last: int) -> tuple[Place, ...]:
    """Return where these units are now, in order."""
    query = (
        select(holding)
        .where(holding.c.project_id == project_id, holding.c.first_unit <= last, holding.c.last_unit >= first)
        .order_by(holding.c.first_unit)
        .limit(LONGEST)
    )
    rows = reading.execute(query).all()
    names = _names(reading, {row.account_id for row in rows})
    return tuple(
        Place(
            names[row.account_id],
            row.account_id,
            row.bucket,
            Bucket(row.bucket).label,
            max(row.first_unit, first),
            min(row.last_unit, last),
            row.serial,
            bool(row.transfer_count),
        )
        for row in rows
    )


def _names(reading: Reading, account_ids: set[str]) -> dict[str, str]:
    """Return what accounts' holders are called, persons masked; the book's own by their kind."""
    query = (
        select(account.c.id, account.c.kind, organisation.c.name, user_account.c.name.label("person"))
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .outerjoin(user_account, user_account.c.id == account.c.person_id)
        .where(account.c.id.in_(sorted(account_ids)))
    )
    return {
        row.id: row.name or (mask_name(row.person) if row.person else AccountKind(row.kind).label)
        for row in reading.execute(query)
    }
