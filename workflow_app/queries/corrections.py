"""Cancellations and corrections in lists, as holders, exchange and department read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select

from workflow_app.domain.cancellation import CancellationState
from workflow_app.domain.correction import CorrectionKind, CorrectionState
from workflow_app.queries.reading import Reading
from workflow_app.queries.unit_facts import beneficiary_of, purpose_of
from workflow_app.store.tables import (
    account,
    batch,
    cancellation,
    certificate,
    correction,
    project,
)

PAGE = 50


@dataclass(frozen=True, slots=True)
class Cancellation:
    """One application for cancellation.

    :param certificate: number of the certificate in force.
    """

    id: str
    number: str
    state: str
    state_label: str
    account_number: str
    project_id: str
    project: str
    quantity: int
    purpose: str
    beneficiary: str
    applied_at: datetime
    decided_at: datetime | None
    case_id: str | None
    certificate: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """更正; tonnes.

    :param batch: the batch's number, where one batch is concerned.
    :param to_account_number: of a succession.
    """

    id: str
    number: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    project_id: str
    project: str
    account_number: str
    quantity: int
    locked: int
    confirmed: int | None
    reversed: int
    outstanding: int
    grounds: str
    decision: str | None
    barred_until: date | None
    found_at: datetime
    decided_at: datetime | None
    settled_at: datetime | None
    case_id: str | None
    account_id: str
    batch: int | None
    batch_id: str | None
    order_id: str | None
    to_account_id: str | None
    to_account_number: str | None


def accounts_of(reading: Reading, organisations: Sequence[str], user_id: str) -> tuple[str, ...]:
    """Return the accounts of these organisations and of this person."""
    mine = or_(account.c.organisation_id.in_(organisations), account.c.person_id == user_id)
    return tuple(reading.execute(select(account.c.id).where(mine).order_by(account.c.id)).scalars())


def cancellations(
    reading: Reading,
    *,
    account_ids: Sequence[str] | None = None,
    project_id: str | None = None,
    before: str | None = None,
    size: int = PAGE,
) -> tuple[Cancellation, ...]:
    """Return applications, the newest first.

    :param account_ids: of these accounts only; ``None`` of all.
    :param before: the id the last page ended with.
    """
    query = (
        select(cancellation, account.c.number.label("account_number"), project.c.name.label("project_name"))
        .join(account, account.c.id == cancellation.c.account_id)
        .join(project, project.c.id == cancellation.c.project_id)
        .order_by(cancellation.c.id.desc())
        .limit(size)
    )
    if account_ids is not None:
        query = query.where(cancellation.c.account_id.in_(account_ids))
    if project_id is not None:
        query = query.where(cancellation.c.project_id == project_id)
    if before is not None:
        query = query.where(cancellation.c.id < before)
    rows = [dict(row) for row in reading.execute(query).mappings()]
    issued = _certificates(reading, [row["id"] for row in rows])
    return tuple(
        Cancellation(
            row["id"],
            row["number"],
            row["state"],
            CancellationState(row["state"]).label,
            row["account_number"],
            row["project_id"],
            row["project_name"],
            row["quantity"],
            purpose_of(row),
            beneficiary_of(reading, row),
            row["applied_at"],
            row["decided_at"],
            row["case_id"],
            *issued.get(row["id"], (None, None)),
        )
        for row in rows
    )


def _certificates(reading: Reading, ids: list[str]) -> dict[str, tuple[str, str]]:
    query = select(certificate).where(certificate.c.cancellation_id.in_(ids), certificate.c.state == "valid")
    return {row.cancellation_id: (row.number, row.code) for row in reading.execute(query)}


def corrections(
    reading: Reading,
    *,
    project_id: str | None = None,
    state: str = "",
    kind: str = "",
    before: str | None = None,
    size: int = 4 * PAGE,
) -> tuple[Correction, ...]:
    """Return corrections, the newest first, at most two hundred.

    :param before: the id the last page ended with.
    """
    query = _corrections().limit(size)
    for column, value in (
        (correction.c.project_id, project_id),
        (correction.c.state, state),
        (correction.c.kind, kind),
    ):
        if value:
            query = query.where(column == value)
    if before:
        query = query.where(correction.c.id < before)
    return tuple(_correction(row) for row in reading.execute(query))


def correction_of(reading: Reading, correction_id: str) -> Correction | None:
    """Return one correction."""
    row = reading.execute(_corrections().where(correction.c.id == correction_id)).one_or_none()
    return None if row is None else _correction(row)


def issued_projects(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return id and name of the projects something was issued to: what a correction may be opened on."""
    issued = select(batch.c.project_id).where(batch.c.issued.is_not(None))
    query = select(project.c.id, project.c.number, project.c.name).where(project.c.id.in_(issued))
    rows = reading.execute(query.order_by(project.c.number))
    return tuple((row.id, f"{row.number} {row.name}") for row in rows)


def _corrections() -> Select[Any]:
    successor = account.alias("successor")
    return (
        select(
            correction,
            account.c.number.label("account_number"),
            successor.c.number.label("to_account_number"),
            project.c.name.label("project_name"),
            batch.c.sequence,
        )
        .join(account, account.c.id == correction.c.account_id)
        .join(project, project.c.id == correction.c.project_id)
        .outerjoin(batch, batch.c.id == correction.c.batch_id)
        .outerjoin(successor, successor.c.id == correction.c.to_account_id)
        .order_by(correction.c.id.desc())
    )


def _correction(row: Any) -> Correction:
    return Correction(
        row.id,
        row.number,
        row.kind,
        CorrectionKind(row.kind).label,
        row.state,
        CorrectionState(row.state).label,
        row.project_id,
        row.project_name,
        row.account_number,
        row.quantity,
        row.locked,
        row.confirmed,
        row.reversed,
        row.outstanding,
        row.grounds,
        row.decision,
        row.barred_until,
        row.found_at,
        row.decided_at,
        row.settled_at,
        row.case_id,
        row.account_id,
        row.sequence,
        row.batch_id,
        row.order_id,
        row.to_account_id,
        row.to_account_number,
    )
